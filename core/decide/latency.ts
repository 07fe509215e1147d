import type { KindName } from '../resources/resourceKind.ts';
import { longestWait } from './limits.ts';
import type { Operation } from './memory.ts';

/** A sort of operation whose latency is learned apart: creating a target is another matter than updating a gateway. */
export type Sort = `${KindName}/${Operation}`;

/**
 * Between how many ms and how many an operation took: longer than the look that still saw it moving, at most as long
 * as the look that saw it settled.
 */
export type Span = readonly [longerThan: number, atMost: number];

/** What the loop has learned of the service. */
export interface Latencies {
  /** When the control plane was last looked at while something moved, in ms since the epoch. */
  readonly lookedAt?: number;
  /** How long the last operations of each sort took, newest last. */
  readonly seen?: Readonly<Partial<Record<Sort, readonly Span[]>>>;
}

/** How many of the latest are kept: enough for a distribution, few enough to follow a service that changes. */
const KEPT = 32;

/** A span wider than this says nothing: nobody looked in the meantime. Twice the longest wait between two looks. */
const WIDEST = 2 * longestWait;

/**
 * Learns from an operation that was just found settled. Taking it for as long as its finding would make every estimate
 * too long by half the time between two looks, and each the next one longer: a hundred targets then took a third more
 * than the bound of the quota (`npm run bench`).
 */
export function learn(latencies: Latencies, sort: Sort, startedAt: number, now: number): Latencies {
  const { lookedAt = startedAt, seen = {} } = latencies;
  const longerThan = Math.max(0, lookedAt - startedAt);
  const atMost = now - startedAt;
  if (atMost - longerThan > WIDEST) return latencies;
  const spans = [...(seen[sort] ?? []), [longerThan, atMost] as const].slice(-KEPT);
  return { ...latencies, seen: { ...seen, [sort]: spans } };
}

/** Notes this look, which bounds from below how long what still moves will have taken. */
export function lookedAt(latencies: Latencies, now: number): Latencies {
  return { ...latencies, lookedAt: now };
}

/**
 * What is assumed before anything was seen, as a uniform distribution that weighs like three observations. AWS
 * publishes no figures; users report a few to a dozen seconds for targets.
 */
const PRIOR: Span = [3000, 13_000];
const PRIOR_WEIGHT = 3;

/** The share of operations of this sort that take at most `ms`; within its span, each is as likely here as there. */
export function shareWithin({ seen = {} }: Latencies, sort: Sort, ms: number): number {
  const spans = seen[sort] ?? [];
  const known = spans.reduce((sum, span) => sum + partWithin(span, ms), 0);
  return (PRIOR_WEIGHT * partWithin(PRIOR, ms) + known) / (PRIOR_WEIGHT + spans.length);
}

/** The longest that an operation of this sort is known, or assumed, to take, in ms. */
export function longestKnown({ seen = {} }: Latencies, sort: Sort): number {
  return Math.max(PRIOR[1], ...(seen[sort] ?? []).map(([, atMost]) => atMost));
}

function partWithin([longerThan, atMost]: Span, ms: number): number {
  if (ms >= atMost) return 1;
  return Math.max(0, (ms - longerThan) / (atMost - longerThan));
}
