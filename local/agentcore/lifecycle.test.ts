import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MCP_TARGET, ROLE, readyGateway, startEmulator } from './testing/emulator.ts';

describe('Lifecycle', () => {
  it('ignores the end of an operation that a later one has replaced', async () => {
    const { control, clock, agentCore } = await startEmulator({
      latencies: { CreateGateway: { min: 5000, max: 5000 }, UpdateGateway: { min: 10_000, max: 10_000 } },
    });
    const gateway = { name: 'payments', roleArn: ROLE, authorizerType: 'AWS_IAM' as const };
    const { gatewayId: gatewayIdentifier = '' } = await control.createGateway(gateway);
    agentCore.forceStatus({ kind: 'gateway', id: gatewayIdentifier, status: 'READY' });
    await control.updateGateway({ ...gateway, gatewayIdentifier });
    await clock.advance(9999);
    expect((await control.getGateway({ gatewayIdentifier })).status).toBe('UPDATING');
    await clock.advance(1);
    expect((await control.getGateway({ gatewayIdentifier })).status).toBe('READY');
  });

  it('discards the result of loading tools when the status of the target was forced meanwhile', async () => {
    const duringRequest: (() => void)[] = [];
    const server = createServer((_request, response) => {
      for (const act of duringRequest) act();
      response.writeHead(503).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const emulator = await startEmulator({ endpoints: { 'https://mcp.example.com': address } });
    const { control, clock, agentCore } = emulator;
    const gatewayIdentifier = await readyGateway(emulator);
    const { targetId = '' } = await control.createGatewayTarget({
      gatewayIdentifier,
      name: 'a',
      ...MCP_TARGET,
    });
    duringRequest.push(() =>
      agentCore.forceStatus({ kind: 'target', gatewayId: gatewayIdentifier, id: targetId, status: 'READY' }),
    );
    await clock.advance(12_000);
    expect((await control.getGatewayTarget({ gatewayIdentifier, targetId })).status).toBe('READY');
  });
});

describe('paginate', () => {
  it('accepts a page token in the list that returned it, and in no other', async () => {
    const { control } = await startEmulator();
    for (const name of ['a', 'b']) await control.createRegistry({ name });
    const { nextToken } = await control.listRegistries({ maxResults: 1 });
    expect((await control.listRegistries({ nextToken })).registries).toHaveLength(1);
    await expect(control.listGateways({ nextToken })).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
