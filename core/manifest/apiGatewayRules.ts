import type { JsonObject } from './json.ts';
import { memberAt } from './memberAt.ts';
import { broken, fulfilled, objects, type PlanRule } from './planRule.ts';
import type { Path } from './problem.ts';

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
      objects(memberAt(config, TOOL_FILTERS)).flatMap((filter, index) =>
        typeof filter.filterPath === 'string' && filter.filterPath.includes('+}')
          ? broken(
              [...TOOL_FILTERS, index, 'filterPath'],
              'A greedy path such as {proxy+} cannot become a tool.',
              'an exact path, or one that ends in /*',
            )
          : fulfilled,
      ),
  },
  {
    id: 'api-gateway-override-is-filtered',
    kind: 'gatewayTarget',
    severity: 'error',
    source: 'developer guide: a tool override must match a path and method that a filter selects',
    find: ({ config }) => {
      const filters = objects(memberAt(config, TOOL_FILTERS));
      const path = [...TOOL_FILTERS.slice(0, -1), 'toolOverrides'];
      return objects(memberAt(config, path)).flatMap((override, index) =>
        filters.some((filter) => selects(filter, override))
          ? fulfilled
          : broken(
              [...path, index],
              'This override matches no filter: its tool would not exist.',
              'a path and method that one of toolFilters selects',
            ),
      );
    },
  },
];

/** `/pets/*` selects everything under `/pets`. */
function selects(filter: JsonObject, override: JsonObject): boolean {
  const { filterPath, methods } = filter;
  const { path, method } = override;
  if (typeof filterPath !== 'string' || typeof path !== 'string') return true;
  const underneath = filterPath.endsWith('/*') && path.startsWith(filterPath.slice(0, -1));
  return (filterPath === path || underneath) && (!Array.isArray(methods) || methods.includes(method));
}
