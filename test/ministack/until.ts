import { setTimeout } from 'node:timers/promises';

/** How often to look, and how long at most, in real ms: what is awaited here is other processes. */
const LOOK_MS = 250;
const LIMIT_MS = 120_000;

/**
 * Waits until `look` gives something.
 *
 * @returns what it gave
 * @throws Error naming `what` after the limit
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  limit = LIMIT_MS,
): Promise<Exclude<T, false | undefined | null>> {
  const end = Date.now() + limit;
  while (Date.now() < end) {
    const seen = await look();
    if (seen !== false && seen !== undefined && seen !== null)
      return seen as Exclude<T, false | undefined | null>; // Just told apart.
    await setTimeout(LOOK_MS);
  }
  throw new Error(`Waited ${limit / 1000} s in vain for ${what}.`);
}
