import {
  type Latencies,
  maxKnownLatency,
  type OperationKind,
  shareCompletedWithin,
} from './latencyEstimator.ts';
import { maxPollDelay } from './limits.ts';

/** An operation under way. `startedAt` in ms since the epoch. */
export interface InFlightOperation {
  readonly kind: OperationKind;
  readonly startedAt: number;
  /** How many slots something waits for that its completion sets free: one of a full window, five behind a gateway. */
  readonly slotsFreed: number;
}

/**
 * What one more look at the control plane is worth, in seconds that a free slot of the window stands idle. A turn
 * costs four transitions and a List; a slot left idle costs makespan. The three trade against each other: at 1.1, a
 * hundred targets of 4–12 s each take 1.18 times the bound of the quota with 0.70 Lists and 2.7 transitions a target
 * (`npm run bench`). Value iteration over the ages of five operations, with their distribution known beforehand, gets
 * to 1.17 with 0.73 and 2.8: what is left to win by looking at better times is a hundredth.
 */
const POLL_COST = 1.1;

/** The same where nothing waits for a slot but people for the end: a second costs them less than it costs a queue. */
const FINAL_POLL_COST = 3;

/** How many slots stand idle between the last completion and the look that finds it. */
const IDLE_SLOTS_AT_END = 5;

/**
 * When to look next: the whole number of seconds, at least 1, that makes the idle time expected until then, and the
 * look itself, cheapest for what the look is expected to find.
 */
export function nextPollDelay(
  inFlight: readonly InFlightOperation[],
  latencies: Latencies,
  now: number,
): number {
  const isQueued = inFlight.some(({ slotsFreed: frees }) => frees > 0);
  const expectedGain = isQueued ? expectedSlotsFreed : probabilityAllDone;
  const pollCost = isQueued ? POLL_COST : FINAL_POLL_COST;
  let best = { seconds: maxPollDelay / 1000, price: Number.POSITIVE_INFINITY };
  let idleSlotSeconds = 0;
  for (let seconds = 1; seconds <= maxPollDelay / 1000; seconds += 1) {
    // Idle time of the second that ends here, by what has completed in its middle.
    idleSlotSeconds += expectedGain(inFlight, latencies, now, seconds - 0.5);
    const cost = (pollCost + idleSlotSeconds) / expectedGain(inFlight, latencies, now, seconds);
    if (cost < best.price) best = { seconds, price: cost };
  }
  return best.seconds;
}

/** How many slots that something waits for are expected to be free `seconds` from now. */
function expectedSlotsFreed(
  inFlight: readonly InFlightOperation[],
  latencies: Latencies,
  now: number,
  seconds: number,
): number {
  return inFlight.reduce(
    (sum, operation) =>
      sum + operation.slotsFreed * completionProbability(operation, latencies, now, seconds),
    0,
  );
}

/** At the end only the last completion matters: the chance that all have come, in slots that would stand idle. */
function probabilityAllDone(
  inFlight: readonly InFlightOperation[],
  latencies: Latencies,
  now: number,
  seconds: number,
): number {
  return inFlight.reduce(
    (probability, operation) => probability * completionProbability(operation, latencies, now, seconds),
    IDLE_SLOTS_AT_END,
  );
}

/** How likely an operation that has not ended yet will have `seconds` from now. */
function completionProbability(
  { kind, startedAt }: InFlightOperation,
  latencies: Latencies,
  now: number,
  seconds: number,
): number {
  const elapsed = now - startedAt;
  const before = shareCompletedWithin(latencies, kind, elapsed);
  if (before >= 1)
    return overdueCompletionProbability((elapsed - maxKnownLatency(latencies, kind)) / 1000, seconds);
  return (shareCompletedWithin(latencies, kind, elapsed + seconds * 1000) - before) / (1 - before);
}

/**
 * What has taken longer than anything known is as likely as not to take as much longer again. So looks at it grow
 * rarer, where a fixed guess would look every second for as long as it is stuck.
 */
function overdueCompletionProbability(overdue: number, seconds: number): number {
  return seconds / (seconds + Math.max(1, overdue));
}
