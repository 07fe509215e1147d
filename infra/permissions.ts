import { ledgerTable } from '../adapters/ledgerTable.ts';
import { signingKeySecretName, watchTokenPrefix } from '../core/deployedNames.ts';
import type { Statement } from '../core/iam/statement.ts';
import type { ResourceKind } from '../core/resources/resourceKind.ts';
import { resourceKinds } from '../core/resources/resourceKinds.ts';
import { collectedPrefixes } from '../core/storage/collectedObjects.ts';
import { GUARDRAILS_KEY, prefixes } from '../core/storage/keys.ts';
import { shownWorkflows } from '../functions/console/consolePorts.ts';
import type { Permission } from '../functions/permissions.ts';
import { changeStatements } from './iam/changeStatements.ts';
import {
  actionOfKind,
  agentCoreArns,
  agentRegistryArns,
  arnOf,
  arnPatterns,
  arnsOfKind,
  invokeOwnGateways,
  managedSecrets,
  type PermissionScope,
  taggedRegistryResources,
  taggedResources,
} from './iam/scope.ts';

/** The tag that lets an environment read a secret. Its value is the environment's name. */
export const SECRET_TAG = 'gateloop';

/** Actions that IAM grants only on all resources, with the reason. `docs/permissions.md` lists them. */
export const unscopableActions: Readonly<Record<string, string>> = {
  'agent-registry:CreateRegistry': 'A registry that does not exist yet has no ARN.',
  'agent-registry:ListRegistries': 'A list covers the whole account.',
  'ec2:DescribeVpcs': 'A description covers the whole Region. Only with the setting privateEndpoints.',
  'ec2:DescribeSecurityGroups': 'See DescribeVpcs.',
  'ec2:DescribeSubnets': 'See DescribeVpcs.',
  'vpc-lattice:ListServiceNetworkResourceAssociations':
    'A list covers the whole account. Only with the setting privateEndpoints.',
  'vpc-lattice:AssociateViaAWSService': 'IAM has no resource for it. Only with the setting privateEndpoints.',
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
  browseUploads: ({ specBucketArn }) => [
    { actions: ['s3:ListBucket', 's3:ListBucketVersions'], resources: [specBucketArn] },
    // The metadata of an upload names the uploader, and the outcome that follows says what came of it.
    {
      actions: ['s3:GetObjectVersion'],
      resources: [prefixes.uploads, prefixes.outcomes].map((prefix) => `${specBucketArn}/${prefix}*`),
    },
  ],
  readGuardrails: ({ specBucketArn }) => [
    { actions: ['s3:GetObject'], resources: [`${specBucketArn}/${GUARDRAILS_KEY}`] },
  ],
  readDesired: read(prefixes.desired),
  writeDesired: write(prefixes.desired),
  readRequestDetails: read(prefixes.requestDetails),
  writeRequestDetails: write(prefixes.requestDetails),
  readApplied: read(prefixes.applied),
  writeApplied: write(prefixes.applied),
  listCollected: ({ specBucketArn }) => [
    {
      actions: ['s3:ListBucketVersions'],
      resources: [specBucketArn],
      conditions: { StringLike: { 's3:prefix': collectedPrefixes.map((prefix) => `${prefix}*`) } },
    },
  ],
  // Versions alone: who deletes an object without naming a version hides whatever was stored last.
  deleteCollected: ({ specBucketArn }) => [
    {
      actions: ['s3:DeleteObjectVersion'],
      resources: collectedPrefixes.map((prefix) => `${specBucketArn}/${prefix}*`),
    },
  ],
  readOutcomes: read(prefixes.outcomes),
  writeOutcomes: write(prefixes.outcomes),
  readLedger: ledger('GetItem', 'Query'),
  readLease: ledger('GetItem'),
  listDueWorkspaces: ({ ledgerArn }) => [
    { actions: ['dynamodb:Query'], resources: [`${ledgerArn}/index/${ledgerTable.dueIndex.name}`] },
  ],
  writeLedger: ledger('UpdateItem', 'PutItem'),
  deleteFromLedger: ledger('DeleteItem'),
  scanLedger: ledger('Scan'),
  listResources: (scope) => onEveryKind(scope, 'list'),
  listParts: (scope) =>
    Object.values(resourceKinds)
      .filter(({ parent }) => parent)
      .map((row) => ({ actions: listActions(row), resources: arnsOfKind(scope, row.kind) })),
  // Get of a credential provider returns the ARN of its secret, never the secret.
  readResources: (scope) => onEveryKind(scope, 'get'),
  readTargets: (scope) => [
    {
      actions: [agentCore(resourceKinds.gatewayTarget.operations.get)],
      resources: agentCoreArns(scope, arnPatterns('gatewayTarget')),
    },
    ...onRegistryRecords(resourceKinds.registryRecord.operations.get)(scope),
  ],
  readTags: (scope) => [
    { actions: [agentCore('ListTagsForResource')], resources: agentCoreArns(scope, taggedResources) },
    {
      actions: [actionOfKind('registry', 'ListTagsForResource')],
      resources: agentRegistryArns(scope, taggedRegistryResources),
    },
  ],
  changeControlPlane: changeStatements,
  synchronizeTargets: (scope) => [
    { actions: [agentCore('SynchronizeGatewayTargets')], resources: agentCoreArns(scope, ['gateway/*']) },
  ],
  listToolsOfGateways: (scope) => [invokeOwnGateways(scope)],
  readGatewayTokens: (scope) => [
    {
      actions: [secretsManager('GetSecretValue')],
      resources: [arnOf(scope, 'secretsmanager', `secret:${watchTokenPrefix(scope.environment)}*`)],
    },
  ],
  writeToolLists: write(prefixes.toolLists),
  completeAuthorizations: (scope) => [
    {
      actions: [agentCore('CompleteResourceTokenAuth')],
      resources: agentCoreArns(scope, [
        ...arnPatterns('oauth2CredentialProvider'),
        ...arnPatterns('workloadIdentity'),
      ]),
    },
    // AgentCore reads the provider's client secret with the permissions of the caller. Without them it answers
    // AccessDeniedException, as two unrelated deployments have seen.
    {
      actions: [secretsManager('GetSecretValue')],
      resources: [arnOf(scope, 'secretsmanager', managedSecrets.oauth2)],
    },
    ...onTaggedSecrets('GetSecretValue')(scope),
  ],
  listRegistryRecords: (scope) => [
    {
      actions: [actionOfKind('registryRecord', 'ListRegistryRecords')],
      resources: arnsOfKind(scope, 'registry'),
    },
  ],
  readRegistryRecords: onRegistryRecords('GetRegistryRecord'),
  decideRegistryRecords: onRegistryRecords('UpdateRegistryRecordStatus'),
  describeSecrets: onTaggedSecrets('DescribeSecret'),
  readSecrets: onTaggedSecrets('GetSecretValue'),
  // Beside `readSecrets`, because a condition on a secret's tag denies the read of a secret that does not exist yet, so that
  // AWS would not say that it is missing.
  makeSigningKey: (scope) => [
    {
      actions: ['CreateSecret', 'GetSecretValue'].map(secretsManager),
      resources: [arnOf(scope, 'secretsmanager', `secret:${signingKeySecretName(scope.environment)}*`)],
    },
  ],
  startReconciliations: ({ reconcileArn }) => [
    { actions: ['states:StartExecution'], resources: [reconcileArn] },
  ],
  sendDeadLetters: ({ deadLettersArn }) => [{ actions: ['sqs:SendMessage'], resources: [deadLettersArn] }],
  publishEvents: ({ eventBusArn }) => [{ actions: ['events:PutEvents'], resources: [eventBusArn] }],
  notifyPeople: ({ peopleTopicArn }) => [{ actions: ['sns:Publish'], resources: [peopleTopicArn] }],
  readExecutions: (scope) => [
    {
      actions: ['states:ListExecutions'],
      resources: shownWorkflows.map((name) =>
        arnOf(scope, 'states', `stateMachine:gateloop-${scope.environment}-${name}`),
      ),
    },
    {
      actions: ['states:DescribeExecution', 'states:GetExecutionHistory'],
      resources: shownWorkflows.map((name) =>
        arnOf(scope, 'states', `execution:gateloop-${scope.environment}-${name}:*`),
      ),
    },
  ],
  completeTasks: () => [{ actions: ['states:SendTaskSuccess'], resources: ['*'] }],
};

/** Secrets of teams. A tag narrows them, because teams choose their names. */
function onTaggedSecrets(action: string) {
  return (scope: PermissionScope): Statement[] => [
    {
      actions: [secretsManager(action)],
      resources: [arnOf(scope, 'secretsmanager', 'secret:*')],
      conditions: { StringEquals: { [`aws:ResourceTag/${SECRET_TAG}`]: scope.environment } },
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
  return (scope: PermissionScope): Statement[] => [
    { actions: [actionOfKind('registryRecord', action)], resources: arnsOfKind(scope, 'registryRecord') },
  ];
}

/** An operation of every resource kind, on the resources of that kind. */
function onEveryKind(scope: PermissionScope, operation: 'get' | 'list'): Statement[] {
  return Object.values(resourceKinds).map((row) => ({
    actions: operation === 'list' ? listActions(row) : [actionOfKind(row.kind, row.operations.get)],
    resources: operation === 'list' ? listedArns(scope, row) : arnsOfKind(scope, row.kind),
  }));
}

/** What the API names by the ARN of its parent needs the Get that shows it. */
function listActions({ kind, parent, isOnly, operations }: ResourceKind): string[] {
  const ofParent = isOnly && parent ? [actionOfKind(parent, resourceKinds[parent].operations.get)] : [];
  return [actionOfKind(kind, operations.list), ...ofParent];
}

/**
 * Records are listed on their registry, parts on their parents, and a setting is read where it is. Other Lists cover the whole account. IAM checks them on an ARN
 * of the account: AWS's own policy BedrockAgentCoreFullAccess allows them on `arn:aws:bedrock-agentcore:*:*:*` alone. IAM has no
 * resource for those of Agent Registry.
 */
function listedArns(scope: PermissionScope, { kind, parent, arn, service, setting }: ResourceKind): string[] {
  if (kind === 'registryRecord') return arnsOfKind(scope, 'registry');
  if (parent || arn?.directory || setting) return arnsOfKind(scope, kind);
  return service ? ['*'] : agentCoreArns(scope, ['*']);
}

function agentCore(operation: string): string {
  return `bedrock-agentcore:${operation}`;
}

function secretsManager(action: string): string {
  return `secretsmanager:${action}`;
}
