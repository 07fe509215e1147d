import type { Conditions } from '../../core/iam/statement.ts';
import type { FunctionName } from '../../functions/functionCatalog.ts';
import type { WorkflowName } from '../../workflows/workflowCatalog.ts';

/** Whose role makes a call: a function, a workflow, or the rules or schedules that start them. */
export type Caller = FunctionName | `workflow ${WorkflowName}` | 'rules' | 'schedules';

/**
 * One action that IAM checks when a role makes a call. AgentCore makes further calls with the permissions of its caller, so
 * that one call may need actions of several services.
 */
export interface RequiredAction {
  /** The API call that the caller makes, such as `CreateHarness`; with its service, unless that is AgentCore. */
  readonly call: string;
  readonly callers: readonly Caller[];
  readonly action: string;
  /**
   * The ARNs on which IAM checks the action, all of them needed. `{name}` stands for the values of `resourceNames`; a name
   * with no value, such as that of a setting that is not set, leaves out the form.
   */
  readonly on: readonly string[];
  /** The conditions that narrow the permission. The calls meet them. */
  readonly conditions?: Conditions;
  readonly source: Source;
}

/** Where it stands, or who has seen it, that a call needs an action. */
export const sources = {
  authorization: {
    title: 'Service authorization reference',
    url: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrockagentcore.html',
  },
  fullAccess: {
    title: 'BedrockAgentCoreFullAccess, v21 of 2026-09-03',
    url: 'https://docs.aws.amazon.com/aws-managed-policy/latest/reference/BedrockAgentCoreFullAccess.html',
  },
  agentRegistry: {
    title: 'Service authorization reference of AWS Agent Registry',
    url: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsagentregistry.html',
  },
  serviceLinkedRoles: {
    title: 'Service-linked roles of AgentCore',
    url: 'https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/service-linked-roles.html',
  },
  harness: {
    title: 'Security of harnesses',
    url: 'https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/harness-security.html',
  },
  evaluations: {
    title: 'Prerequisites of evaluations',
    url: 'https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/evaluations-prerequisites.html',
  },
  gatewayKey: {
    title: 'Encrypt a gateway',
    url: 'https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/gateway-encryption.html',
  },
  tokenVaultKey: {
    title: 'Set customer managed key policy',
    url: 'https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/kms-key-policy-configuration.html',
  },
  policyPermissions: {
    title: 'Permissions of gateways and policies',
    url: 'https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/policy-permissions.html',
  },
  privateEndpoints: {
    title: 'Private endpoints in VPCs',
    url: 'https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/vpc-egress-private-endpoints.html',
  },
  s3: {
    title: 'Permissions of S3 operations',
    url: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html',
  },
  iam: {
    title: 'Service authorization reference',
    url: 'https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html',
  },
  lambdaTracing: {
    title: 'Tracing of Lambda functions',
    url: 'https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html',
  },
  stepFunctionsLogs: {
    title: 'Logs of Step Functions',
    url: 'https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html',
  },
  stepFunctionsTracing: {
    title: 'Traces of Step Functions',
    url: 'https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html',
  },
  gatewayCreation: {
    title: 'A refused CreateGateway ("CreateGateway on resource: …:gateway/*"), of one account',
  },
  defaultEndpoint: {
    title:
      'CloudTrail event of a refused CreateAgentRuntime ("CreateAgentRuntimeEndpoint on resource: …:runtime/*"), of two unrelated accounts',
  },
  endpointOfVersion: {
    title: 'Policies of two unrelated deployments; no refusal was seen',
  },
  harnessRuntime: {
    title:
      'A refused CreateHarness ("CreateAgentRuntime on resource: …:runtime/*"), of three unrelated accounts',
  },
  harnessMemory: {
    title:
      'Harnesses in CREATE_FAILED ("CreateMemory on resource: …:memory/<name>-*"), of two unrelated accounts; one failed for GetMemory',
  },
  harnessTags: {
    title: 'A refused CreateHarness with tags, of one account: they propagate to runtime and memory',
  },
  workloadIdentity: {
    title:
      'Gateways in FAILED ("not authorized to perform: bedrock-agentcore:CreateWorkloadIdentity"), of four unrelated accounts',
  },
  tokenVault: {
    title:
      'The first provider of an account, refused ("CreateTokenVault on resource: token-vault/default"), of three unrelated accounts; no reference lists it',
  },
  consentSecret: { title: 'AccessDeniedException of CompleteResourceTokenAuth, of two unrelated accounts' },
} as const satisfies Record<string, { readonly title: string; readonly url?: string }>;

export type Source = keyof typeof sources;

/** The values for `{name}` in the resources of required actions. */
export type ResourceNames = Readonly<Record<string, readonly string[]>>;

/** @returns the ARNs that a form stands for: one for each value of the names in it, none where a name has no value */
export function expandForm(form: string, names: ResourceNames): readonly string[] {
  const [whole, name = ''] = /\{(\w+)\}/.exec(form) ?? [];
  if (whole === undefined) return [form];
  const values = names[name];
  if (!values) throw new Error(`The form ${form} uses the unknown name {${name}}.`);
  return values.flatMap((value) =>
    expandForm(
      form.replace(whole, () => value),
      names,
    ),
  );
}

/** The form of an ARN in the deployment's partition, account and Region. */
export function arnForm(service: string, resource: string): string {
  return `arn:{partition}:${service}:{region}:{account}:${resource}`;
}
