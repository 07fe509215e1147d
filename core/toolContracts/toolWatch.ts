import type { Address } from '../address.ts';
import { asText, isJsonObject, type JsonObject } from '../json.ts';
import { memberAt } from '../manifest/memberAt.ts';
import type { ApprovalRule } from '../manifest/settings.ts';
import { defined, own } from '../objects.ts';
import type { ToolListFailure } from '../ports/toolLists.ts';
import { cachesListedTools } from '../resources/gatewayTarget.ts';
import type { ToolContractChange } from './toolContract.ts';

/** Where the tools of a target are read: from the gateway's own MCP endpoint, or from the target's MCP server. */
export type ToolSource = 'gateway' | 'server';

/** Why the tools of a target are not read from a source. */
export type WatchObstacle = keyof typeof obstacleTexts;

/** Why a gateway may list fewer tools to Gateloop than to others. */
export type PartialListReason = keyof typeof partialTexts;

/** How Gateloop proves itself to a gateway. */
export type GatewayCredentials = 'none' | 'signature' | 'token';

export interface GatewayToolSource {
  readonly url: string;
  readonly credentials: GatewayCredentials;
}

export interface ServerToolSource {
  readonly url: string;
}

/** Where the tools of one target can be read; each source that is missing has an obstacle. */
export interface ToolSources {
  readonly gateway?: GatewayToolSource;
  readonly server?: ServerToolSource;
  readonly obstacles: WatchObstacles;
  readonly partial?: PartialListReason;
}

export type WatchObstacles = Partial<Readonly<Record<ToolSource, WatchObstacle>>>;

/** Each says about one source what the reader of an outcome needs: what is in the way, and the remedy, if there is one. */
const obstacleTexts = {
  listedDynamically: 'the gateway lists its tools at each request, and synchronizes nothing',
  noMcpEndpoint: 'its gateway has no MCP endpoint, or the endpoint is not known yet',
  noToken:
    'its gateway demands a JSON web token, and Gateloop has none: docs/authorization.md says where to put one',
  unknownAuthorizer: 'Gateloop does not know how to call a gateway with this authorizerType',
  credentials: 'its server is behind credentials, which only the gateway has',
  privateEndpoint: 'its server is in a private network',
  notPublic: 'the name of its server leads to an address that is not public',
  unreachable: 'the endpoint did not answer as an MCP server',
  denied: 'the endpoint denied the request',
  tooLarge: 'the list of tools is larger than Gateloop reads',
  tooSlow: 'the endpoint did not send its list in time',
  malformed: 'the endpoint sent no list of tools as the Model Context Protocol has it',
  notRead: 'the function that reads tools failed; its log has the error',
} as const satisfies Record<ToolListFailure, string> & Record<string, string>;

const partialTexts = {
  policyEngine: 'a policy engine decides what Gateloop sees of the list',
  interceptor: 'an interceptor decides what Gateloop sees of the list',
} as const;

/** The credentials that a gateway's inbound authorizer demands. */
const credentialsByAuthorizer: Readonly<Record<string, GatewayCredentials>> = {
  NONE: 'none',
  AWS_IAM: 'signature',
  CUSTOM_JWT: 'token',
  AUTHENTICATE_ONLY: 'token',
};

/** A target and its gateway, as the manifest configures them. */
export interface WatchedTarget {
  readonly config: JsonObject;
  readonly gateway: JsonObject;
  /** As the service shows it; absent until the gateway exists. */
  readonly gatewayUrl?: string;
}

/** @returns undefined for a target whose tools its own configuration names, or that has no MCP server */
export function toolSourcesOf({ config, gateway, gatewayUrl }: WatchedTarget): ToolSources | undefined {
  const server = memberAt(config, ['targetConfiguration', 'mcp', 'mcpServer']);
  if (!isJsonObject(server) || server.mcpToolSchema !== undefined) return undefined;
  if (!cachesListedTools(config))
    return { obstacles: { gateway: 'listedDynamically', server: 'listedDynamically' } };
  const endpoint = gatewaySource(gateway, gatewayUrl);
  const direct = serverSource(config, server);
  return {
    ...(typeof endpoint === 'object' && {
      gateway: endpoint,
      ...defined({ partial: partialReason(gateway) }),
    }),
    ...(typeof direct === 'object' && { server: direct }),
    obstacles: {
      ...(typeof endpoint === 'string' && { gateway: endpoint }),
      ...(typeof direct === 'string' && { server: direct }),
    },
  };
}

function gatewaySource(gateway: JsonObject, url: string | undefined): GatewayToolSource | WatchObstacle {
  if (gateway.protocolType !== 'MCP' || url === undefined) return 'noMcpEndpoint';
  const credentials = own(credentialsByAuthorizer, asText(gateway.authorizerType));
  return credentials === undefined ? 'unknownAuthorizer' : { url, credentials };
}

function serverSource(config: JsonObject, server: JsonObject): ServerToolSource | WatchObstacle {
  const { credentialProviderConfigurations: credentials, privateEndpoint } = config;
  if (Array.isArray(credentials) && credentials.length > 0) return 'credentials';
  if (privateEndpoint !== undefined) return 'privateEndpoint';
  return { url: asText(server.endpoint) };
}

function partialReason({
  policyEngineConfiguration,
  interceptorConfigurations,
}: JsonObject): PartialListReason | undefined {
  if (isJsonObject(policyEngineConfiguration) && policyEngineConfiguration.mode === 'ENFORCE')
    return 'policyEngine';
  return Array.isArray(interceptorConfigurations) && interceptorConfigurations.length > 0
    ? 'interceptor'
    : undefined;
}

/** A list of tools to read, for the step that reads them. */
export interface PlannedToolRead extends Pick<ToolSources, 'gateway' | 'server'> {
  readonly address: Address;
  /** Before the gateway reads the tools anew, or after it has. */
  readonly moment: 'before' | 'after';
  /** The target's `lastSynchronizedAt` when the read was planned, in ms since the epoch; 0 before the first one. */
  readonly synchronizedAt: number;
  /** The fingerprint of the desired configuration: another one may name another server. */
  readonly configuration: string;
}

/** What came of a read from one source: the digest of the list, which lies in the bucket, or why there is none. */
export type ToolReadResult = { readonly digest: string } | { readonly failure: WatchObstacle };

/** What the step brought for one planned read. */
export interface ToolReading
  extends Pick<PlannedToolRead, 'address' | 'moment' | 'synchronizedAt' | 'configuration'>,
    Partial<Readonly<Record<ToolSource, ToolReadResult>>> {}

/** How the tools of a target are watched. */
export interface WatchRule {
  readonly sources: ToolSources;
  readonly approve: ApprovalRule;
  readonly reading?: ComparedToolReading;
}

/** A reading, compared with the list before it. */
export interface ComparedToolReading extends ToolReading {
  /**
   * Whether the difference needs a person's approval. After a synchronization, differences that were found before it do
   * not count.
   */
  readonly needsApproval: boolean;
}

/** How the tools of a target differ from those that it listed before. */
export interface ListChange {
  readonly reading: ComparedToolReading;
  readonly source: ToolSource;
  /** The digests of the two lists. */
  readonly before: string;
  readonly after: string;
  readonly change: ToolContractChange;
}

/** What outcomes say of the watch over the tools of a target. */
export interface WatchReport {
  readonly watched: boolean;
  /** Where the list of the last synchronization was read. */
  readonly sources?: readonly ToolSource[];
  /** Why the target is not watched, or why the list may be partial, in a person's words. */
  readonly reason?: string;
}

/** @param sources where the list of the last synchronization was read */
export function watchReport(
  sources: readonly ToolSource[],
  obstacles: WatchObstacles,
  partial: PartialListReason | undefined,
): WatchReport {
  if (sources.length > 0)
    return {
      watched: true,
      sources,
      ...(partial && sources.includes('gateway') && { reason: `${capitalized(partialTexts[partial])}.` }),
    };
  const texts = new Set(toolSources.flatMap((source) => shownObstacle(obstacles[source])));
  return { watched: false, reason: `Not watched: ${[...texts].join('; ')}.` };
}

function shownObstacle(obstacle: WatchObstacle | undefined): string[] {
  return obstacle === undefined ? [] : [obstacleTexts[obstacle]];
}

function capitalized(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

export const toolSources = ['gateway', 'server'] as const satisfies readonly ToolSource[];
export const watchObstacles = Object.keys(obstacleTexts) as readonly WatchObstacle[];
export const partialListReasons = Object.keys(partialTexts) as readonly PartialListReason[];
