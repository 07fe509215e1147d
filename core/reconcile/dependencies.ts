import { type Address, addressOf, parseAddress } from '../address.ts';
import type { DesiredResource } from '../desired/desired.ts';
import { parentOf, resourceKinds } from '../resources/resourceKinds.ts';
import { phases } from '../status.ts';
import type { ResourceCondition } from './ledgerRecord.ts';
import type { ReconcileInput, ResourcePlan } from './plan.ts';

/** The condition of a resource, and its reasons, while another resource blocks it. */
export type Blocker = Pick<ResourcePlan, 'state' | 'reasons'>;

/** The resources that must be ready before a resource is written: its parent, and those that it refers to. */
export function dependenciesOf(resource: DesiredResource): Address[] {
  const parent = parentOf(resource.address);
  const references = resource.references.map(({ kind, name }) => addressOf(kind, name));
  return parent ? [parent, ...references] : references;
}

/**
 * Whether the resources that depend on this one may proceed. Either it is ready, and at most a sync is planned for it; or
 * it serves as it is, and Gateloop does nothing about it now: a change that was refused, failed or awaits a person holds
 * back nothing else.
 */
export function isDependencyUsable(
  plan: Pick<ResourcePlan, 'state' | 'operation' | 'observed' | 'inProgressSince'>,
): boolean {
  if (isUpToDate(plan)) return true;
  const isServing = plan.observed !== undefined && phases[plan.observed.status] === 'ready';
  return isServing && plan.inProgressSince === undefined && heldConditions.includes(plan.state);
}

/**
 * Whether a resource may be written although its parent has failed: it names the version that it serves, and every version
 * stays as it was. So an endpoint can be brought back to an earlier version of a runtime whose latest one fails.
 */
export function isUsableParent(
  { kind, address, references }: DesiredResource,
  parent: Pick<ResourcePlan, 'address' | 'observed' | 'inProgressSince'>,
): boolean {
  if (!resourceKinds[kind].version || parentOf(address) !== parent.address) return false;
  if (references.some(({ kind: other, name }) => addressOf(other, name) === parent.address)) return false;
  return (
    parent.inProgressSince === undefined &&
    parent.observed !== undefined &&
    phases[parent.observed.status] !== 'moving'
  );
}

/**
 * Whether a resource refers to the latest version of its parent, and another client made that one: nothing in the manifest asks
 * for it, so that it is not served before the parent is healed or its change is declared.
 */
export function followsForeignVersion(
  { kind, address, references }: DesiredResource,
  parent: Pick<ResourcePlan, 'address' | 'record'>,
): boolean {
  const { version } = resourceKinds[kind];
  const { drift } = parent.record;
  if (!version || parentOf(address) !== parent.address || drift?.cause !== 'foreign' || drift.toldOnly)
    return false;
  return references.some(
    ({ kind: other, name, field }) => addressOf(other, name) === parent.address && field === version.ofParent,
  );
}

/** @param address of the parent whose latest version another client made */
export function stayingBehind(address: Address): Blocker {
  const reason = `It stays at its version: another client made the latest one of ${address}. Declare that change, turn on settings.selfHeal, or name a version.`;
  return { state: 'drifted', reasons: [reason] };
}

const heldConditions: readonly ResourceCondition[] = [
  'drifted',
  'refused',
  'failed',
  'awaiting-approval',
  'awaiting-authorization',
];

/** Whether a resource has what the manifest says: then nothing uses what an earlier manifest said. */
export function isUpToDate({ state, operation }: Pick<ResourcePlan, 'state' | 'operation'>): boolean {
  return state === 'ready' && (operation === undefined || operation === 'sync');
}

/** @param state the condition of the resource at `address`, which is waited for */
export function waitingFor(address: Address, state: ResourceCondition): Blocker {
  return {
    state: stateWhileWaiting[state],
    reasons: [`Waits for ${address}, which is ${stateText[state]}.`],
  };
}

const stateWhileWaiting: Readonly<Record<ResourceCondition, ResourceCondition>> = {
  ready: 'in-progress',
  drifted: 'in-progress',
  'in-progress': 'in-progress',
  suspended: 'suspended',
  'awaiting-authorization': 'awaiting-authorization',
  'awaiting-approval': 'awaiting-approval',
  failed: 'failed',
  refused: 'failed',
  absent: 'absent',
};

const stateText: Readonly<Record<ResourceCondition, string>> = {
  ready: 'about to change',
  drifted: 'about to change',
  'in-progress': 'in progress',
  suspended: 'suspended',
  'awaiting-authorization': 'waiting for a person to authorize it',
  'awaiting-approval': 'waiting for a person to approve it',
  failed: 'in a failed state',
  refused: 'refused',
  absent: 'absent',
};

/** The kinds that have children. A search for children of every resource would take quadratic time. */
const parentKinds = new Set(Object.values(resourceKinds).map(({ parent }) => parent));

/** @returns the resources that belong to this one, as targets belong to a gateway; those that could not be read, too */
export function childrenOf(
  address: Address,
  { observed, unread = new Set() }: Pick<ReconcileInput, 'observed' | 'unread'>,
): Address[] {
  if (!parentKinds.has(parseAddress(address).kind)) return [];
  return [...new Set([...observed.keys(), ...unread])].filter((other) => parentOf(other) === address);
}
