import type { KindName } from '../core/resources/resourceKind.ts';
import { resourceKinds } from '../core/resources/resourceKinds.ts';
import { prefixes } from '../core/storage/keys.ts';
import type { Permission } from '../functions/permissions.ts';

/** A statement of a policy, before it is one of CDK's. */
export interface Statement {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The ARNs that statements are about; tokens of CDK, or plain text. */
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

/** The tag by which a secret is opened to an environment; its value is the environment's name. */
export const SECRET_TAG = 'gateloop';

/** What AgentCore calls the resources of a kind in ARNs, below `arn:…:bedrock-agentcore:<Region>:<account>:`. */
const arnPatternsByKind: Readonly<Record<KindName, readonly string[]>> = {
  gateway: ['gateway/*'],
  gatewayTarget: ['gateway/*'],
  agentRuntime: ['runtime/*'],
  harness: ['harness/*'],
  oauth2CredentialProvider: ['token-vault/default', 'token-vault/default/oauth2credentialprovider/*'],
  registry: ['registry/*'],
};

const WORKLOAD_IDENTITIES = [
  'workload-identity-directory/default',
  'workload-identity-directory/default/workload-identity/*',
];

/** Actions that IAM grants on all resources or none, and why that is bearable. `docs/permissions.md` shows them. */
export const unscopableActions: Readonly<Record<string, string>> = {
  'bedrock-agentcore:CreateGateway': 'The gateway does not exist yet; its id is chosen by the service.',
  'bedrock-agentcore:ListGateways': 'Lists are of the whole account.',
  'bedrock-agentcore:CreateAgentRuntime': 'The runtime does not exist yet; its id is chosen by the service.',
  'bedrock-agentcore:ListAgentRuntimes': 'Lists are of the whole account.',
  'bedrock-agentcore:CreateHarness': 'The harness does not exist yet; its id is chosen by the service.',
  'bedrock-agentcore:ListHarnesses': 'Lists are of the whole account.',
  'bedrock-agentcore:CreateRegistry': 'The registry does not exist yet; its id is chosen by the service.',
  'bedrock-agentcore:ListRegistries': 'Lists are of the whole account.',
  'states:SendTaskSuccess':
    'A task is no resource; it is answered by its token, which is in the ledger alone.',
  'xray:PutTraceSegments': 'Traces are no resources.',
  'xray:PutTelemetryRecords': 'Traces are no resources.',
  'xray:GetSamplingRules': 'Sampling rules are of the whole account.',
  'xray:GetSamplingTargets': 'Sampling rules are of the whole account.',
  'logs:CreateLogDelivery': 'Log deliveries are no resources; Step Functions needs these to log at all.',
  'logs:GetLogDelivery': 'As for CreateLogDelivery.',
  'logs:UpdateLogDelivery': 'As for CreateLogDelivery.',
  'logs:DeleteLogDelivery': 'As for CreateLogDelivery.',
  'logs:ListLogDeliveries': 'As for CreateLogDelivery.',
  'logs:PutResourcePolicy': 'Resource policies of logs are of the whole account.',
  'logs:DescribeResourcePolicies': 'Resource policies of logs are of the whole account.',
  'logs:DescribeLogGroups': 'Step Functions looks for the log group that it is given.',
};

/** What each permission is to IAM. */
export const permissions: Readonly<Record<Permission, (scope: PermissionScope) => Statement[]>> = {
  listWorkspaces: ({ specBucketArn }) => [
    {
      actions: ['s3:ListBucket'],
      resources: [specBucketArn],
      conditions: { StringLike: { 's3:prefix': [`${prefixes.uploads}*`] } },
    },
  ],
  // Without a condition on the prefix: a request for one object carries none.
  checkObjects: ({ specBucketArn }) => [{ actions: ['s3:ListBucket'], resources: [specBucketArn] }],
  readUploads: read(prefixes.uploads),
  readDesired: read(prefixes.desired),
  writeDesired: write(prefixes.desired),
  readApplied: read(prefixes.applied),
  writeApplied: write(prefixes.applied),
  readOutcomes: read(prefixes.outcomes),
  writeOutcomes: write(prefixes.outcomes),
  readLedger: ledger('GetItem', 'Query'),
  writeLedger: ledger('UpdateItem', 'PutItem'),
  forgetInLedger: ledger('DeleteItem'),
  listResources: (scope) => onEveryKind(scope, ({ operations }) => [operations.list]),
  // Get of a credential provider answers with the ARN of its secret, never with the secret.
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
    // A gateway's identity is made and removed with it, in the caller's name.
    {
      actions: ['CreateWorkloadIdentity', 'GetWorkloadIdentity', 'DeleteWorkloadIdentity'].map(agentCore),
      resources: WORKLOAD_IDENTITIES.map((name) => scope.arn('bedrock-agentcore', name)),
    },
    {
      actions: ['bedrock-agentcore:TagResource'],
      resources: taggedResources.map((name) => scope.arn('bedrock-agentcore', name)),
      conditions: { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['gateloop:workspace'] } },
    },
    // AgentCore keeps the client secret of a credential provider in Secrets Manager, in the caller's name.
    {
      actions: ['CreateSecret', 'PutSecretValue', 'DeleteSecret'].map((action) => `secretsmanager:${action}`),
      resources: [scope.arn('secretsmanager', 'secret:bedrock-agentcore*')],
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
  ],
  listRegistryRecords: ({ arn }) => [
    { actions: [agentCore('ListRegistryRecords')], resources: [arn('bedrock-agentcore', 'registry/*')] },
  ],
  readRegistryRecords: onRegistryRecords('GetRegistryRecord'),
  decideRegistryRecords: onRegistryRecords('UpdateRegistryRecordStatus'),
  readSecrets: ({ arn, environment }) => [
    {
      actions: ['secretsmanager:GetSecretValue'],
      resources: [arn('secretsmanager', 'secret:*')],
      conditions: { StringEquals: { [`aws:ResourceTag/${SECRET_TAG}`]: environment } },
    },
  ],
  publishEvents: ({ eventBusArn }) => [{ actions: ['events:PutEvents'], resources: [eventBusArn] }],
  tellPeople: ({ peopleTopicArn }) => [{ actions: ['sns:Publish'], resources: [peopleTopicArn] }],
  answerTasks: () => [{ actions: ['states:SendTaskSuccess'], resources: ['*'] }],
};

/** Kinds that take tags when they are created. */
const taggedResources = [
  ...arnPatternsByKind.gateway,
  ...arnPatternsByKind.agentRuntime,
  ...arnPatternsByKind.harness,
  ...arnPatternsByKind.oauth2CredentialProvider,
];

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

/** The operations of every kind of resource, each on the resources of its kind, or on all where IAM knows no narrower. */
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

function isUnscopable(action: string): boolean {
  return action in unscopableActions;
}
