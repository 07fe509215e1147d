import { isDeepStrictEqual } from 'node:util';
import type { Shape, ShapeCatalog } from '../api/shapes.ts';
import { hasSource } from '../comparison/compareConfiguration.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { clearingValue, isOptionalWrapper } from './clearing.ts';
import { updateShape } from './manifestShape.ts';
import type { ResourceKind } from './resourceKind.ts';

/**
 * The input of the update call that gives a resource the configuration `config`.
 *
 * A PUT carries the whole configuration and clears absent members. A PATCH keeps absent members: members whose shape
 * wraps an `optionalValue` are wrapped, and members to clear are sent with the value that clears them.
 *
 * @param toClear members that the resource has and `config` has not; a PUT needs none
 * @param live what the resource has: inside of a member that `config` has, a PATCH clears what `config` does not name
 */
export function updateInput(
  row: ResourceKind,
  config: JsonObject,
  toClear: ReadonlySet<string>,
  catalog: ShapeCatalog,
  live: JsonObject = {},
): JsonObject {
  const input = updateShape(row, catalog);
  if (!input) return config;
  const entries: [string, JsonValue][] = [];
  for (const [name, { shape }] of input.members) {
    if (name === row.idRequestMember && row.idRequestMember !== row.nameMember) continue;
    const value = config[name];
    const cleared = toClear.has(name) ? clearingValue(row, name, shape) : undefined;
    if (value !== undefined) entries.push([name, wrapOptionalValues(value, shape, live[name], row)]);
    else if (cleared !== undefined) entries.push([name, cleared]);
  }
  return Object.fromEntries(entries);
}

/**
 * @param live absent where nothing is to be cleared
 * @param read the members that the service fills in by itself: none of them is cleared
 */
function wrapOptionalValues(
  value: JsonValue,
  shape: Shape,
  live: JsonValue | undefined,
  row: ResourceKind,
  read: readonly string[] = [],
): JsonValue {
  if (shape.type !== 'structure' && shape.type !== 'union') return value;
  const inner = shape.members.get('optionalValue')?.shape;
  if (inner && isOptionalWrapper(shape))
    return { optionalValue: wrapOptionalValues(value, inner, live, row, read) };
  if (!isJsonObject(value)) return value;
  const present = isJsonObject(live) ? live : {};
  const cleared = [...shape.members].flatMap(([name, { shape: member }]): [string, JsonValue][] => {
    const found = present[name];
    if (!isOptionalWrapper(member) || name in value || found === undefined || read.includes(name)) return [];
    if (!hasMemberOf(found, read)) return [[name, {}]];
    const others = wrapOptionalValues({}, member, found, row, read);
    return isDeepStrictEqual(others, { optionalValue: {} }) ? [] : [[name, others]];
  });
  const named = Object.entries(value).map(([name, member]): [string, JsonValue] => {
    const memberShape = shape.members.get(name)?.shape;
    const filledIn = hasSource(member) ? (row.sourced?.read ?? []) : read;
    return [
      name,
      memberShape ? wrapOptionalValues(member, memberShape, present[name], row, filledIn) : member,
    ];
  });
  return Object.fromEntries([...cleared, ...named]);
}

/** Whether a structure has one of the members, at any depth. */
function hasMemberOf(value: JsonValue, names: readonly string[]): boolean {
  if (!isJsonObject(value)) return false;
  return Object.entries(value).some(([name, member]) => names.includes(name) || hasMemberOf(member, names));
}
