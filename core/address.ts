import type { KindName } from './resources/resourceKind.ts';

/**
 * Identifies a resource within a workspace: `gateway/payments`, `gatewayTarget/payments/ledger`.
 * The `name` of a resource with a parent is `<parent>/<local name>`.
 */
export type Address = `${KindName}/${string}`;

export function addressOf(kind: KindName, name: string): Address {
  return `${kind}/${name}`;
}

/** Splits an address into its kind and name. */
export function parseAddress(address: Address): { kind: KindName; name: string } {
  const slash = address.indexOf('/');
  return { kind: address.slice(0, slash) as KindName, name: address.slice(slash + 1) };
}
