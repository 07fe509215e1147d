import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { NamedState } from './stateDiagram.ts';

/** Members whose texts are paths into a state's data, besides those whose names end in `.$`. */
const PATHS = new Set(['ItemsPath', 'SecondsPath', 'TimeoutSecondsPath', 'TimestampPath', 'Variable']);

/**
 * Finds data that a machine keeps and no state reads: each execution holds 256 KB between two states, and 25,000 events
 * that repeat the data.
 *
 * @param states the states of one machine, without those inside of Maps
 * @param readWhole what functions read of the data that a state gives them as a whole, as paths such as `$.lease`
 * @returns one sentence for each member that is kept in vain, and for each answer of a service that is not dropped
 */
export function keptInVain(states: readonly NamedState[], readWhole: readonly string[]): string[] {
  const read = new Set([...states.flatMap(([, state]) => pathsIn(state)), ...readWhole]);
  return states.flatMap(([name, state]) => [
    ...resultPaths(state)
      .filter((path) => ![...read].some((each) => each === path || each.startsWith(`${path}.`)))
      .map((path) => `"${name}" keeps ${path}, which no state reads.`),
    ...(keepsAnswer(state)
      ? [`"${name}" keeps the answer of a service: give it an empty ResultSelector.`]
      : []),
  ]);
}

/** The members that a state adds to its data. A result that replaces all data is the data. */
function resultPaths(state: JsonObject): string[] {
  const catches = Array.isArray(state.Catch) ? state.Catch.filter(isJsonObject) : [];
  return [state, ...catches].flatMap(({ ResultPath: path }) =>
    typeof path === 'string' && path !== '$' ? [path] : [],
  );
}

/** An answer of a service has some 700 bytes of HTTP metadata; what a function returns is Gateloop's. */
function keepsAnswer({ Type, Resource, ResultPath, ResultSelector, ItemProcessor }: JsonObject): boolean {
  const isService = /:states:::(?!lambda:invoke)/.test(String(Resource));
  if (Type !== 'Map' && !isService) return false;
  const isDropped =
    ResultPath === null || (isJsonObject(ResultSelector) && Object.keys(ResultSelector).length === 0);
  if (Type === 'Map') return ItemProcessor !== undefined && !isDropped;
  return !isDropped;
}

function pathsIn(value: JsonValue | undefined, key = ''): string[] {
  if (typeof value === 'string')
    return (key.endsWith('.$') || PATHS.has(key)) && /^\$[.[]/.test(value) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item: JsonValue) => pathsIn(item, key));
  if (!isJsonObject(value)) return [];
  return Object.entries(value)
    .filter(([name]) => name !== 'ItemProcessor')
    .flatMap(([name, member]) => pathsIn(member, name));
}
