import { expect } from 'vitest';
import {
  conflict,
  type ExpectedError,
  type Fixture,
  invalid,
  isDeleted,
  notFound,
  type OperationContract,
  quotaExceeded,
  waitForStatus,
} from './contract.ts';
import { readyGateway } from './gateways.ts';
import type { Subject } from './subject.ts';

/** What the rows of one kind without a class of its own need to know of it. */
interface KindRows {
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

async function readyEngine(subject: Subject): Promise<Fixture> {
  const { policyEngineId } = await subject.call('CreatePolicyEngine', { name: subject.name });
  const engine = { policyEngineId: String(policyEngineId) };
  await waitForStatus(subject, 'GetPolicyEngine', engine, 'ACTIVE');
  return engine;
}

/** An evaluator that an enabled evaluation uses. */
async function usedEvaluator(subject: Subject) {
  const created = await subject.call('CreateEvaluator', {
    evaluatorName: subject.name,
    level: 'TRACE',
    ...judge('Does it help?'),
  });
  const evaluatorId = String(created.evaluatorId);
  await waitForStatus(subject, 'GetEvaluator', { evaluatorId }, 'ACTIVE');
  const evaluation = await subject.call('CreateOnlineEvaluationConfig', {
    onlineEvaluationConfigName: subject.name,
    rule: { samplingConfig: { samplingPercentage: 10 } },
    dataSourceConfig: { cloudWatchLogs: { logGroupNames: ['/agents'], serviceNames: ['agent'] } },
    evaluators: [{ evaluatorId }],
    evaluationExecutionRoleArn: subject.roleArn,
    enableOnCreate: true,
  });
  const onlineEvaluationConfigId = String(evaluation.onlineEvaluationConfigId);
  await waitForStatus(subject, 'GetOnlineEvaluationConfig', { onlineEvaluationConfigId }, 'ACTIVE');
  return { evaluatorId, onlineEvaluationConfigId };
}

const lockedEvaluator = (changes: object) => ({
  title: 'an evaluator that an enabled evaluation uses',
  setUp: async (subject: Subject): Promise<Fixture> => {
    const { evaluatorId } = await usedEvaluator(subject);
    expect(await subject.call('GetEvaluator', { evaluatorId })).toMatchObject({
      lockedForModification: true,
    });
    return { evaluatorId };
  },
  input: (fixture: Fixture) => ({ ...fixture, ...changes }),
  expectedError: conflict(/locked for modification/),
});

const UNKNOWN_GATEWAY = { gatewayIdentifier: 'unknown-abcdefghij' };
const PERMIT = 'permit (principal, action, resource);';
const cedar = (statement: string) => ({ definition: { cedar: { statement } } });
const routeTo = (targetName: string) => [{ routeToTarget: { staticRoute: { targetName } } }];
const rate = (requests: number) => [
  { dimensions: { toolName: '*' }, requests: [{ rate: requests, period: 'second' }] },
];
const judge = (instructions: string) => ({
  evaluatorConfig: {
    llmAsAJudge: {
      instructions,
      ratingScale: { categorical: [{ definition: 'It helps.', label: 'good' }] },
      modelConfig: { bedrockEvaluatorModelConfig: { modelId: 'anthropic.claude-sonnet-4-6' } },
    },
  },
});

const kinds: readonly KindRows[] = [
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

function contractsOf(kind: KindRows): readonly OperationContract[] {
  const {
    nouns,
    idMember,
    shownIdMember = idMember,
    listMember,
    settled,
    parent,
    update,
    uniqueMember,
  } = kind;
  const [one, many] = nouns;
  const [create, get, remove] = [`Create${one}`, `Get${one}`, `Delete${one}`];
  const setUpParent = (subject: Subject) => parent?.make(subject) ?? Promise.resolve({});
  const identified = (response: object, fixture: Fixture) => ({
    ...fixture,
    [idMember]: Object(response)[shownIdMember],
  });
  const ready = async (subject: Subject): Promise<Fixture> => {
    const fixture = await setUpParent(subject);
    const made = identified(
      await subject.call(create, { ...fixture, ...kind.create(subject.name) }),
      fixture,
    );
    await waitForStatus(subject, get, made, settled);
    return made;
  };
  const unknown = { ...parent?.unknown, [idMember]: kind.unknownId };
  const unknownInput = { title: `an unknown ${one}`, input: unknown, expectedError: notFound };
  return [
    {
      operation: create,
      accepted: [
        {
          title: `a ${one}, which becomes ${settled} with what was asked for`,
          setUp: setUpParent,
          input: (fixture, subject) => ({ ...fixture, ...kind.create(subject.name) }),
          verify: async (subject, response, fixture) => {
            const { enableOnCreate: _, ...given } = Object(kind.create(subject.name));
            const expected = kind.shown?.(given) ?? given;
            const made = identified(response, fixture);
            expect(await waitForStatus(subject, get, made, settled)).toMatchObject(expected);
          },
        },
      ],
      rejected: [
        {
          title: 'a value that the model refuses',
          input: { ...parent?.unknown, ...kind.create('unused'), ...kind.refused[0] },
          expectedError: kind.refused[1],
        },
        ...(uniqueMember === undefined
          ? []
          : [
              {
                title: `a ${uniqueMember} that is in use`,
                setUp: ready,
                input: (fixture: Fixture, subject: Subject) => ({
                  ...fixture,
                  ...kind.create(subject.name),
                  [idMember]: undefined,
                }),
                expectedError: conflict(),
              },
            ]),
        ...(parent
          ? [
              {
                title: 'an unknown parent',
                input: { ...parent.unknown, ...kind.create('unused') },
                expectedError: notFound,
              },
            ]
          : []),
      ],
    },
    {
      operation: get,
      accepted: [
        {
          title: 'the id of one that is settled',
          setUp: ready,
          input: (fixture) => fixture,
          expectedResponse: { status: settled },
        },
      ],
      rejected: [unknownInput],
    },
    {
      operation: `List${many}`,
      accepted: [
        {
          title: 'no filter, and shows all',
          setUp: ready,
          input: (fixture) => ({ ...fixture, [idMember]: undefined }),
          verify: (_subject, response, fixture) => {
            expect(Object(response)[listMember]).toContainEqual(
              expect.objectContaining({ [shownIdMember]: fixture[idMember], status: settled }),
            );
          },
        },
      ],
      rejected: [
        {
          title: 'a token that no list returned',
          setUp: setUpParent,
          input: (fixture) => ({ ...fixture, nextToken: 'unknown' }),
          expectedError: invalid('nextToken'),
        },
      ],
    },
    ...(update
      ? [
          {
            operation: `Update${one}`,
            accepted: [
              {
                title: 'one member, and keeps the others',
                setUp: ready,
                input: (fixture: Fixture) => ({ ...fixture, ...update.changes }),
                verify: async (subject: Subject, _response: object, fixture: Fixture) => {
                  expect(await waitForStatus(subject, get, fixture, settled)).toMatchObject(update.expected);
                },
              },
            ],
            rejected: [
              { ...unknownInput, input: { ...unknown, ...update.changes } },
              ...(update.isDoneAtOnce
                ? []
                : [
                    {
                      title: 'a second update while the first one runs',
                      setUp: async (subject: Subject) => {
                        const fixture = await ready(subject);
                        await subject.call(`Update${one}`, { ...fixture, ...update.changes });
                        return fixture;
                      },
                      input: (fixture: Fixture) => ({ ...fixture, ...update.changes }),
                      expectedError: conflict(/UPDATING/),
                    },
                  ]),
            ],
          },
        ]
      : []),
    {
      operation: remove,
      accepted: [
        {
          title: `a ${one}, which is gone afterwards`,
          setUp: ready,
          input: (fixture) => fixture,
          expectedResponse: kind.deletion ?? { status: 'DELETING' },
          verify: isDeleted(get),
        },
      ],
      rejected: [unknownInput],
    },
  ];
}

const LIMITS = [
  { dimensionKeys: ['toolName'], entries: rate(9) },
  {
    dimensionKeys: ['targetName'],
    entries: [{ dimensions: { targetName: '*' }, requests: [{ rate: 1, period: 'minute' }] }],
  },
];

/** What only one kind has. */
const particular: readonly OperationContract[] = [
  {
    operation: 'CreatePolicy',
    accepted: [
      {
        title: 'a statement that is no Cedar policy, which fails later and says why',
        setUp: readyEngine,
        input: (fixture) => ({
          ...fixture,
          name: 'broken',
          ...cedar('allow everything to everybody who asks for it'),
        }),
        verify: async (subject, response, fixture) => {
          const policy = { ...fixture, policyId: response.policyId };
          const failed = await waitForStatus(subject, 'GetPolicy', policy, 'CREATE_FAILED');
          expect(failed.statusReasons).toEqual(['The statement is not a valid Cedar policy.']);
        },
      },
    ],
    rejected: [],
  },
  {
    operation: 'CreateBrowserProfile',
    accepted: [],
    rejected: [
      {
        title: 'a profile beyond the quota of the account',
        options: { quotas: { browserProfilesPerAccount: 1, ratePerSecond: {} } },
        setUp: async (subject) => {
          await subject.call('CreateBrowserProfile', { name: subject.name });
          return {};
        },
        input: (_fixture, subject) => ({ name: `${subject.name}_second` }),
        expectedError: quotaExceeded,
      },
    ],
  },
  {
    operation: 'DeletePolicyEngine',
    accepted: [],
    rejected: [
      {
        title: 'an engine with policies',
        setUp: async (subject) => {
          const engine = await readyEngine(subject);
          await subject.call('CreatePolicy', { ...engine, name: 'readers', ...cedar(PERMIT) });
          return engine;
        },
        input: (fixture) => fixture,
        expectedError: conflict(/policies: readers/),
      },
    ],
  },
  {
    operation: 'UpdateEvaluator',
    accepted: [
      {
        title: 'an evaluator once the evaluation that uses it is disabled',
        setUp: async (subject) => {
          const { evaluatorId, onlineEvaluationConfigId } = await usedEvaluator(subject);
          await subject.call('UpdateOnlineEvaluationConfig', {
            onlineEvaluationConfigId,
            executionStatus: 'DISABLED',
          });
          return { evaluatorId };
        },
        input: (fixture) => ({ ...fixture, description: 'Now' }),
        verify: async (subject, _response, fixture) => {
          expect(await subject.call('GetEvaluator', fixture)).toMatchObject({ lockedForModification: false });
        },
      },
    ],
    rejected: [],
  },
  { operation: 'UpdateEvaluator', accepted: [], rejected: [lockedEvaluator({ description: 'Now' })] },
  { operation: 'DeleteEvaluator', accepted: [], rejected: [lockedEvaluator({})] },
  {
    operation: 'CreateGatewayRateLimit',
    accepted: [
      {
        title: 'a rate limit without an id, and makes one',
        setUp: readyGateway,
        input: (fixture) => ({ ...fixture, dimensionKeys: ['toolName'], entries: rate(5) }),
        verify: (_subject, response) => expect(response.rateLimitId).toMatch(/^[a-z0-9]{12}$/),
      },
    ],
    rejected: [],
  },
  {
    operation: 'BatchPutGatewayRateLimits',
    accepted: [
      {
        title: 'rate limits with known and with new keys: changes the former, creates the latter',
        setUp: async (subject) => {
          const gateway = await readyGateway(subject);
          const limit = { rateLimitId: 'per-tool', dimensionKeys: ['toolName'], entries: rate(5) };
          await subject.call('CreateGatewayRateLimit', { ...gateway, ...limit });
          await waitForStatus(
            subject,
            'GetGatewayRateLimit',
            { ...gateway, rateLimitId: 'per-tool' },
            'ACTIVE',
          );
          return gateway;
        },
        input: (fixture) => ({ ...fixture, rateLimits: LIMITS }),
        verify: async (subject, _response, fixture) => {
          const { rateLimits } = await subject.call('ListGatewayRateLimits', fixture);
          expect(rateLimits).toHaveLength(2);
          expect(rateLimits).toContainEqual(
            expect.objectContaining({ rateLimitId: 'per-tool', entries: rate(9) }),
          );
        },
      },
    ],
    rejected: [
      {
        title: 'an unknown gateway',
        input: { ...UNKNOWN_GATEWAY, rateLimits: LIMITS },
        expectedError: notFound,
      },
    ],
  },
  {
    operation: 'DeleteGateway',
    accepted: [
      {
        title: 'a gateway with a rule, which goes with it',
        setUp: async (subject) => {
          const gateway = await readyGateway(subject);
          await subject.call('CreateGatewayRule', { ...gateway, priority: 10, actions: routeTo('ledger') });
          return gateway;
        },
        input: (fixture) => fixture,
        verify: isDeleted('GetGateway'),
      },
    ],
    rejected: [],
  },
  {
    operation: 'CreatePolicyEngine',
    accepted: [
      {
        title: 'tags, which ListTagsForResource shows',
        input: (_fixture, subject) => ({ name: subject.name, tags: { team: 'money' } }),
        verify: async (subject, response) => {
          const { tags } = await subject.call('ListTagsForResource', {
            resourceArn: response.policyEngineArn,
          });
          expect(tags).toEqual({ team: 'money' });
        },
      },
    ],
    rejected: [],
  },
];

const POLICY = JSON.stringify({ Version: '2012-10-17', Statement: [] });
const arnOfGateway = async (subject: Subject): Promise<Fixture> => {
  const { gatewayArn } = await subject.call('GetGateway', await readyGateway(subject));
  return { resourceArn: String(gatewayArn) };
};
const unknownResource = {
  title: 'an unknown resource',
  input: { resourceArn: 'arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/unknown-abcdefghij' },
  expectedError: notFound,
};

export const resourcePolicyContracts: readonly OperationContract[] = [
  {
    operation: 'PutResourcePolicy',
    accepted: [
      {
        title: 'a policy of a gateway, which GetResourcePolicy returns',
        setUp: arnOfGateway,
        input: (fixture) => ({ ...fixture, policy: POLICY }),
        verify: async (subject, _response, fixture) => {
          expect((await subject.call('GetResourcePolicy', fixture)).policy).toBe(POLICY);
        },
      },
    ],
    rejected: [
      { ...unknownResource, input: { ...unknownResource.input, policy: POLICY } },
      {
        title: 'a text that is no policy',
        setUp: arnOfGateway,
        input: (fixture) => ({ ...fixture, policy: '[]' }),
        expectedError: invalid('policy'),
      },
    ],
  },
  {
    operation: 'GetResourcePolicy',
    accepted: [
      {
        title: 'a gateway without a policy, and shows none',
        setUp: arnOfGateway,
        input: (fixture) => fixture,
        verify: (_subject, response) => expect(response.policy).toBeUndefined(),
      },
    ],
    rejected: [unknownResource],
  },
  {
    operation: 'DeleteResourcePolicy',
    accepted: [
      {
        title: 'a gateway with a policy, which has none afterwards',
        setUp: async (subject) => {
          const fixture = await arnOfGateway(subject);
          await subject.call('PutResourcePolicy', { ...fixture, policy: POLICY });
          return fixture;
        },
        input: (fixture) => fixture,
        verify: async (subject, _response, fixture) => {
          expect((await subject.call('GetResourcePolicy', fixture)).policy).toBeUndefined();
        },
      },
    ],
    rejected: [unknownResource],
  },
];

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012';

export const tokenVaultContracts: readonly OperationContract[] = [
  {
    operation: 'SetTokenVaultCMK',
    accepted: [
      {
        title: "a customer's key",
        needsEmulator: true,
        input: { kmsConfiguration: { keyType: 'CustomerManagedKey', kmsKeyArn: KEY } },
        verify: async (subject) => {
          const vault = await subject.call('GetTokenVault', {});
          expect(vault.kmsConfiguration).toEqual({ keyType: 'CustomerManagedKey', kmsKeyArn: KEY });
        },
      },
    ],
    rejected: [
      {
        title: "a customer's key without its ARN",
        needsEmulator: true,
        input: { kmsConfiguration: { keyType: 'CustomerManagedKey' } },
        expectedError: invalid('kmsConfiguration.kmsKeyArn'),
      },
      {
        title: 'an unknown vault',
        input: { tokenVaultId: 'unknown', kmsConfiguration: { keyType: 'ServiceManagedKey' } },
        expectedError: notFound,
      },
    ],
  },
  {
    operation: 'GetTokenVault',
    accepted: [
      {
        title: "no id, and shows the account's vault",
        needsEmulator: true,
        input: {},
        expectedResponse: { tokenVaultId: 'default' },
      },
    ],
    rejected: [{ title: 'an unknown vault', input: { tokenVaultId: 'unknown' }, expectedError: notFound }],
  },
];

export const genericKindContracts: readonly OperationContract[] = [
  ...kinds.flatMap(contractsOf),
  ...particular,
];
