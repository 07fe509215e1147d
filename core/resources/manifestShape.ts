import type { ShapeCatalog, ShapeMember, StructureShape } from '../api/shapes.ts';
import { asText, type JsonObject } from '../json.ts';
import { omit, own } from '../objects.ts';
import type { ResourceKind } from './resourceKind.ts';

/** What a manifest may say about a resource of one kind. */
export interface ManifestShape {
  /** The input of the create call. */
  readonly create: StructureShape;
  /** The input of the update call, with the members alone that Create does not take. */
  readonly updateOnly: StructureShape;
  /** The members of both, under the name of the create call. */
  readonly all: StructureShape;
}

/** @throws RangeError if the SDK has no such create call: a row of the table of kinds names another one */
export function manifestShape(row: ResourceKind, catalog: ShapeCatalog): ManifestShape {
  const create = catalog.operation(row.operations.create)?.input;
  if (!create)
    throw new RangeError(`The SDK has no operation ${row.operations.create}; check the row of ${row.kind}.`);
  const members = updateOnlyMembers(row, catalog);
  const name = updateShape(row, catalog)?.name ?? create.name;
  return {
    create,
    updateOnly: { type: 'structure', name, members },
    all: { ...create, members: new Map([...create.members, ...members]) },
  };
}

/**
 * The members that Update takes and Create does not, such as `wafConfiguration` of gateways. A manifest may name them,
 * since the resource can have them: an update sends them once the resource is created. It has to name those that a member
 * of the create call follows from.
 */
export function updateOnlyMembers(
  row: ResourceKind,
  catalog: ShapeCatalog,
): ReadonlyMap<string, ShapeMember> {
  const create = catalog.operation(row.operations.create)?.input.members;
  const update = updateShape(row, catalog)?.members ?? new Map<string, ShapeMember>();
  const isRequired = (name: string) =>
    Object.values(row.createdFrom ?? {}).some(({ member }) => member === name);
  return new Map(
    [...update]
      .filter(([name]) => !create?.has(name) && name !== row.idRequestMember)
      .map(([name, shape]) => [name, { ...shape, required: isRequired(name) }]),
  );
}

/** @returns what the create call carries of a configuration: an update sends the rest once the resource is created */
export function createInput(row: ResourceKind, config: JsonObject, catalog: ShapeCatalog): JsonObject {
  const derived = Object.entries(row.createdFrom ?? {}).flatMap(([name, { member, values }]) => {
    const value = own(values, asText(config[member]));
    return value === undefined ? [] : [[name, value] as const];
  });
  const later = updateOnlyMembers(row, catalog).keys();
  return { ...omit(config, ...later), ...Object.fromEntries(derived) };
}

/**
 * @returns the input of the update call, with the members of Create where it has these in another form; undefined where the
 *   kind has none, or the catalog lacks it
 */
export function updateShape(
  { operations: { create, update }, forms }: ResourceKind,
  catalog: ShapeCatalog,
): StructureShape | undefined {
  const input = update === undefined ? undefined : catalog.operation(update)?.input;
  const created = catalog.operation(create)?.input;
  if (!input || !created || !forms) return input;
  const own = [...input.members].filter(([name]) => !forms.updateMembers.includes(name));
  const others = [...created.members].filter(([name]) => forms.members.includes(name));
  return { ...input, members: new Map([...own, ...others]) };
}
