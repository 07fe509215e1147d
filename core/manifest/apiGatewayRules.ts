import type { JsonObject } from '../json.ts';
import type { Path } from '../problem.ts';
import { memberAt } from './memberAt.ts';
import { finding, noFindings, objectItems, type PlanRule } from './planRule.ts';

const TOOL_FILTERS: Path = [
  ...['targetConfiguration', 'mcp', 'apiGateway', 'apiGatewayToolConfiguration'],
  'toolFilters',
];

/** Which operations of a REST API can become tools. */
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
              'an exact path, or one that ends in /*',
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
              'This override matches no filter: its tool would not exist.',
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
