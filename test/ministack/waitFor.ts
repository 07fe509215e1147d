import { setTimeout } from 'node:timers/promises';

/** How often to look, and how long at most, in real ms: what is awaited here is other processes. */
const POLL_INTERVAL_MS = 250;
const TIMEOUT_MS = 120_000;

/**
 * Waits until `look` gives something.
 *
 * @returns what it gave
 * @throws Error naming `what` after the limit
 */
export async function waitFor<T>(
  description: string,
  poll: () => T | Promise<T>,
  timeoutMs = TIMEOUT_MS,
): Promise<Exclude<T, false | undefined | null>> {
  const end = Date.now() + timeoutMs;
  while (Date.now() < end) {
    const seen = await poll();
    if (seen !== false && seen !== undefined && seen !== null)
      return seen as Exclude<T, false | undefined | null>; // Just told apart.
    await setTimeout(POLL_INTERVAL_MS);
  }
  throw new Error(`Waited ${timeoutMs / 1000} s in vain for ${description}.`);
}
