import type { Address } from '../address.ts';
import { defined } from '../objects.ts';
import type { ObservedResource } from '../resources/observe.ts';
import { parentOf } from '../resources/resourceKinds.ts';
import { phases } from '../status.ts';
import type { Operation } from './ledgerRecord.ts';
import type { PlannedOperation, Quotas, ReconcileInput, ResourcePlan } from './plan.ts';

/** Source: "Quotas for Amazon Bedrock AgentCore", gateway limits. */
export const defaultQuotas: Quotas = { concurrencyLimit: 5, writesPerTurn: 5 };

/** The group within which the service limits concurrent operations: a gateway with its targets, or another resource. */
export function concurrencyGroupOf(address: Address): Address {
  return parentOf(address) ?? address;
}

/** What this turn starts, and what has to wait. */
export interface TurnSchedule {
  /** Operations, or syncs, or nothing. */
  readonly selected: readonly ResourcePlan[];
  /** People to ask. A turn that asks starts no operation. */
  readonly toAsk: readonly ResourcePlan[];
  /** Due, but without a free slot: another operation must end first. */
  readonly queued: readonly ResourcePlan[];
  /** Due and with a free slot, but beyond the writes of this turn, or of another kind of work. */
  readonly deferred: readonly ResourcePlan[];
}

/**
 * Selects the work of one turn, which is of one kind: requests to people first, since people take longest, then
 * operations, then syncs, since nothing waits for those. A message that could not be delivered is sent again only in
 * a turn without other work.
 */
export function scheduleTurn(
  plans: readonly ResourcePlan[],
  input: ReconcileInput,
  quotas: Quotas,
): TurnSchedule {
  const { withSlot, queued } = assignSlots(plans, input, quotas);
  const ask = plans.filter(({ askPerson }) => askPerson);
  const firstTime = ask.filter(({ record }) => !record.request);
  if (firstTime.length > 0) return { toAsk: firstTime, selected: [], queued, deferred: withSlot };
  const operations = withSlot.filter(({ operation }) => operation !== 'sync');
  const selected = (operations.length > 0 ? operations : withSlot).slice(0, quotas.writesPerTurn);
  const deferred = withSlot.filter((due) => !selected.includes(due));
  return { toAsk: selected.length > 0 ? [] : ask, selected, queued, deferred };
}

/** Assigns the free slots of each concurrency group to the operations that are due, in the order of the manifest. */
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
  return { withSlot, queued };
}

function isDue({ operation, blocked, notBefore }: ResourcePlan, now: number): boolean {
  return operation !== undefined && !blocked && notBefore <= now;
}

/** Operations that Gateloop did not start also take slots of its gateways. */
function runningAddresses(plans: readonly ResourcePlan[], input: ReconcileInput): Address[] {
  const own = plans
    .filter(({ inProgressSince }) => inProgressSince !== undefined)
    .map(({ address }) => address);
  const external = [...input.observed.values()].filter(({ status }) => phases[status] === 'moving');
  return [...new Set([...own, ...external.map(({ address }) => address)])];
}

/** Takes one operation of each group in turn, so that every gateway uses its slots; syncs come after operations. */
function roundRobin(due: readonly ResourcePlan[]): ResourcePlan[] {
  const ranks = new Map<Address, number>();
  return due
    .map((plan) => {
      const group = concurrencyGroupOf(plan.address);
      const rank = ranks.get(group) ?? 0;
      ranks.set(group, rank + 1);
      return { plan, rank, isSync: plan.operation === 'sync' };
    })
    .sort((a, b) => Number(a.isSync) - Number(b.isSync) || a.rank - b.rank)
    .map(({ plan }) => plan);
}

function countByGroup(groups: readonly Address[]): Map<Address, number> {
  const counts = new Map<Address, number>();
  for (const group of groups) counts.set(group, (counts.get(group) ?? 0) + 1);
  return counts;
}

/**
 * Converts plans to the calls that the steps make.
 *
 * @param due those whose calls are to be made
 * @param plans of all resources of the workspace
 */
export function planOperations(
  due: readonly ResourcePlan[],
  plans: readonly ResourcePlan[],
  input: ReconcileInput,
): PlannedOperation[] {
  const ids = new Map(plans.map(({ address, record }) => [address, record.id]));
  return due.map((plan) => {
    const parent = parentOf(plan.address);
    return toPlannedOperation(plan, parent && (ids.get(parent) ?? input.observed.get(parent)?.id));
  });
}

function toPlannedOperation(plan: ResourcePlan, parentId: string | undefined): PlannedOperation {
  const { address, observed, record, operation = 'update', tagChange, wantedTags } = plan;
  const changesTags = operation === 'tag' || operation === 'unmanage';
  const fingerprint = changesTags ? tagChange?.fingerprint : plan.fingerprint;
  return {
    address,
    operation,
    fingerprint: fingerprint ?? '',
    ...(observed && mayRejectUpdate(observed) && { repair: true }),
    ...defined({
      heals: plan.heals,
      asksAnew: plan.asksAnew,
      keepLive: plan.keepLive,
      configuration: sentConfiguration[operation]?.(fingerprint ?? '', record.lastGood),
      ...(changesTags && { tags: tagChange && { set: tagChange.set, remove: tagChange.remove } }),
      ...((operation === 'tag' || operation === 'create') && { wantedTags }),
      id: operation === 'create' ? undefined : (observed?.id ?? record.id),
      parentId,
      baseline: operation === 'sync' ? observed?.lastSynchronizedAt : undefined,
    }),
  };
}

/** Whether the status of the resource may make the service reject an update. */
function mayRejectUpdate({ status }: ObservedResource): boolean {
  return phases[status] === 'failed' || phases[status] === 'awaiting-authorization';
}

/** The fingerprint of the configuration that a call sends. */
const sentConfiguration: Readonly<
  Partial<Record<Operation, (desired: string, lastGood: string | undefined) => string | undefined>>
> = {
  create: (desired) => desired,
  update: (desired) => desired,
  rollback: (_, lastGood) => lastGood,
};
