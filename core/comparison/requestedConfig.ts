import { isDeepStrictEqual } from 'node:util';
import type { Shape, ShapeCatalog } from '../api/shapes.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { ResourceKind } from '../resources/resourceKind.ts';
import { comparableShapes, isStructure } from './comparableShapes.ts';
import { valueAtPath } from './compareConfiguration.ts';
import { asRequested } from './externalSecret.ts';

/**
 * The configuration that a request would name to get what the service has, without identity, tags, and what the service
 * gives a resource by itself. Secrets are not in it: no response shows them.
 *
 * @param live the response of Get, unwrapped
 */
export function requestedConfig(row: ResourceKind, live: JsonObject, catalog: ShapeCatalog): JsonObject {
  const shown = asRequested(row, live, {});
  const config: Record<string, JsonValue> = {};
  for (const [name, { input, outputName }] of comparableShapes(row, catalog).members) {
    const value = requested(row, name, shown[outputName], input);
    if (value !== undefined) config[name] = value;
  }
  return config;
}

/** @returns undefined for what a manifest does not have to name */
function requested(
  row: ResourceKind,
  path: string,
  live: JsonValue | undefined,
  shape: Shape | undefined,
): JsonValue | undefined {
  if (live === undefined || row.readOnlyMembers?.includes(path)) return undefined;
  if (isDeepStrictEqual(live, valueAtPath(row.serviceDefaults ?? {}, path))) return undefined;
  if (Array.isArray(live)) return requestedList(row, path, live, shape);
  if (!isJsonObject(live)) return live;
  const members = Object.entries(live).flatMap(([name, value]): [string, JsonValue][] => {
    const member = memberOf(shape, name);
    if (member === 'unknown') return [];
    const found = requested(row, `${path}.${name}`, value, member);
    // The member of a union says something by being there, whatever is in it.
    const isChoice = shape?.type === 'union' && isJsonObject(value);
    return found === undefined && !isChoice ? [] : [[name, found ?? {}]];
  });
  const saysNothing = members.length === 0 && !(shape && isStructure(shape) && shape.members.size === 0);
  return saysNothing ? undefined : Object.fromEntries(members);
}

function requestedList(
  row: ResourceKind,
  path: string,
  live: readonly JsonValue[],
  shape: Shape | undefined,
): JsonValue | undefined {
  const added = row.serviceAdditions?.[path] ?? [];
  const element = shape?.type === 'list' ? shape.element : undefined;
  const items = live
    .filter((item) => !added.includes(item))
    // Defaults and additions are those of single members, never of the items of a list.
    .map(
      (item, index) => requested({ ...row, serviceDefaults: {} }, `${path}[${index}]`, item, element) ?? item,
    );
  return items.length === 0 ? undefined : items;
}

/** `unknown`: requests have no such member. Undefined: the shape says nothing about members. */
function memberOf(shape: Shape | undefined, name: string): Shape | undefined | 'unknown' {
  if (shape?.type === 'map') return shape.value;
  if (!shape || !isStructure(shape)) return undefined;
  return shape.members.get(name)?.shape ?? 'unknown';
}
