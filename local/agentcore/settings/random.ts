import { createHash } from 'node:crypto';

/** A pseudorandom sequence, repeatable by its seed. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [0, limit). */
  below(limit: number): number;
  /** `length` random characters of `alphabet`. */
  text(length: number, alphabet: string): string;
}

/** Creates a separate sequence for each purpose, so that one more fault does not change the ids that follow. */
export function createRandom(seed: string, purpose: string): Random {
  const next = mulberry32(createHash('sha256').update(`${seed}/${purpose}`).digest().readUInt32LE(0));
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    next,
    below,
    text: (length, alphabet) =>
      Array.from({ length }, () => alphabet.charAt(below(alphabet.length))).join(''),
  };
}

/** Mulberry32 (Tommy Ettinger, public domain). 32 bits of state suffice: `unusedId` checks ids for collisions. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
