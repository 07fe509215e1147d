import { setTimeout } from 'node:timers/promises';

/** In real ms, because the tests wait for other processes. */
const POLL_INTERVAL_MS = 250;
const TIMEOUT_MS = 120_000;

/**
 * Calls `poll` until it returns something other than false, undefined and null, and resolves to that.
 *
 * @throws Error with the description when the timeout has passed
 */
export async function waitFor<T>(
  description: string,
  poll: () => T | Promise<T>,
  timeoutMs = TIMEOUT_MS,
): Promise<Exclude<T, false | undefined | null>> {
  const end = Date.now() + timeoutMs;
  while (Date.now() < end) {
    const result = await poll();
    if (result !== false && result !== undefined && result !== null)
      return result as Exclude<T, false | undefined | null>; // TypeScript does not narrow a type parameter.
    await setTimeout(POLL_INTERVAL_MS);
  }
  throw new Error(`Timed out after ${timeoutMs / 1000} s: ${description}.`);
}
