import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grantCalls } from './callRate.ts';

describe('grantCalls', () => {
  it('grantCalls: grants as many calls as the current second has left', () => {
    expect(grantCalls([], 3, 1000, 5).granted).toBe(3);
    expect(grantCalls([900, 950, 1000], 5, 1000, 5).granted).toBe(2);
    expect(grantCalls([1000, 1000, 1000, 1000, 1000], 1, 1500, 5).granted).toBe(0);
    expect(grantCalls([1000, 1000, 1000, 1000, 1000], 7, 2200, 5).granted).toBe(5);
  });

  it('grantCalls: never grants more calls within a second than its rate', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ wait: fc.nat(900), requested: fc.nat(9) }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 10 }),
        (requests, perSecond) => {
          let now = 0;
          let times: number[] = [];
          const calls: number[] = [];
          for (const { wait, requested } of requests) {
            now += wait;
            const grant = grantCalls(times, requested, now, perSecond);
            times = grant.times;
            for (let each = 0; each < grant.granted; each += 1) calls.push(now);
          }
          for (const start of calls) {
            const inSecond = calls.filter((time) => time >= start && time < start + 1000);
            expect(inSecond.length).toBeLessThanOrEqual(perSecond);
          }
        },
      ),
    );
  });
});
