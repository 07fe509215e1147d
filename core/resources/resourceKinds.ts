import { agentRuntime } from './agentRuntime.ts';
import { gateway } from './gateway.ts';
import { gatewayTarget } from './gatewayTarget.ts';
import { harness } from './harness.ts';
import { oauth2CredentialProvider } from './oauth2CredentialProvider.ts';
import { registry } from './registry.ts';
import type { KindName, ResourceKind } from './resourceKind.ts';

/** Every kind that Gateloop keeps in step: the one place to add another. */
export const resourceKinds: Readonly<Record<KindName, ResourceKind>> = {
  gateway,
  gatewayTarget,
  agentRuntime,
  harness,
  oauth2CredentialProvider,
  registry,
};

/** The kinds that stand at the top level of a manifest. */
export const topLevelKinds: readonly ResourceKind[] = Object.values(resourceKinds).filter(
  (row) => !row.parent,
);

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

/** The address of the gateway that a target belongs to; undefined for kinds without a parent. */
export function parentOf(address: Address): Address | undefined {
  const { kind, name } = parseAddress(address);
  const { parent } = resourceKinds[kind];
  return parent ? addressOf(parent, name.slice(0, name.indexOf('/'))) : undefined;
}
