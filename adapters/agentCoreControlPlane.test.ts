import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { describe, expect, it } from 'vitest';
import { unwrapResponse } from '../core/resources/observe.ts';
import { resourceKinds } from '../core/resources/resourceKinds.ts';
import {
  CREDENTIALS,
  LAMBDA_TARGET,
  readyGateway,
  startEmulator,
} from '../local/agentcore/testing/emulator.ts';
import { AgentCoreControlPlane } from './agentCoreControlPlane.ts';
import {
  changeCommands,
  changeTagsCommands,
  getCommands,
  listCommands,
  synchronizeCommand,
  tagCommand,
} from './controlPlaneCommands.ts';
import {
  describeControlPlaneContract,
  idOf,
  inputs,
  type OpenedControlPlane,
  provider,
  TOKEN,
} from './testing/controlPlaneContract.ts';

const COMMANDS = {
  ...getCommands,
  ...listCommands,
  ...changeCommands,
  ...synchronizeCommand,
  ...tagCommand,
  ...changeTagsCommands,
};

async function openPlane(options: Parameters<typeof startEmulator>[0] = {}) {
  const emulator = await startEmulator({
    ...options,
    behaviors: { unreachable: 'accepted' },
    quotas: { ratePerSecond: {}, ...options.quotas },
  });
  return {
    emulator,
    plane: new AgentCoreControlPlane(COMMANDS, {
      agentCore: emulator.control,
      agentRegistry: emulator.registry,
    }),
  };
}

const OPERATIONS = { create: 'CreateGateway', list: 'ListGateways' };
const FAULTS = {
  throttle: { fault: 'throttle' },
  error: { fault: 'error' },
  lost: { fault: 'disconnect', when: 'after' },
} as const;

async function openAccount(): Promise<OpenedControlPlane> {
  const { emulator, plane } = await openPlane();
  const { clock, agentCore } = emulator;
  return {
    plane,
    now: () => clock.now(),
    advance: (ms) => clock.advance(ms),
    settle: (kind, id) =>
      clock.until(async () => {
        const found = await plane.get(kind, id);
        return !/ING$/.test(String((found && unwrapResponse(resourceKinds[kind], found))?.status));
      }),
    failNext: (method, fault) =>
      agentCore.setFaults([{ ...FAULTS[fault], operation: OPERATIONS[method], times: 1 }]),
  };
}

describeControlPlaneContract('AgentCoreControlPlane', openAccount);

describe('AgentCoreControlPlane', () => {
  it('lists 150 targets with one call, and 25 credential providers with two', async () => {
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

  it('reads no more pages of summaries than it needs, and no more than there are ids', async () => {
    const { emulator, plane } = await openPlane();
    const names = Array.from({ length: 45 }, (_, index) => `provider-${String(index).padStart(2, '0')}`);
    for (const name of names)
      idOf(
        await plane.create('oauth2CredentialProvider', { ...provider('abc'), name }, { clientToken: TOKEN }),
      );
    const pagesFor = async (...ids: string[]) => {
      const { ListOauth2CredentialProviders: before = 0 } = emulator.agentCore.calls();
      const found = await plane.summaries('oauth2CredentialProvider', ids);
      const { ListOauth2CredentialProviders: after = 0 } = emulator.agentCore.calls();
      return [found.map(({ name }) => name), after - before];
    };
    expect(await pagesFor('provider-03', 'provider-19')).toEqual([['provider-03', 'provider-19'], 1]);
    expect(await pagesFor('provider-03', 'provider-44', 'provider-45')).toEqual([
      ['provider-03', 'provider-44'],
      3,
    ]);
    expect(await pagesFor('provider-44')).toEqual([[], 1]);
  });

  it('reads, lists, replaces and deletes the policy of a gateway by its ARN, as canonical JSON', async () => {
    const { emulator, plane } = await openPlane();
    const parentId = idOf(await plane.create('gateway', inputs.gateway[0], { clientToken: TOKEN }));
    const arn = `arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/${parentId}`;
    const kind = 'gatewayResourcePolicy';
    const statement = { Sid: 'a', Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' };
    const policy = (version: string) => JSON.stringify({ Version: version, Statement: [statement] }, null, 2);
    const canonical = (version: string) =>
      `{"Statement":[{"Action":"*","Effect":"Deny","Principal":"*","Resource":"*","Sid":"a"}],"Version":"${version}"}`;
    const read = async () => (await plane.get(kind, { id: arn })) ?? {};
    expect(await plane.list(kind, parentId)).toEqual([]);
    const created = await plane.create(kind, { policy: policy('1') }, { parentId, clientToken: TOKEN });
    expect(created).toEqual({ kind: 'accepted', id: arn });
    const first = await read();
    expect(first).toMatchObject({ resourceArn: arn, policy: canonical('1') });
    expect(await plane.list(kind, parentId)).toEqual([first]);
    const result = await plane.update(kind, { id: arn, parentId }, { policy: policy('2') });
    expect(result).toEqual({ kind: 'accepted' });
    const second = await read();
    expect(second).toMatchObject({ policy: canonical('2') });
    expect(second.updatedAt).not.toBe(first.updatedAt);
    expect(await plane.delete(kind, { id: arn, parentId })).toEqual({ kind: 'accepted' });
    expect(await plane.get(kind, { id: arn })).toBeUndefined();
    expect(emulator.agentCore.calls()).toMatchObject({ GetGateway: 1 });
    expect(await plane.list(kind, 'unknown-abcdefghij')).toEqual([]);
  });

  it('reports a policy of an unknown gateway as a rejection', async () => {
    const { plane } = await openPlane();
    const options = { parentId: 'unknown-abcdefghij', clientToken: TOKEN };
    expect(await plane.create('gatewayResourcePolicy', { policy: '{}' }, options)).toMatchObject({
      kind: 'rejected',
      code: 'ResourceNotFoundException',
      transient: false,
    });
  });

  it('reports an invalid configuration as not transient', async () => {
    const { plane } = await openPlane();
    expect(await plane.create('gateway', { name: 'x!' }, { clientToken: TOKEN })).toMatchObject({
      kind: 'rejected',
      code: 'ValidationException',
      transient: false,
    });
  });

  it.each(['throttle', 'error'] as const)('does not retry a call after the fault %s', async (fault) => {
    const { emulator, plane } = await openPlane();
    emulator.agentCore.setFaults([{ fault }]);
    await plane.create('gateway', inputs.gateway[0], { clientToken: TOKEN });
    await expect(plane.list('gateway')).rejects.toThrow();
    expect(emulator.agentCore.calls()).toEqual({ CreateGateway: 1, ListGateways: 1 });
  });

  it('reports an unreachable service as transient', async () => {
    const client = new BedrockAgentCoreControlClient({
      endpoint: 'http://127.0.0.1:1',
      region: 'us-east-1',
      credentials: CREDENTIALS,
      maxAttempts: 1,
    });
    const plane = new AgentCoreControlPlane(COMMANDS, { agentCore: client });
    expect(await plane.delete('gateway', { id: 'front-abcdefghij' })).toMatchObject({
      kind: 'rejected',
      transient: true,
    });
  });
});
