import type { Shape, ShapeCatalog } from '../api/shapes.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { ResourceKind } from './resourceKind.ts';

/**
 * The input of the update call that brings a resource to `config`.
 *
 * A PUT carries the whole configuration, and what it leaves out is cleared. A PATCH keeps what it leaves out; there,
 * members whose shape wraps an `optionalValue` are wrapped, and those that are set now and no longer wanted are
 * cleared by an empty wrapper, as the API asks for.
 *
 * @param current the configuration now, where it is known
 */
export function updateInput(
  kind: ResourceKind,
  config: JsonObject,
  current: JsonObject | undefined,
  catalog: ShapeCatalog,
): JsonObject {
  const input = catalog.operation(kind.operations.update)?.input;
  if (!input) return config;
  const entries: [string, JsonValue][] = [];
  for (const [name, { shape }] of input.members) {
    if (name === kind.idRequestMember && kind.idRequestMember !== kind.nameMember) continue;
    const value = config[name];
    if (value !== undefined) entries.push([name, wrapOptionalValues(value, shape)]);
    else if (kind.update === 'patch' && current?.[name] !== undefined && isOptionalWrapper(shape))
      entries.push([name, {}]);
  }
  return Object.fromEntries(entries);
}

/** A structure whose only member is `optionalValue` tells "cleared" from "left as it is". */
function isOptionalWrapper(shape: Shape): boolean {
  return shape.type === 'structure' && shape.members.size === 1 && shape.members.has('optionalValue');
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
