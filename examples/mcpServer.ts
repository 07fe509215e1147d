import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  type ListToolsResult,
  McpError,
} from '@modelcontextprotocol/sdk/types.js';
import { localOnly } from '../local/localAccess.ts';
import { bankDetailTools } from './mcp/bankDetailTools.ts';
import type { ExampleTool } from './mcp/exampleTool.ts';

export interface McpServerOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** The initial tools; by default, those for bank details. */
  readonly tools?: readonly ExampleTool[];
  /** Tools in one response to tools/list; 2 by default, so that clients must page. */
  readonly pageSize?: number;
  /** Whether requests need a bearer token. The server accepts any token. */
  readonly needsToken?: boolean;
}

/** A running MCP server. */
export interface RunningMcpServer {
  /** The URL of its endpoint, on the loopback interface. */
  readonly url: string;
  /** Replaces all tools. Later requests see the new ones. */
  setTools(tools: readonly ExampleTool[]): void;
  close(): Promise<void>;
}

/** Starts an MCP server over streamable HTTP that keeps no sessions, as servers behind load balancers do. */
export async function startMcpServer(options: McpServerOptions = {}): Promise<RunningMcpServer> {
  const { port = 0, pageSize = 2, needsToken = false } = options;
  let tools = options.tools ?? bankDetailTools;
  const handle = async (request: Request): Promise<Response> => {
    if (needsToken && !/^Bearer \S+$/.test(request.headers.get('authorization') ?? '')) return unauthorized();
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    await mcpServer(tools, pageSize).connect(transport);
    return transport.handleRequest(request);
  };
  // Hono's listener has a type for HTTP/2 requests as well; this server gets none.
  const server = createServer(localOnly(getRequestListener(handle) as RequestListener));
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const { port: boundPort } = server.address() as AddressInfo; // A TCP server has no other address.
      resolve({
        url: `http://127.0.0.1:${boundPort}/mcp`,
        setTools: (next) => {
          tools = next;
        },
        close: () =>
          new Promise((closed, failed) => server.close((error) => (error ? failed(error) : closed()))),
      });
    });
  });
}

/** RFC 6750: the response to a request without a token. */
function unauthorized(): Response {
  return new Response('A bearer token is required.', {
    status: 401,
    headers: { 'www-authenticate': 'Bearer' },
  });
}

function mcpServer(tools: readonly ExampleTool[], pageSize: number): Server {
  const server = new Server({ name: 'gateloop-example', version: '1.0.0' }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, ({ params }) =>
    listTools(tools, pageSize, params?.cursor),
  );
  server.setRequestHandler(CallToolRequestSchema, ({ params }) =>
    callTool(tools, params.name, params.arguments ?? {}),
  );
  return server;
}

/** The cursor is the name of the next page's first tool, so that it stays valid while other tools are added or removed. */
function listTools(
  tools: readonly ExampleTool[],
  pageSize: number,
  cursor: string | undefined,
): ListToolsResult {
  const start = cursor === undefined ? 0 : tools.findIndex(({ name }) => name === cursor);
  if (start < 0)
    throw new McpError(ErrorCode.InvalidParams, 'The cursor is no longer valid. List the tools again.');
  const next = tools[start + pageSize];
  const page = tools.slice(start, start + pageSize).map(({ call: _, ...described }) => described);
  return next === undefined ? { tools: page } : { tools: page, nextCursor: next.name };
}

function callTool(
  tools: readonly ExampleTool[],
  name: string,
  input: Record<string, unknown>,
): CallToolResult {
  const tool = tools.find((one) => one.name === name);
  if (tool === undefined) throw new McpError(ErrorCode.InvalidParams, `There is no tool "${name}".`);
  try {
    return { content: [{ type: 'text', text: JSON.stringify(tool.call(input)) }] };
  } catch (error) {
    // MCP: an error that an agent can correct is a result with isError, not a protocol error.
    return {
      isError: true,
      content: [{ type: 'text', text: error instanceof Error ? error.message : String(error) }],
    };
  }
}
