import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BedrockAgentCoreControl } from '@aws-sdk/client-bedrock-agentcore-control';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SimulatedClock } from '../simulation/clock.ts';
import { Store } from '../simulation/store.ts';
import { CREDENTIALS, LAMBDA_TARGET, ROLE, readyGateway, startEmulator } from './testing/emulator.ts';

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'agentcore-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Starts the command and waits until it prints its address. */
async function startCommand(directory: string) {
  const script = new URL('../../cli/main.ts', import.meta.url).pathname;
  const options = ['--port', '0', '--speed', '2000', '--data', directory];
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', script, 'emulator', ...options],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = await once(child.stdout, 'data');
  const endpoint = /http:\/\/[\d.:]+/.exec(String(line))?.[0] ?? '';
  const control = new BedrockAgentCoreControl({ endpoint, region: 'us-east-1', credentials: CREDENTIALS });
  return { child, control };
}

describe('restart of the emulator', () => {
  it('completes the operations in progress and counts them as concurrent operations of the gateway', async () => {
    const clock = new SimulatedClock();
    const store = new Store(join(temporaryDirectory(), 'state.sqlite'));
    onTestFinished(() => store.close());
    const quotas = { ratePerSecond: {}, concurrentOperationsPerGateway: 1 };
    const first = await startEmulator({ clock, store, quotas });
    const gatewayIdentifier = await readyGateway({ ...first, clock });
    const { targetId } = await first.control.createGatewayTarget({
      gatewayIdentifier,
      name: 'a',
      ...LAMBDA_TARGET,
    });
    const request = {
      clientToken: 'c'.repeat(33),
      name: 'second',
      roleArn: ROLE,
      authorizerType: 'NONE' as const,
    };
    const { gatewayId } = await first.control.createGateway(request);
    await first.agentCore.service.close();

    const second = await startEmulator({ clock, store, quotas });
    const other = second.control.createGatewayTarget({ gatewayIdentifier, name: 'b', ...LAMBDA_TARGET });
    await expect(other).rejects.toMatchObject({ name: 'ConflictException' });
    expect((await second.control.createGateway(request)).gatewayId).toBe(gatewayId);
    await clock.advance(12_000);
    expect(await second.control.getGatewayTarget({ gatewayIdentifier, targetId })).toMatchObject({
      status: 'READY',
    });
    const { gatewayId: third } = await second.control.createGateway({
      ...request,
      clientToken: undefined,
      name: 'third',
    });
    expect(third).not.toBe(gatewayId);
  });

  it('keeps every acknowledged write after SIGKILL and exits with 0 after SIGTERM', async () => {
    const directory = temporaryDirectory();
    const before = await startCommand(directory);
    const { gatewayId } = await before.control.createGateway({
      name: 'payments',
      roleArn: ROLE,
      authorizerType: 'AWS_IAM',
    });
    before.child.kill('SIGKILL');
    await once(before.child, 'exit');
    const after = await startCommand(directory);
    const { items } = await after.control.listGateways({});
    expect(items).toMatchObject([{ gatewayId, name: 'payments' }]);
    after.child.kill('SIGTERM');
    const [code] = await once(after.child, 'exit');
    expect(code).toBe(0);
  });
});
