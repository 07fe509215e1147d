import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { onTestFinished } from 'vitest';
import type { ListedTool } from '../../core/ports/toolLists.ts';

/** An endpoint on a test's HTTP server. */
export interface ServedTools {
  readonly tools: readonly ListedTool[];
  readonly isAllowed?: (request: IncomingMessage) => boolean;
}

/** Tools on a page. */
const PAGE_SIZE = 2;

/** Starts an HTTP server on the loopback interface, which closes with the test. @returns its URL without a last slash */
export async function startHttpServer(listener: RequestListener): Promise<string> {
  const http = createServer(listener);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    http.close();
    http.closeAllConnections();
  });
  // A listening server of TCP has an address.
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

/** Starts MCP servers that list tools over Streamable HTTP, in streams of events or as JSON. */
export function startMcpServers(
  find: (request: IncomingMessage) => ServedTools | undefined,
  enableJsonResponse = false,
): Promise<string> {
  return startHttpServer(async (request, response) => {
    const served = find(request);
    if (!served) return response.writeHead(404).end();
    if (served.isAllowed?.(request) === false) return response.writeHead(401).end();
    // Stateless: each request gets a new server. Two types of the SDK differ in optional members, hence the casts.
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse } as never);
    await pagedServer(served.tools).connect(transport as never);
    return transport.handleRequest(request, response);
  });
}

function pagedServer(tools: readonly ListedTool[]): Server {
  const server = new Server({ name: 'paged', version: '1' }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, ({ params }) => {
    const start = Number(params?.cursor ?? 0);
    const end = start + PAGE_SIZE;
    // Tests send definitions that break the SDK's type, too.
    const page = tools.slice(start, end) as never;
    return { tools: page, ...(end < tools.length && { nextCursor: String(end) }) };
  });
  return server;
}
