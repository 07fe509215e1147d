import { expect, it } from 'vitest';
import type { Ownership, ResourcePlan } from '../../core/reconcile/plan.ts';
import type { ObservedResource } from '../../core/resources/observe.ts';
import { actionOfDesired, actionOfLeftover } from './plannedAction.ts';

const address = 'gatewayTarget/front/ledger';
const observed: ObservedResource = {
  address,
  id: 'id',
  status: 'READY',
  reasons: [],
  updatedAt: 0,
  outputs: {},
};
const owned: Ownership = { kind: 'owned' };
const adopts: Ownership = { kind: 'owned', adopts: true };
const unowned: Ownership = { kind: 'unowned' };

const plan = (parts: Partial<ResourcePlan>): ResourcePlan => ({
  address,
  observed,
  record: { address, state: 'ready', reasons: [], since: 0 },
  state: 'ready',
  reasons: [],
  notBefore: 0,
  blocked: false,
  askPerson: false,
  needsRead: false,
  ...parts,
});
const missing = { observed: undefined };

it.each<[string, Partial<ResourcePlan>, Ownership, string]>([
  ['it is ready', {}, owned, 'nothing'],
  ['it gave up', { state: 'failed' }, owned, 'nothing'],
  ['a create is due', { ...missing, state: 'in-progress', operation: 'create' }, owned, 'create'],
  ['a delete is due', { state: 'in-progress', operation: 'delete' }, owned, 'replace'],
  ['a rollback is due', { state: 'in-progress', operation: 'rollback' }, owned, 'rollback'],
  ['an update is due after a backoff', { state: 'failed', operation: 'update' }, owned, 'update'],
  ['it is taken over as it is', {}, adopts, 'adopt'],
  ['it is taken over while it changes', { state: 'in-progress', inProgressSince: 1 }, adopts, 'wait'],
  ['it has another owner', { state: 'refused' }, unowned, 'refused'],
  ['the service cannot change it', { state: 'refused' }, owned, 'refused'],
  ['a sync is due of one that cannot be changed', { state: 'refused', operation: 'sync' }, owned, 'sync'],
  ['it waits for a new gateway', { ...missing, state: 'in-progress', blocked: true }, owned, 'create'],
  ['it waits for a changing gateway', { state: 'in-progress', blocked: true }, owned, 'update'],
  ['it waits for a failed gateway', { ...missing, state: 'failed', blocked: true }, owned, 'wait'],
  ['it waits for a missing gateway', { ...missing, state: 'absent', blocked: true }, owned, 'wait'],
  ['a person must approve it', { state: 'awaiting-approval', askPerson: true }, owned, 'update'],
  ['a person must consent to its synchronization', { askPerson: true }, owned, 'sync'],
  ['its list of tools is read before the synchronization', { heldOperation: 'sync' }, owned, 'sync'],
  ['a person has the link', { state: 'awaiting-authorization' }, owned, 'wait'],
  [
    'its update begins at the click',
    { state: 'awaiting-authorization', consentReason: 'update' },
    owned,
    'update',
  ],
  ['its configuration could not be read', { state: 'in-progress', needsRead: true }, owned, 'wait'],
])('plannedAction: of a resource in the manifest, where %s', (_, parts, ownership, action) => {
  expect(actionOfDesired(plan(parts), ownership)).toBe(action);
});

it.each<[string, Partial<ResourcePlan>, Ownership, string]>([
  ['it is deleted', { state: 'in-progress', operation: 'delete' }, owned, 'delete'],
  ['it is deleted once another one is ready', { operation: 'delete', blocked: true }, owned, 'delete'],
  ['it has targets of other clients', { state: 'refused', operation: 'delete' }, owned, 'refused'],
  ['it is deleted once its link has expired', { state: 'in-progress', pollAt: 1 }, owned, 'delete'],
  ['an operation on it is under way', { state: 'in-progress', inProgressSince: 1 }, owned, 'wait'],
  ['its tag is removed', { operation: 'unmanage' }, owned, 'unmanage'],
  ['it has no tag', { state: 'absent' }, owned, 'unmanage'],
  ['it is gone', { ...missing, state: 'absent' }, owned, 'nothing'],
  ['it has another owner', { state: 'absent' }, unowned, 'nothing'],
])('plannedAction: of a resource that left the manifest, where %s', (_, parts, ownership, action) => {
  expect(actionOfLeftover(plan(parts), ownership)).toBe(action);
});
