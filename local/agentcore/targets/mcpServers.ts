import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Endpoints } from '../endpoints.ts';
import type { Quotas } from '../settings/quotas.ts';
import type { ListedTool } from './targetRecord.ts';

/** What a server says of itself. */
export interface ServerIdentity {
  readonly name: string;
  readonly version: string;
  readonly title?: string | undefined;
}

/** The tools of a server, or why the emulator could not list them. */
export type ToolListing =
  | { readonly tools: readonly ListedTool[]; readonly server?: ServerIdentity | undefined }
  | { readonly failure: string }
  | { readonly unmapped: true };

/** The protocol versions that gateways use with their targets (developer guide, MCP server targets). */
const SUPPORTED_VERSIONS = ['2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'];

/** Real time. The service's own limit is not published. */
const RESPONSE_TIMEOUT_MS = 10_000;

/** The start of the status reason that users report. */
export const FAILED_TO_CONNECT =
  'Failed to connect and fetch tools from the provided MCP target server. Error - ';

/** Lists the tools of MCP servers. */
export class McpServers {
  readonly #endpoints: Endpoints;

  constructor(endpoints: Endpoints) {
    this.#endpoints = endpoints;
  }

  /** @param accessToken the token from the user's consent, if the target acts on behalf of a user */
  async listTools(endpoint: string, quotas: Quotas, accessToken?: string): Promise<ToolListing> {
    const address = this.#endpoints.addressOf(endpoint);
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
}

async function readTools(client: Client, version: string | undefined, quotas: Quotas): Promise<ToolListing> {
  if (version !== undefined && !SUPPORTED_VERSIONS.includes(version)) {
    return {
      failure: `The MCP server uses version ${version}; supported versions are ${SUPPORTED_VERSIONS.join(', ')}.`,
    };
  }
  if (!client.getServerCapabilities()?.tools) {
    return { failure: 'The MCP server does not have the tools capability, which gateway targets require.' };
  }
  const tools: ListedTool[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listTools(cursor === undefined ? {} : { cursor }, {
      timeout: RESPONSE_TIMEOUT_MS,
    });
    tools.push(...page.tools);
    cursor = page.nextCursor;
    if (tools.length > quotas.toolsPerTarget) {
      return {
        failure: `The MCP server offers more than ${quotas.toolsPerTarget} tools, the quota of a target.`,
      };
    }
  } while (cursor !== undefined);
  return { tools, server: client.getServerVersion() };
}

/** Adds the cause: fetch's own message, `fetch failed`, does not name the problem. */
export function errorMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
