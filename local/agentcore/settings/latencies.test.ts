import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleLatency } from './latencies.ts';
import { createRandom } from './random.ts';

const sample = (latency: Parameters<typeof sampleLatency>[0], count = 2000) => {
  const random = createRandom('1', 'latencies');
  return Array.from({ length: count }, () => sampleLatency(latency, random)).sort((a, b) => a - b);
};

describe('sampleLatency', () => {
  it('stays between the bounds of a uniform latency', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(10_000), (min, more) => {
        const samples = sample({ min, max: min + more }, 50);
        expect(samples.at(0)).toBeGreaterThanOrEqual(min);
        expect(samples.at(-1)).toBeLessThanOrEqual(min + more);
      }),
    );
  });

  it('matches the median and the 99th percentile of a log-normal latency', () => {
    const samples = sample({ median: 1000, p99: 10_000 });
    expect(samples[1000]).toBeGreaterThan(900);
    expect(samples[1000]).toBeLessThan(1100);
    expect(samples[1980]).toBeGreaterThan(7000);
    expect(samples[1980]).toBeLessThan(14_000);
  });

  it('repeats its results with the same seed and differs between purposes', () => {
    expect(sample({ min: 0, max: 1e6 }, 5)).toEqual(sample({ min: 0, max: 1e6 }, 5));
    expect(createRandom('1', 'a').next()).not.toBe(createRandom('1', 'b').next());
  });
});
