import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grantWrites } from './writeRateLimit.ts';

describe('grantWrites', () => {
  it('grants as many writes as the current second has left', () => {
    expect(grantWrites([], 3, 1000).granted).toBe(3);
    expect(grantWrites([900, 950, 1000], 5, 1000).granted).toBe(2);
    expect(grantWrites([1000, 1000, 1000, 1000, 1000], 1, 1500).granted).toBe(0);
    expect(grantWrites([1000, 1000, 1000, 1000, 1000], 7, 2200).granted).toBe(5);
  });

  it('never grants more than five writes within a second', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ wait: fc.nat(900), requested: fc.nat(9) }), { maxLength: 60 }),
        (requests) => {
          let now = 0;
          let times: number[] = [];
          const writes: number[] = [];
          for (const { wait, requested } of requests) {
            now += wait;
            const grant = grantWrites(times, requested, now);
            times = grant.times;
            for (let each = 0; each < grant.granted; each += 1) writes.push(now);
          }
          for (const start of writes) {
            expect(writes.filter((time) => time >= start && time < start + 1000).length).toBeLessThanOrEqual(
              5,
            );
          }
        },
      ),
    );
  });
});
