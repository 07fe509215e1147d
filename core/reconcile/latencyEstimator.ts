import type { KindName } from '../resources/resourceKind.ts';
import type { Operation } from './ledgerRecord.ts';
import { maxPollDelay } from './limits.ts';

/** Latencies are estimated for each kind of operation: to create a target takes another time than to update a gateway. */
export type OperationKind = `${KindName}/${Operation}`;

/**
 * The bounds of an operation's latency in ms: longer than until the last poll that found it in progress, at most until
 * the poll that found it completed.
 */
export type LatencyInterval = readonly [longerThan: number, atMost: number];

/** The latencies of the service, as observed. */
export interface Latencies {
  /** The last poll while an operation was in progress, in ms since the epoch. */
  readonly polledAt?: number;
  /** The latencies of the last operations of each kind, newest last. */
  readonly intervals?: Readonly<Partial<Record<OperationKind, readonly LatencyInterval[]>>>;
}

/** How many intervals are kept per kind: enough for a distribution, few enough to follow a service that changes. */
const MAX_INTERVALS = 32;

/** A wider interval says nothing: polls paused meanwhile. Twice the longest delay between two polls. */
const MAX_INTERVAL_WIDTH = 2 * maxPollDelay;

/**
 * Records the latency of an operation that this poll found completed, as an interval. The time until the poll alone
 * would make every estimate too long by half a poll delay, and each delay longer than the one before: a hundred
 * targets then took a third more than the lower bound that the quota allows (`npm run bench`).
 */
export function recordLatency(
  latencies: Latencies,
  kind: OperationKind,
  startedAt: number,
  now: number,
): Latencies {
  const { polledAt = startedAt, intervals = {} } = latencies;
  const longerThan = Math.max(0, polledAt - startedAt);
  const atMost = now - startedAt;
  if (atMost - longerThan > MAX_INTERVAL_WIDTH) return latencies;
  const updated = [...(intervals[kind] ?? []), [longerThan, atMost] as const].slice(-MAX_INTERVALS);
  return { ...latencies, intervals: { ...intervals, [kind]: updated } };
}

/** Records this poll: it is the lower bound of the latency of each operation that is still in progress. */
export function recordPoll(latencies: Latencies, now: number): Latencies {
  return { ...latencies, polledAt: now };
}

/**
 * The assumption before any observation: a uniform distribution with the weight of three observations. AWS publishes
 * no figures; users report a few to a dozen seconds for targets.
 */
const PRIOR: LatencyInterval = [3000, 13_000];
const PRIOR_WEIGHT = 3;

/** The share of operations of this kind that complete within `ms`, with a uniform distribution in each interval. */
export function shareCompletedWithin(
  { intervals: intervalsByKind = {} }: Latencies,
  kind: OperationKind,
  ms: number,
): number {
  const intervals = intervalsByKind[kind] ?? [];
  const weight = intervals.reduce((sum, interval) => sum + fractionWithin(interval, ms), 0);
  return (PRIOR_WEIGHT * fractionWithin(PRIOR, ms) + weight) / (PRIOR_WEIGHT + intervals.length);
}

/** The longest latency that is known or assumed for this kind of operation, in ms. */
export function maxKnownLatency({ intervals = {} }: Latencies, kind: OperationKind): number {
  return Math.max(PRIOR[1], ...(intervals[kind] ?? []).map(([, atMost]) => atMost));
}

function fractionWithin([longerThan, atMost]: LatencyInterval, ms: number): number {
  if (ms >= atMost) return 1;
  return Math.max(0, (ms - longerThan) / (atMost - longerThan));
}
