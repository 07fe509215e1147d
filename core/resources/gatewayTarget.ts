import { asText, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { ResourceKind } from './resourceKind.ts';

/** The header that the service adds to a target's list by itself, as AWS's users report. */
const POLICY_SESSION_HEADER = 'x-amzn-bedrock-agentcore-policy-session-id';

export const gatewayTarget: ResourceKind = {
  kind: 'gatewayTarget',
  section: 'targets',
  parent: 'gateway',
  operations: {
    create: 'CreateGatewayTarget',
    get: 'GetGatewayTarget',
    list: 'ListGatewayTargets',
    update: 'UpdateGatewayTarget',
    delete: 'DeleteGatewayTarget',
  },
  quota: 100,
  pageSize: 1000,
  servesAgents: true,
  nameMember: 'name',
  idMember: 'targetId',
  idRequestMember: 'targetId',
  arnMember: 'gatewayArn',
  updatedAtMember: 'updatedAt',
  reasonMember: 'statusReasons',
  listMember: 'items',
  update: 'put',
  createOnlyMembers: [],
  // The API model: listing modes are DEFAULT and DYNAMIC, and the priority "defaults to 1000 when not set".
  serviceDefaults: {
    metadataConfiguration: { allowedRequestHeaders: [POLICY_SESSION_HEADER] },
    targetConfiguration: { mcp: { mcpServer: { listingMode: 'DEFAULT', resourcePriority: 1000 } } },
  },
  serviceAdditions: { 'metadataConfiguration.allowedRequestHeaders': [POLICY_SESSION_HEADER] },
  // Gateloop's own pages, to which the browser returns after a consent.
  providedMembers: [
    'credentialProviderConfigurations.credentialProvider.oauthCredentialProvider.defaultReturnUrl',
  ],
  clientToken: ['create'],
  // A rule names targets by their names.
  outputs: ['targetId', 'name'],
};

/**
 * Whether the creation, update or synchronization of a target needs a person's consent: its MCP server is behind an
 * OAuth authorization code grant, and the gateway lists the tools from the server. A static `mcpToolSchema` needs none.
 */
export function requiresConsent(config: JsonObject): boolean {
  if (!cachesListedTools(config)) return false;
  const providers = config.credentialProviderConfigurations;
  return (
    Array.isArray(providers) &&
    providers.some((provider: JsonValue) => {
      const oauth = member(member(provider, 'credentialProvider'), 'oauthCredentialProvider');
      return member(oauth, 'grantType') === 'AUTHORIZATION_CODE';
    })
  );
}

/** Whether the gateway lists the tools of this target from an MCP server and caches the list, which can become stale. */
export function cachesListedTools(config: JsonObject): boolean {
  const server = member(member(config.targetConfiguration, 'mcp'), 'mcpServer');
  return isJsonObject(server) && server.mcpToolSchema === undefined && server.listingMode !== 'DYNAMIC';
}

/** The path of an agent runtime's endpoint; the ARN is one percent-encoded segment. */
const RUNTIME_ENDPOINT = /\/runtimes\/(arn[^/?#]+)/;
const RUNTIME_ARN = /^arn:[^:]+:bedrock-agentcore:[^:]*:\d*:runtime\/([A-Za-z]\w*-[A-Za-z0-9]{10})$/;

/** The agent runtime that serves a target's tools. */
export interface ServingRuntime {
  readonly id: string;
  readonly arn: string;
  /** The endpoint of the runtime that the qualifier of the URL names; absent for DEFAULT, which follows the runtime. */
  readonly endpoint?: string;
}

/** @returns the agent runtime that a target's MCP server runs on, which its endpoint names; undefined for other servers */
export function servingRuntime(config: JsonObject): ServingRuntime | undefined {
  const endpoint = member(member(member(config.targetConfiguration, 'mcp'), 'mcpServer'), 'endpoint');
  return servingRuntimeAt(asText(endpoint));
}

/** @returns the agent runtime whose endpoint a URL is; undefined for other URLs */
export function servingRuntimeAt(url: string): ServingRuntime | undefined {
  const [, encoded = ''] = RUNTIME_ENDPOINT.exec(url) ?? [];
  const arn = encoded.replaceAll(/%3A/gi, ':').replaceAll(/%2F/gi, '/');
  const [, id] = RUNTIME_ARN.exec(arn) ?? [];
  if (id === undefined) return undefined;
  const qualifier = new URLSearchParams(url.slice(url.indexOf('?'))).get('qualifier') ?? 'DEFAULT';
  return { id, arn, ...(qualifier !== 'DEFAULT' && { endpoint: qualifier }) };
}

function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) ? value[name] : undefined;
}
