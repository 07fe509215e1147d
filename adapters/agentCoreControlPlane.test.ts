import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../core/json.ts';
import type { CallResult, ResourceId } from '../core/ports/controlPlane.ts';
import { unwrapResponse } from '../core/resources/observe.ts';
import type { KindName } from '../core/resources/resourceKind.ts';
import { resourceKinds, topLevelKinds } from '../core/resources/resourceKinds.ts';
import {
  CREDENTIALS,
  LAMBDA_TARGET,
  MCP_TARGET,
  ROLE,
  readyGateway,
  startEmulator,
  type TestEmulator,
} from '../local/agentcore/testing/emulator.ts';
import { AgentCoreControlPlane } from './agentCoreControlPlane.ts';
import {
  changeCommands,
  getCommands,
  listCommands,
  synchronizeCommand,
  tagCommand,
} from './controlPlaneCommands.ts';

const COMMANDS = { ...getCommands, ...listCommands, ...changeCommands, ...synchronizeCommand, ...tagCommand };

const TOKEN = 'a-client-token-of-at-least-33-characters';

/** What each kind is created with, and updated to. */
const inputs: Readonly<Record<Exclude<KindName, 'gatewayTarget'>, readonly [JsonObject, JsonObject]>> = {
  gateway: variants({ name: 'front', roleArn: ROLE, authorizerType: 'AWS_IAM', protocolType: 'MCP' }),
  agentRuntime: [runtime('v1', { agentRuntimeName: 'front' }), runtime('v2')],
  harness: [{ harnessName: 'front', executionRoleArn: ROLE }, { maxTokens: 1000 }],
  oauth2CredentialProvider: [provider('abc'), provider('def')],
  registry: [{ name: 'front' }, { description: { optionalValue: 'Ours.' } }],
};

function variants(input: JsonObject): readonly [JsonObject, JsonObject] {
  return [input, { ...input, description: 'Ours.' }];
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

function provider(clientId: string): JsonObject {
  return {
    name: 'front',
    credentialProviderVendor: 'GithubOauth2',
    oauth2ProviderConfigInput: { githubOauth2ProviderConfig: { clientId, clientSecret: 'hush-hush' } },
  };
}

async function openPlane(options: Parameters<typeof startEmulator>[0] = {}) {
  const emulator = await startEmulator({
    ...options,
    behaviors: { unreachable: 'accepted' },
    quotas: { ratePerSecond: {}, ...options.quotas },
  });
  return { emulator, plane: new AgentCoreControlPlane(COMMANDS, emulator.control) };
}

/** Lets time pass until a resource has settled; what is said of it then. */
async function waitUntilSettled(
  { clock }: TestEmulator,
  plane: AgentCoreControlPlane,
  kind: KindName,
  id: ResourceId,
): Promise<JsonObject | undefined> {
  let found: JsonObject | undefined;
  await clock.until(async () => {
    found = await plane.get(kind, id);
    return !/ING$/.test(String((found?.harness as JsonObject | undefined)?.status ?? found?.status));
  });
  return found;
}

function idOf(answer: CallResult): string {
  if (answer.kind !== 'accepted' || answer.id === undefined)
    throw new Error(`no id in ${JSON.stringify(answer)}`);
  return answer.id;
}

describe('the control plane behind the SDK', () => {
  it.each(topLevelKinds.map(({ kind }) => kind))(
    'creates, reads, lists, updates and deletes: %s',
    async (kind) => {
      if (kind === 'gatewayTarget') throw new Error('a target has a parent');
      const { emulator, plane } = await openPlane();
      const [created, updated] = inputs[kind];
      const id = idOf(await plane.create(kind, created, { clientToken: TOKEN }));
      await waitUntilSettled(emulator, plane, kind, { id });
      expect(JSON.stringify(await plane.list(kind))).toContain('front');
      expect(await plane.update(kind, { id }, updated)).toMatchObject({ kind: 'accepted' });
      await waitUntilSettled(emulator, plane, kind, { id });
      expect(await plane.delete(kind, { id })).toMatchObject({ kind: 'accepted' });
      await waitUntilSettled(emulator, plane, kind, { id });
      expect(await plane.get(kind, { id })).toBeUndefined();
      expect(await plane.list(kind)).toEqual([]);
    },
  );

  it('creates, reads, lists, updates, synchronises and deletes targets of a gateway', async () => {
    const { emulator, plane } = await openPlane();
    const parentId = await readyGateway(emulator);
    const target = (description: string) => ({ name: 'tools', description, ...MCP_TARGET });
    const id = idOf(await plane.create('gatewayTarget', target('one'), { parentId, clientToken: TOKEN }));
    expect(await waitUntilSettled(emulator, plane, 'gatewayTarget', { id, parentId })).toMatchObject({
      status: 'READY',
    });
    expect(await plane.update('gatewayTarget', { id, parentId }, target('two'))).toMatchObject({
      kind: 'accepted',
      updatedAt: emulator.clock.now(),
    });
    await waitUntilSettled(emulator, plane, 'gatewayTarget', { id, parentId });
    expect(await plane.synchronize({ id, parentId })).toMatchObject({ kind: 'accepted' });
    const synchronised = await waitUntilSettled(emulator, plane, 'gatewayTarget', { id, parentId });
    expect(synchronised).toMatchObject({ status: 'READY', description: 'two' });
    expect(typeof synchronised?.lastSynchronizedAt).toBe('number');
    expect(await plane.list('gatewayTarget', parentId)).toMatchObject([{ targetId: id }]);
    await plane.delete('gatewayTarget', { id, parentId });
    await waitUntilSettled(emulator, plane, 'gatewayTarget', { id, parentId });
    expect(await plane.list('gatewayTarget', parentId)).toEqual([]);
  });

  it('gives plain JSON: times in ms, and nothing of the SDK', async () => {
    const { emulator, plane } = await openPlane();
    const id = await readyGateway(emulator);
    const gateway = await plane.get('gateway', { id });
    expect(gateway?.createdAt).toBeGreaterThanOrEqual(Date.UTC(2026, 0, 1));
    expect(gateway).not.toHaveProperty('$metadata');
    expect(JSON.parse(JSON.stringify(gateway))).toEqual(gateway);
  });

  it('says when a change was made, in the service’s own time', async () => {
    const { emulator, plane } = await openPlane();
    const id = await readyGateway(emulator);
    await emulator.clock.advance(60_000);
    const [created] = inputs.gateway;
    const answer = await plane.update('gateway', { id }, { ...created, name: 'payments' });
    expect(answer).toEqual({ kind: 'accepted', updatedAt: emulator.clock.now() });
  });

  it('makes one resource of a create that is repeated with its token', async () => {
    const { emulator, plane } = await openPlane();
    const [created] = inputs.gateway;
    const [first, again] = [
      await plane.create('gateway', created, { clientToken: TOKEN }),
      await plane.create('gateway', created, { clientToken: TOKEN }),
    ];
    expect(idOf(again)).toBe(idOf(first));
    expect(await plane.list('gateway')).toHaveLength(1);
    expect(emulator.agentCore.calls()).toMatchObject({ CreateGateway: 2 });
  });

  it('reads 150 targets in one call, and 25 credential providers in two', async () => {
    const { emulator, plane } = await openPlane({
      quotas: { targetsPerGateway: 200, concurrentOperationsPerGateway: 200 },
    });
    const parentId = await readyGateway(emulator);
    for (let index = 0; index < 150; index += 1) {
      const target = { name: `target-${index}`, ...LAMBDA_TARGET };
      const clientToken = `${TOKEN}-${index}`;
      idOf(await plane.create('gatewayTarget', target, { parentId, clientToken }));
    }
    expect(await plane.list('gatewayTarget', parentId)).toHaveLength(150);
    for (let index = 0; index < 25; index += 1) {
      const named = { ...provider('abc'), name: `provider-${index}` };
      idOf(await plane.create('oauth2CredentialProvider', named, { clientToken: TOKEN }));
    }
    expect(await plane.list('oauth2CredentialProvider')).toHaveLength(25);
    expect(emulator.agentCore.calls()).toMatchObject({
      ListGatewayTargets: 1,
      ListOauth2CredentialProviders: 2,
    });
  });

  it.each(['gateway', 'agentRuntime', 'harness'] as const)(
    'reads the tags of a resource by its ARN: %s',
    async (kind) => {
      const { emulator, plane } = await openPlane();
      const tagged = { ...inputs[kind][0], tags: { 'gateloop:workspace': 'payments' } };
      const id = idOf(await plane.create(kind, tagged, { clientToken: TOKEN }));
      await waitUntilSettled(emulator, plane, kind, { id });
      const row = resourceKinds[kind];
      const arn = unwrapResponse(row, (await plane.get(kind, { id })) ?? {})[row.arnMember];
      expect(await plane.tags(String(arn))).toEqual({ 'gateloop:workspace': 'payments' });
      expect(await plane.tags(`${arn}x`)).toEqual({});
    },
  );

  it('reads no tags of a credential provider, whose ARN the service does not take there', async () => {
    const { plane } = await openPlane();
    const provider = 'token-vault/default/oauth2credentialprovider/github';
    const arn = `arn:aws:bedrock-agentcore:us-east-1:123456789012:${provider}`;
    expect(await plane.tags(arn)).toEqual({});
  });

  it('knows no resource where the service knows none', async () => {
    const { plane } = await openPlane();
    expect(await plane.get('gateway', { id: 'unknown-abcdefghij' })).toBeUndefined();
    expect(await plane.delete('gateway', { id: 'unknown-abcdefghij' })).toMatchObject({
      kind: 'rejected',
      code: 'ResourceNotFoundException',
      transient: false,
    });
  });

  it('gives back what the service refuses, with its reason, as nothing to try again', async () => {
    const { emulator, plane } = await openPlane();
    await readyGateway(emulator, 'front');
    const [created] = inputs.gateway;
    expect(await plane.create('gateway', created, { clientToken: TOKEN })).toMatchObject({
      kind: 'rejected',
      code: 'ConflictException',
      message: expect.stringContaining('front'),
      transient: false,
    });
    expect(await plane.create('gateway', { name: 'x!' }, { clientToken: TOKEN })).toMatchObject({
      kind: 'rejected',
      code: 'ValidationException',
      transient: false,
    });
  });

  it.each([
    ['throttle', 'ThrottlingException'],
    ['error', 'InternalServerException'],
  ] as const)('gives back a passing %s as something to try again, after one attempt', async (fault, code) => {
    const { emulator, plane } = await openPlane();
    emulator.agentCore.setFaults([{ fault }]);
    const [created] = inputs.gateway;
    expect(await plane.create('gateway', created, { clientToken: TOKEN })).toMatchObject({
      kind: 'rejected',
      code,
      transient: true,
    });
    await expect(plane.list('gateway')).rejects.toMatchObject({ name: code });
    expect(emulator.agentCore.calls()).toEqual({ CreateGateway: 1, ListGateways: 1 });
  });

  it('takes a connection that was cut for something to try again', async () => {
    const { emulator, plane } = await openPlane();
    emulator.agentCore.setFaults([{ fault: 'cut', when: 'after' }]);
    const [created] = inputs.gateway;
    expect(await plane.create('gateway', created, { clientToken: TOKEN })).toMatchObject({
      kind: 'rejected',
      transient: true,
    });
  });

  it('takes a service that cannot be reached for something to try again', async () => {
    const client = new BedrockAgentCoreControlClient({
      endpoint: 'http://127.0.0.1:1',
      region: 'us-east-1',
      credentials: CREDENTIALS,
      maxAttempts: 1,
    });
    const plane = new AgentCoreControlPlane(COMMANDS, client);
    expect(await plane.delete('gateway', { id: 'front-abcdefghij' })).toMatchObject({
      kind: 'rejected',
      transient: true,
    });
  });
});
