import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../core/json.ts';
import type { CallResult, ControlPlane, ResourceId } from '../../core/ports/controlPlane.ts';
import { unwrapResponse } from '../../core/resources/observe.ts';
import type { KindName } from '../../core/resources/resourceKind.ts';
import { resourceKinds } from '../../core/resources/resourceKinds.ts';
import { MCP_TARGET, ROLE } from '../../local/agentcore/testing/emulator.ts';

/** A control plane of an account without resources. */
export interface OpenedControlPlane {
  readonly plane: ControlPlane;
  /** @returns the service's time, in ms since the epoch */
  now(): number;
  advance(ms: number): Promise<void>;
  /** Lets the pending operation on a resource succeed. */
  settle(kind: KindName, id: ResourceId): Promise<void>;
  /**
   * Makes the next call of a method fail: by throttling, by an internal error, or by the loss of the response after the
   * call took effect.
   */
  failNext(method: 'create' | 'list', fault: 'throttle' | 'error' | 'lost'): void;
}

export const TOKEN = 'a-client-token-of-at-least-33-characters';

/** The inputs of create and update, by kind; no update for a kind that has none. */
export const inputs = {
  gateway: variants({ name: 'front', roleArn: ROLE, authorizerType: 'AWS_IAM', protocolType: 'MCP' }),
  agentRuntime: [runtime('v1', { agentRuntimeName: 'front' }), runtime('v2')],
  harness: [{ harnessName: 'front', executionRoleArn: ROLE, maxIterations: 7 }, { maxTokens: 1000 }],
  oauth2CredentialProvider: [provider('abc'), provider('def')],
  apiKeyCredentialProvider: [apiKey('first-key-value'), apiKey('second-key-value')],
  paymentCredentialProvider: [payments('first-secret'), payments('second-secret')],
  paymentManager: [
    { name: 'front', authorizerType: 'AWS_IAM', roleArn: ROLE },
    { description: 'Managed by Gateloop.' },
  ],
  workloadIdentity: [{ name: 'front' }, { allowedResourceOauth2ReturnUrls: ['https://example.com/return'] }],
  evaluator: [
    { evaluatorName: 'front', level: 'TRACE', evaluatorConfig: evaluatorConfig('Does it help?') },
    { evaluatorConfig: evaluatorConfig('Is it true?') },
  ],
  onlineEvaluationConfig: [
    {
      onlineEvaluationConfigName: 'front',
      rule: { samplingConfig: { samplingPercentage: 10 } },
      dataSourceConfig: { cloudWatchLogs: { logGroupNames: ['/agents'], serviceNames: ['front'] } },
      evaluators: [{ evaluatorId: 'Builtin.Helpfulness' }],
      evaluationExecutionRoleArn: ROLE,
      enableOnCreate: false,
    },
    { executionStatus: 'ENABLED' },
  ],
  consentPortal: [
    {
      name: 'front',
      executionRoleArn: ROLE,
      idpConfig: {
        credentialProviderArn:
          'arn:aws:bedrock-agentcore:us-east-1:123456789012:token-vault/default/oauth2credentialprovider/login',
        scopes: ['openid'],
      },
      sources: [{ identifier: 'front-abcdefghij', type: 'agentcore-gateway' }],
    },
    { description: 'Managed by Gateloop.' },
  ],
  dataset: [
    {
      datasetName: 'front',
      schemaType: 'AGENTCORE_EVALUATION_PREDEFINED_V1',
      source: { inlineExamples: { examples: [{ input: 'Where is my order?' }] } },
    },
    { description: 'Managed by Gateloop.' },
  ],
  configurationBundle: [
    { bundleName: 'front', components: { prompt: { configuration: { text: 'Be brief.' } } } },
    { components: { prompt: { configuration: { text: 'Be exact.' } } } },
  ],
  capacityProvider: [
    {
      name: 'front',
      permissionsConfiguration: { capacityProviderOperatorRoleArn: ROLE },
      computeConfiguration: { ec2Configuration: instances() },
    },
    { description: { optionalValue: 'Managed by Gateloop.' } },
  ],
  browser: [{ name: 'front', networkConfiguration: { networkMode: 'PUBLIC' } }],
  browserProfile: [{ name: 'front' }],
  codeInterpreter: [{ name: 'front', networkConfiguration: { networkMode: 'SANDBOX' } }],
  memory: [
    { name: 'front', eventExpiryDuration: 30, memoryStrategies: [summaries('of a session')] },
    { eventExpiryDuration: 60, memoryStrategies: [summaries('short'), summaries('long', 'more')] },
  ],
  registry: [{ name: 'front' }, { description: { optionalValue: 'Managed by Gateloop.' } }],
} satisfies Readonly<Record<(typeof topLevel)[number][0], Inputs>>;

type Inputs = readonly [created: JsonObject, updated?: JsonObject];

/** The top-level kinds, and whether the response to Create has the time of the update. */
const topLevel = [
  ['gateway', true],
  ['agentRuntime', false],
  ['harness', true],
  ['oauth2CredentialProvider', false],
  ['apiKeyCredentialProvider', false],
  ['paymentCredentialProvider', false],
  ['paymentManager', false],
  ['workloadIdentity', false],
  ['evaluator', false],
  ['onlineEvaluationConfig', false],
  ['consentPortal', true],
  ['dataset', false],
  ['configurationBundle', false],
  ['capacityProvider', false],
  ['browser', false],
  ['browserProfile', false],
  ['codeInterpreter', false],
  ['memory', true],
  ['registry', false],
] as const;

function instances(): JsonObject {
  return {
    launchTemplateSource: {
      launchParameters: {
        operatingSystem: 'LINUX_ARM64',
        instanceRequirements: { allowedInstanceTypes: ['c8g.large'] },
      },
    },
    vpcConfiguration: { subnets: ['subnet-12345678'], securityGroups: ['sg-12345678'] },
  };
}

function payments(walletSecret: string): JsonObject {
  const coinbaseCdpConfiguration = { apiKeyId: 'front', apiKeySecret: 'first-key-value', walletSecret };
  return {
    name: 'front',
    credentialProviderVendor: 'CoinbaseCDP',
    providerConfigurationInput: { coinbaseCdpConfiguration },
  };
}

function evaluatorConfig(instructions: string): JsonObject {
  return {
    llmAsAJudge: {
      instructions,
      ratingScale: { categorical: [{ definition: 'It does.', label: 'good' }] },
      modelConfig: { bedrockEvaluatorModelConfig: { modelId: 'anthropic.claude-sonnet-4-6' } },
    },
  };
}

function summaries(description: string, name = 'summaries'): JsonObject {
  return { summaryMemoryStrategy: { name, description } };
}

function variants(input: JsonObject): readonly [JsonObject, JsonObject] {
  return [input, { ...input, description: 'Managed by Gateloop.' }];
}

function runtime(tag: string, more: JsonObject = {}): JsonObject {
  const containerUri = `123456789012.dkr.ecr.us-east-1.amazonaws.com/agent:${tag}`;
  return {
    roleArn: ROLE,
    networkConfiguration: { networkMode: 'PUBLIC' },
    agentRuntimeArtifact: { containerConfiguration: { containerUri } },
    ...more,
  };
}

export function provider(clientId: string): JsonObject {
  return {
    name: 'front',
    credentialProviderVendor: 'GithubOauth2',
    oauth2ProviderConfigInput: {
      githubOauth2ProviderConfig: { clientId, clientSecret: 'client-secret-value' },
    },
  };
}

function apiKey(value: string): JsonObject {
  return { name: 'front', apiKey: value };
}

export function idOf(result: CallResult): string {
  if (result.kind !== 'accepted' || result.id === undefined)
    throw new Error(`no id in ${JSON.stringify(result)}`);
  return result.id;
}

const rejected = (code: string, transient = false) => ({ kind: 'rejected', code, transient });

/** The behavior of every `ControlPlane`. `open` opens an empty account for each test. */
export function describeControlPlaneContract(name: string, open: () => Promise<OpenedControlPlane>): void {
  describe(name, () => controlPlaneContract(open));
}

function controlPlaneContract(open: () => Promise<OpenedControlPlane>): void {
  const [gatewayInput, gatewayUpdate] = inputs.gateway;
  const target = (description: string) => ({ name: 'tools', description, ...MCP_TARGET });

  async function openWithGateway() {
    const opened = await open();
    const parentId = idOf(await opened.plane.create('gateway', gatewayInput, { clientToken: TOKEN }));
    await opened.settle('gateway', { id: parentId });
    return { ...opened, parentId };
  }

  async function openWithTarget() {
    const opened = await openWithGateway();
    const { plane, settle, parentId } = opened;
    const id = idOf(await plane.create('gatewayTarget', target('one'), { parentId, clientToken: TOKEN }));
    await settle('gatewayTarget', { id, parentId });
    return { ...opened, id: { id, parentId } };
  }

  it.each(topLevel)('creates, reads, lists, updates and deletes: %s', async (kind, returnsUpdatedAt) => {
    const { plane, settle, now } = await open();
    const [created, updated]: Inputs = inputs[kind];
    const result = await plane.create(kind, created, { clientToken: TOKEN });
    const id = idOf(result);
    expect(result).toEqual({ kind: 'accepted', id, ...(returnsUpdatedAt && { updatedAt: now() }) });
    await settle(kind, { id });
    expect(JSON.stringify(await plane.list(kind))).toContain('front');
    if (updated) {
      expect(await plane.update(kind, { id }, updated)).toEqual({ kind: 'accepted', updatedAt: now() });
      await settle(kind, { id });
    } else await expect(plane.update(kind, { id }, {})).rejects.toThrow(RangeError);
    expect(await plane.delete(kind, { id })).toMatchObject({ kind: 'accepted' });
    await settle(kind, { id });
    expect(await plane.get(kind, { id })).toBeUndefined();
    expect(await plane.list(kind)).toEqual([]);
  });

  it('sets, changes and sets back what every account has, which is there while it is set', async () => {
    const { plane, settle } = await open();
    const id = { id: 'default' };
    const kmsConfiguration = (digit: number) => ({
      keyType: 'CustomerManagedKey',
      kmsKeyArn: `arn:aws:kms:us-east-1:123456789012:key/0000000${digit}-89ab-cdef-0123-456789abcdef`,
    });
    expect(await plane.list('tokenVault')).toEqual([]);
    const created = { tokenVaultId: 'default', kmsConfiguration: kmsConfiguration(1) };
    expect(await plane.create('tokenVault', created, { clientToken: TOKEN })).toMatchObject(id);
    await settle('tokenVault', id);
    expect(await plane.list('tokenVault')).toMatchObject([{ tokenVaultId: 'default' }]);
    await plane.update('tokenVault', id, { kmsConfiguration: kmsConfiguration(2) });
    await settle('tokenVault', id);
    expect(await plane.get('tokenVault', id)).toMatchObject({ kmsConfiguration: kmsConfiguration(2) });
    expect(await plane.delete('tokenVault', id)).toMatchObject({ kind: 'accepted' });
    await settle('tokenVault', id);
    expect(await plane.get('tokenVault', id)).toBeUndefined();
    expect(await plane.list('tokenVault')).toEqual([]);
  });

  it('creates, reads, lists, updates, synchronizes and deletes targets of a gateway', async () => {
    const { plane, settle, now, id } = await openWithTarget();
    const { parentId } = id;
    expect(await plane.get('gatewayTarget', id)).toMatchObject({ status: 'READY', description: 'one' });
    expect(await plane.update('gatewayTarget', id, target('two'))).toEqual({
      kind: 'accepted',
      updatedAt: now(),
    });
    await settle('gatewayTarget', id);
    expect(await plane.synchronize(id)).toEqual({ kind: 'accepted' });
    await settle('gatewayTarget', id);
    expect(await plane.get('gatewayTarget', id)).toMatchObject({ status: 'READY', description: 'two' });
    expect(await plane.list('gatewayTarget', parentId)).toMatchObject([{ targetId: id.id, name: 'tools' }]);
    expect(await plane.delete('gatewayTarget', id)).toEqual({ kind: 'accepted' });
    await settle('gatewayTarget', id);
    expect(await plane.list('gatewayTarget', parentId)).toEqual([]);
  });

  it('shows a newer lastSynchronizedAt after a synchronization', async () => {
    const { plane, settle, advance, id } = await openWithTarget();
    await advance(60_000);
    const before = await plane.get('gatewayTarget', id);
    await plane.synchronize(id);
    expect(await plane.get('gatewayTarget', id)).toMatchObject({ status: 'SYNCHRONIZING' });
    await settle('gatewayTarget', id);
    const after = await plane.get('gatewayTarget', id);
    expect(after?.lastSynchronizedAt).toBeGreaterThan(Number(before?.lastSynchronizedAt ?? 0));
    expect(await plane.list('gatewayTarget', id.parentId)).toMatchObject([
      { lastSynchronizedAt: after?.lastSynchronizedAt },
    ]);
  });

  it('returns plain JSON with times in ms', async () => {
    const { plane, parentId, now } = await openWithGateway();
    const gateway = await plane.get('gateway', { id: parentId });
    expect(gateway?.createdAt).toBeLessThanOrEqual(now());
    expect(gateway?.createdAt).toBeGreaterThanOrEqual(Date.UTC(2026, 0, 1));
    expect(gateway).not.toHaveProperty('$metadata');
    expect(JSON.parse(JSON.stringify(gateway))).toEqual(gateway);
  });

  it('lists the members that Get returns, without the configuration', async () => {
    const { plane, parentId } = await openWithGateway();
    const gateway = await plane.get('gateway', { id: parentId });
    const [listed] = await plane.list('gateway');
    expect(gateway).toMatchObject({ gatewayId: parentId, name: 'front', status: 'READY', roleArn: ROLE });
    expect(gateway).toMatchObject(listed ?? {});
    expect(listed).toMatchObject({ gatewayId: parentId, name: 'front', status: 'READY' });
    expect(listed).not.toHaveProperty('roleArn');
  });

  it('returns the items of the List that have the given ids, and none for an id that it does not show', async () => {
    const { plane, parentId } = await openWithGateway();
    const listed = await plane.list('gateway');
    expect(await plane.summaries('gateway', [parentId, 'unknown-0123456789'])).toEqual(listed);
    expect(await plane.summaries('gateway', ['unknown-0123456789'])).toEqual([]);
    expect(await plane.summaries('gateway', [])).toEqual([]);
  });

  it('returns no client secret', async () => {
    const { plane, settle } = await open();
    const options = { clientToken: TOKEN };
    const id = idOf(await plane.create('oauth2CredentialProvider', provider('abc'), options));
    await settle('oauth2CredentialProvider', { id });
    expect(JSON.stringify(await plane.get('oauth2CredentialProvider', { id }))).not.toContain(
      'client-secret-value',
    );
  });

  it('clears the members that a full update omits', async () => {
    const { plane, settle, parentId } = await openWithGateway();
    await plane.update('gateway', { id: parentId }, gatewayUpdate);
    await settle('gateway', { id: parentId });
    expect(await plane.get('gateway', { id: parentId })).toMatchObject({
      description: 'Managed by Gateloop.',
    });
    await plane.update('gateway', { id: parentId }, gatewayInput);
    await settle('gateway', { id: parentId });
    expect(await plane.get('gateway', { id: parentId })).not.toHaveProperty('description');
  });

  it('keeps the members that a patch omits, and clears those with an empty wrapper', async () => {
    const { plane, settle } = await open();
    const harnessId = idOf(await plane.create('harness', inputs.harness[0], { clientToken: TOKEN }));
    await settle('harness', { id: harnessId });
    await plane.update('harness', { id: harnessId }, inputs.harness[1]);
    await settle('harness', { id: harnessId });
    expect(await plane.get('harness', { id: harnessId })).toMatchObject({
      harness: { harnessName: 'front', maxIterations: 7, maxTokens: 1000 },
    });
    const id = idOf(await plane.create('registry', inputs.registry[0], { clientToken: TOKEN }));
    await settle('registry', { id });
    for (const [description, shown] of [
      [{ optionalValue: 'Managed by Gateloop.' }, 'Managed by Gateloop.'],
      [{}, undefined],
    ] as const) {
      await plane.update('registry', { id }, { description });
      await settle('registry', { id });
      expect((await plane.get('registry', { id }))?.description).toBe(shown);
    }
  });

  it('creates one resource when a create is repeated with the same client token', async () => {
    const { plane } = await open();
    const first = await plane.create('gateway', gatewayInput, { clientToken: TOKEN });
    const again = await plane.create('gateway', gatewayInput, { clientToken: TOKEN });
    expect(again).toEqual(first);
    expect(await plane.list('gateway')).toHaveLength(1);
  });

  it('returns the earlier response for a repeated client token after the resource was deleted, and creates none', async () => {
    const { plane, settle } = await open();
    const create = () => plane.create('gateway', gatewayInput, { clientToken: TOKEN });
    const first = await create();
    const id = idOf(first);
    await settle('gateway', { id });
    await plane.delete('gateway', { id });
    await settle('gateway', { id });
    expect(await create()).toEqual(first);
    expect(await plane.list('gateway')).toEqual([]);
  });

  it('rejects a client token that was used with other parameters', async () => {
    const { plane } = await open();
    await plane.create('gateway', gatewayInput, { clientToken: TOKEN });
    expect(
      await plane.create('gateway', { ...gatewayInput, name: 'back' }, { clientToken: TOKEN }),
    ).toMatchObject(rejected('ValidationException'));
  });

  it('rejects a repeated create of a kind without client tokens, because its name is in use', async () => {
    const { plane } = await open();
    await plane.create('oauth2CredentialProvider', provider('abc'), { clientToken: TOKEN });
    expect(
      await plane.create('oauth2CredentialProvider', provider('abc'), { clientToken: TOKEN }),
    ).toMatchObject(rejected('ConflictException'));
  });

  it.each(['gateway', 'agentRuntime', 'harness', 'apiKeyCredentialProvider'] as const)(
    'reads the tags of a resource by its ARN: %s',
    async (kind) => {
      const { plane, settle } = await open();
      const tagged = { ...inputs[kind][0], tags: { 'gateloop:workspace': 'payments' } };
      const id = idOf(await plane.create(kind, tagged, { clientToken: TOKEN }));
      await settle(kind, { id });
      const row = resourceKinds[kind];
      const arn = unwrapResponse(row, (await plane.get(kind, { id })) ?? {})[row.arnMember];
      expect(await plane.tags(String(arn))).toEqual({ 'gateloop:workspace': 'payments' });
      expect(await plane.tags(`${arn}x`)).toEqual({});
    },
  );

  it('changes the tags of a resource, and leaves those that it does not name', async () => {
    const { plane, settle } = await open();
    const tagged = { ...gatewayInput, tags: { kept: '1', changed: '2', removed: '3' } };
    const id = idOf(await plane.create('gateway', tagged, { clientToken: TOKEN }));
    await settle('gateway', { id });
    const arn = String((await plane.get('gateway', { id }))?.gatewayArn);
    expect(await plane.changeTags(arn, { changed: '4', added: '5' }, ['removed'])).toEqual({
      kind: 'accepted',
    });
    expect(await plane.tags(arn)).toEqual({ kept: '1', changed: '4', added: '5' });
    expect(await plane.changeTags(`${arn}x`, { a: '1' }, [])).toMatchObject({
      kind: 'rejected',
      code: 'ResourceNotFoundException',
    });
  });

  it('returns no tags for an OAuth2 credential provider', async () => {
    const { plane, settle } = await open();
    const tagged = { ...provider('abc'), tags: { 'gateloop:workspace': 'payments' } };
    const id = idOf(await plane.create('oauth2CredentialProvider', tagged, { clientToken: TOKEN }));
    await settle('oauth2CredentialProvider', { id });
    const response = await plane.get('oauth2CredentialProvider', { id });
    expect(await plane.tags(String(response?.credentialProviderArn))).toEqual({});
  });

  it('reports a missing resource', async () => {
    const { plane, parentId } = await openWithGateway();
    const unknown = { id: 'unknown-abcdefghij' };
    const unknownTarget = { id: 'ABCDEFGHIJ', parentId };
    expect(await plane.get('gateway', unknown)).toBeUndefined();
    expect(await plane.get('gatewayTarget', unknownTarget)).toBeUndefined();
    expect(await plane.get('gatewayTarget', { id: 'ABCDEFGHIJ', parentId: unknown.id })).toBeUndefined();
    await expect(plane.list('gatewayTarget', unknown.id)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    for (const result of [
      await plane.delete('gateway', unknown),
      await plane.update('gateway', unknown, gatewayInput),
      await plane.synchronize(unknownTarget),
      await plane.create('gatewayTarget', target('one'), { parentId: unknown.id, clientToken: TOKEN }),
    ])
      expect(result).toMatchObject(rejected('ResourceNotFoundException'));
  });

  it('rejects a name that is in use, and a resource without a name', async () => {
    const { plane } = await openWithGateway();
    const clientToken = `${TOKEN}-another`;
    const { name: _, ...nameless } = gatewayInput;
    expect(await plane.create('gateway', gatewayInput, { clientToken })).toMatchObject({
      ...rejected('ConflictException'),
      message: expect.stringContaining('front'),
    });
    expect(await plane.create('gateway', nameless, { clientToken })).toMatchObject({ kind: 'rejected' });
    expect(await plane.list('gateway')).toHaveLength(1);
  });

  it('accepts the same target name at another gateway', async () => {
    const { plane, settle } = await openWithTarget();
    const other = { ...gatewayInput, name: 'back' };
    const parentId = idOf(await plane.create('gateway', other, { clientToken: `${TOKEN}-2` }));
    await settle('gateway', { id: parentId });
    const options = { parentId, clientToken: `${TOKEN}-3` };
    expect(await plane.create('gatewayTarget', target('one'), options)).toMatchObject({ kind: 'accepted' });
    expect(await plane.list('gatewayTarget', parentId)).toHaveLength(1);
  });

  it('rejects changes of a resource whose operation is pending', async () => {
    const { plane, id } = await openWithTarget();
    await plane.update('gatewayTarget', id, target('two'));
    for (const result of [
      await plane.update('gatewayTarget', id, target('three')),
      await plane.synchronize(id),
      await plane.delete('gatewayTarget', id),
    ])
      expect(result).toMatchObject(rejected('ConflictException'));
    expect(await plane.get('gatewayTarget', id)).toMatchObject({ status: 'UPDATING', description: 'two' });
  });

  it('rejects changes of targets while an operation on their gateway is pending', async () => {
    const { plane, id } = await openWithTarget();
    await plane.update('gateway', { id: id.parentId }, gatewayInput);
    const options = { parentId: id.parentId, clientToken: `${TOKEN}-2` };
    for (const result of [
      await plane.create('gatewayTarget', { ...target('one'), name: 'more' }, options),
      await plane.update('gatewayTarget', id, target('two')),
      await plane.synchronize(id),
      await plane.delete('gatewayTarget', id),
    ])
      expect(result).toMatchObject(rejected('ValidationException'));
  });

  it('does not delete a gateway that has targets', async () => {
    const { plane, id } = await openWithTarget();
    expect(await plane.delete('gateway', { id: id.parentId })).toMatchObject(rejected('ValidationException'));
  });

  it.each([
    ['throttle', 'ThrottlingException'],
    ['error', 'InternalServerException'],
  ] as const)('reports the fault %s as transient', async (fault, code) => {
    const { plane, failNext } = await open();
    failNext('create', fault);
    expect(await plane.create('gateway', gatewayInput, { clientToken: TOKEN })).toMatchObject(
      rejected(code, true),
    );
    failNext('list', fault);
    await expect(plane.list('gateway')).rejects.toMatchObject({ name: code });
    expect(await plane.list('gateway')).toEqual([]);
  });

  it('reports a lost response as transient, although the call took effect', async () => {
    const { plane, failNext } = await open();
    failNext('create', 'lost');
    const create = () => plane.create('gateway', gatewayInput, { clientToken: TOKEN });
    expect(await create()).toMatchObject({ kind: 'rejected', transient: true });
    const [created] = await plane.list('gateway');
    expect(idOf(await create())).toBe(created?.gatewayId);
  });
}
