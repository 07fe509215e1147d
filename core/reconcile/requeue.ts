import { type Address, parseAddress } from '../address.ts';
import { parentOf } from '../resources/resourceKinds.ts';
import { phases, type Status } from '../status.ts';
import { concurrencyGroupOf, defaultQuotas } from './concurrency.ts';
import { type Latencies, type OperationKind, recordLatency, recordPoll } from './latencyEstimator.ts';
import { maxInlineBackoff, maxPollDelay, operationTimeout } from './limits.ts';
import type { ResourcePlan } from './planResource.ts';
import { type InFlightOperation, nextPollDelay } from './pollInterval.ts';
import type { ReconcileInput } from './reconcileInput.ts';
import type { Operation } from './resourceRecord.ts';
import type { TurnSchedule } from './scheduleTurn.ts';

export interface Requeue {
  /** How long to wait before the next look, in whole seconds, at least 1; absent when nothing would come of it. */
  readonly afterSeconds?: number;
  /** What is known of latencies after this look. */
  readonly latencies: Latencies;
}

/** An operation under way, or about to be. `startedAt` in ms since the epoch. */
interface ActiveOperation {
  readonly address: Address;
  readonly operation: Operation;
  readonly startedAt: number;
}

/**
 * Says how long to rest: until the next completion is expected, a backoff ends, or the rate allows more. Nothing comes
 * of it where only people, long backoffs or what they hold up are left.
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
  const waits = [
    ...backoffWaits(plans, now),
    ...(inFlight.length > 0 ? [nextPollDelay(inFlight, latencies, now)] : []),
    // Whoever could not be told is tried again, not hammered.
    ...(schedule.toAsk.some(({ record }) => record.request) ? [maxPollDelay / 1000] : []),
  ];
  return { ...(waits.length > 0 && { afterSeconds: Math.max(1, Math.min(...waits)) }), latencies };
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

/** Backoffs that a pass stays for, in seconds. */
function backoffWaits(plans: readonly ResourcePlan[], now: number): number[] {
  return plans
    .filter(({ operation, blocked }) => operation !== undefined && !blocked)
    .map(({ notBefore }) => notBefore - now)
    .filter((time) => time > 0 && time <= maxInlineBackoff)
    .map((time) => Math.ceil(time / 1000));
}

/** What moves and is still waited for. */
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

/** What others do on our gateways is waited for only where it takes the slots that we need. */
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

/** A target that settles frees its slot for the next; a gateway or a provider frees as many as wait for it. */
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
