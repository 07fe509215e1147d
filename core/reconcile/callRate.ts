/** Writes of one kind that the service allows an account per second. */
export const writesPerSecond = 5;

/**
 * The reads of one operation that all workspaces together may reserve per second. The service grants an account ten of
 * each; two are left for polls, which reserve none, and for other clients. Of the other operations no limit is published.
 */
export const readsPerSecond = {
  'get gateway': 8,
  'get gatewayTarget': 8,
  'list gatewayTarget': 8,
} as const satisfies Readonly<Record<string, number>>;

/** A read with a request rate of its own. */
export type RatedRead = keyof typeof readsPerSecond;

/** In ms: a second, and a tenth for skewed clocks and slow connections. */
const WINDOW_MS = 1100;

/**
 * Grants calls so that no second has more than `perSecond` of them.
 *
 * @param times of the latest calls, in ms since the epoch
 * @returns the number of granted calls, and the times to store with them
 */
export function grantCalls(
  times: readonly number[],
  requested: number,
  now: number,
  perSecond: number,
): { granted: number; times: number[] } {
  const recent = times.filter((time) => time > now - WINDOW_MS);
  const granted = Math.max(0, Math.min(requested, perSecond - recent.length));
  return { granted, times: [...recent, ...Array.from({ length: granted }, () => now)] };
}
