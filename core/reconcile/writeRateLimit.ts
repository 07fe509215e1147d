/** Writes of one kind that the service allows an account per second. */
const MAX_WRITES = 5;
/** In ms: a second, and a tenth for skewed clocks and slow connections. */
const WINDOW_MS = 1100;

/**
 * Grants writes so that no second has more than five of them.
 *
 * @param times of the latest writes, in ms since the epoch
 * @returns the number of granted writes, and the times to store with them
 */
export function grantWrites(
  times: readonly number[],
  requested: number,
  now: number,
): { granted: number; times: number[] } {
  const recent = times.filter((time) => time > now - WINDOW_MS);
  const granted = Math.max(0, Math.min(requested, MAX_WRITES - recent.length));
  return { granted, times: [...recent, ...Array.from({ length: granted }, () => now)] };
}
