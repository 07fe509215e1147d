import { type Address, addressOf, parseAddress } from '../address.ts';
import type { JsonObject } from '../json.ts';
import { agentRuntime } from './agentRuntime.ts';
import { agentRuntimeEndpoint } from './agentRuntimeEndpoint.ts';
import { apiKeyCredentialProvider } from './apiKeyCredentialProvider.ts';
import { browser } from './browser.ts';
import { browserProfile } from './browserProfile.ts';
import { capacityProvider } from './capacityProvider.ts';
import { codeInterpreter } from './codeInterpreter.ts';
import { configurationBundle } from './configurationBundle.ts';
import { consentPortal } from './consentPortal.ts';
import { dataset } from './dataset.ts';
import { evaluator } from './evaluator.ts';
import { gateway } from './gateway.ts';
import { gatewayRateLimit } from './gatewayRateLimit.ts';
import { gatewayRule } from './gatewayRule.ts';
import { gatewayTarget } from './gatewayTarget.ts';
import { harness } from './harness.ts';
import { harnessEndpoint } from './harnessEndpoint.ts';
import { memory } from './memory.ts';
import { oauth2CredentialProvider } from './oauth2CredentialProvider.ts';
import { onlineEvaluationConfig } from './onlineEvaluationConfig.ts';
import { paymentCredentialProvider } from './paymentCredentialProvider.ts';
import { paymentManager } from './paymentManager.ts';
import { policy } from './policy.ts';
import { policyEngine } from './policyEngine.ts';
import { registry } from './registry.ts';
import { registryRecord } from './registryRecord.ts';
import type { KindName, ResourceKind } from './resourceKind.ts';
import { agentRuntimeResourcePolicy, gatewayResourcePolicy } from './resourcePolicies.ts';
import { tokenVault } from './tokenVault.ts';
import { workloadIdentity } from './workloadIdentity.ts';

/** Every kind of resource that Gateloop manages. A new kind is added here. */
export const resourceKinds: Readonly<Record<KindName, ResourceKind>> = {
  gateway,
  gatewayTarget,
  gatewayRule,
  gatewayRateLimit,
  gatewayResourcePolicy,
  policyEngine,
  policy,
  agentRuntime,
  agentRuntimeEndpoint,
  agentRuntimeResourcePolicy,
  harness,
  harnessEndpoint,
  oauth2CredentialProvider,
  apiKeyCredentialProvider,
  paymentCredentialProvider,
  paymentManager,
  tokenVault,
  workloadIdentity,
  evaluator,
  onlineEvaluationConfig,
  consentPortal,
  dataset,
  configurationBundle,
  capacityProvider,
  browser,
  browserProfile,
  codeInterpreter,
  memory,
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

/** @returns the kinds whose resources are parts of one of this kind, as targets are of a gateway */
export function childKindsOf(kind: KindName): readonly ResourceKind[] {
  return childKinds.get(kind) ?? [];
}

const childKinds: ReadonlyMap<KindName | undefined, readonly ResourceKind[]> = Map.groupBy(
  Object.values(resourceKinds),
  ({ parent }) => parent,
);

/** @returns the operations that change resources of a kind: create, update where there is one, and delete */
export function changesOf({ operations }: ResourceKind): string[] {
  return [...new Set([operations.create, operations.update ?? [], operations.delete].flat())];
}

/** @returns the member with the name of a resource; none for a kind without names */
export function nameInput({ nameMember }: ResourceKind, name: string): JsonObject {
  return nameMember === undefined ? {} : { [nameMember]: name };
}

/** The last part of the name of a resource of which its parent has one at most. */
export const ONLY_NAME = 'policy';

/** The last part of a resource's name: for a target, the name on its gateway. */
export function localNameOf(address: Address): string {
  return address.slice(address.lastIndexOf('/') + 1);
}

/** Whether the service uses the name of a resource as its id. */
export function isNamedById({ idMember, nameMember }: ResourceKind): boolean {
  return idMember === nameMember;
}

/** @returns a name of the API in words: `rateLimits` is "rate limits" */
export function inWords(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/**
 * @param isMeant which kinds of parts are meant; all of them by default
 * @returns what the parts of a resource are called in a manifest: `targets` of a gateway
 */
export function partsOf(address: Address, isMeant: (row: ResourceKind) => boolean = () => true): string {
  return childKindsOf(parseAddress(address).kind)
    .filter(isMeant)
    .map(({ section }) => inWords(section))
    .join(' or ');
}

/** The address of what a resource is a part of, such as a target's gateway; undefined for kinds without a parent. */
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
