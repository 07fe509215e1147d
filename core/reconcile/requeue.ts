import { type Address, parseAddress } from '../address.ts';
import { parentOf } from '../resources/resourceKinds.ts';
import { phases, type Status } from '../status.ts';
import { concurrencyGroupOf, defaultQuotas, type TurnSchedule } from './concurrency.ts';
import {
  type Latencies,
  maxKnownLatency,
  type OperationKind,
  recordLatency,
  recordPoll,
  shareCompletedWithin,
} from './latencyEstimator.ts';
import type { Operation } from './ledgerRecord.ts';
import { maxInlineBackoff, maxPollDelay, operationTimeout } from './limits.ts';
import type { ReconcileInput, ResourcePlan } from './plan.ts';

export interface Requeue {
  /** The delay before the next poll, in whole seconds, at least 1. Absent when another poll would find nothing new. */
  readonly afterSeconds?: number;
  /** The known latencies, with those of this poll. */
  readonly latencies: Latencies;
}

/** An operation in progress, or about to start. `startedAt` in ms since the epoch. */
interface ActiveOperation {
  readonly address: Address;
  readonly operation: Operation;
  readonly startedAt: number;
}

/**
 * Sets the delay before the next poll: until the next completion is likely, a backoff ends, or the write rate allows
 * more. There is no next poll when only people, long backoffs, and resources that wait for those are left.
 */
export function requeueAfter(
  plans: readonly ResourcePlan[],
  schedule: TurnSchedule,
  input: ReconcileInput,
): Requeue {
  const { now } = input;
  const updated = recordLatencies(plans, input);
  const active = [
    ...ownOperations(plans, now),
    ...startedOperations(schedule, now),
    ...blockingOperations(plans, schedule, input),
  ];
  const latencies = active.length > 0 ? recordPoll(updated, now) : updated;
  if (schedule.deferred.length > 0) return { afterSeconds: 1, latencies };
  const inFlight = active.map((operation) => toInFlight(operation, plans, schedule, input));
  const delays = [
    ...backoffDelays(plans, now),
    ...plans.flatMap(({ pollAt }) => (pollAt === undefined ? [] : [secondsUntil(pollAt, now)])),
    ...(inFlight.length > 0 ? [nextPollDelay(inFlight, latencies, now)] : []),
    // An undeliverable message is sent again, but at the slowest poll rate.
    ...(schedule.toAsk.some(({ record }) => record.request) ? [maxPollDelay / 1000] : []),
  ];
  return {
    ...(delays.length > 0 && { afterSeconds: Math.max(1, Math.ceil(Math.min(...delays))) }),
    latencies,
  };
}

function recordLatencies(plans: readonly ResourcePlan[], { latencies, now }: ReconcileInput): Latencies {
  return plans.reduce(
    (known, { address, completed }) =>
      completed
        ? recordLatency(known, operationKindOf(address, completed.operation), completed.startedAt, now)
        : known,
    latencies,
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

/** The operations of managed resources in progress, apart from those that exceeded `operationTimeout`. */
function ownOperations(plans: readonly ResourcePlan[], now: number): ActiveOperation[] {
  return plans.flatMap(({ address, inProgressSince, record, observed }) => {
    if (inProgressSince === undefined || now - inProgressSince >= operationTimeout) return [];
    const operation = record.operation?.operation ?? operationOf(observed?.status);
    return [{ address, operation, startedAt: inProgressSince }];
  });
}

function startedOperations({ selected }: TurnSchedule, now: number): ActiveOperation[] {
  return selected.map(({ address, operation = 'update' }) => ({ address, operation, startedAt: now }));
}

/** Operations on unmanaged resources count only where they take the slots that queued operations need. */
function blockingOperations(
  plans: readonly ResourcePlan[],
  { queued }: TurnSchedule,
  { observed, now }: ReconcileInput,
): ActiveOperation[] {
  const groups = new Set(queued.map(({ address }) => concurrencyGroupOf(address)));
  const ownAddresses = new Set(plans.map(({ address }) => address));
  return [...observed.values()]
    .filter(({ address, status }) => !ownAddresses.has(address) && phases[status] === 'moving')
    .filter(
      ({ address, updatedAt }) =>
        groups.has(concurrencyGroupOf(address)) && now - updatedAt < operationTimeout,
    )
    .map(({ address, status, updatedAt }) => ({
      address,
      operation: operationOf(status),
      startedAt: Math.min(now, updatedAt),
    }));
}

/** A completed target frees its slot for the next one; a gateway or a provider frees as many slots as wait for it. */
function toInFlight(
  { address, operation, startedAt }: ActiveOperation,
  plans: readonly ResourcePlan[],
  { queued }: TurnSchedule,
  { quotas = defaultQuotas }: ReconcileInput,
): InFlightOperation {
  const waiting = parentOf(address)
    ? Number(queued.some((other) => concurrencyGroupOf(other.address) === concurrencyGroupOf(address)))
    : plans.filter(({ blocked }) => blocked).length;
  return {
    kind: operationKindOf(address, operation),
    startedAt,
    slotsFreed: Math.min(quotas.concurrencyLimit, waiting),
  };
}

function operationKindOf(address: Address, operation: Operation): OperationKind {
  return `${parseAddress(address).kind}/${operation}`;
}

function operationOf(status: Status | undefined): Operation {
  return (status && operationByStatus[status]) ?? 'update';
}

const operationByStatus: Readonly<Partial<Record<Status, Operation>>> = {
  CREATING: 'create',
  DELETING: 'delete',
  SYNCHRONIZING: 'sync',
};

/** An operation in progress. `startedAt` in ms since the epoch. */
export interface InFlightOperation {
  readonly kind: OperationKind;
  readonly startedAt: number;
  /** How many awaited slots its completion frees: one of a full group, up to five behind a gateway. */
  readonly slotsFreed: number;
}

/**
 * The cost of one more poll, in seconds that a free slot stays idle. A turn costs four transitions and a List; an idle
 * slot costs makespan. At 1.1, a hundred targets of 4–12 s each take 1.18 times the lower bound that the quota allows,
 * with 0.70 Lists and 2.7 transitions a target (`npm run bench`). Value iteration over the ages of five operations,
 * with their distribution known in advance, reaches 1.17 with 0.73 and 2.8: better poll times could save one percent.
 */
const POLL_COST = 1.1;

/** The cost where no slot is awaited, only the end of a reconciliation: a second of delay costs people less. */
const FINAL_POLL_COST = 3;

/** How many slots are taken to be idle between the last completion and the poll that finds it. */
const IDLE_SLOTS_AT_END = 5;

/**
 * The delay before the next poll, in whole seconds, at least 1: the one with the lowest cost (the expected idle time
 * of slots until then, and the poll itself) per completion that the poll is expected to find.
 */
export function nextPollDelay(
  inFlight: readonly InFlightOperation[],
  latencies: Latencies,
  now: number,
): number {
  const isQueued = inFlight.some(({ slotsFreed }) => slotsFreed > 0);
  const expectedGain = isQueued ? expectedSlotsFreed : probabilityAllDone;
  const pollCost = isQueued ? POLL_COST : FINAL_POLL_COST;
  let best = { seconds: maxPollDelay / 1000, cost: Number.POSITIVE_INFINITY };
  let idleSlotSeconds = 0;
  for (let seconds = 1; seconds <= maxPollDelay / 1000; seconds += 1) {
    // The idle time of the second that ends here, by what is expected to have completed in its middle.
    idleSlotSeconds += expectedGain(inFlight, latencies, now, seconds - 0.5);
    const cost = (pollCost + idleSlotSeconds) / expectedGain(inFlight, latencies, now, seconds);
    if (cost < best.cost) best = { seconds, cost };
  }
  return best.seconds;
}

/** How many awaited slots are expected to be free in `seconds`. */
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

/** When nothing is queued, only the last completion matters: the probability that all completed, in idle slots. */
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

/** The probability that an operation that is in progress now completes within `seconds`. */
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
 * An operation that exceeds every known latency is taken to be as likely as not to take the same excess again, so the
 * polls of a stuck operation grow rare. A fixed estimate would poll it every second.
 */
function overdueCompletionProbability(overdue: number, seconds: number): number {
  return seconds / (seconds + Math.max(1, overdue));
}
