import type { JsonObject } from '../json.ts';
import type { Path } from '../problem.ts';
import { memberAt } from './memberAt.ts';
import { finding, MCP_SERVER, noFindings, objectItems, type PlanRule, type RuleFinding } from './planRule.ts';

const ENDPOINTS: readonly Path[] = [
  [...MCP_SERVER, 'endpoint'],
  ['targetConfiguration', 'http', 'passthrough', 'endpoint'],
  ['targetConfiguration', 'inference', 'provider', 'endpoint'],
];

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
    find: ({ config }) => ENDPOINTS.flatMap((path) => checkEndpoint(config, path)),
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

function checkEndpoint(config: JsonObject, path: Path): readonly RuleFinding[] {
  const endpoint = memberAt(config, path);
  if (typeof endpoint !== 'string' || endpoint.includes('${')) return noFindings;
  const expected = 'an https URL such as https://mcp.example.com/mcp';
  if (!URL.canParse(endpoint)) return finding(path, 'This endpoint is not a URL.', expected);
  const { protocol, username, password } = new URL(endpoint);
  if (protocol !== 'https:') return finding(path, 'This endpoint does not use https.', expected);
  return username === '' && password === ''
    ? noFindings
    : finding(
        path,
        'This endpoint contains a user name or password. Use credentialProviderConfigurations instead.',
        expected,
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
