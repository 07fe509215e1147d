import { parseAddress } from '../resources/resourceKinds.ts';
import { phases, type Status } from '../status.ts';
import type { Choice } from './choose.ts';
import type { Judged } from './judged.ts';
import { type InFlight, type Latencies, learn, type Sort, waitSeconds } from './latency.ts';
import { longestMoving, longestWait, patience } from './limits.ts';
import type { Operation } from './memory.ts';
import { windowOf } from './window.ts';
import type { World } from './world.ts';

/** @returns what is known of latencies once the operations that have just ended have told theirs */
export function learnFrom(judged: readonly Judged[], { latencies, now }: World): Latencies {
  return judged.reduce(
    (known, { address, ended }) =>
      ended ? learn(known, sortOf(address, ended.operation), now - ended.startedAt) : known,
    latencies,
  );
}

/**
 * How long to wait before the next look, in whole seconds, at least 1.
 *
 * @returns undefined when nothing would come of it: only people, long backoffs or what they hold up are left
 */
export function restSeconds(
  judged: readonly Judged[],
  choice: Choice,
  latencies: Latencies,
  world: World,
): number | undefined {
  const { now } = world;
  if (choice.later.length > 0) return 1;
  const waits = judged
    .filter(({ operation, blocked }) => operation !== undefined && !blocked)
    .map(({ notBefore }) => notBefore - now)
    .filter((held) => held > 0 && held <= patience)
    .map((held) => Math.ceil(held / 1000));
  const inFlight = [...ours(judged, now), ...begun(choice, now), ...inTheWay(judged, choice, world)];
  const isAwaited = choice.slotless.length > 0 || judged.some(({ blocked }) => blocked);
  // Whoever could not be told is tried again, not hammered.
  if (choice.asked.some(({ memory }) => memory.request)) waits.push(longestWait / 1000);
  if (inFlight.length > 0) waits.push(waitSeconds(inFlight, latencies, now, isAwaited));
  return waits.length > 0 ? Math.max(1, Math.min(...waits)) : undefined;
}

/** What moves and is still waited for. */
function ours(judged: readonly Judged[], now: number): InFlight[] {
  return judged.flatMap(({ address, movingSince, memory, observed }) =>
    movingSince === undefined || now - movingSince >= longestMoving
      ? []
      : [
          {
            sort: sortOf(address, memory.operation?.operation ?? operationBehind(observed?.status)),
            startedAt: movingSince,
          },
        ],
  );
}

function begun({ chosen }: Choice, now: number): InFlight[] {
  return chosen.map(({ address, operation = 'update' }) => ({
    sort: sortOf(address, operation),
    startedAt: now,
  }));
}

/** What others do on our gateways is waited for only where it takes the slots that we need. */
function inTheWay(judged: readonly Judged[], { slotless }: Choice, { observed, now }: World): InFlight[] {
  const windows = new Set(slotless.map(({ address }) => windowOf(address)));
  const ours = new Set(judged.map(({ address }) => address));
  return [...observed.values()]
    .filter(({ address, status }) => !ours.has(address) && phases[status] === 'moving')
    .filter(({ address, updatedAt }) => windows.has(windowOf(address)) && now - updatedAt < longestMoving)
    .map(({ address, status, updatedAt }) => ({
      sort: sortOf(address, operationBehind(status)),
      startedAt: Math.min(now, updatedAt),
    }));
}

function sortOf(address: Judged['address'], operation: Operation): Sort {
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
