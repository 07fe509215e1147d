import { type Address, addressOf } from '../address.ts';
import type { DesiredResource } from '../desired/desired.ts';
import { parentOf } from '../resources/resourceKinds.ts';
import type { ResourceDecision } from './resourceDecision.ts';
import type { ResourceCondition } from './resourceRecord.ts';

/** What must be ready before anything is written about a resource: its parent, and whatever it refers to. */
export function dependenciesOf(resource: DesiredResource): Address[] {
  const parent = parentOf(resource.address);
  const references = resource.references.map(({ kind, name }) => addressOf(kind, name));
  return parent ? [parent, ...references] : references;
}

/** Whether others may go on with this one: it is ready, and nothing but a sync is to be done about it. */
export function isDependencyReady({
  state,
  operation,
}: Pick<ResourceDecision, 'state' | 'operation'>): boolean {
  return state === 'ready' && (operation === undefined || operation === 'sync');
}

/** What a resource is in, and why, while it waits for another one. */
export function waitingFor(
  address: Address,
  state: ResourceCondition,
): Pick<ResourceDecision, 'state' | 'reasons'> {
  return {
    state: stateWhileWaiting[state],
    reasons: [`Waits for ${address}, which is ${stateText[state]}.`],
  };
}

const stateWhileWaiting: Readonly<Record<ResourceCondition, ResourceCondition>> = {
  ready: 'in-progress',
  'in-progress': 'in-progress',
  'awaiting-authorization': 'awaiting-authorization',
  'awaiting-approval': 'awaiting-approval',
  failed: 'failed',
  refused: 'failed',
  absent: 'absent',
};

const stateText: Readonly<Record<ResourceCondition, string>> = {
  ready: 'about to change',
  'in-progress': 'in progress',
  'awaiting-authorization': 'waiting for a person to authorize it',
  'awaiting-approval': 'waiting for a person to approve it',
  failed: 'in a failed state',
  refused: 'refused',
  absent: 'not there',
};
