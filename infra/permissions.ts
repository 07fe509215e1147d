import { ledgerTable } from '../adapters/ledgerTable.ts';
import { signingKeySecretName } from '../core/deployedNames.ts';
import type { KindName } from '../core/resources/resourceKind.ts';
import { resourceKinds, WORKSPACE_TAG } from '../core/resources/resourceKinds.ts';
import { prefixes } from '../core/storage/keys.ts';
import type { Permission } from '../functions/permissions.ts';

/** A statement of an IAM policy, without CDK's types. */
export interface Statement {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The ARNs for statements, as plain text or as CDK tokens. */
export interface PermissionScope {
  readonly environment: string;
  readonly specBucketArn: string;
  readonly ledgerArn: string;
  readonly eventBusArn: string;
  readonly peopleTopicArn: string;
  /** Makes the ARN of a resource in the stack's own partition, account and Region. */
  readonly arn: (service: string, resource: string) => string;
  /** Makes the ARN of a role from its name or a pattern. */
  readonly roleArn: (name: string) => string;
  readonly passedRoles: readonly string[];
}

/** The tag that lets an environment read a secret. Its value is the environment's name. */
export const SECRET_TAG = 'gateloop';

/** The resource part of a kind's ARNs, after `arn:…:bedrock-agentcore:<Region>:<account>:`. */
const arnPatternsByKind: Readonly<Record<KindName, readonly string[]>> = {
  gateway: ['gateway/*'],
  gatewayTarget: ['gateway/*'],
  agentRuntime: ['runtime/*'],
  harness: ['harness/*'],
  oauth2CredentialProvider: ['token-vault/default', 'token-vault/default/oauth2credentialprovider/*'],
  apiKeyCredentialProvider: ['token-vault/default', 'token-vault/default/apikeycredentialprovider/*'],
  registry: ['registry/*'],
};

const WORKLOAD_IDENTITIES = [
  'workload-identity-directory/default',
  'workload-identity-directory/default/workload-identity/*',
];

/**
 * The secrets that AgentCore stores for credential providers, by the provider's type in their names. The provider's name
 * and six letters follow. Source: recorded responses of the service (`clientSecretArn`, `apiKeySecretArn`).
 */
const managedSecrets = {
  oauth2: 'secret:bedrock-agentcore-identity!default/oauth2/*',
  apikey: 'secret:bedrock-agentcore-identity!default/apikey/*',
} as const;

/** Actions that IAM grants only on all resources, with the reason. `docs/permissions.md` lists them. */
export const unscopableActions: Readonly<Record<string, string>> = {
  'bedrock-agentcore:CreateGateway': 'The gateway does not exist yet, and the service chooses its id.',
  'bedrock-agentcore:ListGateways': 'A list covers the whole account.',
  'bedrock-agentcore:CreateAgentRuntime': 'The runtime does not exist yet, and the service chooses its id.',
  'bedrock-agentcore:ListAgentRuntimes': 'A list covers the whole account.',
  'bedrock-agentcore:CreateHarness': 'The harness does not exist yet, and the service chooses its id.',
  'bedrock-agentcore:ListHarnesses': 'A list covers the whole account.',
  'bedrock-agentcore:CreateRegistry': 'The registry does not exist yet, and the service chooses its id.',
  'bedrock-agentcore:ListRegistries': 'A list covers the whole account.',
  'states:SendTaskSuccess':
    'IAM has no resource for a task. Only its token identifies it, and only the ledger has the token.',
  'xray:PutTraceSegments': 'IAM has no resource for a trace.',
  'xray:PutTelemetryRecords': 'IAM has no resource for a trace.',
  'xray:GetSamplingRules': 'Sampling rules belong to the whole account.',
  'xray:GetSamplingTargets': 'Sampling rules belong to the whole account.',
  'logs:CreateLogDelivery':
    'IAM has no resource for a log delivery. Step Functions needs these actions to write logs.',
  'logs:GetLogDelivery': 'See CreateLogDelivery.',
  'logs:UpdateLogDelivery': 'See CreateLogDelivery.',
  'logs:DeleteLogDelivery': 'See CreateLogDelivery.',
  'logs:ListLogDeliveries': 'See CreateLogDelivery.',
  'logs:PutResourcePolicy': 'Resource policies of logs belong to the whole account.',
  'logs:DescribeResourcePolicies': 'Resource policies of logs belong to the whole account.',
  'logs:DescribeLogGroups': 'Step Functions looks up its log group.',
};

/** The IAM statements of each permission. */
export const permissions: Readonly<Record<Permission, (scope: PermissionScope) => Statement[]>> = {
  listWorkspaces: ({ specBucketArn }) => [
    {
      actions: ['s3:ListBucket'],
      resources: [specBucketArn],
      conditions: { StringLike: { 's3:prefix': [`${prefixes.uploads}*`] } },
    },
  ],
  // Without a condition on the prefix, because GetObject sends none.
  checkObjects: ({ specBucketArn }) => [{ actions: ['s3:ListBucket'], resources: [specBucketArn] }],
  readUploads: read(prefixes.uploads),
  readDesired: read(prefixes.desired),
  writeDesired: write(prefixes.desired),
  readApplied: read(prefixes.applied),
  writeApplied: write(prefixes.applied),
  readOutcomes: read(prefixes.outcomes),
  writeOutcomes: write(prefixes.outcomes),
  readLedger: ledger('GetItem', 'Query'),
  listDueWorkspaces: ({ ledgerArn }) => [
    { actions: ['dynamodb:Query'], resources: [`${ledgerArn}/index/${ledgerTable.dueIndex.name}`] },
  ],
  writeLedger: ledger('UpdateItem', 'PutItem'),
  deleteFromLedger: ledger('DeleteItem'),
  listResources: (scope) => onEveryKind(scope, ({ operations }) => [operations.list]),
  // Get of a credential provider returns the ARN of its secret, never the secret.
  readResources: (scope) => onEveryKind(scope, ({ operations }) => [operations.get]),
  readTargets: ({ arn }) => [
    {
      actions: [agentCore(resourceKinds.gatewayTarget.operations.get)],
      resources: arnPatternsByKind.gatewayTarget.map((name) => arn('bedrock-agentcore', name)),
    },
  ],
  readTags: (scope) => [
    {
      actions: ['bedrock-agentcore:ListTagsForResource'],
      resources: taggedResources.map((name) => scope.arn('bedrock-agentcore', name)),
    },
  ],
  changeControlPlane: (scope) => [
    ...onEveryKind(scope, ({ operations }) => [operations.create, operations.update, operations.delete]),
    // AgentCore creates and deletes a gateway's workload identity with the permissions of the caller.
    {
      actions: ['CreateWorkloadIdentity', 'GetWorkloadIdentity', 'DeleteWorkloadIdentity'].map(agentCore),
      resources: WORKLOAD_IDENTITIES.map((name) => scope.arn('bedrock-agentcore', name)),
    },
    {
      actions: ['bedrock-agentcore:TagResource'],
      resources: taggedResources.map((name) => scope.arn('bedrock-agentcore', name)),
    },
    {
      actions: ['bedrock-agentcore:UntagResource'],
      resources: taggedResources.map((name) => scope.arn('bedrock-agentcore', name)),
      conditions: { 'ForAllValues:StringNotEquals': { 'aws:TagKeys': [WORKSPACE_TAG] } },
    },
    {
      // The owner's tag says which workspace may change the resource. It is removed alone, which gives the resource away:
      // no call that changes other tags can remove it as well.
      actions: ['bedrock-agentcore:UntagResource'],
      resources: taggedResources.map((name) => scope.arn('bedrock-agentcore', name)),
      conditions: {
        'ForAllValues:StringEquals': { 'aws:TagKeys': [WORKSPACE_TAG] },
        Null: { 'aws:TagKeys': 'false' },
      },
    },
    // AgentCore stores a provider's client secret or API key in Secrets Manager with the permissions of the caller, and
    // reads it at an update. `readSecrets` covers external secrets, which belong to teams.
    {
      actions: ['CreateSecret', 'GetSecretValue', 'PutSecretValue', 'DeleteSecret'].map(secretsManager),
      resources: [managedSecrets.oauth2, managedSecrets.apikey].map((name) =>
        scope.arn('secretsmanager', name),
      ),
    },
    {
      actions: ['iam:PassRole'],
      resources: scope.passedRoles.map(scope.roleArn),
      conditions: { StringEquals: { 'iam:PassedToService': 'bedrock-agentcore.amazonaws.com' } },
    },
  ],
  synchronizeTargets: (scope) => [
    {
      actions: ['bedrock-agentcore:SynchronizeGatewayTargets'],
      resources: [scope.arn('bedrock-agentcore', 'gateway/*')],
    },
  ],
  completeAuthorizations: (scope) => [
    {
      actions: ['bedrock-agentcore:CompleteResourceTokenAuth'],
      resources: [...arnPatternsByKind.oauth2CredentialProvider, ...WORKLOAD_IDENTITIES].map((name) =>
        scope.arn('bedrock-agentcore', name),
      ),
    },
    // AgentCore reads the provider's client secret with the permissions of the caller. Without them it answers
    // AccessDeniedException, as two unrelated deployments have seen.
    {
      actions: [secretsManager('GetSecretValue')],
      resources: [scope.arn('secretsmanager', managedSecrets.oauth2)],
    },
    ...onTaggedSecrets('GetSecretValue')(scope),
  ],
  listRegistryRecords: ({ arn }) => [
    { actions: [agentCore('ListRegistryRecords')], resources: [arn('bedrock-agentcore', 'registry/*')] },
  ],
  readRegistryRecords: onRegistryRecords('GetRegistryRecord'),
  decideRegistryRecords: onRegistryRecords('UpdateRegistryRecordStatus'),
  describeSecrets: onTaggedSecrets('DescribeSecret'),
  readSecrets: onTaggedSecrets('GetSecretValue'),
  // Beside `readSecrets`, because a condition on a secret's tag denies the read of a secret that does not exist yet, so that
  // AWS would not say that it is missing.
  makeSigningKey: ({ arn, environment }) => [
    {
      actions: ['CreateSecret', 'GetSecretValue'].map(secretsManager),
      resources: [arn('secretsmanager', `secret:${signingKeySecretName(environment)}*`)],
    },
  ],
  publishEvents: ({ eventBusArn }) => [{ actions: ['events:PutEvents'], resources: [eventBusArn] }],
  notifyPeople: ({ peopleTopicArn }) => [{ actions: ['sns:Publish'], resources: [peopleTopicArn] }],
  completeTasks: () => [{ actions: ['states:SendTaskSuccess'], resources: ['*'] }],
};

/** Kinds that the API accepts tags for. */
const taggedResources = [
  ...arnPatternsByKind.gateway,
  ...arnPatternsByKind.agentRuntime,
  ...arnPatternsByKind.harness,
  ...arnPatternsByKind.oauth2CredentialProvider,
  ...arnPatternsByKind.apiKeyCredentialProvider,
];

/** Secrets of teams. A tag narrows them, because teams choose their names. */
function onTaggedSecrets(action: string) {
  return ({ arn, environment }: PermissionScope): Statement[] => [
    {
      actions: [secretsManager(action)],
      resources: [arn('secretsmanager', 'secret:*')],
      conditions: { StringEquals: { [`aws:ResourceTag/${SECRET_TAG}`]: environment } },
    },
  ];
}

function read(prefix: string) {
  return ({ specBucketArn }: PermissionScope): Statement[] => [
    { actions: ['s3:GetObject'], resources: [`${specBucketArn}/${prefix}*`] },
  ];
}

function write(prefix: string) {
  return ({ specBucketArn }: PermissionScope): Statement[] => [
    { actions: ['s3:PutObject'], resources: [`${specBucketArn}/${prefix}*`] },
  ];
}

function ledger(...actions: string[]) {
  return ({ ledgerArn }: PermissionScope): Statement[] => [
    { actions: actions.map((action) => `dynamodb:${action}`), resources: [ledgerArn] },
  ];
}

function onRegistryRecords(action: string) {
  return ({ arn }: PermissionScope): Statement[] => [
    { actions: [agentCore(action)], resources: [arn('bedrock-agentcore', 'registry/*/record/*')] },
  ];
}

/** Operations of every resource kind, on the resources of that kind, or on all where IAM has no narrower scope. */
function onEveryKind(
  { arn }: PermissionScope,
  choose: (row: (typeof resourceKinds)[KindName]) => readonly string[],
): Statement[] {
  const rows = Object.values(resourceKinds);
  const unscopable = rows.flatMap((row) => choose(row).map(agentCore).filter(isUnscopable));
  const scoped = rows.map(
    (row): Statement => ({
      actions: choose(row)
        .map(agentCore)
        .filter((action) => !isUnscopable(action)),
      resources: arnPatternsByKind[row.kind].map((name) => arn('bedrock-agentcore', name)),
    }),
  );
  return [...scoped, { actions: unscopable, resources: ['*'] }].filter(({ actions }) => actions.length > 0);
}

function agentCore(operation: string): string {
  return `bedrock-agentcore:${operation}`;
}

function secretsManager(action: string): string {
  return `secretsmanager:${action}`;
}

function isUnscopable(action: string): boolean {
  return action in unscopableActions;
}
