import { type Address, parseAddress } from '../resources/address.ts';
import { parentOf } from '../resources/resourceKinds.ts';
import { phases, type Status } from '../status.ts';
import type { Choice } from './choose.ts';
import type { Judged } from './judged.ts';
import { type Latencies, learn, lookedAt, type Sort } from './latency.ts';
import { longestMoving, longestWait, patience } from './limits.ts';
import { type InFlight, secondsToLook } from './look.ts';
import type { Operation } from './memory.ts';
import { defaultQuotas, windowOf } from './window.ts';
import type { World } from './world.ts';

export interface Rest {
  /** How long to wait before the next look, in whole seconds, at least 1; absent when nothing would come of it. */
  readonly seconds?: number;
  /** What is known of latencies after this look. */
  readonly latencies: Latencies;
}

/** An operation under way, or about to be. `startedAt` in ms since the epoch. */
interface Moving {
  readonly address: Address;
  readonly operation: Operation;
  readonly startedAt: number;
}

/**
 * Says how long to rest: until the next completion is expected, a backoff ends, or the rate allows more. Nothing comes
 * of it where only people, long backoffs or what they hold up are left.
 */
export function rest(judged: readonly Judged[], choice: Choice, world: World): Rest {
  const { now } = world;
  const learned = learnFrom(judged, world);
  const moving = [...ours(judged, now), ...begun(choice, now), ...inTheWay(judged, choice, world)];
  const latencies = moving.length > 0 ? lookedAt(learned, now) : learned;
  if (choice.later.length > 0) return { seconds: 1, latencies };
  const inFlight = moving.map((one) => inFlightOf(one, judged, choice, world));
  const waits = [
    ...held(judged, now),
    ...(inFlight.length > 0 ? [secondsToLook(inFlight, latencies, now)] : []),
    // Whoever could not be told is tried again, not hammered.
    ...(choice.asked.some(({ memory }) => memory.request) ? [longestWait / 1000] : []),
  ];
  return { ...(waits.length > 0 && { seconds: Math.max(1, Math.min(...waits)) }), latencies };
}

function learnFrom(judged: readonly Judged[], { latencies, now }: World): Latencies {
  return judged.reduce(
    (known, { address, ended }) =>
      ended ? learn(known, sortOf(address, ended.operation), ended.startedAt, now) : known,
    latencies,
  );
}

/** Backoffs that a pass stays for, in seconds. */
function held(judged: readonly Judged[], now: number): number[] {
  return judged
    .filter(({ operation, blocked }) => operation !== undefined && !blocked)
    .map(({ notBefore }) => notBefore - now)
    .filter((time) => time > 0 && time <= patience)
    .map((time) => Math.ceil(time / 1000));
}

/** What moves and is still waited for. */
function ours(judged: readonly Judged[], now: number): Moving[] {
  return judged.flatMap(({ address, movingSince, memory, observed }) => {
    if (movingSince === undefined || now - movingSince >= longestMoving) return [];
    const operation = memory.operation?.operation ?? operationBehind(observed?.status);
    return [{ address, operation, startedAt: movingSince }];
  });
}

function begun({ chosen }: Choice, now: number): Moving[] {
  return chosen.map(({ address, operation = 'update' }) => ({ address, operation, startedAt: now }));
}

/** What others do on our gateways is waited for only where it takes the slots that we need. */
function inTheWay(judged: readonly Judged[], { slotless }: Choice, { observed, now }: World): Moving[] {
  const windows = new Set(slotless.map(({ address }) => windowOf(address)));
  const ours = new Set(judged.map(({ address }) => address));
  return [...observed.values()]
    .filter(({ address, status }) => !ours.has(address) && phases[status] === 'moving')
    .filter(({ address, updatedAt }) => windows.has(windowOf(address)) && now - updatedAt < longestMoving)
    .map(({ address, status, updatedAt }) => ({
      address,
      operation: operationBehind(status),
      startedAt: Math.min(now, updatedAt),
    }));
}

/** A target that settles frees its slot for the next; a gateway or a provider frees as many as wait for it. */
function inFlightOf(
  { address, operation, startedAt }: Moving,
  judged: readonly Judged[],
  { slotless }: Choice,
  { quotas = defaultQuotas }: World,
): InFlight {
  const waiting = parentOf(address)
    ? Number(slotless.some((other) => windowOf(other.address) === windowOf(address)))
    : judged.filter(({ blocked }) => blocked).length;
  return { sort: sortOf(address, operation), startedAt, frees: Math.min(quotas.window, waiting) };
}

function sortOf(address: Address, operation: Operation): Sort {
  return `${parseAddress(address).kind}/${operation}`;
}

function operationBehind(status: Status | undefined): Operation {
  return (status && byStatus[status]) ?? 'update';
}

const byStatus: Readonly<Partial<Record<Status, Operation>>> = {
  CREATING: 'create',
  DELETING: 'delete',
  SYNCHRONIZING: 'sync',
};
