import type { DesiredResource } from '../desired/desired.ts';
import { type Address, addressOf } from '../resources/address.ts';
import { parentOf } from '../resources/resourceKinds.ts';
import type { ResourceState } from './memory.ts';
import type { Verdict } from './verdict.ts';

/** What must be ready before anything is written about a resource: its parent, and whatever it refers to. */
export function dependenciesOf(resource: DesiredResource): Address[] {
  const parent = parentOf(addressOf(resource.kind, resource.name));
  const references = resource.references.map(({ kind, name }) => addressOf(kind, name));
  return parent ? [parent, ...references] : references;
}

/** Whether others may go on with this one: it is ready, and nothing but a sync is to be done about it. */
export function isDependable({ state, operation }: Pick<Verdict, 'state' | 'operation'>): boolean {
  return state === 'ready' && (operation === undefined || operation === 'sync');
}

/** What a resource is in, and why, while it waits for another one. */
export function behind(address: Address, state: ResourceState): Pick<Verdict, 'state' | 'reasons'> {
  return { state: stateBehind[state], reasons: [`Waits for ${address}, which is ${words[state]}.`] };
}

const stateBehind: Readonly<Record<ResourceState, ResourceState>> = {
  ready: 'in-progress',
  'in-progress': 'in-progress',
  'awaiting-authorization': 'awaiting-authorization',
  'awaiting-approval': 'awaiting-approval',
  failed: 'failed',
  refused: 'failed',
  absent: 'absent',
};

const words: Readonly<Record<ResourceState, string>> = {
  ready: 'about to change',
  'in-progress': 'in progress',
  'awaiting-authorization': 'waiting for a person to authorize it',
  'awaiting-approval': 'waiting for a person to approve it',
  failed: 'in a failed state',
  refused: 'refused',
  absent: 'not there',
};
