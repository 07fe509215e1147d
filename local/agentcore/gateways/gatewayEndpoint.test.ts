import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import {
  JWT_AUTHORIZER,
  LAMBDA_TARGET,
  ROLE,
  startEmulator,
  type TestEmulator,
} from '../testing/emulator.ts';
import type { ToolFunction } from './toolFunctions.ts';

type Authorizer = Pick<Parameters<TestEmulator['control']['createGateway']>[0], 'authorizerType'>;

const SIGNATURE =
  'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/bedrock-agentcore/aws4_request, SignedHeaders=host, Signature=0';

/** A READY gateway, with the tools of a Lambda target if a name of one is given. */
async function startGateway(
  authorizer: Authorizer,
  target?: string,
  functions: Readonly<Record<string, ToolFunction>> = {},
) {
  const emulator = await startEmulator({ quotas: { defaultPageSize: 2 }, functions });
  const { control, clock } = emulator;
  const settled = async (isReady: () => Promise<string | undefined>) =>
    clock.until(async () => (await isReady()) === 'READY');
  const created = { name: 'payments', roleArn: ROLE, protocolType: 'MCP' as const, ...authorizer };
  const { gatewayId: gatewayIdentifier = '', gatewayUrl = '' } = await control.createGateway(created);
  await settled(async () => (await control.getGateway({ gatewayIdentifier })).status);
  if (target !== undefined) {
    const { targetId = '' } = await control.createGatewayTarget({
      gatewayIdentifier,
      name: target,
      ...lambdaTarget(['a', 'b', 'c']),
    });
    await settled(async () => (await control.getGatewayTarget({ gatewayIdentifier, targetId })).status);
  }
  return { emulator, gatewayUrl };
}

function lambdaTarget(names: readonly string[]) {
  const { lambda } = LAMBDA_TARGET.targetConfiguration.mcp;
  const inlinePayload = names.map((name) => ({
    name,
    description: `Tool ${name}`,
    inputSchema: { type: 'object' as const },
  }));
  return {
    ...LAMBDA_TARGET,
    targetConfiguration: { mcp: { lambda: { ...lambda, toolSchema: { inlinePayload } } } },
  };
}

/** Posts a JSON-RPC request to the host of a `gatewayUrl`, at the emulator's address. */
async function call(
  { emulator, gatewayUrl }: { emulator: TestEmulator; gatewayUrl: string },
  method: string,
  params: object = {},
  authorization?: string,
) {
  const { host, pathname } = new URL(gatewayUrl);
  const headers = {
    host,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...(authorization !== undefined && { authorization }),
  };
  const sent = request(new URL(pathname, emulator.agentCore.url), { method: 'POST', headers });
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number | undefined; body: string }>();
  sent.on('response', async (response) =>
    resolve({ status: response.statusCode, body: await text(response) }),
  );
  sent.on('error', reject);
  sent.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
  const { status, body } = await promise;
  return { status, body: JSON.parse(body) };
}

describe('GatewayEndpoint', () => {
  it('emulator: tools/list at gatewayUrl pages through the tools as <target>___<tool>', async () => {
    const gateway = await startGateway({ authorizerType: 'NONE' }, 'ledger');
    const first = await call(gateway, 'tools/list');
    expect(first.body.result.tools.map(({ name }: { name: string }) => name)).toEqual([
      'ledger___a',
      'ledger___b',
    ]);
    const { nextCursor } = first.body.result;
    const second = await call(gateway, 'tools/list', { cursor: nextCursor });
    expect(second.body.result).toEqual({
      tools: [{ name: 'ledger___c', description: 'Tool c', inputSchema: { type: 'object' } }],
    });
    const odd = await call(gateway, 'tools/list', { cursor: 'elsewhere' });
    expect(odd.body.error.message).toContain('another list');
  });

  it.each([
    [{ authorizerType: 'AWS_IAM' as const }, SIGNATURE, 403],
    [JWT_AUTHORIZER, 'Bearer e30.e30.c2ln', 401],
  ])('emulator: gatewayUrl of %o demands its credentials', async (authorizer, authorization, status) => {
    const gateway = await startGateway(authorizer);
    expect(await call(gateway, 'tools/list')).toMatchObject({ status });
    const other = authorization === SIGNATURE ? 'Bearer e30.e30.c2ln' : SIGNATURE;
    expect(await call(gateway, 'tools/list', {}, other)).toMatchObject({ status });
    expect(await call(gateway, 'tools/list', {}, authorization)).toMatchObject({
      status: 200,
      body: { result: { tools: [] } },
    });
  });

  it('emulator: gatewayUrl calls no tool, and an unknown gateway has no endpoint', async () => {
    const gateway = await startGateway({ authorizerType: 'NONE' }, 'ledger');
    expect(await call(gateway, 'tools/call', { name: 'ledger___a' })).toMatchObject({
      body: { error: { code: -32601 } },
    });
    const unknown = gateway.gatewayUrl.replace('payments', 'refunds');
    expect(await call({ ...gateway, gatewayUrl: unknown }, 'tools/list')).toMatchObject({ status: 404 });
  });

  it('emulator: a tool of a Lambda target calls the function on this machine, as a gateway does', async () => {
    const { lambdaArn } = LAMBDA_TARGET.targetConfiguration.mcp.lambda;
    const calls: unknown[] = [];
    const gateway = await startGateway({ authorizerType: 'NONE' }, 'ledger', {
      [lambdaArn]: async (event, custom) => {
        calls.push({ event, custom });
        if (event.amount === 0) throw new Error('Nothing to pay back');
        return { paid: event.amount ?? null };
      },
    });
    const pay = (amount: number) =>
      call(gateway, 'tools/call', { name: 'ledger___a', arguments: { amount } });
    expect((await pay(7)).body.result).toEqual({ content: [{ type: 'text', text: '{"paid":7}' }] });
    expect((await pay(0)).body.result).toEqual({
      content: [{ type: 'text', text: 'Nothing to pay back' }],
      isError: true,
    });
    expect(calls[0]).toMatchObject({
      event: { amount: 7 },
      custom: {
        bedrockAgentCoreMessageVersion: '1.0',
        bedrockAgentCoreMcpMessageId: '1',
        bedrockAgentCoreToolName: 'ledger___a',
        bedrockAgentCoreGatewayId: expect.stringContaining('payments-'),
      },
    });
    const unknown = await call(gateway, 'tools/call', { name: 'ledger___z' });
    expect(unknown.body.error.message).toContain('no function on this machine');
  });
});
