import type { AuthorizerType } from '@aws-sdk/client-bedrock-agentcore-control';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import {
  CallToolRequestSchema,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  ToolSchema,
} from '@modelcontextprotocol/sdk/types.js';
import type { JsonObject } from '../../../core/json.ts';
import { defined, own } from '../../../core/objects.ts';
import type { EmulatorContext } from '../emulatorContext.ts';
import type { ListedTool } from '../targets/targetRecord.ts';
import { signingNameOf } from '../wire/signature.ts';
import type { GatewayRecord } from './gatewayRecord.ts';
import type { Gateways } from './gateways.ts';
import { type CalledTool, callFunction, type ToolFunction } from './toolFunctions.ts';

/** The name in a `gatewayUrl`: the id of the gateway is its first label. */
export const GATEWAY_HOST = /^([a-z0-9-]+)\.gateway\.bedrock-agentcore\.[a-z0-9-]+\.amazonaws\.com(?::\d+)?$/;

/** The path of a gateway with the protocol MCP. */
const MCP_PATH = '/mcp';

/** What an endpoint needs of the targets. */
export interface ListedTools {
  /** @returns the tools of the gateway's targets as agents see them, in the order of the targets */
  toolsOfGateway(gatewayId: string): Promise<readonly ListedTool[]>;
  /** @returns the function behind a tool; undefined for a tool that is none of a Lambda target */
  lambdaOfTool(gatewayId: string, toolName: string): CalledTool | undefined;
}

/**
 * The MCP endpoints of the gateways: `initialize` and `tools/list`. A request reaches the endpoint by the host of its
 * `gatewayUrl`, whatever address it was sent to. Of tools, only those of functions on this machine are called.
 */
export class GatewayEndpoint {
  readonly #context: EmulatorContext;
  readonly #gateways: Pick<Gateways, 'find'>;
  readonly #targets: ListedTools;
  readonly #functions: Readonly<Record<string, ToolFunction>>;

  constructor(
    context: EmulatorContext,
    gateways: Pick<Gateways, 'find'>,
    targets: ListedTools,
    functions: Readonly<Record<string, ToolFunction>> = {},
  ) {
    this.#functions = functions;
    this.#context = context;
    this.#gateways = gateways;
    this.#targets = targets;
  }

  /** @returns undefined for a request to another host than a gateway's */
  async handle(request: Request): Promise<Response | undefined> {
    const [, gatewayId] = GATEWAY_HOST.exec(request.headers.get('host') ?? '') ?? [];
    if (gatewayId === undefined) return undefined;
    const gateway = this.#gateways.find(gatewayId);
    const isServed = gateway?.configuration.protocolType === 'MCP' && gateway.status !== 'CREATING';
    if (!isServed || new URL(request.url).pathname !== MCP_PATH)
      return rejection(404, 'The gateway does not exist, or does not speak MCP.');
    const refusal = authorizers[gateway.configuration.authorizerType](request.headers);
    return refusal ?? this.#serve(gateway, request);
  }

  async #serve({ id, name }: GatewayRecord, request: Request): Promise<Response> {
    const server = new Server({ name, version: '1.0.0' }, { capabilities: { tools: {} } });
    server.setRequestHandler(ListToolsRequestSchema, async ({ params }) =>
      this.#page(await this.#targets.toolsOfGateway(id), params?.cursor),
    );
    if (Object.keys(this.#functions).length > 0)
      server.setRequestHandler(CallToolRequestSchema, async ({ params }, { requestId }) => {
        const tool = this.#targets.lambdaOfTool(id, params.name);
        const invoke = tool && own(this.#functions, tool.lambdaArn);
        if (!invoke)
          throw new McpError(
            ErrorCode.InvalidParams,
            `The emulator does not call the tool ${params.name}: no function on this machine is mapped to it.`,
          );
        // The protocol carries JSON.
        const event = (params.arguments ?? {}) as JsonObject;
        return { ...(await callFunction(invoke, tool, event, String(requestId))) };
      });
    // Stateless: each request has a server of its own.
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    await server.connect(transport);
    return transport.handleRequest(request);
  }

  #page(tools: readonly ListedTool[], cursor = '0') {
    const start = Number(cursor);
    if (!Number.isInteger(start) || start < 0 || (start > 0 && start >= tools.length))
      throw new McpError(ErrorCode.InvalidParams, 'The cursor belongs to another list of tools.');
    const end = start + this.#context.settings.quotas.defaultPageSize;
    return {
      tools: tools.slice(start, end).map((tool) => ToolSchema.parse(tool)),
      ...defined({ nextCursor: end < tools.length ? String(end) : undefined }),
    };
  }
}

type Authorizer = (headers: Headers) => Response | undefined;

/** Rejects a request without credentials, by the gateway's inbound authorizer. Credentials themselves are not verified. */
const authorizers: Readonly<Record<AuthorizerType, Authorizer>> = {
  NONE: () => undefined,
  AWS_IAM: (headers) =>
    signingNameOf(headers.get('authorization')) === 'bedrock-agentcore'
      ? undefined
      : rejection(403, 'Missing Authentication Token'),
  CUSTOM_JWT: requireToken,
  AUTHENTICATE_ONLY: requireToken,
};

/** A JSON web token has three parts. */
const BEARER_TOKEN = /^Bearer [\w-]+\.[\w-]+\.[\w-]*$/;

function requireToken(headers: Headers): Response | undefined {
  if (BEARER_TOKEN.test(headers.get('authorization') ?? '')) return undefined;
  return rejection(401, 'Missing Bearer token', { 'www-authenticate': 'Bearer' });
}

/** The service answers in the form of JSON-RPC, as a server that does not know the id of the request. */
function rejection(status: number, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ jsonrpc: '2.0', id: null, error: { code: -32001, message } }, { status, headers });
}
