/** A sequence of numbers in [0, 1) that depends only on the seed. */
export type Random = () => number;

/** Mulberry32: small, fast, and uniform enough for tests and benchmarks. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function uniform(random: Random, from: number, to: number): number {
  return from + random() * (to - from);
}
