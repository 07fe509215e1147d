import { boundNames, bounds } from '../../core/iam/bounds.ts';
import type { Statement } from '../../core/iam/statement.ts';
import type { KindName } from '../../core/resources/resourceKind.ts';
import { resourceKinds, WORKSPACE_TAG } from '../../core/resources/resourceKinds.ts';
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
  roleArn,
  taggedRegistryResources,
  taggedResources,
} from './scope.ts';

/** The service-linked roles that AgentCore makes with the permissions of its caller, by the service that assumes each. */
const serviceLinkedRoles: Readonly<Record<string, string>> = {
  'bedrock-agentcore.amazonaws.com': 'AWSServiceRoleForBedrockAgentCoreGatewayNetwork',
  'identity-network.bedrock-agentcore.amazonaws.com': 'AWSServiceRoleForBedrockAgentCoreIdentity',
  'network.bedrock-agentcore.amazonaws.com': 'AWSServiceRoleForBedrockAgentCoreNetwork',
  'runtime-identity.bedrock-agentcore.amazonaws.com': 'AWSServiceRoleForBedrockAgentCoreRuntimeIdentity',
  'runtime-instances.bedrock-agentcore.amazonaws.com': 'AWSServiceRoleForBedrockAgentCoreRuntimeInstances',
};

/**
 * What the creates, updates and deletes of resources need: AgentCore makes many further calls with the permissions of its
 * caller. `iam/agentCoreCalls.ts` says which, and where that stands.
 */
export function changeStatements(scope: PermissionScope): Statement[] {
  return [
    ...operations(scope),
    ...harnesses(scope),
    ...tags(scope),
    ...secrets(scope),
    ...roles(scope),
    ...sources(scope),
    ...gatewayKeys(scope),
    ...tokenVaultKeys(scope),
    ...privateEndpoints(scope),
    ...outerBounds(scope),
  ];
}

const actions = (...names: readonly string[]) => names.map((name) => `bedrock-agentcore:${name}`);

function operations(scope: PermissionScope): Statement[] {
  return [
    ...Object.values(resourceKinds).map(({ kind, operations: { create, update, delete: remove } }) => ({
      actions: [...creates(kind, create), update ?? [], remove]
        .flat()
        .map((name) => actionOfKind(kind, name)),
      resources: arnsOfKind(scope, kind),
    })),
    { actions: [actionOfKind('registry', 'CreateRegistry')], resources: ['*'] },
    // A record that does not exist yet has no ARN of its own.
    {
      actions: [actionOfKind('registryRecord', 'CreateRegistryRecord')],
      resources: arnsOfKind(scope, 'registry'),
    },
    {
      actions: ['SubmitRegistryRecordForApproval', 'UpdateRegistryRecordStatus'].map((name) =>
        actionOfKind('registryRecord', name),
      ),
      resources: arnsOfKind(scope, 'registryRecord'),
    },
    {
      actions: actions('CreateWorkloadIdentity', 'GetWorkloadIdentity', 'DeleteWorkloadIdentity'),
      resources: agentCoreArns(scope, arnPatterns('workloadIdentity')),
    },
    // A policy is of all gateways of its engine, or of those that it names.
    {
      actions: actions('ManageAdminPolicy', 'ManageResourceScopedPolicy', 'GetGateway'),
      resources: agentCoreArns(scope, arnPatterns('gateway')),
    },
    // The service compares a policy with the tools of the gateways, which it asks for with the permissions of the caller.
    invokeOwnGateways(scope),
    // Each version of a runtime is behind its endpoint DEFAULT.
    {
      actions: actions(
        'CreateAgentRuntimeEndpoint',
        'UpdateAgentRuntimeEndpoint',
        'DeleteAgentRuntimeEndpoint',
      ),
      resources: agentCoreArns(scope, ['runtime/*', 'harness/*']),
    },
    // The first credential provider of an account makes its token vault.
    { actions: actions('CreateTokenVault'), resources: agentCoreArns(scope, ['token-vault/default']) },
  ];
}

/** What is created in Agent Registry has no ARN of its own before. */
function creates(kind: KindName, create: string): string[] {
  return resourceKinds[kind].service ? [] : [create];
}

/** A harness has a runtime and a memory of its own. */
function harnesses(scope: PermissionScope): Statement[] {
  return [
    {
      actions: actions('CreateAgentRuntime', 'UpdateAgentRuntime', 'DeleteAgentRuntime'),
      resources: agentCoreArns(scope, arnPatterns('harness')),
    },
    {
      actions: actions('CreateMemory', 'GetMemory', 'UpdateMemory', 'DeleteMemory'),
      resources: agentCoreArns(scope, ['harness/*', 'memory/*']),
    },
  ];
}

/**
 * The owner's tag says which workspace may change the resource. A call that sets a tag of Gateloop's sets the owner, and not
 * to nothing. The tag is removed alone, which gives the resource away: no call that changes the tags of teams, which may have
 * any other key, can remove it as well.
 */
function tags(scope: PermissionScope): Statement[] {
  return [
    ...tagsOf('bedrock-agentcore', agentCoreArns(scope, taggedResources)),
    ...tagsOf('agent-registry', agentRegistryArns(scope, taggedRegistryResources)),
  ];
}

function tagsOf(service: string, resources: readonly string[]): Statement[] {
  const tag = { actions: [`${service}:TagResource`], resources };
  // A call without tags has no key to compare; the API refuses it.
  const otherKeys = { 'ForAllValues:StringNotLike': { 'aws:TagKeys': ['gateloop:*'] } };
  const untag = { actions: [`${service}:UntagResource`], resources };
  return [
    { ...tag, conditions: otherKeys },
    { ...tag, conditions: { StringLike: { [`aws:RequestTag/${WORKSPACE_TAG}`]: '?*' } } },
    { ...untag, conditions: otherKeys },
    {
      ...untag,
      conditions: {
        'ForAllValues:StringEquals': { 'aws:TagKeys': [WORKSPACE_TAG] },
        Null: { 'aws:TagKeys': 'false' },
      },
    },
  ];
}

/** AgentCore's own secrets. `readSecrets` covers those that belong to teams. */
function secrets(scope: PermissionScope): Statement[] {
  return [
    {
      actions: ['CreateSecret', 'GetSecretValue', 'PutSecretValue', 'DeleteSecret'].map(
        (name) => `secretsmanager:${name}`,
      ),
      resources: Object.values(managedSecrets).map((name) => arnOf(scope, 'secretsmanager', name)),
    },
  ];
}

function roles(scope: PermissionScope): Statement[] {
  return [
    {
      actions: ['iam:PassRole'],
      resources: scope.grants.passedRoles.map((name) => roleArn(scope, name)),
      conditions: { StringEquals: { 'iam:PassedToService': 'bedrock-agentcore.amazonaws.com' } },
    },
    ...Object.entries(serviceLinkedRoles).map(
      ([service, name]): Statement => ({
        actions: ['iam:CreateServiceLinkedRole'],
        resources: [roleArn(scope, `aws-service-role/${service}/${name}`)],
        conditions: { StringEquals: { 'iam:AWSServiceName': service } },
      }),
    ),
  ];
}

/** The code of runtimes, schemas, certificates and exported APIs. */
function sources({ partition, region, grants: { sourceBuckets, restApis } }: PermissionScope): Statement[] {
  return [
    {
      actions: ['s3:GetObject', 's3:GetObjectVersion'],
      resources: sourceBuckets.map(({ bucket, prefix = '' }) => `arn:${partition}:s3:::${bucket}/${prefix}*`),
    },
    {
      actions: ['kms:Decrypt'],
      resources: sourceBuckets.flatMap(({ keyArn }) => keyArn ?? []),
      conditions: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } },
    },
    {
      actions: ['apigateway:GET'],
      resources: restApis.map((api) => {
        const [id = '', stage = ''] = api.split('/');
        return `arn:${partition}:apigateway:${region}::/restapis/${id}/stages/${stage}/exports/*`;
      }),
    },
  ].filter(hasResources);
}

function gatewayKeys(scope: PermissionScope): Statement[] {
  const viaService = { 'kms:ViaService': `bedrock-agentcore.${scope.region}.amazonaws.com` };
  const resources = scope.grants.gatewayKeys;
  return [
    {
      actions: ['kms:DescribeKey', 'kms:Decrypt', 'kms:GenerateDataKey'],
      resources,
      conditions: { StringEquals: viaService },
    },
    {
      actions: ['kms:CreateGrant'],
      resources,
      conditions: {
        StringEquals: { ...viaService, 'kms:GrantConstraintType': 'EncryptionContextSubset' },
        'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Decrypt', 'GenerateDataKey'] },
        StringLike: {
          'kms:EncryptionContext:aws:bedrock-agentcore-gateway:arn': arnOf(
            scope,
            'bedrock-agentcore',
            'gateway/*',
          ),
        },
      },
    },
  ].filter(hasResources);
}

function tokenVaultKeys(scope: PermissionScope): Statement[] {
  const resources = scope.grants.tokenVaultKeys;
  const StringEquals = { 'kms:ViaService': `bedrock-agentcore-identity.${scope.region}.amazonaws.com` };
  return [
    { actions: ['kms:DescribeKey'], resources, conditions: { StringEquals } },
    {
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKeyWithoutPlaintext'],
      resources,
      conditions: {
        StringEquals,
        ArnLike: {
          'kms:EncryptionContext:aws-crypto-ec:aws:bedrock-agentcore-identity:token-vault-arn': arnOf(
            scope,
            'bedrock-agentcore',
            'token-vault/default',
          ),
        },
      },
    },
  ].filter(hasResources);
}

function privateEndpoints(scope: PermissionScope): Statement[] {
  const { subnets, securityGroups, resourceConfigurations } = scope.grants.privateEndpoints;
  const { partition, region } = scope;
  // The service network is AWS's own, and so is the account in its ARN.
  const serviceNetworks = `arn:${partition}:vpc-lattice:${region}:*:servicenetwork/*`;
  const associations = arnOf(scope, 'vpc-lattice', 'servicenetworkresourceassociation/*');
  const managed: readonly Statement[] = [
    {
      actions: ['ec2:CreateNetworkInterface'],
      resources: [
        ...subnets.map((id) => `subnet/${id}`),
        ...securityGroups.map((id) => `security-group/${id}`),
        'network-interface/*',
      ].map((resource) => arnOf(scope, 'ec2', resource)),
    },
    { actions: ['ec2:DescribeVpcs', 'ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets'], resources: ['*'] },
  ];
  const ownedByAccount: readonly Statement[] = [
    { actions: ['vpc-lattice:GetResourceConfiguration'], resources: resourceConfigurations },
    {
      actions: ['vpc-lattice:CreateServiceNetworkResourceAssociation'],
      resources: [...resourceConfigurations, serviceNetworks, associations],
    },
    { actions: ['vpc-lattice:GetServiceNetworkResourceAssociation'], resources: [associations] },
    {
      actions: ['vpc-lattice:ListServiceNetworkResourceAssociations', 'vpc-lattice:AssociateViaAWSService'],
      resources: ['*'],
    },
  ];
  return [
    ...(subnets.length > 0 ? managed : []),
    ...(resourceConfigurations.length > 0 ? ownedByAccount : []),
  ];
}

/**
 * Denies what is outside the deployment's bounds. Only where the request has the key: whether AgentCore sends every one of
 * them in every case is not documented, and a call without a key must not fail for it.
 */
function outerBounds(scope: PermissionScope): Statement[] {
  return boundNames.flatMap((name): Statement[] => {
    const allowed = scope.grants.bounds[name];
    if (!allowed) return [];
    const { conditionKey, operations: bounded, hasManyValues } = bounds[name];
    return [
      {
        effect: 'Deny',
        actions: actions(...bounded),
        resources: agentCoreArns(scope, ['*']),
        conditions: hasManyValues
          ? { 'ForAnyValue:StringNotEquals': { [conditionKey]: allowed } }
          : { StringNotEquals: { [conditionKey]: allowed }, Null: { [conditionKey]: 'false' } },
      },
    ];
  });
}

function hasResources({ resources }: Statement): boolean {
  return resources.length > 0;
}
