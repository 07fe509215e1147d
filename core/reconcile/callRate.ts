/** Writes of one kind that the service allows an account per second. */
export const writesPerSecond = 5;

/**
 * The reads of one operation that all workspaces together may reserve per second. The service grants an account ten of
 * each; two are left for other clients, and for reads that do not wait: those of a page, and the Get before an update. These count among
 * the eight of their second, so that polls make room. Of the other operations no limit is published.
 */
export const readsPerSecond = {
  'list gateway': 8,
  'get gateway': 8,
  'get gatewayTarget': 8,
  'list gatewayTarget': 8,
} as const satisfies Readonly<Record<string, number>>;

/** A read with a request rate of its own. */
export type RatedRead = keyof typeof readsPerSecond;

/** @param operation such as `get gateway` */
export function isRatedRead(operation: string): operation is RatedRead {
  return Object.hasOwn(readsPerSecond, operation);
}

/**
 * In ms: a second, and a twentieth for skewed clocks and slow connections. A tenth would cost a tenth of the account's writes. The
 * clocks of Lambda differ by milliseconds, and a call is too early only where the slowest one of the second before took 50 ms
 * longer to arrive; the service then throttles it, and it is repeated.
 */
const WINDOW_MS = 1050;

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

/** In ms. */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The minutes of the last hour in which reads were wanted that the rate had not left, by operation. In ms since the epoch. */
export type ReadShortages = Readonly<Partial<Record<RatedRead, readonly number[]>>>;

/** @returns the shortages with that of this minute; the same where it is known already */
export function withShortage(shortages: ReadShortages, operation: RatedRead, now: number): ReadShortages {
  const minute = now - (now % MINUTE);
  const known = shortages[operation] ?? [];
  if (known.includes(minute)) return shortages;
  return { ...shortages, [operation]: [...known.filter((each) => each > now - HOUR), minute] };
}

/** @returns in how many minutes of the last hour reads were short */
export function shortMinutes(minutes: readonly number[], now: number): number {
  return minutes.filter((each) => each > now - HOUR).length;
}
