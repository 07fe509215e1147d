import { BedrockAgentCoreClient } from '@aws-sdk/client-bedrock-agentcore';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import {
  StreamableHTTPClientTransport,
  StreamableHTTPError,
} from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ErrorCode, ListToolsResultSchema, McpError } from '@modelcontextprotocol/sdk/types.js';
import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import { GateloopError } from '../core/errors.ts';
import type {
  ListedTool,
  ToolListEndpoint,
  ToolListFailure,
  ToolListing,
  ToolLists,
} from '../core/ports/toolLists.ts';
import { boundedFetch, type OutgoingRequest, ResponseTooLarge, type Route } from './boundedFetch.ts';
import { callLimits, clientSettings } from './clientSettings.ts';
import { lazy } from './lazy.ts';
import { publicAddress, type Resolve } from './publicAddress.ts';

/** What one list may cost. */
export interface ToolListBounds {
  /** Bytes of all pages together. A gateway may have 100 targets; the 1,100 tools of GitHub's API take 3 MB. */
  readonly maxBytes: number;
  readonly maxPages: number;
  /** For all requests of one list together, in ms. */
  readonly timeout: number;
}

export const toolListBounds: ToolListBounds = {
  maxBytes: 16 * 1024 * 1024,
  maxPages: 1_000,
  timeout: 20_000,
};

export interface McpToolListsOptions {
  /** Gives the credentials and the Region for signatures. */
  readonly client?: BedrockAgentCoreClient;
  /** Where gateways are reached instead of at their own addresses: `AWS_ENDPOINT_URL_BEDROCK_AGENTCORE`. */
  readonly gatewayEndpoint?: string | undefined;
  /**
   * `public`, the default: every server at a public address. Otherwise servers on this machine, by the prefixes of the URLs
   * that they stand for, and no others.
   */
  readonly servers?: 'public' | Readonly<Record<string, string>>;
  readonly resolve?: Resolve;
  readonly bounds?: ToolListBounds;
}

/** Reads lists of tools over MCP's Streamable HTTP: of gateways, and of servers at public addresses. */
export class McpToolLists implements ToolLists {
  readonly #client: () => BedrockAgentCoreClient;
  readonly #options: McpToolListsOptions;

  constructor(options: McpToolListsOptions = {}) {
    this.#options = options;
    this.#client = lazy(
      () => options.client ?? new BedrockAgentCoreClient(clientSettings(callLimits.agentCore)),
    );
  }

  async list(endpoint: ToolListEndpoint): Promise<ToolListing> {
    const { maxBytes, maxPages, timeout } = this.#options.bounds ?? toolListBounds;
    const ended = new AbortController();
    const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(timeout)]);
    const fetch = boundedFetch({
      maxBytes,
      signal,
      onTooLarge: (error) => ended.abort(error),
      route: (url) => this.#route(endpoint, url),
      authorize: (request) => this.#authorize(endpoint, request),
    });
    const client = new Client({ name: 'gateloop', version: '1.0.0' });
    // What breaks a stream of responses is told here alone: without it, the request would wait for its timeout.
    client.onerror = (error) => ended.abort(error);
    try {
      const transport = new StreamableHTTPClientTransport(new URL(endpoint.url), {
        fetch: (url, init) =>
          init?.method === 'GET' ? Promise.resolve(noNotifications()) : fetch(url, init),
        reconnectionOptions: {
          initialReconnectionDelay: 0,
          maxReconnectionDelay: 0,
          reconnectionDelayGrowFactor: 1,
          maxRetries: 0,
        },
      });
      // The SDK's type of the transport and its type of a connection differ in optional members.
      await client.connect(transport as never, { signal, timeout });
      const tools = await readPages(client, { maxPages, timeout, signal });
      await transport.terminateSession().catch(() => {});
      return { tools };
    } catch (error) {
      return { failure: failureOf(signal.aborted ? (signal.reason ?? error) : error) };
    } finally {
      client.onerror = () => {};
      await client.close().catch(() => {});
      ended.abort();
    }
  }

  async #route(endpoint: ToolListEndpoint, url: URL): Promise<Route> {
    const { gatewayEndpoint, servers = 'public', resolve } = this.#options;
    if (endpoint.kind === 'gateway') {
      if (url.protocol !== 'https:' || !GATEWAY_HOST.test(url.hostname))
        throw new Malformed('no URL of a gateway');
      return { url: gatewayEndpoint === undefined ? url : new URL(url.pathname, gatewayEndpoint) };
    }
    if (servers !== 'public') {
      const [prefix, local] = Object.entries(servers).find(([each]) => url.href.startsWith(each)) ?? [];
      if (prefix === undefined || local === undefined)
        throw new Error(`${url.origin} is not on this machine.`);
      const address = new URL(local + url.href.slice(prefix.length));
      return { url: address, host: address.host };
    }
    if (url.protocol !== 'https:') throw new Malformed('no https URL');
    return { url, address: await publicAddress(url.hostname, resolve) };
  }

  async #authorize(endpoint: ToolListEndpoint, request: OutgoingRequest): Promise<Record<string, string>> {
    if (endpoint.kind === 'server') return { ...request.headers };
    if (endpoint.token !== undefined)
      return { ...request.headers, authorization: `Bearer ${endpoint.token}` };
    return endpoint.signs ? this.#sign(request) : { ...request.headers };
  }

  async #sign({ url, method, headers, body }: OutgoingRequest): Promise<Record<string, string>> {
    const { credentials, region } = this.#client().config;
    const signer = new SignatureV4({
      credentials,
      region,
      service: 'bedrock-agentcore',
      sha256: Hash.bind(null, 'sha256'),
    });
    const request = {
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      headers,
      body,
    };
    return (await signer.sign(request)).headers;
  }
}

/** Credentials are sent to AgentCore's own hosts alone. */
const GATEWAY_HOST = /^[a-z0-9-]+\.gateway\.bedrock-agentcore\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/;

/** The answer of a server that sends no notifications, which are not wanted: a stream of them has no end. */
function noNotifications(): Response {
  return new Response(null, { status: 405 });
}

class Malformed extends Error {}
class TooLarge extends Error {}

interface ReadBounds {
  readonly maxPages: number;
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/**
 * Requests the pages with `request`, since the SDK's `listTools` compiles each output schema: a stranger's schema would
 * become code.
 */
async function readPages(client: Client, { maxPages, ...options }: ReadBounds): Promise<ListedTool[]> {
  const tools: ListedTool[] = [];
  const cursors = new Set<string>();
  let cursor: string | undefined;
  do {
    if (cursors.size >= maxPages) throw new TooLarge(`more than ${maxPages} pages`);
    const params = cursor === undefined ? {} : { cursor };
    const page = await client.request({ method: 'tools/list', params }, ListToolsResultSchema, options);
    // The SDK has parsed the response as JSON.
    tools.push(...(page.tools as unknown as readonly ListedTool[]));
    cursor = page.nextCursor;
    if (cursor !== undefined && cursors.has(cursor)) throw new Malformed('a cursor comes back');
    cursors.add(cursor ?? '');
  } while (cursor !== undefined);
  return tools;
}

const DENIED = new Set([401, 403]);

function failureOf(error: unknown): ToolListFailure {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof ResponseTooLarge || cause instanceof TooLarge) return 'tooLarge';
  if (cause instanceof GateloopError && cause.code === 'AddressNotPublic') return 'notPublic';
  if (cause instanceof StreamableHTTPError) return DENIED.has(cause.code ?? 0) ? 'denied' : 'unreachable';
  if (cause instanceof McpError) return cause.code === ErrorCode.RequestTimeout ? 'tooSlow' : 'malformed';
  if (!(cause instanceof Error)) return 'unreachable';
  if (cause.name === 'TimeoutError') return 'tooSlow';
  if (cause instanceof Malformed || cause instanceof SyntaxError || cause.name.includes('ZodError'))
    return 'malformed';
  return 'unreachable';
}
