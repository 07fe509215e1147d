import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleLatency } from './latencies.ts';
import { createRandom } from './random.ts';

const draw = (latency: Parameters<typeof sampleLatency>[0], count = 2000) => {
  const random = createRandom('1', 'latencies');
  return Array.from({ length: count }, () => sampleLatency(latency, random)).sort((a, b) => a - b);
};

describe('a latency', () => {
  it('stays between its bounds', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(10_000), (min, more) => {
        const drawn = draw({ min, max: min + more }, 50);
        expect(drawn.at(0)).toBeGreaterThanOrEqual(min);
        expect(drawn.at(-1)).toBeLessThanOrEqual(min + more);
      }),
    );
  });

  it('with a long tail has the median and the 99th percentile that it was given', () => {
    const drawn = draw({ median: 1000, p99: 10_000 });
    expect(drawn[1000]).toBeGreaterThan(900);
    expect(drawn[1000]).toBeLessThan(1100);
    expect(drawn[1980]).toBeGreaterThan(7000);
    expect(drawn[1980]).toBeLessThan(14_000);
  });

  it('comes again with the same seed', () => {
    expect(draw({ min: 0, max: 1e6 }, 5)).toEqual(draw({ min: 0, max: 1e6 }, 5));
    expect(createRandom('1', 'a').next()).not.toBe(createRandom('1', 'b').next());
  });
});
