import { phases } from '../status.ts';
import { concurrencyGroupOf, type TurnSchedule } from './concurrency.ts';
import { awaitedOperation, isShortPause, longestHold, pauseBeforeLook } from './hold.ts';
import { maxInlineBackoff, maxPollDelay, operationTimeout } from './limits.ts';
import type { ReconcileInput, ResourcePlan } from './plan.ts';

/** When the next poll comes. */
export interface Requeue {
  /** The delay before the next poll, in whole seconds, at least 1. Absent when another poll would find nothing new. */
  readonly afterSeconds?: number;
  /** How long provision may wait for what Gateloop has begun, in whole seconds; 0: not at all. */
  readonly holdSeconds: number;
}

/**
 * Sets the delay before the next poll: until half as much time has passed again since the youngest operation began, a
 * backoff ends, or the write rate allows more. There is no next poll when only people, long backoffs, and resources that
 * wait for those are left. While an operation of Gateloop is young, provision holds on for it instead.
 */
export function requeueAfter(
  plans: readonly ResourcePlan[],
  schedule: TurnSchedule,
  input: ReconcileInput,
): Requeue {
  const { now } = input;
  const starts = [
    ...ownOperations(plans, now),
    ...schedule.selected.map(() => now),
    ...blockingOperations(plans, schedule, input),
  ];
  const planned = [
    ...backoffDelays(plans, now),
    ...plans.flatMap(({ pollAt }) => (pollAt === undefined ? [] : [secondsUntil(pollAt, now)])),
  ];
  const delays = [
    ...planned,
    ...(starts.length > 0 ? [pollDelay(Math.max(...starts), now)] : []),
    // An undeliverable message is sent again, but at the slowest poll rate.
    ...(schedule.toAsk.some(({ record }) => record.request) ? [maxPollDelay / 1000] : []),
    ...(schedule.deferred.length > 0 ? [1] : []),
  ];
  const isHeld = hasBegun(plans, schedule) && isShortPause(pauseBeforeLook(Math.max(...starts, 0), now));
  return {
    ...(delays.length > 0 && { afterSeconds: Math.max(1, Math.ceil(Math.min(...delays))) }),
    holdSeconds: isHeld ? Math.floor(Math.min(longestHold / 1000, ...planned)) : 0,
  };
}

/** Whether there is something to hold on for: an operation that the ledger has, or one that begins now or next. */
function hasBegun(plans: readonly ResourcePlan[], { selected, queued, deferred }: TurnSchedule): boolean {
  if (selected.length + queued.length + deferred.length > 0) return true;
  return plans.some(
    ({ inProgressSince, record }) => inProgressSince !== undefined && awaitedOperation(record) !== undefined,
  );
}

/** An upload must not wait longer than usual for a poll, even if nothing is expected before. */
function secondsUntil(time: number, now: number): number {
  return Math.min(maxPollDelay, Math.max(0, time - now)) / 1000;
}

/** The backoffs that are short enough for this execution to wait for, in seconds. */
function backoffDelays(plans: readonly ResourcePlan[], now: number): number[] {
  return plans
    .filter(({ operation, blocked }) => operation !== undefined && !blocked)
    .map(({ notBefore }) => notBefore - now)
    .filter((time) => time > 0 && time <= maxInlineBackoff)
    .map((time) => Math.ceil(time / 1000));
}

/** The starts of the operations of managed resources, apart from those that exceeded `operationTimeout`. */
function ownOperations(plans: readonly ResourcePlan[], now: number): number[] {
  return plans.flatMap(({ inProgressSince }) =>
    inProgressSince === undefined || now - inProgressSince >= operationTimeout ? [] : [inProgressSince],
  );
}

/** The starts of operations on unmanaged resources, which count only where they take the slots that others need. */
function blockingOperations(
  plans: readonly ResourcePlan[],
  { queued }: TurnSchedule,
  { observed, now }: ReconcileInput,
): number[] {
  const groups = new Set(queued.map(({ address }) => concurrencyGroupOf(address)));
  const ownAddresses = new Set(plans.map(({ address }) => address));
  return [...observed.values()]
    .filter(({ address, status }) => !ownAddresses.has(address) && phases[status] === 'moving')
    .filter(
      ({ address, updatedAt }) =>
        groups.has(concurrencyGroupOf(address)) && now - updatedAt < operationTimeout,
    )
    .map(({ updatedAt }) => Math.min(now, updatedAt));
}

/**
 * The delay before the next poll of operations that no hold waits for, in seconds: half the age of the youngest. Twelve
 * polls cover the first five minutes of an operation, and a stuck one is polled twice a minute.
 */
function pollDelay(youngestStart: number, now: number): number {
  return Math.min(maxPollDelay, (now - youngestStart) / 2) / 1000;
}
