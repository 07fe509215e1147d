import { type ExpectedError, type Fixture, invalid, waitForStatus } from './contract.ts';
import { readyGateway } from './gateways.ts';
import type { Subject } from './subject.ts';

/** What the rows of one kind without a class of its own need to know of it. */
export interface KindRows {
  readonly nouns: readonly [one: string, many: string];
  readonly idMember: string;
  /** The member with the id in responses, where it is another one. */
  readonly shownIdMember?: string;
  /** What the answer to a deletion says; that the resource is being deleted by default. */
  readonly deletion?: object;
  readonly listMember: string;
  readonly settled: string;
  /** The member whose value no two resources share. */
  readonly uniqueMember?: string;
  readonly parent?: {
    readonly make: (subject: Subject) => Promise<Fixture>;
    readonly unknown: Fixture;
  };
  /** @param name unique in the account */
  readonly create: (name: string) => object;
  /** What responses show of it, where that is not the same. */
  readonly shown?: (created: Readonly<Record<string, unknown>>) => object;
  /** A value that the service refuses, and the field that it names. */
  readonly refused: readonly [value: object, error: ExpectedError];
  /** Absent for a kind without an update operation. */
  readonly update?: { readonly changes: object; readonly expected: object; readonly isDoneAtOnce?: true };
  readonly unknownId: string;
}

const EXAMPLES = { inlineExamples: { examples: [{ input: 'Where is my order?' }] } };
const LOGIN =
  'arn:aws:bedrock-agentcore:us-east-1:123456789012:token-vault/default/oauth2credentialprovider/login';

export const INSTANCES = {
  launchTemplateSource: {
    launchParameters: {
      operatingSystem: 'LINUX_ARM64',
      instanceRequirements: { allowedInstanceTypes: ['c8g.large'] },
    },
  },
  vpcConfiguration: { subnets: ['subnet-12345678'], securityGroups: ['sg-12345678'] },
};

export async function readyEngine(subject: Subject): Promise<Fixture> {
  const { policyEngineId } = await subject.call('CreatePolicyEngine', { name: subject.name });
  const engine = { policyEngineId: String(policyEngineId) };
  await waitForStatus(subject, 'GetPolicyEngine', engine, 'ACTIVE');
  return engine;
}

export const UNKNOWN_GATEWAY = { gatewayIdentifier: 'unknown-abcdefghij' };
export const PERMIT = 'permit (principal, action, resource);';
export const cedar = (statement: string) => ({ definition: { cedar: { statement } } });
export const routeTo = (targetName: string) => [{ routeToTarget: { staticRoute: { targetName } } }];
export const rate = (requests: number) => [
  { dimensions: { toolName: '*' }, requests: [{ rate: requests, period: 'second' }] },
];
export const judge = (instructions: string) => ({
  evaluatorConfig: {
    llmAsAJudge: {
      instructions,
      ratingScale: { categorical: [{ definition: 'It helps.', label: 'good' }] },
      modelConfig: { bedrockEvaluatorModelConfig: { modelId: 'anthropic.claude-sonnet-4-6' } },
    },
  },
});

/** What the contract suite needs to know of each kind without a class of its own. */
export const kindRows: readonly KindRows[] = [
  {
    nouns: ['PolicyEngine', 'PolicyEngines'],
    idMember: 'policyEngineId',
    listMember: 'policyEngines',
    settled: 'ACTIVE',
    uniqueMember: 'name',
    create: (name) => ({ name, description: 'money' }),
    refused: [{ name: 'with-hyphen' }, invalid('name')],
    update: { changes: { description: { optionalValue: 'more' } }, expected: { description: 'more' } },
    unknownId: 'unknown-abcdefghij',
  },
  {
    nouns: ['Policy', 'Policies'],
    idMember: 'policyId',
    listMember: 'policies',
    settled: 'ACTIVE',
    uniqueMember: 'name',
    parent: { make: readyEngine, unknown: { policyEngineId: 'unknown-abcdefghij' } },
    create: (name) => ({ name, ...cedar(PERMIT) }),
    refused: [{ validationMode: 'SOMETIMES' }, invalid('validationMode')],
    update: {
      changes: { enforcementMode: 'LOG_ONLY' },
      expected: { enforcementMode: 'LOG_ONLY', ...cedar(PERMIT) },
    },
    unknownId: 'unknown-abcdefghij',
  },
  {
    nouns: ['GatewayRule', 'GatewayRules'],
    idMember: 'ruleId',
    listMember: 'gatewayRules',
    settled: 'ACTIVE',
    parent: { make: readyGateway, unknown: UNKNOWN_GATEWAY },
    create: () => ({ priority: 10, actions: routeTo('ledger') }),
    refused: [{ priority: 0 }, invalid('priority')],
    update: { changes: { priority: 20 }, expected: { priority: 20, actions: routeTo('ledger') } },
    unknownId: '01234567-89ab-cdef-0123-456789abcdef',
  },
  {
    nouns: ['GatewayRateLimit', 'GatewayRateLimits'],
    idMember: 'rateLimitId',
    listMember: 'rateLimits',
    settled: 'ACTIVE',
    uniqueMember: 'dimensionKeys',
    parent: { make: readyGateway, unknown: UNKNOWN_GATEWAY },
    create: () => ({ rateLimitId: 'per-tool', dimensionKeys: ['toolName'], entries: rate(5) }),
    refused: [{ dimensionKeys: ['color'] }, invalid('dimensionKeys[0]')],
    update: { changes: { entries: rate(7) }, expected: { entries: rate(7), dimensionKeys: ['toolName'] } },
    unknownId: 'unknown',
  },
  {
    nouns: ['PaymentManager', 'PaymentManagers'],
    idMember: 'paymentManagerId',
    listMember: 'paymentManagers',
    settled: 'READY',
    uniqueMember: 'name',
    create: (name) => ({
      name: name.replaceAll(/[^a-zA-Z0-9]/g, ''),
      authorizerType: 'AWS_IAM',
      roleArn: 'arn:aws:iam::123456789012:role/payments',
    }),
    refused: [{ authorizerType: 'NONE' }, invalid('authorizerType')],
    update: {
      changes: { description: 'Pays for the desk' },
      expected: { description: 'Pays for the desk', authorizerType: 'AWS_IAM' },
    },
    unknownId: 'unknown-abcdefghij',
  },
  {
    nouns: ['ConsentPortal', 'ConsentPortals'],
    idMember: 'consentPortalIdentifier',
    shownIdMember: 'consentPortalId',
    deletion: {},
    listMember: 'consentPortals',
    settled: 'ACTIVE',
    uniqueMember: 'name',
    create: (name) => ({
      name,
      executionRoleArn: 'arn:aws:iam::123456789012:role/portal',
      idpConfig: { credentialProviderArn: LOGIN, scopes: ['openid'] },
      sources: [{ identifier: 'front-abcdefghij', type: 'agentcore-gateway' }],
    }),
    refused: [{ executionRoleArn: 'portal' }, invalid('executionRoleArn')],
    update: {
      changes: { description: 'Connect your accounts.' },
      expected: { description: 'Connect your accounts.', idpConfig: { scopes: ['openid'] } },
    },
    unknownId: 'unknown-abcdefghij',
  },
  {
    nouns: ['Dataset', 'Datasets'],
    idMember: 'datasetId',
    listMember: 'datasets',
    settled: 'ACTIVE',
    uniqueMember: 'datasetName',
    create: (name) => ({
      datasetName: name,
      schemaType: 'AGENTCORE_EVALUATION_PREDEFINED_V1',
      source: EXAMPLES,
    }),
    shown: ({ source: _, ...others }) => ({ ...others, exampleCount: 1 }),
    refused: [{ schemaType: 'FREE' }, invalid('schemaType')],
    update: {
      isDoneAtOnce: true,
      changes: { description: 'Questions' },
      expected: { description: 'Questions', schemaType: 'AGENTCORE_EVALUATION_PREDEFINED_V1' },
    },
    unknownId: 'unknown-abcdefghij',
  },
  {
    nouns: ['CapacityProvider', 'CapacityProviders'],
    idMember: 'capacityProviderId',
    listMember: 'capacityProviders',
    settled: 'READY',
    uniqueMember: 'name',
    create: (name) => ({
      name,
      permissionsConfiguration: {
        capacityProviderOperatorRoleArn: 'arn:aws:iam::123456789012:role/instances',
      },
      computeConfiguration: { ec2Configuration: INSTANCES },
    }),
    refused: [
      { permissionsConfiguration: { capacityProviderOperatorRoleArn: 'instances' } },
      invalid('permissionsConfiguration.capacityProviderOperatorRoleArn'),
    ],
    update: {
      changes: { description: { optionalValue: 'For the nightly agents.' } },
      expected: {
        description: 'For the nightly agents.',
        computeConfiguration: { ec2Configuration: INSTANCES },
      },
    },
    unknownId: 'unknown-abcdefghij',
  },
  {
    nouns: ['Browser', 'Browsers'],
    idMember: 'browserId',
    listMember: 'browserSummaries',
    settled: 'READY',
    uniqueMember: 'name',
    create: (name) => ({ name, networkConfiguration: { networkMode: 'PUBLIC' } }),
    refused: [
      { networkConfiguration: { networkMode: 'SANDBOX' } },
      invalid('networkConfiguration.networkMode'),
    ],
    unknownId: 'unknown-abcdefghij',
  },
  {
    nouns: ['BrowserProfile', 'BrowserProfiles'],
    idMember: 'profileId',
    listMember: 'profileSummaries',
    settled: 'READY',
    uniqueMember: 'name',
    create: (name) => ({ name, description: 'signed in' }),
    refused: [{ name: 'with-hyphen' }, invalid('name')],
    unknownId: 'unknown-abcdefghij',
  },
  {
    nouns: ['CodeInterpreter', 'CodeInterpreters'],
    idMember: 'codeInterpreterId',
    listMember: 'codeInterpreterSummaries',
    settled: 'READY',
    uniqueMember: 'name',
    create: (name) => ({ name, networkConfiguration: { networkMode: 'SANDBOX' } }),
    refused: [{ networkConfiguration: { networkMode: 'OPEN' } }, invalid('networkConfiguration.networkMode')],
    unknownId: 'unknown-abcdefghij',
  },
  {
    nouns: ['Evaluator', 'Evaluators'],
    idMember: 'evaluatorId',
    listMember: 'evaluators',
    settled: 'ACTIVE',
    uniqueMember: 'evaluatorName',
    create: (name) => ({ evaluatorName: name, level: 'TRACE', ...judge('Does it help?') }),
    refused: [{ level: 'YEAR' }, invalid('level')],
    update: { changes: judge('Does it really help?'), expected: { level: 'TRACE' } },
    unknownId: 'unknown-abcdefghij',
  },
  {
    nouns: ['OnlineEvaluationConfig', 'OnlineEvaluationConfigs'],
    idMember: 'onlineEvaluationConfigId',
    listMember: 'onlineEvaluationConfigs',
    settled: 'ACTIVE',
    uniqueMember: 'onlineEvaluationConfigName',
    create: (name) => ({
      onlineEvaluationConfigName: name,
      rule: { samplingConfig: { samplingPercentage: 10 } },
      dataSourceConfig: { cloudWatchLogs: { logGroupNames: ['/agents'], serviceNames: ['agent.DEFAULT'] } },
      evaluators: [{ evaluatorId: 'Builtin.Helpfulness' }],
      evaluationExecutionRoleArn: 'arn:aws:iam::123456789012:role/evaluation',
      enableOnCreate: true,
    }),
    refused: [{ evaluationExecutionRoleArn: 'evaluation' }, invalid('evaluationExecutionRoleArn')],
    update: { changes: { executionStatus: 'DISABLED' }, expected: { executionStatus: 'DISABLED' } },
    unknownId: 'unknown-abcdefghij',
  },
];
