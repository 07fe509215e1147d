import { describe, expect, it } from 'vitest';
import { LAMBDA_TARGET, MCP_TARGET, readyGateway, startEmulator } from '../testing/emulator.ts';
import type { FaultRule } from './faults.ts';

async function withGateway(...faults: FaultRule[]) {
  const emulator = await startEmulator({
    behaviors: { unreachable: 'accepted' },
    quotas: { ratePerSecond: {} },
  });
  const gatewayIdentifier = await readyGateway(emulator);
  emulator.agentCore.setFaults(faults);
  const create = (name = 'ledger') =>
    emulator.control.createGatewayTarget({ gatewayIdentifier, name, ...LAMBDA_TARGET });
  const list = async () => (await emulator.control.listGatewayTargets({ gatewayIdentifier })).items ?? [];
  return { ...emulator, gatewayIdentifier, create, list };
}

describe('Faults', () => {
  it('throttle: rejects the configured number of requests', async () => {
    const { create, agentCore } = await withGateway({
      fault: 'throttle',
      operation: 'CreateGatewayTarget',
      times: 1,
    });
    await expect(create()).rejects.toMatchObject({
      name: 'ThrottlingException',
      $metadata: { httpStatusCode: 429 },
    });
    await create();
    expect(agentCore.injectedFaults()).toMatchObject([{ fault: 'throttle', resource: 'ledger' }]);
  });

  it.each([
    ['throttle', 'ThrottledException'],
    ['error', 'ServiceException'],
  ] as const)(
    '%s: rejects a request about memories with the error %s of these operations',
    async (fault, name) => {
      const { control } = await withGateway({ fault, operation: 'ListMemories' });
      await expect(control.listMemories({})).rejects.toMatchObject({ name });
    },
  );

  it('throttle: the rate of an operation of memories is exceeded with their error', async () => {
    const { control } = await startEmulator({ quotas: { ratePerSecond: { ListMemories: 1 } } });
    await control.listMemories({});
    await expect(control.listMemories({})).rejects.toMatchObject({ name: 'ThrottledException' });
  });

  it('error: fails a request before its effect', async () => {
    const { create, list } = await withGateway({ fault: 'error', operation: 'CreateGatewayTarget' });
    await expect(create()).rejects.toMatchObject({ name: 'InternalServerException' });
    expect(await list()).toEqual([]);
  });

  it('error: fails a request after its effect', async () => {
    const { create, list } = await withGateway({
      fault: 'error',
      when: 'after',
      operation: 'CreateGatewayTarget',
    });
    await expect(create()).rejects.toMatchObject({ name: 'InternalServerException' });
    expect(await list()).toHaveLength(1);
  });

  it('error: returns the configured error for matching resources, such as that of a role too new to use', async () => {
    const message = 'Gateway execution role lacks permission to invoke the function';
    const { create } = await withGateway({
      fault: 'error',
      error: 'ValidationException',
      message,
      resource: '^led',
    });
    await expect(create()).rejects.toMatchObject({ name: 'ValidationException', message });
    await create('other');
  });

  it('disconnect: closes the connection before or after the effect', async () => {
    const before = await withGateway({ fault: 'disconnect', operation: 'CreateGatewayTarget' });
    await expect(before.create()).rejects.toThrow();
    expect(await before.list()).toEqual([]);
    const after = await withGateway({ fault: 'disconnect', when: 'after', operation: 'CreateGatewayTarget' });
    await expect(after.create()).rejects.toThrow();
    expect(await after.list()).toHaveLength(1);
  });

  it('timeout: sends no response until the client aborts', async () => {
    const { control, gatewayIdentifier, list } = await withGateway({
      fault: 'timeout',
      when: 'after',
      operation: 'CreateGatewayTarget',
    });
    const abortSignal = AbortSignal.timeout(50);
    await expect(
      control.createGatewayTarget({ gatewayIdentifier, name: 'ledger', ...LAMBDA_TARGET }, { abortSignal }),
    ).rejects.toMatchObject({ name: 'AbortError' });
    expect(await list()).toHaveLength(1);
  });

  it('staleList: returns the earlier response of a list', async () => {
    const { create, list } = await withGateway({ fault: 'staleList' });
    expect(await list()).toEqual([]);
    await create();
    expect(await list()).toEqual([]);
  });

  it('slow: multiplies the duration of an operation', async () => {
    const { create, list, clock } = await withGateway({
      fault: 'slow',
      operation: 'CreateGatewayTarget',
      factor: 10,
    });
    await create();
    await clock.advance(5700);
    expect(await list()).toMatchObject([{ status: 'CREATING' }]);
    await clock.advance(2000);
    expect(await list()).toMatchObject([{ status: 'READY' }]);
  });

  it('failLater: fails a target after it was READY', async () => {
    const { create, list, clock } = await withGateway({ fault: 'failLater', delay: 60_000, reason: 'gone' });
    await create();
    await clock.advance(12_000);
    expect(await list()).toMatchObject([{ status: 'READY' }]);
    await clock.advance(60_000);
    expect(await list()).toMatchObject([{ status: 'FAILED' }]);
  });

  it('lostSync: ends a synchronization READY without an effect', async () => {
    const { control, gatewayIdentifier, list, clock } = await withGateway({ fault: 'lostSync' });
    const { targetId = '' } = await control.createGatewayTarget({
      gatewayIdentifier,
      name: 'issues',
      ...MCP_TARGET,
    });
    await clock.advance(12_000);
    const [before] = await list();
    await control.synchronizeGatewayTargets({ gatewayIdentifier, targetIdList: [targetId] });
    await clock.advance(12_000);
    const [after] = await list();
    expect(after?.status).toBe('READY');
    expect(after?.lastSynchronizedAt).toEqual(before?.lastSynchronizedAt);
  });

  it('injects the same faults in the same order with the same seed', async () => {
    const outcomes = async (seed: number) => {
      const { control, agentCore } = await startEmulator({ seed, quotas: { ratePerSecond: {} } });
      agentCore.setFaults([{ fault: 'throttle', probability: 0.5 }]);
      const results: boolean[] = [];
      for (let count = 0; count < 20; count += 1) {
        results.push(await control.listGateways({}).then(Boolean, () => false));
      }
      return results;
    };
    const first = await outcomes(7);
    expect(await outcomes(7)).toEqual(first);
    expect(await outcomes(8)).not.toEqual(first);
    expect(new Set(first)).toEqual(new Set([true, false]));
  });
});
