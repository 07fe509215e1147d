import type { Conditions } from '../../core/iam/statement.ts';
import { arnForm, type Caller, type RequiredAction, type Source } from './requiredAction.ts';

/** An action that AgentCore checks for its caller. */
interface Need {
  readonly action: string;
  readonly on: readonly string[];
  readonly conditions?: Conditions;
  readonly source: Source;
}

const agentCore = (...resources: readonly string[]) =>
  resources.map((resource) => arnForm('bedrock-agentcore', resource));

const GATEWAYS = agentCore('gateway/*');
const POLICY_ENGINES = agentCore('policy-engine/*');
const RUNTIMES = agentCore('runtime/*');
const HARNESSES = agentCore('harness/*');
/** What can have a resource policy. */
const POLICY_HOLDERS = [...GATEWAYS, ...RUNTIMES];
const agentRegistry = (...resources: readonly string[]) =>
  resources.map((resource) => arnForm('agent-registry', resource));
const REGISTRIES = agentRegistry('registry/*');
const RECORDS = agentRegistry('registry/*/record/*');
/** IAM has no resource for these actions. */
const ANY_REGISTRY = ['*'];
const OAUTH2_PROVIDERS = agentCore('token-vault/default', 'token-vault/default/oauth2credentialprovider/*');
const API_KEY_PROVIDERS = agentCore('token-vault/default', 'token-vault/default/apikeycredentialprovider/*');
const PAYMENT_PROVIDERS = agentCore('token-vault/default', 'token-vault/default/paymentcredentialprovider/*');
const TOKEN_VAULTS = agentCore('token-vault/default');
const PAYMENT_MANAGERS = agentCore('payment-manager/*');
const WORKLOAD_IDENTITIES = agentCore(
  'workload-identity-directory/default',
  'workload-identity-directory/default/workload-identity/*',
);
/** AWS's managed policy allows every action on `arn:aws:bedrock-agentcore:*:*:*` alone, lists as well. */
const ACCOUNT = agentCore('*');
/** A harness's own name, as the guide says, and the runtime that the service made for it, as refusals say. */
const RUNTIMES_OF_HARNESSES = [...HARNESSES, ...RUNTIMES];
const EVALUATORS = agentCore('evaluator/*');
const ONLINE_EVALUATIONS = [...agentCore('online-evaluation-config/*'), ...EVALUATORS];
const BROWSERS = agentCore('browser-custom/*');
const BROWSER_PROFILES = agentCore('browser-profile/*');
const CODE_INTERPRETERS = agentCore('code-interpreter-custom/*');
const CONSENT_PORTALS = agentCore('consent-portal/*');
const DATASETS = agentCore('dataset/*');
const CONFIGURATION_BUNDLES = agentCore('configuration-bundle/*');
const CAPACITY_PROVIDERS = agentCore('capacity-provider/*');
const MEMORIES = agentCore('memory/*');
const MEMORIES_OF_HARNESSES = [...HARNESSES, ...MEMORIES];
const TAGGED = [
  ...GATEWAYS,
  ...RUNTIMES,
  ...HARNESSES,
  ...POLICY_ENGINES,
  ...new Set([...OAUTH2_PROVIDERS, ...API_KEY_PROVIDERS, ...PAYMENT_PROVIDERS]),
  ...WORKLOAD_IDENTITIES.slice(1),
  ...EVALUATORS,
  ...ONLINE_EVALUATIONS.slice(0, 1),
  ...BROWSERS,
  ...BROWSER_PROFILES,
  ...CODE_INTERPRETERS,
  ...CONSENT_PORTALS,
  ...DATASETS,
  ...CONFIGURATION_BUNDLES,
  ...CAPACITY_PROVIDERS,
  ...PAYMENT_MANAGERS,
  ...MEMORIES,
];

/** The service names for the Region's own calls of a service, as `kms:ViaService` has them. */
const VIA_AGENTCORE = { 'kms:ViaService': 'bedrock-agentcore.{region}.amazonaws.com' };
const VIA_IDENTITY = { 'kms:ViaService': 'bedrock-agentcore-identity.{region}.amazonaws.com' };
const VAULT_CONTEXT = 'kms:EncryptionContext:aws-crypto-ec:aws:bedrock-agentcore-identity:token-vault-arn';
const VIA_S3 = { 'kms:ViaService': 's3.{region}.amazonaws.com' };

const need = (action: string, on: readonly string[], source: Source, conditions?: Conditions): Need => ({
  action: action.includes(':') ? action : `bedrock-agentcore:${action}`,
  on,
  source,
  ...(conditions && { conditions }),
});

/** A call to Agent Registry, which needs the action of its own name, and further ones. */
const registered = (
  call: string,
  on: readonly string[],
  ...others: readonly Need[]
): readonly [string, readonly Need[]] => [
  call,
  [need(`agent-registry:${call}`, on, 'agentRegistry'), ...others],
];

/** Calls whose resources are not those of the service authorization reference, and where they were seen. */
const unlistedForms: Readonly<Record<string, Source>> = {
  CreateGateway: 'gatewayCreation',
  CreateAgentRuntime: 'harnessRuntime',
  CreateHarness: 'harness',
  CreateAgentRuntimeEndpoint: 'defaultEndpoint',
  CreateHarnessEndpoint: 'harness',
  CreateOnlineEvaluationConfig: 'evaluations',
  GetOnlineEvaluationConfig: 'evaluations',
  UpdateOnlineEvaluationConfig: 'evaluations',
  DeleteOnlineEvaluationConfig: 'evaluations',
};

/** A call that needs the action of its own name, and further ones. */
const own = (
  call: string,
  on: readonly string[],
  ...others: readonly Need[]
): readonly [string, readonly Need[]] => [
  call,
  [need(call, on, unlistedForms[call] ?? (on === ACCOUNT ? 'fullAccess' : 'authorization')), ...others],
];

const serviceLinkedRole = (service: string, role: string): Need =>
  need(
    'iam:CreateServiceLinkedRole',
    [`arn:{partition}:iam::{account}:role/aws-service-role/${service}/${role}`],
    'serviceLinkedRoles',
    { StringEquals: { 'iam:AWSServiceName': service } },
  );

const GATEWAY_NETWORK_ROLE = serviceLinkedRole(
  'bedrock-agentcore.amazonaws.com',
  'AWSServiceRoleForBedrockAgentCoreGatewayNetwork',
);
const IDENTITY_NETWORK_ROLE = serviceLinkedRole(
  'identity-network.bedrock-agentcore.amazonaws.com',
  'AWSServiceRoleForBedrockAgentCoreIdentity',
);
/** For runtimes, browsers and code interpreters in a VPC. */
const NETWORK_ROLE = serviceLinkedRole(
  'network.bedrock-agentcore.amazonaws.com',
  'AWSServiceRoleForBedrockAgentCoreNetwork',
);
const INSTANCES_ROLE = serviceLinkedRole(
  'runtime-instances.bedrock-agentcore.amazonaws.com',
  'AWSServiceRoleForBedrockAgentCoreRuntimeInstances',
);
const RUNTIME_ROLES = [
  serviceLinkedRole(
    'runtime-identity.bedrock-agentcore.amazonaws.com',
    'AWSServiceRoleForBedrockAgentCoreRuntimeIdentity',
  ),
  NETWORK_ROLE,
  INSTANCES_ROLE,
];

const PASS_ROLE = need('iam:PassRole', ['arn:{partition}:iam::{account}:role/{passedRoles}'], 'fullAccess', {
  StringEquals: { 'iam:PassedToService': 'bedrock-agentcore.amazonaws.com' },
});

/** Tags of teams have any key but those of Gateloop. */
const OTHER_TAGS: Conditions = { 'ForAllValues:StringNotLike': { 'aws:TagKeys': ['gateloop:*'] } };
/** Every resource has an owner from its creation. */
const TAGS_AT_CREATION = need('TagResource', TAGGED, 'authorization', {
  StringLike: { 'aws:RequestTag/gateloop:workspace': '?*' },
});
const REGISTRY_TAGS_AT_CREATION = need('agent-registry:TagResource', REGISTRIES, 'agentRegistry', {
  StringLike: { 'aws:RequestTag/gateloop:workspace': '?*' },
});
const identity = (...actions: readonly string[]) =>
  actions.map((action) => need(`${action}WorkloadIdentity`, WORKLOAD_IDENTITIES, 'workloadIdentity'));

/** AgentCore uses a gateway's customer managed key with the permissions of the caller, and makes itself a grant. */
const GATEWAY_KEY = [
  ...['kms:DescribeKey', 'kms:Decrypt', 'kms:GenerateDataKey'].map((action) =>
    need(action, ['{gatewayKeys}'], 'gatewayKey', { StringEquals: VIA_AGENTCORE }),
  ),
  need('kms:CreateGrant', ['{gatewayKeys}'], 'fullAccess', {
    StringEquals: { ...VIA_AGENTCORE, 'kms:GrantConstraintType': 'EncryptionContextSubset' },
    'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Decrypt', 'GenerateDataKey'] },
    StringLike: {
      'kms:EncryptionContext:aws:bedrock-agentcore-gateway:arn': arnForm('bedrock-agentcore', 'gateway/*'),
    },
  }),
];

/** AgentCore encrypts the token vault with the permissions of the caller. */
const TOKEN_VAULT_KEY = [
  need('kms:DescribeKey', ['{tokenVaultKeys}'], 'tokenVaultKey', { StringEquals: VIA_IDENTITY }),
  ...['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKeyWithoutPlaintext'].map((action) =>
    need(action, ['{tokenVaultKeys}'], 'tokenVaultKey', {
      StringEquals: VIA_IDENTITY,
      ArnLike: { [VAULT_CONTEXT]: arnForm('bedrock-agentcore', 'token-vault/default') },
    }),
  ),
];

/** The gateways of Gateloop alone have the tag of an owner. */
const OWNED: Conditions = { Null: { 'aws:ResourceTag/gateloop:workspace': 'false' } };

/** A policy is of all gateways of its engine, or of those that it names: two actions that no call is named after. */
const MANAGE_POLICY = [
  need('ManageAdminPolicy', GATEWAYS, 'policyPermissions'),
  need('ManageResourceScopedPolicy', GATEWAYS, 'policyPermissions'),
];
/** The service asks the gateway for its tools with the permissions of the caller, and compares the policy with them. */
const WRITE_POLICY = [
  ...MANAGE_POLICY,
  need('GetGateway', GATEWAYS, 'policyPermissions'),
  need('InvokeGateway', GATEWAYS, 'policyPermissions', OWNED),
];

/** For endpoints in a VPC, AgentCore makes network interfaces with the permissions of the caller. */
const PRIVATE_ENDPOINT = [
  need(
    'ec2:CreateNetworkInterface',
    [
      ...['subnet/{subnets}', 'security-group/{securityGroups}', 'network-interface/{networkInterfaces}'].map(
        (resource) => arnForm('ec2', resource),
      ),
    ],
    'privateEndpoints',
  ),
  ...['ec2:DescribeVpcs', 'ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets'].map((action) =>
    need(action, ['{anythingForSubnets}'], 'privateEndpoints'),
  ),
  need('vpc-lattice:GetResourceConfiguration', ['{resourceConfigurations}'], 'privateEndpoints'),
  need(
    'vpc-lattice:CreateServiceNetworkResourceAssociation',
    ['{resourceConfigurations}', '{serviceNetworks}', '{serviceNetworkAssociations}'],
    'privateEndpoints',
  ),
  need(
    'vpc-lattice:GetServiceNetworkResourceAssociation',
    ['{serviceNetworkAssociations}'],
    'privateEndpoints',
  ),
  ...['vpc-lattice:ListServiceNetworkResourceAssociations', 'vpc-lattice:AssociateViaAWSService'].map(
    (action) => need(action, ['{anythingForResourceConfigurations}'], 'privateEndpoints'),
  ),
];

/** AgentCore reads the package of a runtime with the permissions of the caller. */
const RUNTIME_CODE = [
  ...['s3:GetObject', 's3:GetObjectVersion'].map((action) => need(action, ['{codeObjects}'], 'fullAccess')),
  need('kms:Decrypt', ['{codeKeys}'], 'fullAccess', { StringEquals: VIA_S3 }),
];

/** AgentCore reads a target's schema, and exports the API of an API Gateway target, with the permissions of the caller. */
const TARGET_SOURCES = [
  need('s3:GetObject', ['arn:{partition}:s3:::{specBucket}/applied/*'], 'fullAccess'),
  need(
    'apigateway:GET',
    ['arn:{partition}:apigateway:{region}::/restapis/{restApis}/exports/*'],
    'fullAccess',
  ),
];

const managedSecret = (type: 'oauth2' | 'apikey' | 'payment') =>
  arnForm('secretsmanager', `secret:bedrock-agentcore-identity!default/${type}/*`);
const ON_TAGGED_SECRETS: Conditions = { StringEquals: { 'aws:ResourceTag/gateloop': '{environment}' } };

/** AgentCore keeps the secret of a credential provider in Secrets Manager with the permissions of the caller. */
const secretOf = (type: 'oauth2' | 'apikey' | 'payment', ...actions: readonly string[]) => [
  ...actions.map((action) => need(`secretsmanager:${action}`, [managedSecret(type)], 'fullAccess')),
  need(
    'secretsmanager:GetSecretValue',
    [arnForm('secretsmanager', 'secret:*')],
    'fullAccess',
    ON_TAGGED_SECRETS,
  ),
];
const TOKEN_VAULT = need('CreateTokenVault', agentCore('token-vault/default'), 'tokenVault');

const gets = [
  own('GetGateway', GATEWAYS),
  own('GetGatewayTarget', GATEWAYS),
  own('GetGatewayRule', GATEWAYS),
  own('GetGatewayRateLimit', GATEWAYS),
  own('GetResourcePolicy', POLICY_HOLDERS),
  own('GetPolicyEngine', POLICY_ENGINES),
  own('GetPolicy', POLICY_ENGINES),
  own('GetAgentRuntime', RUNTIMES),
  own('GetAgentRuntimeEndpoint', RUNTIMES),
  own('GetHarness', HARNESSES),
  own('GetHarnessEndpoint', HARNESSES),
  own('GetOauth2CredentialProvider', OAUTH2_PROVIDERS),
  own('GetApiKeyCredentialProvider', API_KEY_PROVIDERS),
  own('GetPaymentCredentialProvider', PAYMENT_PROVIDERS),
  own('GetTokenVault', TOKEN_VAULTS),
  own('GetPaymentManager', PAYMENT_MANAGERS),
  own('GetWorkloadIdentity', WORKLOAD_IDENTITIES),
  own('GetEvaluator', EVALUATORS),
  own('GetOnlineEvaluationConfig', ONLINE_EVALUATIONS),
  own('GetConsentPortal', CONSENT_PORTALS),
  own('GetDataset', DATASETS),
  own('GetConfigurationBundle', CONFIGURATION_BUNDLES),
  own('GetCapacityProvider', CAPACITY_PROVIDERS),
  own('GetBrowser', BROWSERS),
  own('GetBrowserProfile', BROWSER_PROFILES),
  own('GetCodeInterpreter', CODE_INTERPRETERS),
  own('GetMemory', MEMORIES),
  registered('GetRegistry', REGISTRIES),
  registered('GetRegistryRecord', RECORDS),
];

const lists = [
  own('ListGateways', ACCOUNT),
  own('ListGatewayTargets', GATEWAYS),
  own('ListGatewayRules', GATEWAYS),
  own('ListGatewayRateLimits', GATEWAYS),
  own('ListPolicyEngines', ACCOUNT),
  own('ListPolicies', POLICY_ENGINES),
  own('ListAgentRuntimes', ACCOUNT),
  own('ListAgentRuntimeEndpoints', RUNTIMES),
  own('ListHarnesses', ACCOUNT),
  own('ListHarnessEndpoints', HARNESSES),
  own('ListOauth2CredentialProviders', OAUTH2_PROVIDERS),
  own('ListApiKeyCredentialProviders', API_KEY_PROVIDERS),
  own('ListPaymentCredentialProviders', PAYMENT_PROVIDERS),
  // The Get stands for the List of a setting.
  own('GetTokenVault', TOKEN_VAULTS),
  own('ListPaymentManagers', ACCOUNT),
  own('ListWorkloadIdentities', WORKLOAD_IDENTITIES),
  own('ListEvaluators', ACCOUNT),
  own('ListOnlineEvaluationConfigs', ACCOUNT),
  own('ListConsentPortals', ACCOUNT),
  own('ListDatasets', ACCOUNT),
  own('ListConfigurationBundles', ACCOUNT),
  own('ListCapacityProviders', ACCOUNT),
  own('ListBrowsers', ACCOUNT),
  own('ListBrowserProfiles', ACCOUNT),
  own('ListCodeInterpreters', ACCOUNT),
  own('ListMemories', ACCOUNT),
  registered('ListRegistries', ANY_REGISTRY),
  registered('ListRegistryRecords', REGISTRIES),
];

const changes = [
  own(
    'CreateGateway',
    GATEWAYS,
    TAGS_AT_CREATION,
    PASS_ROLE,
    ...identity('Create', 'Get'),
    ...GATEWAY_KEY,
    IDENTITY_NETWORK_ROLE,
    ...PRIVATE_ENDPOINT,
  ),
  own('UpdateGateway', GATEWAYS, PASS_ROLE, ...GATEWAY_KEY, IDENTITY_NETWORK_ROLE, ...PRIVATE_ENDPOINT),
  own('DeleteGateway', GATEWAYS, ...identity('Get', 'Delete')),
  own('CreateGatewayTarget', GATEWAYS, ...TARGET_SOURCES, GATEWAY_NETWORK_ROLE, ...PRIVATE_ENDPOINT),
  own('UpdateGatewayTarget', GATEWAYS, ...TARGET_SOURCES, GATEWAY_NETWORK_ROLE, ...PRIVATE_ENDPOINT),
  own('DeleteGatewayTarget', GATEWAYS),
  own('CreateGatewayRule', GATEWAYS),
  own('UpdateGatewayRule', GATEWAYS),
  own('DeleteGatewayRule', GATEWAYS),
  own('CreateGatewayRateLimit', GATEWAYS),
  own('UpdateGatewayRateLimit', GATEWAYS),
  own('DeleteGatewayRateLimit', GATEWAYS),
  own('PutResourcePolicy', POLICY_HOLDERS),
  own('DeleteResourcePolicy', POLICY_HOLDERS),
  own('CreatePolicyEngine', POLICY_ENGINES, TAGS_AT_CREATION),
  own('UpdatePolicyEngine', POLICY_ENGINES),
  own('DeletePolicyEngine', POLICY_ENGINES),
  own('CreatePolicy', POLICY_ENGINES, ...WRITE_POLICY),
  own('UpdatePolicy', POLICY_ENGINES, ...WRITE_POLICY),
  own('DeletePolicy', POLICY_ENGINES, ...MANAGE_POLICY),
  own(
    'CreateAgentRuntime',
    RUNTIMES,
    need('CreateAgentRuntimeEndpoint', RUNTIMES, 'defaultEndpoint'),
    TAGS_AT_CREATION,
    PASS_ROLE,
    ...identity('Create', 'Get'),
    ...RUNTIME_ROLES,
    ...RUNTIME_CODE,
  ),
  own(
    'UpdateAgentRuntime',
    RUNTIMES,
    need('UpdateAgentRuntimeEndpoint', RUNTIMES, 'endpointOfVersion'),
    PASS_ROLE,
    ...RUNTIME_ROLES,
    ...RUNTIME_CODE,
  ),
  own(
    'DeleteAgentRuntime',
    RUNTIMES,
    need('DeleteAgentRuntimeEndpoint', RUNTIMES, 'endpointOfVersion'),
    ...identity('Get', 'Delete'),
  ),
  own('CreateAgentRuntimeEndpoint', RUNTIMES, TAGS_AT_CREATION),
  own('UpdateAgentRuntimeEndpoint', RUNTIMES),
  own('DeleteAgentRuntimeEndpoint', RUNTIMES),
  own(
    'CreateHarness',
    HARNESSES,
    need('CreateAgentRuntime', HARNESSES, 'harness'),
    need('CreateAgentRuntime', RUNTIMES, 'harnessRuntime'),
    need('CreateAgentRuntimeEndpoint', RUNTIMES_OF_HARNESSES, 'harnessRuntime'),
    need('GetAgentRuntime', RUNTIMES, 'harnessRuntime'),
    need('CreateMemory', MEMORIES_OF_HARNESSES, 'harnessMemory'),
    need('GetMemory', MEMORIES_OF_HARNESSES, 'harnessMemory'),
    TAGS_AT_CREATION,
    need('TagResource', agentCore('memory/*'), 'harnessTags'),
    PASS_ROLE,
    ...identity('Create', 'Get'),
    ...RUNTIME_ROLES,
  ),
  own(
    'UpdateHarness',
    HARNESSES,
    need('UpdateAgentRuntime', RUNTIMES_OF_HARNESSES, 'harness'),
    need('UpdateAgentRuntimeEndpoint', RUNTIMES_OF_HARNESSES, 'endpointOfVersion'),
    need('GetAgentRuntime', RUNTIMES, 'harnessRuntime'),
    ...['CreateMemory', 'UpdateMemory', 'GetMemory'].map((action) =>
      need(action, MEMORIES_OF_HARNESSES, 'harnessMemory'),
    ),
    PASS_ROLE,
    ...RUNTIME_ROLES,
  ),
  own(
    'DeleteHarness',
    HARNESSES,
    need('DeleteAgentRuntime', RUNTIMES_OF_HARNESSES, 'harness'),
    need('DeleteAgentRuntimeEndpoint', RUNTIMES_OF_HARNESSES, 'endpointOfVersion'),
    need('GetAgentRuntime', RUNTIMES, 'harnessRuntime'),
    ...['DeleteMemory', 'GetMemory'].map((action) => need(action, MEMORIES_OF_HARNESSES, 'harnessMemory')),
    ...identity('Get', 'Delete'),
  ),
  own(
    'CreateHarnessEndpoint',
    HARNESSES,
    need('CreateAgentRuntimeEndpoint', RUNTIMES_OF_HARNESSES, 'harness'),
    TAGS_AT_CREATION,
  ),
  own(
    'UpdateHarnessEndpoint',
    HARNESSES,
    need('UpdateAgentRuntimeEndpoint', RUNTIMES_OF_HARNESSES, 'harness'),
  ),
  own(
    'DeleteHarnessEndpoint',
    HARNESSES,
    need('DeleteAgentRuntimeEndpoint', RUNTIMES_OF_HARNESSES, 'harness'),
  ),
  own(
    'CreateOauth2CredentialProvider',
    OAUTH2_PROVIDERS,
    TOKEN_VAULT,
    TAGS_AT_CREATION,
    ...secretOf('oauth2', 'CreateSecret', 'PutSecretValue', 'GetSecretValue'),
    IDENTITY_NETWORK_ROLE,
    ...PRIVATE_ENDPOINT,
  ),
  own(
    'UpdateOauth2CredentialProvider',
    OAUTH2_PROVIDERS,
    ...secretOf('oauth2', 'PutSecretValue', 'GetSecretValue'),
    IDENTITY_NETWORK_ROLE,
    ...PRIVATE_ENDPOINT,
  ),
  own('DeleteOauth2CredentialProvider', OAUTH2_PROVIDERS, ...secretOf('oauth2', 'DeleteSecret')),
  own(
    'CreateApiKeyCredentialProvider',
    API_KEY_PROVIDERS,
    TOKEN_VAULT,
    TAGS_AT_CREATION,
    ...secretOf('apikey', 'CreateSecret', 'PutSecretValue', 'GetSecretValue'),
  ),
  own(
    'UpdateApiKeyCredentialProvider',
    API_KEY_PROVIDERS,
    ...secretOf('apikey', 'PutSecretValue', 'GetSecretValue'),
  ),
  own('DeleteApiKeyCredentialProvider', API_KEY_PROVIDERS, ...secretOf('apikey', 'DeleteSecret')),
  own(
    'CreatePaymentCredentialProvider',
    PAYMENT_PROVIDERS,
    TOKEN_VAULT,
    TAGS_AT_CREATION,
    ...secretOf('payment', 'CreateSecret', 'PutSecretValue', 'GetSecretValue'),
  ),
  own(
    'UpdatePaymentCredentialProvider',
    PAYMENT_PROVIDERS,
    ...secretOf('payment', 'PutSecretValue', 'GetSecretValue'),
  ),
  own('DeletePaymentCredentialProvider', PAYMENT_PROVIDERS, ...secretOf('payment', 'DeleteSecret')),
  own('SetTokenVaultCMK', TOKEN_VAULTS, ...TOKEN_VAULT_KEY),
  own(
    'CreatePaymentManager',
    PAYMENT_MANAGERS,
    TAGS_AT_CREATION,
    PASS_ROLE,
    ...identity('Create', 'Get'),
    IDENTITY_NETWORK_ROLE,
    ...PRIVATE_ENDPOINT,
  ),
  own('UpdatePaymentManager', PAYMENT_MANAGERS, PASS_ROLE, IDENTITY_NETWORK_ROLE, ...PRIVATE_ENDPOINT),
  own('DeletePaymentManager', PAYMENT_MANAGERS, ...identity('Get', 'Delete')),
  own('CreateWorkloadIdentity', WORKLOAD_IDENTITIES, TAGS_AT_CREATION),
  own('UpdateWorkloadIdentity', WORKLOAD_IDENTITIES),
  own('DeleteWorkloadIdentity', WORKLOAD_IDENTITIES),
  own('CreateEvaluator', EVALUATORS, TAGS_AT_CREATION),
  own('UpdateEvaluator', EVALUATORS),
  own('DeleteEvaluator', EVALUATORS),
  own('CreateOnlineEvaluationConfig', ONLINE_EVALUATIONS, TAGS_AT_CREATION, PASS_ROLE),
  own('UpdateOnlineEvaluationConfig', ONLINE_EVALUATIONS, PASS_ROLE),
  own('DeleteOnlineEvaluationConfig', ONLINE_EVALUATIONS),
  own('CreateConsentPortal', CONSENT_PORTALS, TAGS_AT_CREATION, PASS_ROLE),
  own('UpdateConsentPortal', CONSENT_PORTALS, PASS_ROLE),
  own('DeleteConsentPortal', CONSENT_PORTALS),
  own('CreateDataset', DATASETS, TAGS_AT_CREATION),
  own('UpdateDataset', DATASETS),
  own('DeleteDataset', DATASETS),
  own('CreateConfigurationBundle', CONFIGURATION_BUNDLES, TAGS_AT_CREATION),
  own('UpdateConfigurationBundle', CONFIGURATION_BUNDLES),
  own('DeleteConfigurationBundle', CONFIGURATION_BUNDLES),
  own('CreateCapacityProvider', CAPACITY_PROVIDERS, TAGS_AT_CREATION, PASS_ROLE, INSTANCES_ROLE),
  own('UpdateCapacityProvider', CAPACITY_PROVIDERS),
  own('DeleteCapacityProvider', CAPACITY_PROVIDERS),
  own('CreateBrowser', BROWSERS, TAGS_AT_CREATION, PASS_ROLE, NETWORK_ROLE),
  own('DeleteBrowser', BROWSERS),
  own('CreateBrowserProfile', BROWSER_PROFILES, TAGS_AT_CREATION),
  own('DeleteBrowserProfile', BROWSER_PROFILES),
  own('CreateCodeInterpreter', CODE_INTERPRETERS, TAGS_AT_CREATION, PASS_ROLE, NETWORK_ROLE),
  own('DeleteCodeInterpreter', CODE_INTERPRETERS),
  own('CreateMemory', MEMORIES, TAGS_AT_CREATION, PASS_ROLE),
  own('UpdateMemory', MEMORIES, PASS_ROLE),
  own('DeleteMemory', MEMORIES),
  registered('CreateRegistry', ANY_REGISTRY, REGISTRY_TAGS_AT_CREATION, ...identity('Create', 'Get')),
  registered('UpdateRegistry', REGISTRIES),
  registered('DeleteRegistry', REGISTRIES, ...identity('Get', 'Delete')),
  registered('CreateRegistryRecord', REGISTRIES, REGISTRY_TAGS_AT_CREATION),
  registered('UpdateRegistryRecord', RECORDS),
  registered('DeleteRegistryRecord', RECORDS),
  registered('SubmitRegistryRecordForApproval', RECORDS),
  registered('UpdateRegistryRecordStatus', RECORDS),
];

const tag: readonly [string, readonly Need[]] = [
  'TagResource',
  [
    TAGS_AT_CREATION,
    REGISTRY_TAGS_AT_CREATION,
    need('TagResource', TAGGED, 'authorization', OTHER_TAGS),
    need('agent-registry:TagResource', REGISTRIES, 'agentRegistry', OTHER_TAGS),
  ],
];

const OWNER_TAG_ALONE: Conditions = {
  'ForAllValues:StringEquals': { 'aws:TagKeys': ['gateloop:workspace'] },
  Null: { 'aws:TagKeys': 'false' },
};

/** The owner's tag is removed alone, which gives the resource away: no call that changes other tags can remove it as well. */
const untag: readonly [string, readonly Need[]] = [
  'UntagResource',
  [
    need('UntagResource', TAGGED, 'authorization', OTHER_TAGS),
    need('UntagResource', TAGGED, 'authorization', OWNER_TAG_ALONE),
    need('agent-registry:UntagResource', REGISTRIES, 'agentRegistry', OTHER_TAGS),
    need('agent-registry:UntagResource', REGISTRIES, 'agentRegistry', OWNER_TAG_ALONE),
  ],
];

/** IAM has no action for the list of tools alone: who may list them may call them, too. */
const listing: readonly [string, readonly Need[]] = [
  'InvokeGateway',
  [need('InvokeGateway', GATEWAYS, 'authorization', OWNED)],
];

const completion: readonly [string, readonly Need[]] = [
  'CompleteResourceTokenAuth',
  [
    need('CompleteResourceTokenAuth', [...OAUTH2_PROVIDERS, ...WORKLOAD_IDENTITIES], 'authorization'),
    need('secretsmanager:GetSecretValue', [managedSecret('oauth2')], 'consentSecret'),
    need(
      'secretsmanager:GetSecretValue',
      [arnForm('secretsmanager', 'secret:*')],
      'consentSecret',
      ON_TAGGED_SECRETS,
    ),
  ],
];

const calls = (
  callers: readonly Caller[],
  rows: readonly (readonly [string, readonly Need[]])[],
): readonly RequiredAction[] =>
  rows.flatMap(([call, needs]) => needs.map((each): RequiredAction => ({ call, callers, ...each })));

/** What the calls to AgentCore need. */
export const agentCoreCalls: readonly RequiredAction[] = [
  ...calls(['poll', 'provision'], gets),
  ...calls(
    ['authorization-pages'],
    [own('GetGatewayTarget', GATEWAYS), registered('GetRegistryRecord', RECORDS)],
  ),
  ...calls(['poll', 'schedule'], lists),
  // These have no List: the scan reads them one by one, by the ARN that their parent shows.
  ...calls(
    ['schedule'],
    [own('GetResourcePolicy', POLICY_HOLDERS), own('GetGateway', GATEWAYS), own('GetAgentRuntime', RUNTIMES)],
  ),
  ...calls(
    ['provision'],
    [
      own('ListGatewayTargets', GATEWAYS),
      own('ListGatewayRules', GATEWAYS),
      own('ListGatewayRateLimits', GATEWAYS),
      own('ListPolicies', POLICY_ENGINES),
      own('ListAgentRuntimeEndpoints', RUNTIMES),
      own('ListHarnessEndpoints', HARNESSES),
    ],
  ),
  ...calls(
    ['poll'],
    [
      own(
        'ListTagsForResource',
        TAGGED,
        need('agent-registry:ListTagsForResource', REGISTRIES, 'agentRegistry'),
      ),
    ],
  ),
  ...calls(
    ['registry-approvals'],
    [registered('GetRegistryRecord', RECORDS), registered('UpdateRegistryRecordStatus', RECORDS)],
  ),
  ...calls(['provision'], [...changes, tag, untag]),
  ...calls(['sync'], [own('SynchronizeGatewayTargets', GATEWAYS)]),
  ...calls(['watch-tools'], [listing]),
  ...calls(['authorization-pages'], [completion]),
];
