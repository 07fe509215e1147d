import type { Shape, ShapeCatalog } from '../api/shapes.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { KindName, ResourceKind } from './resourceKind.ts';
import { resourceKinds } from './resourceKinds.ts';

/**
 * The input of the update call that gives a resource the configuration `config`.
 *
 * A PUT carries the whole configuration and clears absent members. A PATCH keeps absent members: members whose shape
 * wraps an `optionalValue` are wrapped, and a set member that is not desired any more is cleared by an empty wrapper.
 *
 * @param current the present configuration, where it is known
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

/** Cached, since reading a shape costs more than the rest of a decision. */
const membersByCatalog = new WeakMap<ShapeCatalog, Map<KindName, ReadonlySet<string>>>();

/** The members that the update call of a kind accepts. */
export function updatableMembers(kind: KindName, catalog: ShapeCatalog): ReadonlySet<string> {
  const byKind = membersByCatalog.get(catalog) ?? new Map<KindName, ReadonlySet<string>>();
  membersByCatalog.set(catalog, byKind);
  const members =
    byKind.get(kind) ??
    new Set(catalog.operation(resourceKinds[kind].operations.update)?.input.members.keys() ?? []);
  byKind.set(kind, members);
  return members;
}

/** A structure whose only member is `optionalValue` distinguishes a cleared member from an unchanged one. */
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
