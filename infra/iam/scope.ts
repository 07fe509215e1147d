import type { CallerGrants } from '../../core/iam/callerGrants.ts';
import type { Statement } from '../../core/iam/statement.ts';
import type { KindName, ResourceKind } from '../../core/resources/resourceKind.ts';
import { resourceKinds, WORKSPACE_TAG } from '../../core/resources/resourceKinds.ts';

/** What statements name: ARNs and parts of them, as plain text or as CDK tokens. */
export interface PermissionScope {
  readonly environment: string;
  readonly specBucketArn: string;
  readonly ledgerArn: string;
  readonly eventBusArn: string;
  /** Of the state machine `reconcile`. */
  readonly reconcileArn: string;
  /** Of the queue for events that could not be handled. */
  readonly deadLettersArn: string;
  readonly peopleTopicArn: string;
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly grants: CallerGrants;
}

/** @returns the ARN of a resource in the stack's own partition, account and Region */
export function arnOf(
  { partition, region, account }: PermissionScope,
  service: string,
  resource: string,
): string {
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}

/** @returns the ARN of a resource of the account that belongs to no Region, such as a role */
export function roleArn({ partition, account }: PermissionScope, path: string): string {
  return `arn:${partition}:iam::${account}:role/${path}`;
}

/** @returns ARNs of AgentCore in the stack's own partition, account and Region */
export function agentCoreArns(scope: PermissionScope, resources: readonly string[]): string[] {
  return resources.map((resource) => arnOf(scope, 'bedrock-agentcore', resource));
}

/** @returns ARNs of Agent Registry in the stack's own partition, account and Region */
export function agentRegistryArns(scope: PermissionScope, resources: readonly string[]): string[] {
  return resources.map((resource) => arnOf(scope, 'agent-registry', resource));
}

/** @returns the ARNs of a kind, in the service that has it */
export function arnsOfKind(scope: PermissionScope, kind: KindName): string[] {
  const arns = resourceKinds[kind].service ? agentRegistryArns : agentCoreArns;
  return arns(scope, arnPatterns(kind));
}

/** @returns the action of an operation of a kind, in the service that has it */
export function actionOfKind(kind: KindName, operation: string): string {
  return `${resourceKinds[kind].service ? 'agent-registry' : 'bedrock-agentcore'}:${operation}`;
}

/** @returns what IAM checks the calls of a kind on, after `arn:…:<service>:<Region>:<account>:` */
export function arnPatterns(kind: KindName): readonly string[] {
  const { arn, parent } = resourceKinds[kind];
  if (arn) return [...(arn.directory ? [arn.directory] : []), arn.resource, ...(arn.others ?? [])];
  return parent ? arnPatterns(parent) : [];
}

/** What each service accepts tags for. A record's ARN begins with that of its registry. */
export const taggedRegistryResources: readonly string[] = taggedIn('agentRegistry');
export const taggedResources: readonly string[] = ['token-vault/default', ...taggedIn(undefined)];

function taggedIn(service: ResourceKind['service']): string[] {
  return Object.values(resourceKinds).flatMap(({ arn, container, ...row }) =>
    arn && row.tags && row.service === service && !container ? [arn.resource] : [],
  );
}

/**
 * The secrets that AgentCore stores for credential providers, by the provider's type in their names. The provider's name
 * and six letters follow, for payments after the vendor and before the secret. Source: recorded responses of the service
 * (`clientSecretArn`, `apiKeySecretArn`), and policies that others published for payments.
 */
export const managedSecrets = {
  oauth2: 'secret:bedrock-agentcore-identity!default/oauth2/*',
  apikey: 'secret:bedrock-agentcore-identity!default/apikey/*',
  payment: 'secret:bedrock-agentcore-identity!default/payment/*',
} as const;

/** To call the gateways of Gateloop: those of other owners in the account have no such tag. */
export function invokeOwnGateways(scope: PermissionScope): Statement {
  return {
    actions: ['bedrock-agentcore:InvokeGateway'],
    resources: agentCoreArns(scope, arnPatterns('gateway')),
    conditions: { Null: { [`aws:ResourceTag/${WORKSPACE_TAG}`]: 'false' } },
  };
}
