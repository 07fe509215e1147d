import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EVENT_BUS, SPEC_BUCKET } from '../../local/gateloop.ts';
import { type System, startSystem, toolSchema, uploadWorkspace, writesIn } from '../../test/system/system.ts';
import { screenOn } from '../display/screen.ts';
import { readCommandLine } from '../program.ts';
import { expectOutput } from '../testing/cliSchema.ts';
import { recordedIo } from '../testing/recordedIo.ts';
import { reconcileCommand, retryCommand, syncCommand } from './command.ts';
import { type RequestResult, request } from './request.ts';

const commands = { retry: retryCommand, sync: syncCommand, reconcile: reconcileCommand };
const WORKSPACE = 'payments';
let system: System;
let client: S3Client;
let events: EventBridgeClient;
let text = '';

beforeAll(async () => {
  system = await startSystem();
  const { AWS_ENDPOINT_URL_S3 = '', AWS_ENDPOINT_URL_EVENTBRIDGE = '' } = system.gateloop.aws.environment;
  const settings = {
    region: 'us-east-1',
    credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
  };
  client = new S3Client({ ...settings, endpoint: AWS_ENDPOINT_URL_S3, forcePathStyle: true });
  events = new EventBridgeClient({ ...settings, endpoint: AWS_ENDPOINT_URL_EVENTBRIDGE });
  uploadWorkspace(system, 'orders', ['mail']);
  uploadWorkspace(system, WORKSPACE, ['ledger']);
  await system.settle();
});
afterEach(() => {
  text = '';
});
afterAll(() => system.close());

async function run(command: keyof typeof commands, ...args: string[]): Promise<RequestResult> {
  const options = readCommandLine(commands[command], [...args, '--local'], recordedIo());
  const write = (chunk: string) => {
    text += chunk;
    return true;
  };
  const screen = screenOn({ write } as unknown as NodeJS.WritableStream); // A screen that is no terminal calls only `write`.
  const clock = { time: 0 };
  const pause = async () => {
    clock.time += 10_000;
    await system.settle();
    await system.advance(1000);
  };
  const destination = async () => ({ client, bucket: SPEC_BUCKET, events, bus: EVENT_BUS });
  const result = await request(options, destination, { screen, pause, now: () => clock.time });
  return expectOutput('request', `${JSON.stringify(result)}\n`);
}

describe('gateloop retry', () => {
  it('finds the workspace of a target, ends its quarantine, and follows it until it is ready', async () => {
    system.gateloop.agentCore.setFaults([{ fault: 'fail', resource: 'ledger', times: 3 }]);
    system.upload(WORKSPACE, 'schemas/ledger.json', toolSchema(['find', 'count']));
    await system.settle();
    system.gateloop.agentCore.setFaults([]);
    expect(system.outcome(WORKSPACE).outcome).toBe('failed');
    const result = await run('retry', 'payments/ledger');
    expect(result).toMatchObject({
      exitCode: 0,
      action: 'retry',
      workspace: WORKSPACE,
      resource: 'gatewayTarget/payments/ledger',
      outcome: { outcome: 'ready' },
    });
    expect(text).toContain('Retry Requested: gatewayTarget/payments/ledger, on the bus gateloop.');
  });

  it('sends the request and does not wait with --detach', async () => {
    const result = await run('retry', 'gateway/payments', '--detach');
    expect(result).toEqual({
      exitCode: 0,
      action: 'retry',
      workspace: WORKSPACE,
      resource: 'gateway/payments',
      event: expect.stringMatching(/\w/),
    });
    await system.settle();
  });

  it.each([
    ['payments/legder', [], 'No workspace in gateloop-spec has the resource gatewayTarget/payments/legder'],
    [
      'payments/ledger',
      ['--workspace', 'orders'],
      'The workspace orders has no resource gatewayTarget/payments/ledger',
    ],
  ])('refuses the unknown resource %s with %j before it sends anything', async (resource, flags, message) => {
    const calls = await system.callsDuring(async () => {
      await expect(run('retry', resource, ...flags)).rejects.toThrow(message);
      await system.settle();
    });
    expect(calls).toEqual({});
  });

  it.each(['ledger', 'payments/a/b', 'gateway/'])('refuses "%s", which names no resource', async (name) => {
    await expect(async () => run('retry', name)).rejects.toThrow(/names no resource/);
  });
});

describe('gateloop sync', () => {
  it('refuses a target that has nothing to synchronize, and a resource that is no target', async () => {
    await expect(run('sync', 'payments/ledger')).rejects.toThrow('has nothing to synchronize');
    await expect(async () => run('sync', 'gateway/payments')).rejects.toThrow(
      /ateway\/payments is no target/,
    );
  });
});

describe('gateloop reconcile', () => {
  it('looks at a workspace, and refuses one that does not exist', async () => {
    await system.advance(1000);
    const calls = await system.callsDuring(async () => {
      expect(await run('reconcile', WORKSPACE)).toMatchObject({ exitCode: 0, outcome: { outcome: 'ready' } });
    });
    expect(writesIn(calls)).toEqual({});
    expect(calls.ListGatewayTargets).toBeGreaterThanOrEqual(1);
    await expect(run('reconcile', 'nowhere')).rejects.toThrow('There is no workspace nowhere');
  });
});
