import { type Address, parseAddress } from '../address.ts';
import { parentOf, resourceKinds } from '../resources/resourceKinds.ts';
import type { ReconcileInput } from './reconcileInput.ts';

/** The kinds that others belong to. Looking for children of the others would cost the square of their number. */
const parentKinds = new Set(Object.values(resourceKinds).map(({ parent }) => parent));

/** @returns what is there and belongs to this resource: the targets of a gateway */
export function childrenOf(address: Address, observed: ReconcileInput['observed']): Address[] {
  if (!parentKinds.has(parseAddress(address).kind)) return [];
  return [...observed.keys()].filter((other) => parentOf(other) === address);
}
