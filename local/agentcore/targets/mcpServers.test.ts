import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Endpoints } from '../endpoints.ts';
import { DEFAULT_QUOTAS } from '../settings/quotas.ts';
import { McpServers } from './mcpServers.ts';

interface Options {
  readonly pages?: readonly (readonly string[])[];
  readonly token?: string;
}

/** Starts a local MCP server that lists its tools in these pages, and requires the token, if any. */
async function startServer({ pages = [], token }: Options): Promise<string> {
  const http = createServer(async (request, response) => {
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) {
      response.writeHead(401).end();
      return;
    }
    const server =
      pages.length === 0 ? new McpServer({ name: 'toolless', version: '1' }).server : pagedServer(pages);
    // Stateless: each request gets a new server. Two types of the SDK differ in optional members, hence the casts.
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true } as never);
    await server.connect(transport as never);
    await transport.handleRequest(request, response);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    http.close();
    http.closeAllConnections();
  });
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

function pagedServer(pages: readonly (readonly string[])[]): Server {
  const server = new Server({ name: 'paged', version: '1' }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, ({ params }) => {
    const index = Number(params?.cursor ?? 0);
    const tools = (pages[index] ?? []).map((name) => ({ name, inputSchema: { type: 'object' as const } }));
    return { tools, ...(index + 1 < pages.length && { nextCursor: String(index + 1) }) };
  });
  return server;
}

async function listTools(options: Options, accessToken?: string, quotas = DEFAULT_QUOTAS) {
  const address = await startServer(options);
  const servers = new McpServers(new Endpoints({ 'https://mcp.example.com': address }));
  return servers.listTools('https://mcp.example.com/mcp', quotas, accessToken);
}

describe('McpServers', () => {
  it('lists the tools of all pages', async () => {
    expect(await listTools({ pages: [['a', 'b'], ['c']] })).toMatchObject({
      tools: [{ name: 'a' }, { name: 'b' }, { name: 'c' }],
    });
  });

  it('sends the access token', async () => {
    expect(await listTools({ pages: [['a']], token: 'ada' }, 'ada')).toMatchObject({
      tools: [{ name: 'a' }],
    });
    expect(await listTools({ pages: [['a']], token: 'ada' })).toMatchObject({
      failure: expect.stringContaining('Failed to connect'),
    });
  });

  it('fails for a server without the tools capability and for one with more tools than the quota', async () => {
    expect(await listTools({})).toMatchObject({ failure: expect.stringContaining('tools capability') });
    expect(
      await listTools({ pages: [['a', 'b']] }, undefined, { ...DEFAULT_QUOTAS, toolsPerTarget: 1 }),
    ).toMatchObject({
      failure: expect.stringContaining('more than 1 tools'),
    });
  });

  it('reports why it could not reach a server', async () => {
    const servers = new McpServers(new Endpoints({ 'https://mcp.example.com': 'http://127.0.0.1:9' }));
    expect(await servers.listTools('https://mcp.example.com/mcp', DEFAULT_QUOTAS)).toMatchObject({
      failure: expect.stringMatching(/Failed to connect and fetch tools.*(ECONNREFUSED|bad port)/),
    });
  });

  it('contacts mapped endpoints only, and accepts mappings to this machine only', async () => {
    expect(
      await new McpServers(new Endpoints({})).listTools('https://mcp.example.com/mcp', DEFAULT_QUOTAS),
    ).toEqual({
      unmapped: true,
    });
    expect(() => new Endpoints({ 'https://a.example.com': 'https://b.example.com' })).toThrow(/loopback/);
  });
});
