import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningMcpServer, startMcpServer } from '../../examples/mcpServer.ts';
import { type System, startSystem, toolSchema, uploadWorkspace, writesIn } from './system.ts';

const ENDPOINT = 'https://mcp.example.com/commanded';
const CHANGED = toolSchema(['find', 'count']);

let server: RunningMcpServer;
let system: System;
beforeAll(async () => {
  server = await startMcpServer();
  system = await startSystem({ agentCore: { endpoints: { [ENDPOINT]: server.url } } });
});
afterEach(() => system.gateloop.agentCore.setFaults([]));
afterAll(async () => {
  await system.close();
  await server.close();
});

/** Publishes a command about a resource, as `gateloop retry` and `gateloop sync` do. */
function request(
  detailType: 'Retry Requested' | 'Sync Requested',
  workspace: string,
  resource: string,
): void {
  system.gateloop.aws.bus.publish({ source: 'gateloop.cli', detailType, detail: { workspace, resource } });
}

/** A workspace whose target was rolled back after three failed updates. */
async function rolledBack(workspace: string): Promise<void> {
  uploadWorkspace(system, workspace, ['ledger']);
  await system.settle();
  system.gateloop.agentCore.setFaults([{ fault: 'fail', resource: 'ledger', times: 3 }]);
  system.upload(workspace, 'schemas/ledger.json', CHANGED);
  await system.settle();
  system.gateloop.agentCore.setFaults([]);
}

describe('a target that was rolled back', () => {
  it('is left alone by every look, is told with the command, and is applied by Retry Requested', async () => {
    await rolledBack('quarantined');
    const { outcome, resources } = system.outcome('quarantined');
    expect(outcome).toBe('failed');
    expect(resources.flatMap(({ reasons }) => reasons).join()).toContain(
      'Rolled back to the last configuration that was ready, after 3 attempts. To try again, upload a change or run: npx gateloop retry gatewayTarget/quarantined/ledger',
    );
    const looked = await system.callsDuring(async () => {
      for (let pass = 0; pass < 3; pass += 1) await system.reconcile('quarantined');
    });
    expect(writesIn(looked)).toEqual({});
    const retried = await system.callsDuring(async () => {
      request('Retry Requested', 'quarantined', 'gatewayTarget/quarantined/ledger');
      await system.settle();
    });
    expect(writesIn(retried)).toEqual({ UpdateGatewayTarget: 1 });
    expect(system.outcome('quarantined').outcome).toBe('ready');
    expect(writesIn(await system.callsDuring(() => system.reconcile('quarantined')))).toEqual({});
  });

  it('is retried once for each command: a look after it tries nothing again', async () => {
    await rolledBack('once');
    system.gateloop.agentCore.setFaults([{ fault: 'fail', resource: 'ledger', times: 3 }]);
    request('Retry Requested', 'once', 'gatewayTarget/once/ledger');
    await system.settle();
    expect(system.outcome('once').outcome).toBe('failed');
    expect(writesIn(await system.callsDuring(() => system.reconcile('once')))).toEqual({});
  });

  it('is retried although another execution holds the workspace when the command arrives', async () => {
    await rolledBack('held');
    const calls = await system.callsDuring(async () => {
      system.requestReconcile('held');
      request('Retry Requested', 'held', 'gatewayTarget/held/ledger');
      await system.settle();
    });
    expect(writesIn(calls)).toEqual({ UpdateGatewayTarget: 1 });
    expect(system.outcome('held').outcome).toBe('ready');
  });
});

describe('a target that no schedule synchronizes', () => {
  const manifest = `settings: { resync: never }
gateways:
  commanded:
    roleArn: arn:aws:iam::123456789012:role/gateway
    authorizerType: AWS_IAM
    protocolConfiguration: { mcp: { supportedVersions: ['2025-11-25'] } }
    targets:
      tools:
        targetConfiguration: { mcp: { mcpServer: { endpoint: '${ENDPOINT}' } } }
`;

  it('is synchronized once by Sync Requested', async () => {
    system.upload('commanded', 'manifest.yaml', manifest);
    await system.settle();
    const calls = await system.callsDuring(async () => {
      request('Sync Requested', 'commanded', 'gatewayTarget/commanded/tools');
      await system.settle();
      await system.reconcile('commanded');
    });
    expect(writesIn(calls)).toEqual({ SynchronizeGatewayTargets: 1 });
    expect(system.outcome('commanded').outcome).toBe('ready');
  });

  it('is synchronized by Sync Requested as soon as it is ready, when the first synchronization is lost', async () => {
    system.gateloop.agentCore.setFaults([{ fault: 'lostSync', resource: 'tools', times: 1 }]);
    const calls = await system.callsDuring(async () => {
      request('Sync Requested', 'commanded', 'gatewayTarget/commanded/tools');
      await system.settle();
    });
    expect(calls.SynchronizeGatewayTargets).toBe(2);
  });
});
