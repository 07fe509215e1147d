import type { Address } from '../address.ts';
import { parentOf } from '../resources/resourceKinds.ts';
import { phases } from '../status.ts';
import { concurrencyGroupOf, type Quotas } from './concurrency.ts';
import type { ObservedResource } from './observedResource.ts';
import type { ResourcePlan } from './planResource.ts';
import type { ReconcileInput } from './reconcileInput.ts';
import type { PlannedOperation } from './reconcileResult.ts';
import type { Operation } from './resourceRecord.ts';

/** What is done in this turn, and what has to wait for another one. */
export interface TurnSchedule {
  /** Operations, or syncs, or nothing. */
  readonly selected: readonly ResourcePlan[];
  /** People to ask; a turn that asks does nothing else. */
  readonly toAsk: readonly ResourcePlan[];
  /** Due, but without a slot: something must come to its end first. */
  readonly queued: readonly ResourcePlan[];
  /** Due, with a slot, but not in this turn: one write too many, or another sort of work. */
  readonly deferred: readonly ResourcePlan[];
}

/**
 * A turn does one sort of work: it asks people, since they take longest, or makes operations, or syncs, since nobody
 * waits for those. A message that could not be handed over is tried again only where nothing else is to be done.
 */
export function scheduleTurn(
  plans: readonly ResourcePlan[],
  input: ReconcileInput,
  quotas: Quotas,
): TurnSchedule {
  const { withSlot, slotless: queued } = assignSlots(plans, input, quotas);
  const ask = plans.filter(({ askPerson }) => askPerson);
  const firstTime = ask.filter(({ record }) => !record.request);
  if (firstTime.length > 0) return { toAsk: firstTime, selected: [], queued, deferred: withSlot };
  const operations = withSlot.filter(({ operation }) => operation !== 'sync');
  const selected = (operations.length > 0 ? operations : withSlot).slice(0, quotas.writesPerTurn);
  const deferred = withSlot.filter((due) => !selected.includes(due));
  return { toAsk: selected.length > 0 ? [] : ask, selected, queued, deferred };
}

/** Gives the free slots of each window to the operations whose time has come, in the manifest's order. */
function assignSlots(plans: readonly ResourcePlan[], input: ReconcileInput, quotas: Quotas) {
  const usedSlots = countByGroup(runningAddresses(plans, input).map(concurrencyGroupOf));
  const withSlot: ResourcePlan[] = [];
  const queued: ResourcePlan[] = [];
  for (const due of roundRobin(plans.filter((plan) => isDue(plan, input.now)))) {
    const group = concurrencyGroupOf(due.address);
    const used = usedSlots.get(group) ?? 0;
    if (used < quotas.concurrencyLimit) withSlot.push(due);
    else queued.push(due);
    usedSlots.set(group, used + 1);
  }
  return { withSlot, slotless: queued };
}

/** Puts what was chosen into the form of calls. */
export function planOperations(
  { selected }: TurnSchedule,
  plans: readonly ResourcePlan[],
  input: ReconcileInput,
): PlannedOperation[] {
  const ids = new Map(plans.map(({ address, record }) => [address, record.id]));
  return selected.map((plan) => {
    const parent = parentOf(plan.address);
    return toPlannedOperation(plan, parent && (ids.get(parent) ?? input.observed.get(parent)?.id));
  });
}

function toPlannedOperation(plan: ResourcePlan, parentId: string | undefined): PlannedOperation {
  const { address, observed, record, operation = 'update', fingerprint = '' } = plan;
  const id = operation === 'create' ? undefined : (observed?.id ?? record.id);
  const configuration = configurationSent[operation]?.(fingerprint, record.lastGood);
  const baseline = operation === 'sync' ? observed?.lastSynchronizedAt : undefined;
  return {
    address,
    operation,
    fingerprint,
    ...(configuration !== undefined && { configuration }),
    ...(observed && mayRejectUpdate(observed) && { repair: true }),
    ...(id !== undefined && { id }),
    ...(parentId !== undefined && { parentId }),
    ...(baseline !== undefined && { baseline }),
  };
}

/** Whether the service may refuse an update for the state that the resource is in. */
function mayRejectUpdate({ status }: ObservedResource): boolean {
  return phases[status] === 'failed' || phases[status] === 'awaiting-authorization';
}

/** Which configuration a call carries: the one that is wanted, or the last good one. */
const configurationSent: Readonly<
  Partial<Record<Operation, (wanted: string, lastGood: string | undefined) => string | undefined>>
> = {
  create: (wanted) => wanted,
  update: (wanted) => wanted,
  rollback: (_, lastGood) => lastGood,
};

function isDue({ operation, blocked, notBefore }: ResourcePlan, now: number): boolean {
  return operation !== undefined && !blocked && notBefore <= now;
}

/** What others do on our gateways takes slots too, though it is not ours to wait for. */
function runningAddresses(plans: readonly ResourcePlan[], input: ReconcileInput): Address[] {
  const own = plans
    .filter(({ inProgressSince }) => inProgressSince !== undefined)
    .map(({ address }) => address);
  const external = [...input.observed.values()].filter(({ status }) => phases[status] === 'moving');
  return [...new Set([...own, ...external.map(({ address }) => address)])];
}

/** One of each window in turn, so that every gateway's window fills; syncs after everything that was asked for. */
function roundRobin(due: readonly ResourcePlan[]): ResourcePlan[] {
  const ranks = new Map<Address, number>();
  return due
    .map((plan) => {
      const group = concurrencyGroupOf(plan.address);
      const rank = ranks.get(group) ?? 0;
      ranks.set(group, rank + 1);
      return { judged: plan, rank, isSync: plan.operation === 'sync' };
    })
    .sort((a, b) => Number(a.isSync) - Number(b.isSync) || a.rank - b.rank)
    .map(({ judged: plan }) => plan);
}

function countByGroup(groups: readonly Address[]): Map<Address, number> {
  const counts = new Map<Address, number>();
  for (const group of groups) counts.set(group, (counts.get(group) ?? 0) + 1);
  return counts;
}
