import type { Address } from '../resources/address.ts';
import { parentOf } from '../resources/resourceKinds.ts';
import { phases } from '../status.ts';
import type { PlannedOperation } from './decision.ts';
import type { Judged } from './judged.ts';
import type { Operation } from './memory.ts';
import type { Observed } from './observed.ts';
import { type Quotas, windowOf } from './window.ts';
import type { World } from './world.ts';

/** What is done in this turn, and what has to wait for another one. */
export interface Choice {
  /** Operations, or syncs, or nothing. */
  readonly chosen: readonly Judged[];
  /** People to ask; a turn that asks does nothing else. */
  readonly asked: readonly Judged[];
  /** Due, but without a slot: something must come to its end first. */
  readonly slotless: readonly Judged[];
  /** Due, with a slot, but not in this turn: one write too many, or another sort of work. */
  readonly later: readonly Judged[];
}

/**
 * A turn does one sort of work: it asks people, since they take longest, or makes operations, or syncs, since nobody
 * waits for those. A message that could not be handed over is tried again only where nothing else is to be done.
 */
export function choose(judged: readonly Judged[], world: World, quotas: Quotas): Choice {
  const { withSlot, slotless } = giveSlots(judged, world, quotas);
  const ask = judged.filter(({ ask }) => ask);
  const firstTime = ask.filter(({ memory }) => !memory.request);
  if (firstTime.length > 0) return { asked: firstTime, chosen: [], slotless, later: withSlot };
  const operations = withSlot.filter(({ operation }) => operation !== 'sync');
  const chosen = (operations.length > 0 ? operations : withSlot).slice(0, quotas.writesPerTurn);
  const later = withSlot.filter((due) => !chosen.includes(due));
  return { asked: chosen.length > 0 ? [] : ask, chosen, slotless, later };
}

/** Gives the free slots of each window to the operations whose time has come, in the manifest's order. */
function giveSlots(judged: readonly Judged[], world: World, quotas: Quotas) {
  const used = count(movingAddresses(judged, world).map(windowOf));
  const withSlot: Judged[] = [];
  const slotless: Judged[] = [];
  for (const due of inTurns(judged.filter((one) => isDue(one, world.now)))) {
    const window = windowOf(due.address);
    const taken = used.get(window) ?? 0;
    if (taken < quotas.window) withSlot.push(due);
    else slotless.push(due);
    used.set(window, taken + 1);
  }
  return { withSlot, slotless };
}

/** Puts what was chosen into the form of calls. */
export function planOperations(
  { chosen }: Choice,
  judged: readonly Judged[],
  world: World,
): PlannedOperation[] {
  const ids = new Map(judged.map(({ address, memory }) => [address, memory.id]));
  return chosen.map((one) => {
    const parent = parentOf(one.address);
    return plan(one, parent && (ids.get(parent) ?? world.observed.get(parent)?.id));
  });
}

function plan(judged: Judged, parentId: string | undefined): PlannedOperation {
  const { address, observed, memory, operation = 'update', fingerprint = '' } = judged;
  const id = operation === 'create' ? undefined : (observed?.id ?? memory.id);
  const configuration = sends[operation]?.(fingerprint, memory.lastGood);
  const baseline = operation === 'sync' ? observed?.lastSynchronizedAt : undefined;
  return {
    address,
    operation,
    fingerprint,
    ...(configuration !== undefined && { configuration }),
    ...(observed && isStuck(observed) && { repair: true }),
    ...(id !== undefined && { id }),
    ...(parentId !== undefined && { parentId }),
    ...(baseline !== undefined && { baseline }),
  };
}

/** Whether the service may refuse an update for the state that the resource is in. */
function isStuck({ status }: Observed): boolean {
  return phases[status] === 'failed' || phases[status] === 'awaiting-authorization';
}

/** Which configuration a call carries: the one that is wanted, or the last good one. */
const sends: Readonly<
  Partial<Record<Operation, (wanted: string, lastGood: string | undefined) => string | undefined>>
> = {
  create: (wanted) => wanted,
  update: (wanted) => wanted,
  rollback: (_, lastGood) => lastGood,
};

function isDue({ operation, blocked, notBefore }: Judged, now: number): boolean {
  return operation !== undefined && !blocked && notBefore <= now;
}

/** What others do on our gateways takes slots too, though it is not ours to wait for. */
function movingAddresses(judged: readonly Judged[], world: World): Address[] {
  const moving = judged.filter(({ movingSince }) => movingSince !== undefined).map(({ address }) => address);
  const strangers = [...world.observed.values()].filter(({ status }) => phases[status] === 'moving');
  return [...new Set([...moving, ...strangers.map(({ address }) => address)])];
}

/** One of each window in turn, so that every gateway's window fills; syncs after everything that was asked for. */
function inTurns(due: readonly Judged[]): Judged[] {
  const ranks = new Map<Address, number>();
  return due
    .map((judged) => {
      const window = windowOf(judged.address);
      const rank = ranks.get(window) ?? 0;
      ranks.set(window, rank + 1);
      return { judged, rank, isSync: judged.operation === 'sync' };
    })
    .sort((a, b) => Number(a.isSync) - Number(b.isSync) || a.rank - b.rank)
    .map(({ judged }) => judged);
}

function count(windows: readonly Address[]): Map<Address, number> {
  const counts = new Map<Address, number>();
  for (const window of windows) counts.set(window, (counts.get(window) ?? 0) + 1);
  return counts;
}
