import type { KindName } from '../resources/resourceKind.ts';
import { maxPollDelay } from './limits.ts';
import type { Operation } from './resourceRecord.ts';

/** A sort of operation whose latency is learned apart: creating a target is another matter than updating a gateway. */
export type OperationKind = `${KindName}/${Operation}`;

/**
 * Between how many ms and how many an operation took: longer than the look that still saw it moving, at most as long
 * as the look that saw it settled.
 */
export type LatencyInterval = readonly [longerThan: number, atMost: number];

/** What the loop has learned of the service. */
export interface Latencies {
  /** When the control plane was last looked at while something moved, in ms since the epoch. */
  readonly polledAt?: number;
  /** How long the last operations of each sort took, newest last. */
  readonly intervals?: Readonly<Partial<Record<OperationKind, readonly LatencyInterval[]>>>;
}

/** How many of the latest are kept: enough for a distribution, few enough to follow a service that changes. */
const MAX_INTERVALS = 32;

/** A span wider than this says nothing: nobody looked in the meantime. Twice the longest wait between two looks. */
const MAX_INTERVAL_WIDTH = 2 * maxPollDelay;

/**
 * Learns from an operation that was just found settled. Taking it for as long as its finding would make every estimate
 * too long by half the time between two looks, and each the next one longer: a hundred targets then took a third more
 * than the bound of the quota (`npm run bench`).
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

/** Notes this look, which bounds from below how long what still moves will have taken. */
export function recordPoll(latencies: Latencies, now: number): Latencies {
  return { ...latencies, polledAt: now };
}

/**
 * What is assumed before anything was seen, as a uniform distribution that weighs like three observations. AWS
 * publishes no figures; users report a few to a dozen seconds for targets.
 */
const PRIOR: LatencyInterval = [3000, 13_000];
const PRIOR_WEIGHT = 3;

/** The share of operations of this sort that take at most `ms`; within its span, each is as likely here as there. */
export function shareCompletedWithin(
  { intervals: intervalsByKind = {} }: Latencies,
  kind: OperationKind,
  ms: number,
): number {
  const intervals = intervalsByKind[kind] ?? [];
  const weight = intervals.reduce((sum, interval) => sum + fractionWithin(interval, ms), 0);
  return (PRIOR_WEIGHT * fractionWithin(PRIOR, ms) + weight) / (PRIOR_WEIGHT + intervals.length);
}

/** The longest that an operation of this sort is known, or assumed, to take, in ms. */
export function maxKnownLatency({ intervals = {} }: Latencies, kind: OperationKind): number {
  return Math.max(PRIOR[1], ...(intervals[kind] ?? []).map(([, atMost]) => atMost));
}

function fractionWithin([longerThan, atMost]: LatencyInterval, ms: number): number {
  if (ms >= atMost) return 1;
  return Math.max(0, (ms - longerThan) / (atMost - longerThan));
}
