import { type Address, parseAddress } from '../resources/address.ts';
import { parentOf, resourceKinds } from '../resources/resourceKinds.ts';
import type { World } from './world.ts';

/** The kinds that others belong to. Looking for children of the others would cost the square of their number. */
const parentKinds = new Set(Object.values(resourceKinds).map(({ parent }) => parent));

/** @returns what is there and belongs to this resource: the targets of a gateway */
export function childrenOf(address: Address, observed: World['observed']): Address[] {
  if (!parentKinds.has(parseAddress(address).kind)) return [];
  return [...observed.keys()].filter((other) => parentOf(other) === address);
}
