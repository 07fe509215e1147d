import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grantWrites } from './writeRateLimit.ts';

describe('Leave to write', () => {
  it('is given for as many writes as the second has left', () => {
    expect(grantWrites([], 3, 1000).granted).toBe(3);
    expect(grantWrites([900, 950, 1000], 5, 1000).granted).toBe(2);
    expect(grantWrites([1000, 1000, 1000, 1000, 1000], 1, 1500).granted).toBe(0);
    expect(grantWrites([1000, 1000, 1000, 1000, 1000], 7, 2200).granted).toBe(5);
  });

  it('never lets more than five writes begin within a second', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ wait: fc.nat(900), wanted: fc.nat(9) }), { maxLength: 60 }),
        (asks) => {
          let now = 0;
          let times: number[] = [];
          const begun: number[] = [];
          for (const { wait, wanted } of asks) {
            now += wait;
            const answer = grantWrites(times, wanted, now);
            times = answer.times;
            for (let each = 0; each < answer.granted; each += 1) begun.push(now);
          }
          for (const start of begun) {
            expect(begun.filter((time) => time >= start && time < start + 1000).length).toBeLessThanOrEqual(
              5,
            );
          }
        },
      ),
    );
  });
});
