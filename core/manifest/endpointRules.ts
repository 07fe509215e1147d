import { type HostReach, hostReach } from '../hostReach.ts';
import type { JsonObject } from '../json.ts';
import { defined } from '../objects.ts';
import type { Path } from '../problem.ts';
import { memberAt } from './memberAt.ts';
import { finding, MCP_SERVER, noFindings, objectItems, type PlanRule, type RuleFinding } from './planRule.ts';

const ENDPOINTS: readonly Path[] = [
  [...MCP_SERVER, 'endpoint'],
  ['targetConfiguration', 'http', 'passthrough', 'endpoint'],
  ['targetConfiguration', 'inference', 'provider', 'endpoint'],
];

const HTTPS_URL = 'an https URL such as https://mcp.example.com/mcp';

/** Rules on the endpoint of a target and on how the gateway lists its tools. */
export const endpointRules: readonly PlanRule[] = [
  {
    id: 'dynamic-listing-without-search',
    kind: 'gatewayTarget',
    severity: 'error',
    source: 'developer guide: dynamic listing cannot be combined with semantic search',
    find: ({ config, parent }) =>
      usesDynamicListing(config) &&
      parent &&
      memberAt(parent, ['protocolConfiguration', 'mcp', 'searchType']) === 'SEMANTIC'
        ? finding(
            [...MCP_SERVER, 'listingMode'],
            'listingMode DYNAMIC cannot be combined with searchType SEMANTIC of the gateway: the gateway searches only tools that it stores.',
            'DEFAULT, or a gateway without searchType',
          )
        : noFindings,
  },
  {
    id: 'endpoint-is-https-url',
    kind: 'gatewayTarget',
    severity: 'error',
    source: 'developer guide: endpoints are https URLs; credentials belong in a credential provider',
    find: ({ config }) => endpointsOf(config).flatMap(checkUrl),
  },
  {
    id: 'endpoint-is-reachable',
    kind: 'gatewayTarget',
    severity: 'error',
    source:
      'developer guide, gateway targets: private ranges, loopback and their IPv6-mapped forms are blocked; a private endpoint leads into a VPC',
    find: ({ config }) =>
      endpointsOf(config).flatMap((endpoint) => {
        const reach = reachOf(endpoint);
        if (reach === 'local')
          return finding(endpoint.path, 'This endpoint has a host that a gateway cannot reach.', HTTPS_URL);
        return reach === 'private' && config.privateEndpoint === undefined
          ? finding(
              endpoint.path,
              'This endpoint has a host in a private network, which a gateway cannot reach without a private endpoint.',
              'a public address, or a privateEndpoint of the target',
            )
          : noFindings;
      }),
  },
  {
    id: 'endpoint-in-private-network',
    kind: 'gatewayTarget',
    severity: 'warning',
    source: 'developer guide, private connectivity of gateways',
    find: ({ config }) =>
      endpointsOf(config).flatMap((endpoint) =>
        reachOf(endpoint) === 'private' && config.privateEndpoint !== undefined
          ? finding(
              endpoint.path,
              'This endpoint has a private address, which a gateway reaches only through the private endpoint.',
            )
          : noFindings,
      ),
  },
  {
    id: 'endpoint-encodes-runtime-arn',
    kind: 'gatewayTarget',
    severity: 'warning',
    source:
      'developer guide, MCP server targets: the URL should be encoded, and the gateway uses the same URL; users report 404 for the slash of an ARN',
    find: ({ config }) => endpointsOf(config).flatMap(checkRuntimeArn),
  },
  {
    id: 'http-target-on-mcp-gateway',
    kind: 'gatewayTarget',
    severity: 'warning',
    source: 'user reports: the service rejects an HTTP target on a gateway with protocolType MCP',
    find: ({ config, parent }) =>
      parent?.protocolType === 'MCP' && memberAt(config, ['targetConfiguration', 'http']) !== undefined
        ? finding(
            ['targetConfiguration', 'http'],
            'According to user reports, the service rejects HTTP targets on a gateway with protocolType MCP.',
            'a gateway without protocolType',
          )
        : noFindings,
  },
];

interface Endpoint {
  readonly path: Path;
  readonly text: string;
  /** Undefined if the text is not a URL, or contains a reference. */
  readonly url?: URL;
}

function endpointsOf(config: JsonObject): readonly Endpoint[] {
  return ENDPOINTS.flatMap((path) => {
    const text = memberAt(config, path);
    if (typeof text !== 'string') return [];
    const url = !text.includes('${') && URL.canParse(text) ? new URL(text) : undefined;
    return [defined({ path, text, url })];
  });
}

function checkUrl({ path, text, url }: Endpoint): readonly RuleFinding[] {
  if (text.includes('${')) return noFindings;
  if (url === undefined) return finding(path, 'This endpoint is not a URL.', HTTPS_URL);
  if (url.protocol !== 'https:') return finding(path, 'This endpoint does not use https.', HTTPS_URL);
  return url.username === '' && url.password === ''
    ? noFindings
    : finding(
        path,
        'This endpoint contains a user name or password. Use credentialProviderConfigurations instead.',
        HTTPS_URL,
      );
}

/** @returns from where an https endpoint can be reached; `public` for one that `checkUrl` reports */
function reachOf(endpoint: Endpoint): HostReach {
  return endpoint.url && checkUrl(endpoint).length === 0 ? hostReach(endpoint.url.hostname) : 'public';
}

/** The id of the runtime, in the path of an address of AgentCore's data plane, up to the next segment. */
const RUNTIME_ARN = /(?<=\/runtimes\/)(?:arn(?::|%3A)[^?#]*?runtime(?:\/|%2F)[^/?#]+|\$\{[^}]*Arn\})/i;

/** The slash of an ARN that is not encoded changes the path, and the call ends with 404. */
function checkRuntimeArn({ path, text }: Endpoint): readonly RuleFinding[] {
  const arn = RUNTIME_ARN.exec(text)?.[0];
  if (arn === undefined) return noFindings;
  if (arn.startsWith('${'))
    return finding(
      path,
      'The reference inserts the ARN of the runtime as it is, but its colons and its slash must be percent-encoded in a URL.',
      'the encoded ARN instead of the reference: arn%3Aaws%3Abedrock-agentcore%3A…%3Aruntime%2F<runtime id>',
    );
  const encoded = arn.replaceAll(':', '%3A').replaceAll('/', '%2F');
  return encoded === arn
    ? noFindings
    : finding(
        path,
        'The ARN of the runtime must be percent-encoded in this endpoint: its slash changes the path.',
        text.replace(arn, encoded),
      );
}

/** @returns whether the gateway lists the target's tools on each request instead of storing them */
export function usesDynamicListing(config: JsonObject): boolean {
  return memberAt(config, [...MCP_SERVER, 'listingMode']) === 'DYNAMIC';
}

const TOOL_FILTERS: Path = [
  ...['targetConfiguration', 'mcp', 'apiGateway', 'apiGatewayToolConfiguration'],
  'toolFilters',
];

/** Rules on the operations of a REST API that become tools. */
export const apiGatewayRules: readonly PlanRule[] = [
  {
    id: 'api-gateway-no-proxy-path',
    kind: 'gatewayTarget',
    severity: 'error',
    source: 'developer guide: API Gateway targets do not support {proxy+} resources',
    find: ({ config }) =>
      objectItems(memberAt(config, TOOL_FILTERS)).flatMap((filter, index) =>
        typeof filter.filterPath === 'string' && filter.filterPath.includes('+}')
          ? finding(
              [...TOOL_FILTERS, index, 'filterPath'],
              'A greedy path such as {proxy+} cannot become a tool.',
              'an exact path, or a path that ends in /*',
            )
          : noFindings,
      ),
  },
  {
    id: 'api-gateway-override-is-filtered',
    kind: 'gatewayTarget',
    severity: 'error',
    source: 'developer guide: a tool override must match a path and method that a filter selects',
    find: ({ config }) => {
      const filters = objectItems(memberAt(config, TOOL_FILTERS));
      const path = [...TOOL_FILTERS.slice(0, -1), 'toolOverrides'];
      return objectItems(memberAt(config, path)).flatMap((override, index) =>
        filters.some((filter) => matchesFilter(filter, override))
          ? noFindings
          : finding(
              [...path, index],
              'No tool filter matches this override, so its tool would not exist.',
              'a path and method that one of toolFilters selects',
            ),
      );
    },
  },
];

/** `/pets/*` selects everything under `/pets`. */
function matchesFilter(filter: JsonObject, override: JsonObject): boolean {
  const { filterPath, methods } = filter;
  const { path, method } = override;
  if (typeof filterPath !== 'string' || typeof path !== 'string') return true;
  const isBelowPrefix = filterPath.endsWith('/*') && path.startsWith(filterPath.slice(0, -1));
  return (filterPath === path || isBelowPrefix) && (!Array.isArray(methods) || methods.includes(method));
}
