/** Writes of one sort that the service grants an account, and the time for which it grants them, in ms. */
const MAX_WRITES = 5;
/** A second, and a tenth for clocks and connections that are not in step. */
const WINDOW_MS = 1100;

/**
 * Finds out how many writes may be made now, so that any second sees five of them at most.
 *
 * @param times of the latest writes, in ms since the epoch
 * @returns how many are granted, and the times to remember with them
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
