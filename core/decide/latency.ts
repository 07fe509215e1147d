import type { KindName } from '../resources/resourceKind.ts';
import { longestWait } from './limits.ts';
import type { Operation } from './memory.ts';

/** A sort of operation whose latency is learned apart: creating a target is another matter than updating a gateway. */
export type Sort = `${KindName}/${Operation}`;

/** How long the last operations of each sort took, in ms, newest last. What the loop has learned of the service. */
export type Latencies = Readonly<Partial<Record<Sort, readonly number[]>>>;

/** How many of the latest are kept: enough for a distribution, few enough to follow a service that changes. */
const KEPT = 32;

export function learn(latencies: Latencies, sort: Sort, took: number): Latencies {
  return { ...latencies, [sort]: [...(latencies[sort] ?? []), took].slice(-KEPT) };
}

/**
 * What is assumed before anything was seen, as a uniform distribution that weighs like three observations. AWS
 * publishes no figures; users report a few to a dozen seconds for targets.
 */
const PRIOR = { from: 3000, to: 13_000, weight: 3 };

/** The share of operations of this sort that take at most `ms`. */
export function shareWithin(latencies: Latencies, sort: Sort, ms: number): number {
  const seen = latencies[sort] ?? [];
  const prior = Math.min(1, Math.max(0, (ms - PRIOR.from) / (PRIOR.to - PRIOR.from)));
  return (PRIOR.weight * prior + seen.filter((took) => took <= ms).length) / (PRIOR.weight + seen.length);
}

/** An operation under way. `startedAt` in ms since the epoch. */
export interface InFlight {
  readonly sort: Sort;
  readonly startedAt: number;
}

/**
 * What one more look at the control plane is worth, in seconds that a free slot of the window stands idle. A turn
 * costs four transitions and a List; a slot left idle costs makespan. At 1, a hundred targets of 4–12 s each take
 * less than 1.2 times the bound of the quota with less than 0.8 Lists a target (`npm run bench`).
 */
const LOOK = 1;

/**
 * When to look next: the whole number of seconds, at least 1, that makes the idle time expected until then, and the
 * look itself, cheapest for each completion that the look is expected to find.
 *
 * @param waiting whether anything waits for a slot; if nothing does, an early look gains nothing and costs the same
 */
export function waitSeconds(
  inFlight: readonly InFlight[],
  latencies: Latencies,
  now: number,
  waiting: boolean,
): number {
  const look = waiting ? LOOK : LOOK * 2;
  let best = { seconds: longestWait / 1000, price: Number.POSITIVE_INFINITY };
  let idle = 0;
  for (let seconds = 1; seconds <= longestWait / 1000; seconds += 1) {
    // Idle time of the second that ends here, by the share that has completed in its middle.
    idle += completions(inFlight, latencies, now, seconds - 0.5);
    const found = completions(inFlight, latencies, now, seconds);
    const price = (look + idle) / found;
    if (price < best.price) best = { seconds, price };
  }
  return best.seconds;
}

/** How many of the operations under way are expected to have completed `seconds` from now. */
function completions(
  inFlight: readonly InFlight[],
  latencies: Latencies,
  now: number,
  seconds: number,
): number {
  let sum = 0;
  for (const { sort, startedAt } of inFlight) {
    const elapsed = now - startedAt;
    const before = shareWithin(latencies, sort, elapsed);
    // Longer than anything known: as likely to end at once as not.
    if (before >= 1) sum += 1 - 0.5 ** seconds;
    else sum += (shareWithin(latencies, sort, elapsed + seconds * 1000) - before) / (1 - before);
  }
  return sum;
}
