/** Requests that one visitor may make at once. A login takes six, and a page that waits makes one every two seconds. */
const BURST = 40;
/** Requests a second that one visitor may make for long. */
const RATE = 2;
/** Visitors whose requests are counted. The one whose requests are oldest is dropped. */
const MAX_VISITORS = 1000;

interface Bucket {
  readonly tokens: number;
  /** ms since the epoch. */
  readonly at: number;
}

/**
 * Limits the requests of each visitor, so that one of them cannot use up what the HTTP API and the service allow all
 * visitors together. Counts in memory: a visitor has one allowance in each running copy of the function, of which there
 * are ten at most.
 */
export class VisitorRate {
  readonly #buckets = new Map<string, Bucket>();

  /**
   * Counts a request.
   *
   * @param now in ms since the epoch
   * @returns whether the visitor may make it
   */
  allows(visitor: string, now: number): boolean {
    const { tokens, at } = this.#buckets.get(visitor) ?? { tokens: BURST, at: now };
    const filled = Math.min(BURST, tokens + (Math.max(0, now - at) / 1000) * RATE);
    const isAllowed = filled >= 1;
    // At the end of the map, so that the first one is the oldest.
    this.#buckets.delete(visitor);
    this.#buckets.set(visitor, { tokens: isAllowed ? filled - 1 : filled, at: Math.max(at, now) });
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined && this.#buckets.size > MAX_VISITORS) this.#buckets.delete(oldest);
    return isAllowed;
  }
}

/**
 * @param address an IPv4 or IPv6 address
 * @returns what tells visitors apart: the address, or of IPv6 the first 64 bits, of which one visitor has all addresses
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [start = '', end] = address.toLowerCase().split('::');
  const first = start.split(':').filter(Boolean);
  const last = end === undefined ? [] : end.split(':').filter(Boolean);
  // An IPv4 address at the end stands for two groups.
  const length = first.length + last.length + (last.at(-1)?.includes('.') ? 1 : 0);
  const groups = [...first, ...Array<string>(Math.max(0, 8 - length)).fill('0'), ...last];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
