import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ServiceError, StepKilled } from '../adapters/inMemory/serviceError.ts';
import { type Address, parseAddress } from '../core/address.ts';
import type { JsonObject } from '../core/json.ts';
import { itemName } from '../core/resources/observe.ts';
import type { KindName } from '../core/resources/resourceKind.ts';
import { isNamedById, kindNames, resourceKinds } from '../core/resources/resourceKinds.ts';
import { logger } from './runtime/observability.ts';
import { ReconcileFixture } from './testing/reconcileFixture.ts';

const KEY = 'shared/key';
const PROVIDER =
  'arn:aws:bedrock-agentcore:us-east-1:123456789012:token-vault/default/oauth2credentialprovider/login';
const ROLE = 'arn:aws:iam::123456789012:role/shared';
const IMAGE = '123456789012.dkr.ecr.us-east-1.amazonaws.com/shared:1';

/** A resource of each kind, as YAML with a member that an edit of the manifest changes. */
const samples: Readonly<Record<KindName, (edit: string) => string>> = {
  gateway: (edit) => gateway(`description: ${edit}`),
  gatewayTarget: (edit) =>
    gateway(
      `targets: { shared: { description: ${edit}, targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/' } } } } }`,
    ),
  gatewayRule: (edit) =>
    gateway(
      `rules: { shared: { priority: 1, description: ${edit}, actions: [{ routeToTarget: { staticRoute: { targetName: search } } }] } }`,
    ),
  gatewayRateLimit: (edit) =>
    gateway(
      `rateLimits: { shared: { description: ${edit}, dimensionKeys: [toolName], entries: [{ dimensions: { toolName: '*' } }] } }`,
    ),
  gatewayResourcePolicy: (edit) => gateway(`resourcePolicy: { policy: ${policy(edit)} }`),
  policyEngine: (edit) => `policyEngines: { shared: { description: ${edit} } }`,
  policy: (edit) =>
    `policyEngines: { shared: { policies: { shared: { description: ${edit}, definition: { cedar: { statement: 'permit(principal, action, resource);' } } } } } }`,
  agentRuntime: (edit) => runtime(`description: ${edit}`),
  agentRuntimeResourcePolicy: (edit) => runtime(`resourcePolicy: { policy: ${policy(edit)} }`),
  agentRuntimeEndpoint: (edit) => runtime(`endpoints: { shared: { description: ${edit} } }`),
  harness: (edit) => harness(`environmentVariables: { EDIT: ${edit} }`),
  harnessEndpoint: (edit) => harness(`endpoints: { shared: { description: ${edit} } }`),
  oauth2CredentialProvider: (edit) =>
    `oauth2CredentialProviders: { shared: { credentialProviderVendor: GithubOauth2, oauth2ProviderConfigInput: { githubOauth2ProviderConfig: { clientId: ${edit}, clientSecret: { secretsManager: ${KEY} } } } } }`,
  apiKeyCredentialProvider: (edit) =>
    `apiKeyCredentialProviders: { shared: { apiKey: { secretsManager: ${edit === 'first' ? KEY : `${KEY}-${edit}`} } } }`,
  paymentCredentialProvider: (edit) =>
    `paymentCredentialProviders: { shared: { credentialProviderVendor: CoinbaseCDP, providerConfigurationInput: { coinbaseCdpConfiguration: { apiKeyId: ${edit}, apiKeySecret: { secretsManager: ${KEY} }, walletSecret: { secretsManager: ${KEY} } } } } }`,
  tokenVault: (edit) =>
    `tokenVaults: { default: { kmsConfiguration: { keyType: CustomerManagedKey, kmsKeyArn: '${keyFor(edit)}' } } }`,
  paymentManager: (edit) =>
    `paymentManagers: { shared: { description: ${edit}, authorizerType: AWS_IAM, roleArn: '${ROLE}' } }`,
  workloadIdentity: (edit) =>
    `workloadIdentities: { shared: { allowedResourceOauth2ReturnUrls: ['https://example.com/${edit}'] } }`,
  evaluator: (edit) =>
    `evaluators: { shared: { description: ${edit}, level: TRACE, evaluatorConfig: { codeBased: { lambdaConfig: { lambdaArn: 'arn:aws:lambda:us-east-1:123456789012:function:rate' } } } } }`,
  onlineEvaluationConfig: (edit) =>
    `onlineEvaluationConfigs: { shared: { description: ${edit}, executionStatus: DISABLED, rule: { samplingConfig: { samplingPercentage: 1 } }, dataSourceConfig: { cloudWatchLogs: { logGroupNames: [/agents], serviceNames: [shared] } }, evaluationExecutionRoleArn: '${ROLE}' } }`,
  consentPortal: (edit) =>
    `consentPortals: { shared: { description: ${edit}, executionRoleArn: '${ROLE}', idpConfig: { credentialProviderArn: '${PROVIDER}', scopes: [openid] }, sources: [{ identifier: shared-abcdefghij, type: agentcore-gateway }] } }`,
  dataset: (edit) =>
    `datasets: { shared: { description: ${edit}, schemaType: AGENTCORE_EVALUATION_PREDEFINED_V1, source: { inlineExamples: { examples: [{ input: a }] } } } }`,
  configurationBundle: (edit) =>
    `configurationBundles: { shared: { components: { prompt: { configuration: { text: ${edit} } } } } }`,
  capacityProvider: (edit) =>
    `capacityProviders: { shared: { description: ${edit}, permissionsConfiguration: { capacityProviderOperatorRoleArn: '${ROLE}' }, computeConfiguration: { ec2Configuration: { launchTemplateSource: { launchParameters: { operatingSystem: LINUX_ARM64, instanceRequirements: { allowedInstanceTypes: [c8g.large] } } }, vpcConfiguration: { subnets: [subnet-12345678], securityGroups: [sg-12345678] } } } } }`,
  browser: (edit) =>
    `browsers: { shared: { description: ${edit}, networkConfiguration: { networkMode: PUBLIC } } }`,
  browserProfile: (edit) => `browserProfiles: { shared: { description: ${edit} } }`,
  codeInterpreter: (edit) =>
    `codeInterpreters: { shared: { description: ${edit}, networkConfiguration: { networkMode: SANDBOX } } }`,
  memory: (edit) => `memories: { shared: { description: ${edit}, eventExpiryDuration: 30 } }`,
  registry: (edit) => `registries: { shared: { description: ${edit} } }`,
  registryRecord: (edit) =>
    `registryRecords: { shared: { registryId: Registry0001, recordType: CUSTOM, publication: draft, descriptors: { custom: { data: ${edit} } } } }`,
};

function policy(sid: string): string {
  return `{ Version: '2012-10-17', Statement: [{ Sid: ${sid}, Effect: Deny, Principal: '*', Action: '*', Resource: '*' }] }`;
}

function gateway(more: string): string {
  return `gateways: { shared: { roleArn: '${ROLE}', authorizerType: AWS_IAM, ${more} } }`;
}

function runtime(more: string): string {
  return `agentRuntimes: { shared: { roleArn: '${ROLE}', networkConfiguration: { networkMode: PUBLIC }, agentRuntimeArtifact: { containerConfiguration: { containerUri: '${IMAGE}' } }, ${more} } }`;
}

function harness(more: string): string {
  return `harnesses: { shared: { executionRoleArn: '${ROLE}', ${more} } }`;
}

/** What the resource of a kind is a part of, alone. */
function keyFor(edit: string): string {
  const digit = edit === 'first' ? 1 : 2;
  return `arn:aws:kms:us-east-1:123456789012:key/0000000${digit}-89ab-cdef-0123-456789abcdef`;
}

const parents: Readonly<Partial<Record<KindName, string>>> = {
  gatewayTarget: gateway('targets: {}'),
  gatewayRule: gateway('rules: {}'),
  gatewayRateLimit: gateway('rateLimits: {}'),
  policy: 'policyEngines: { shared: { policies: {} } }',
  agentRuntimeEndpoint: runtime('endpoints: {}'),
  harnessEndpoint: harness('endpoints: {}'),
};

function addressFor(kind: KindName): Address {
  return `${kind}/${resourceKinds[kind].parent ? 'shared/shared' : 'shared'}`;
}

beforeEach(() => {
  vi.spyOn(logger, 'error').mockImplementation(() => {});
  vi.spyOn(logger, 'warn').mockImplementation(() => {});
});

/** A workspace with one resource that no List shows until `showAll` is called. The Gets show it. */
async function staleWorkspace(kind: KindName) {
  const address = addressFor(kind);
  const fixture = new ReconcileFixture();
  const { controlPlane, secrets } = fixture;
  for (const name of [KEY, `${KEY}-second`]) secrets.put(name, 'value');
  const parent = parents[kind];
  if (parent !== undefined) {
    fixture.upload(parent);
    await fixture.reconcile();
  }
  const row = resourceKinds[kind];
  // A rule has no name: its priority tells it from others.
  const isShown = (item: JsonObject) =>
    row.nameMember === undefined ? item.priority !== 1 : itemName(row, item) !== 'shared';
  const list = controlPlane.list.bind(controlPlane);
  const summaries = controlPlane.summaries.bind(controlPlane);
  const spies = [
    vi
      .spyOn(controlPlane, 'list')
      .mockImplementation(async (listed, parentId) =>
        (await list(listed, parentId)).filter((item) => listed !== kind || isShown(item)),
      ),
    vi
      .spyOn(controlPlane, 'summaries')
      .mockImplementation(async (listed, ids) =>
        (await summaries(listed, ids)).filter((item) => listed !== kind || isShown(item)),
      ),
  ];
  const upload = (edit: string) => fixture.upload(`settings: { selfHeal: true }\n${samples[kind](edit)}`);
  upload('first');
  const createCalls = () =>
    controlPlane.script.calls('create').filter(({ input: [created] }) => created === kind);
  return {
    fixture,
    address,
    upload,
    showAll: () => {
      for (const spy of spies) spy.mockRestore();
    },
    /** Polls as a new execution does, and makes the planned calls. The service ends them before the next turn. */
    async turn(): Promise<void> {
      await fixture.provision(await fixture.poll());
      fixture.now += 60_000;
      fixture.settle();
    },
    creates: () => createCalls().length,
    clientTokens: () => new Set(createCalls().map(({ input: [, , options] }) => JSON.stringify(options))),
    liveId: () => liveResource(fixture, kind)?.id,
    record: () => fixture.record(address),
  };
}

/** What the service has of a kind, whatever its name there. */
function liveResource({ controlPlane }: ReconcileFixture, kind: KindName) {
  const found = controlPlane.addresses().find((each) => parseAddress(each).kind === kind);
  return found && controlPlane.resource(found);
}

const TURNS = 10;

/** How the result of a create is lost that has taken effect. */
const losses: readonly [how: string, lose: (fixture: ReconcileFixture) => void][] = [
  ['timed out', ({ controlPlane }) => failAfterCreate(controlPlane, new ServiceError('TimeoutError'))],
  [
    'failed in the service',
    ({ controlPlane }) => failAfterCreate(controlPlane, new ServiceError('InternalServerException')),
  ],
  [
    'was lost with its step',
    ({ controlPlane, ledger }) =>
      controlPlane.script.beforeNext('create', () =>
        ledger.script.failNext('writeResource', new StepKilled()),
      ),
  ],
];

function failAfterCreate({ script }: ReconcileFixture['controlPlane'], error: Error): void {
  script.failNextAfterEffect('create', error);
}

function ifKilled(error: unknown): void {
  if (!(error instanceof StepKilled)) throw error;
}

// Where a Get stands for the List, none is stale.
const listedKinds = kindNames.filter((kind) => !resourceKinds[kind].isOnly && !resourceKinds[kind].setting);

describe.each(listedKinds)('while no List shows a new %s', (kind) => {
  it(`a ${kind} whose create was answered is neither created again nor forgotten`, async () => {
    const { turn, creates, liveId, record } = await staleWorkspace(kind);
    await turn();
    const id = liveId();
    expect(id).toBeDefined();
    for (let polls = 0; polls < TURNS; polls += 1) {
      await turn();
      expect(record()?.id).toBe(id);
    }
    expect(creates()).toBe(1);
    expect(record()?.state).toBe('ready');
  });
});

// Without a token and in no List, a name that is in use may be anybody's: Gateloop waits for the List.
const repeatableKinds = listedKinds.filter(
  (kind) => resourceKinds[kind].clientToken.includes('create') || isNamedById(resourceKinds[kind]),
);

describe.each(repeatableKinds)('while no List shows a new %s', (kind) => {
  it.each(losses)(
    `a ${kind} whose create took effect and %s is found again, and not created a second time`,
    async (_how, lose) => {
      const { fixture, turn, liveId, record, clientTokens } = await staleWorkspace(kind);
      lose(fixture);
      await turn().catch(ifKilled);
      const id = liveId();
      expect(id).toBeDefined();
      for (let polls = 0; polls < TURNS; polls += 1) await turn();
      expect(liveId()).toBe(id);
      expect(clientTokens().size).toBe(1);
      expect(record()).toMatchObject({ id, state: 'ready' });
    },
  );
});

// Without a name, and in no List, nothing tells what was made from what was not.
const kindsWithNames = listedKinds.filter((kind) => resourceKinds[kind].nameMember !== undefined);

describe.each(kindsWithNames)('while no List shows a %s whose manifest changes', (kind) => {
  it(`a ${kind} whose create took effect and timed out is still this workspace's own after an edit of the manifest`, async () => {
    const { fixture, turn, upload, showAll, liveId, record } = await staleWorkspace(kind);
    fixture.controlPlane.script.failNextAfterEffect('create', new ServiceError('TimeoutError'));
    await turn();
    const id = liveId();
    upload('second');
    for (let polls = 0; polls < TURNS; polls += 1) await turn();
    expect(liveId()).toBe(id);
    showAll();
    for (let polls = 0; polls < TURNS; polls += 1) await turn();
    expect(liveId()).toBe(id);
    // What no operation changes is refused with the reason.
    const hasUpdate = resourceKinds[kind].operations.update !== undefined;
    expect(record()).toMatchObject({ id, state: hasUpdate ? 'ready' : 'refused' });
    const { config } = liveResource(fixture, kind) ?? {};
    expect(JSON.stringify(config).includes('first')).toBe(!hasUpdate);
  });
});

describe('while the List of a gateway still shows a deleted target', () => {
  const TARGET: Address = 'gatewayTarget/shared/shared';

  /** A workspace whose target has left the manifest, and whose List shows it as it was before. */
  async function withDeletedTarget() {
    const workspace = await staleWorkspace('gatewayTarget');
    const { fixture, showAll } = workspace;
    showAll();
    const prune = (edit: string) => `settings: { prune: true, selfHeal: true }\n${edit}`;
    fixture.upload(prune(samples.gatewayTarget('first')));
    await fixture.reconcile();
    const { controlPlane } = fixture;
    const shown = await controlPlane.list('gatewayTarget', fixture.record('gateway/shared')?.id);
    expect(shown).toHaveLength(1);
    const spy = vi.spyOn(controlPlane, 'list').mockResolvedValue(shown);
    fixture.upload(prune(gateway('targets: {}')));
    return { ...workspace, prune, showAll: () => spy.mockRestore() };
  }

  it('poll: deletes the target once, and reports it as deleted', async () => {
    const { fixture, turn, record } = await withDeletedTarget();
    await turn();
    expect(fixture.controlPlane.resource(TARGET)).toBeUndefined();
    for (let polls = 0; polls < TURNS; polls += 1) {
      await turn();
      expect(record()?.state).toBe('absent');
    }
    expect(fixture.controlPlane.script.calls('delete')).toHaveLength(1);
  });

  it('poll: creates a target of the same name that returns to the manifest, and keeps its id', async () => {
    const { fixture, turn, record, prune, showAll } = await withDeletedTarget();
    const { id } = record() ?? {};
    await turn();
    fixture.upload(prune(samples.gatewayTarget('second')));
    for (let polls = 0; polls < TURNS; polls += 1) await turn();
    const created = record();
    expect(created?.state).toBe('ready');
    expect(created?.id).not.toBe(id);
    showAll();
    for (let polls = 0; polls < TURNS; polls += 1) await turn();
    expect(record()).toMatchObject({ state: 'ready', id: created?.id });
  });
});
