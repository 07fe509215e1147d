import { type Address, addressOf, parseAddress } from '../address.ts';
import { agentRuntime } from './agentRuntime.ts';
import { apiKeyCredentialProvider } from './apiKeyCredentialProvider.ts';
import { gateway } from './gateway.ts';
import { gatewayTarget } from './gatewayTarget.ts';
import { harness } from './harness.ts';
import { oauth2CredentialProvider } from './oauth2CredentialProvider.ts';
import { registry } from './registry.ts';
import { registryRecord } from './registryRecord.ts';
import type { KindName, ResourceKind } from './resourceKind.ts';

/** Every kind of resource that Gateloop manages. A new kind is added here. */
export const resourceKinds: Readonly<Record<KindName, ResourceKind>> = {
  gateway,
  gatewayTarget,
  agentRuntime,
  harness,
  oauth2CredentialProvider,
  apiKeyCredentialProvider,
  registry,
  registryRecord,
};

/** In the order of `resourceKinds`. */
export const kindNames: readonly KindName[] = Object.values(resourceKinds).map(({ kind }) => kind);

/** The kinds with a section at the top level of a manifest. */
export const topLevelKinds: readonly ResourceKind[] = Object.values(resourceKinds).filter(
  (row) => !row.parent,
);

/** The tag that holds the name of the workspace that owns a resource, where the API takes tags at creation. */
export const WORKSPACE_TAG = 'gateloop:workspace';

/** The address of the gateway that a target belongs to; undefined for kinds without a parent. */
export function parentOf(address: Address): Address | undefined {
  const { kind, name } = parseAddress(address);
  const { parent } = resourceKinds[kind];
  return parent ? addressOf(parent, name.slice(0, name.indexOf('/'))) : undefined;
}

/** @returns undefined for a text that is no address of a resource, such as one of an unknown kind */
export function readAddress(text: string): Address | undefined {
  const [, kindName, name = ''] = /^([^/]+)\/(.+)$/.exec(text) ?? [];
  const row = Object.values(resourceKinds).find(({ kind }) => kind === kindName);
  const parts = name.split('/');
  const isComplete = parts.length === (row?.parent ? 2 : 1) && parts.every(Boolean);
  return row && isComplete ? addressOf(row.kind, name) : undefined;
}
