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
