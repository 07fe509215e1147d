import type { KindName } from './resources/resourceKind.ts';

/**
 * The one name by which a resource is known across Gateloop: `gateway/payments`, `gatewayTarget/payments/ledger`.
 * `name` of a resource with a parent is `<parent>/<own name>`.
 */
export type Address = `${KindName}/${string}`;

export function addressOf(kind: KindName, name: string): Address {
  return `${kind}/${name}`;
}

/** Takes an address apart again. */
export function parseAddress(address: Address): { kind: KindName; name: string } {
  const slash = address.indexOf('/');
  return { kind: address.slice(0, slash) as KindName, name: address.slice(slash + 1) };
}
