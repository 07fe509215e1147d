import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Quotas } from '../settings/quotas.ts';

/** What a server said it offers, or why it could not be asked. */
export type ToolListing =
  | { readonly tools: readonly { readonly name: string }[] }
  | { readonly failure: string }
  | { readonly unmapped: true };

/** Versions of the protocol that gateways speak to their targets (developer guide, MCP server targets). */
const SUPPORTED_VERSIONS = ['2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'];

/** Real time: a server that says nothing for so long is taken for dead. The service's own limit is not published. */
const RESPONSE_TIMEOUT_MS = 10_000;

/** The words that users report from failed targets. */
const FAILED_TO_CONNECT = 'Failed to connect and fetch tools from the provided MCP target server. Error - ';

/**
 * Asks MCP servers for their tools. Public endpoints are stood in for by servers on this machine; nothing else is ever
 * contacted.
 */
export class McpServers {
  /** Public prefix to loopback prefix; the longest that fits is used. */
  readonly #endpoints: ReadonlyMap<string, string>;

  /** @throws RangeError for an address that is not on this machine */
  constructor(endpoints: Readonly<Record<string, string>>) {
    this.#endpoints = new Map(Object.entries(endpoints).sort(([a], [b]) => b.length - a.length));
    for (const address of this.#endpoints.values()) {
      if (!['127.0.0.1', 'localhost', '[::1]'].includes(new URL(address).hostname)) {
        throw new RangeError(`${address} is not on this machine. Map endpoints to loopback addresses only.`);
      }
    }
  }

  /** @param accessToken what a person's consent gave, where the target calls on a person's behalf */
  async listTools(endpoint: string, quotas: Quotas, accessToken?: string): Promise<ToolListing> {
    const address = this.#addressOf(endpoint);
    if (address === undefined) return { unmapped: true };
    const client = new Client({ name: 'agentcore-gateway', version: '1.0.0' });
    const headers = accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` };
    const transport = new StreamableHTTPClientTransport(new URL(address), { requestInit: { headers } });
    try {
      await client.connect(transport, { timeout: RESPONSE_TIMEOUT_MS });
      return await readTools(client, transport.protocolVersion, quotas);
    } catch (error) {
      return { failure: FAILED_TO_CONNECT + errorMessage(error) };
    } finally {
      await client.close().catch(() => {});
    }
  }

  #addressOf(endpoint: string): string | undefined {
    for (const [prefix, address] of this.#endpoints) {
      if (endpoint.startsWith(prefix)) return address + endpoint.slice(prefix.length);
    }
    return undefined;
  }
}

async function readTools(client: Client, version: string | undefined, quotas: Quotas): Promise<ToolListing> {
  if (version !== undefined && !SUPPORTED_VERSIONS.includes(version)) {
    return {
      failure: `The MCP server speaks version ${version}; supported are ${SUPPORTED_VERSIONS.join(', ')}.`,
    };
  }
  if (!client.getServerCapabilities()?.tools) {
    return { failure: 'The MCP server does not have the tools capability, which gateway targets require.' };
  }
  const tools: { name: string }[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listTools(cursor === undefined ? {} : { cursor }, {
      timeout: RESPONSE_TIMEOUT_MS,
    });
    tools.push(...page.tools.map(({ name }) => ({ name })));
    cursor = page.nextCursor;
    if (tools.length > quotas.toolsPerTarget) {
      return {
        failure: `The MCP server offers more than ${quotas.toolsPerTarget} tools, the quota of a target.`,
      };
    }
  } while (cursor !== undefined);
  return { tools };
}

/** `fetch failed` alone helps nobody: the cause says what did. */
function errorMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
