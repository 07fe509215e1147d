import type { Shape, ShapeCatalog } from '../api/shapes.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { clearingValue, isOptionalWrapper } from './clearing.ts';
import type { ResourceKind } from './resourceKind.ts';

/**
 * The input of the update call that gives a resource the configuration `config`.
 *
 * A PUT carries the whole configuration and clears absent members. A PATCH keeps absent members: members whose shape
 * wraps an `optionalValue` are wrapped, and members to clear are sent with the value that clears them.
 *
 * @param toClear members that the resource has and `config` has not; a PUT needs none
 */
export function updateInput(
  row: ResourceKind,
  config: JsonObject,
  toClear: ReadonlySet<string>,
  catalog: ShapeCatalog,
): JsonObject {
  const input = catalog.operation(row.operations.update)?.input;
  if (!input) return config;
  const entries: [string, JsonValue][] = [];
  for (const [name, { shape }] of input.members) {
    if (name === row.idRequestMember && row.idRequestMember !== row.nameMember) continue;
    const value = config[name];
    const cleared = toClear.has(name) ? clearingValue(row, name, shape) : undefined;
    if (value !== undefined) entries.push([name, wrapOptionalValues(value, shape)]);
    else if (cleared !== undefined) entries.push([name, cleared]);
  }
  return Object.fromEntries(entries);
}

function wrapOptionalValues(value: JsonValue, shape: Shape): JsonValue {
  if (shape.type !== 'structure' && shape.type !== 'union') return value;
  const inner = shape.members.get('optionalValue')?.shape;
  if (inner && isOptionalWrapper(shape)) return { optionalValue: wrapOptionalValues(value, inner) };
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const memberShape = shape.members.get(name)?.shape;
      return [name, memberShape ? wrapOptionalValues(member, memberShape) : member];
    }),
  );
}
