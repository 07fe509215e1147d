import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningMcpServer, startMcpServer } from '../../examples/mcpServer.ts';
import { type System, startSystem, writesIn } from './system.ts';

const ENDPOINT = 'https://mcp.example.com/tools';
const MINUTE = 60_000;

let server: RunningMcpServer;
let system: System;
beforeAll(async () => {
  server = await startMcpServer();
  system = await startSystem({ schedules: true, agentCore: { endpoints: { [ENDPOINT]: server.url } } });
});
afterAll(async () => {
  await system.close();
  await server.close();
});

const manifest = (gateway: string, settings: string, credentials = '') => `settings: ${settings}
gateways:
  ${gateway}:
    roleArn: arn:aws:iam::123456789012:role/gateway
    authorizerType: AWS_IAM
    protocolConfiguration: { mcp: { supportedVersions: ['2025-11-25'] } }
    targets:
      tools:
        targetConfiguration: { mcp: { mcpServer: { endpoint: '${ENDPOINT}' } } }
${credentials}`;

describe('a target whose tools come from an MCP server', () => {
  it('is synchronized on its schedule, which a newer lastSynchronizedAt proves', async () => {
    system.upload('hourly', 'manifest.yaml', manifest('hourly', '{ resync: rate(1 hour) }'));
    await system.settle();
    expect(system.outcome('hourly').outcome).toBe('ready');
    const calls = await system.callsDuring(async () => {
      await system.advance(3 * 60 * MINUTE);
      await system.settle();
    });
    expect(writesIn(calls)).toEqual({ SynchronizeGatewayTargets: expect.any(Number) });
    expect(calls.SynchronizeGatewayTargets).toBeGreaterThanOrEqual(2);
    expect(calls.SynchronizeGatewayTargets).toBeLessThanOrEqual(3);
  });

  it.each([
    ['rate(10 minutes)', 'ten', 6],
    ['cron(0/20 * * * ? *)', 'twenty', 3],
  ])('is synchronized to a minute with %s', async (resync, name, times) => {
    system.remove('hourly', 'manifest.yaml');
    system.upload(name, 'manifest.yaml', manifest(name, `{ resync: ${resync} }`));
    await system.settle();
    const calls = await system.callsDuring(async () => {
      await system.advance(65 * MINUTE);
      await system.settle();
    });
    system.remove(name, 'manifest.yaml');
    // Each synchronization takes some seconds, and the schedule comes up to a minute after it is due.
    expect(calls.SynchronizeGatewayTargets).toBeGreaterThanOrEqual(times - 1);
    expect(calls.SynchronizeGatewayTargets).toBeLessThanOrEqual(times + 1);
  });

  it('starts no execution between two synchronizations, and none for a workspace whose manifest is gone', async () => {
    const executions = () => system.gateloop.aws.stateMachines.list('reconcile').length;
    system.upload('quiet', 'manifest.yaml', manifest('quiet', '{ resync: rate(10 minutes) }'));
    await system.settle();
    const before = executions();
    await system.advance(9 * MINUTE);
    // At most one drift pass over the workspaces of this file falls into the nine minutes.
    expect(executions() - before).toBeLessThanOrEqual(6);
    system.remove('quiet', 'manifest.yaml');
    await system.settle();
    const after = executions();
    await system.advance(14 * MINUTE);
    expect(executions() - after).toBeLessThanOrEqual(6);
  });

  it('is not synchronized when resync is never', async () => {
    system.upload('never', 'manifest.yaml', manifest('never', '{ resync: never }'));
    await system.settle();
    system.remove('hourly', 'manifest.yaml');
    const calls = await system.callsDuring(async () => {
      await system.advance(3 * 60 * MINUTE);
      await system.settle();
    });
    expect(writesIn(calls)).toEqual({});
  });

  it('is synchronized again when a synchronization is lost', async () => {
    system.upload('lost', 'manifest.yaml', manifest('lost', '{ resync: rate(1 hour) }'));
    await system.settle();
    system.gateloop.agentCore.setFaults([{ fault: 'lostSync', resource: 'tools', times: 1 }]);
    const calls = await system.callsDuring(async () => {
      await system.advance(70 * MINUTE);
      await system.settle();
    });
    system.gateloop.agentCore.setFaults([]);
    expect(calls.SynchronizeGatewayTargets).toBe(2);
    expect(system.outcome('lost').outcome).toBe('ready');
  });
});
