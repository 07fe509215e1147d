import { BedrockAgentCoreClient } from '@aws-sdk/client-bedrock-agentcore';
import { describe, expect, it } from 'vitest';
import type { ToolListEndpoint } from '../core/ports/toolLists.ts';
import { McpToolLists, type McpToolListsOptions } from './mcpToolLists.ts';
import { type ServedTools, startHttpServer, startMcpServers } from './testing/mcpServers.ts';
import { describeToolListsContract } from './testing/toolListsContract.ts';

const client = new BedrockAgentCoreClient({
  region: 'eu-west-1',
  credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'example' },
});

const SIGNED = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d+\/eu-west-1\/bedrock-agentcore\/aws4_request, .*host/;

for (const json of [false, true])
  describeToolListsContract(`McpToolLists with ${json ? 'JSON' : 'streams'}`, async () => {
    const served = new Map<string, ServedTools>();
    const url = await startMcpServers(
      ({ headers: { host = '' }, url: path = '' }) => served.get(host) ?? served.get(path),
      json,
    );
    const lists = new McpToolLists({
      client,
      gatewayEndpoint: url,
      servers: { 'https://mcp.example.com': url, 'https://gone.example.com': 'http://127.0.0.1:1' },
    });
    return {
      lists,
      server: async (tools) => {
        const path = `/${served.size}/mcp`;
        served.set(path, { tools });
        return { kind: 'server', url: `https://mcp.example.com${path}` };
      },
      gateway: async (tools, demands) => {
        const host = `payments-${served.size}.gateway.bedrock-agentcore.eu-west-1.amazonaws.com`;
        served.set(host, {
          tools,
          isAllowed: ({ headers: { authorization = '' } }) =>
            demands === undefined ||
            (demands === 'signature'
              ? SIGNED.test(authorization)
              : authorization === `Bearer ${demands.token}`),
        });
        const endpoint = {
          kind: 'gateway' as const,
          url: `https://${host}/mcp`,
          signs: demands === 'signature',
        };
        return typeof demands === 'object' ? { ...endpoint, token: demands.token } : endpoint;
      },
      missing: async () => ({ kind: 'server', url: 'https://gone.example.com/mcp' }),
    };
  });

const SERVER: ToolListEndpoint = { kind: 'server', url: 'https://mcp.example.com/mcp' };
const at = (address: string) => async () => [{ address, family: 4 }];

/** Lists the tools of a server on this machine, which stands for a public one. */
async function listFrom(url: string, options: McpToolListsOptions = {}) {
  const lists = new McpToolLists({ client, servers: { 'https://mcp.example.com': url }, ...options });
  return lists.list(SERVER);
}

const bounds = { maxBytes: 20_000, maxPages: 10, timeout: 5_000 };
const tool = (name: string, description = '') => ({ name, description, inputSchema: { type: 'object' } });

describe('McpToolLists', () => {
  it('McpToolLists: connects to no address that is not public, and sends nothing there', async () => {
    let requests = 0;
    const url = await startHttpServer((_, response) => {
      requests += 1;
      response.end();
    });
    const { port } = new URL(url);
    const servers = [
      `https://127.0.0.1:${port}/`,
      `https://[::1]:${port}/`,
      `https://mcp.example.com:${port}/`,
    ];
    const lists = new McpToolLists({ client, resolve: at('127.0.0.1') });
    for (const each of servers)
      expect(await lists.list({ kind: 'server', url: each })).toEqual({ failure: 'notPublic' });
    expect(requests).toBe(0);
  });

  it('McpToolLists: reads servers at https URLs alone, and sends credentials to hosts of gateways alone', async () => {
    const lists = new McpToolLists({ client, resolve: at('8.8.8.8') });
    expect(await lists.list({ kind: 'server', url: 'http://mcp.example.com/mcp' })).toEqual({
      failure: 'malformed',
    });
    for (const url of [
      'https://gateway.example.com/mcp',
      'https://a.gateway.bedrock-agentcore.x.amazonaws.com.evil.org/mcp',
    ])
      expect(await lists.list({ kind: 'gateway', url, signs: true })).toEqual({ failure: 'malformed' });
  });

  it('McpToolLists: contacts no other server where those on this machine are given', async () => {
    const never = () => Promise.reject(new Error('looked up'));
    const lists = new McpToolLists({ client, servers: {}, resolve: never });
    expect(await lists.list(SERVER)).toEqual({ failure: 'unreachable' });
  });

  it('McpToolLists: follows no redirect', async () => {
    const paths: (string | undefined)[] = [];
    const url = await startHttpServer((request, response) => {
      paths.push(request.url);
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    expect(await listFrom(url)).toEqual({ failure: 'unreachable' });
    expect(paths).not.toContain('/elsewhere');
  });

  it.each([false, true])('McpToolLists: stops at the bound of bytes (JSON: %s)', async (json) => {
    const served = { tools: ['a', 'b', 'c'].map((name) => tool(name, 'x'.repeat(9_000))) };
    const url = await startMcpServers(() => served, json);
    expect(await listFrom(url, { bounds: { ...bounds, maxBytes: 100_000 } })).toMatchObject(served);
    expect(await listFrom(url, { bounds })).toEqual({ failure: 'tooLarge' });
  });

  it('McpToolLists: stops at the bound of pages', async () => {
    const served = { tools: Array.from({ length: 30 }, (_, index) => tool(`t${index}`)) };
    const url = await startMcpServers(() => served);
    expect(await listFrom(url, { bounds: { ...bounds, maxPages: 15 } })).toMatchObject(served);
    expect(await listFrom(url, { bounds })).toEqual({ failure: 'tooLarge' });
  });

  it('McpToolLists: stops at the bound of time, whatever the server has begun to send', async () => {
    const url = await startHttpServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': wait\n\n');
    });
    expect(await listFrom(url, { bounds: { ...bounds, timeout: 200 } })).toEqual({ failure: 'tooSlow' });
  });

  it.each([
    ['text', 'text/plain', 'no JSON'],
    ['JSON that is no message', 'application/json', '{"tools": []}'],
    ['half a message', 'application/json', '{"jsonrpc": "2.0", '],
    ['a broken event', 'text/event-stream', 'data: {"jsonrpc": 1}\n\n'],
  ])('McpToolLists: takes %s for no list', async (_, type, body) => {
    const url = await startHttpServer((__, response) => {
      response.writeHead(200, { 'content-type': type }).end(body);
    });
    expect(await listFrom(url)).toEqual({ failure: expect.stringMatching(/malformed|unreachable/) });
  });

  it('McpToolLists: takes definitions that break the protocol for no list, and compiles no schema', async () => {
    const hostile = {
      ...tool('a'),
      outputSchema: { type: 'object', properties: { a: { $ref: '#/nowhere' } } },
    };
    const url = await startMcpServers(() => ({ tools: [hostile] }));
    expect(await listFrom(url)).toEqual({ tools: [hostile] });
    const broken = await startMcpServers(() => ({ tools: [{ name: 'a', inputSchema: 'none' }] }));
    expect(await listFrom(broken)).toEqual({ failure: 'malformed' });
  });
});
