import type { ShapeCatalog, ShapeMember, StructureShape } from '../api/shapes.ts';
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
 * since the resource can have them: an update sends them once the resource is created.
 */
export function updateOnlyMembers(
  row: ResourceKind,
  catalog: ShapeCatalog,
): ReadonlyMap<string, ShapeMember> {
  const create = catalog.operation(row.operations.create)?.input.members;
  const update = updateShape(row, catalog)?.members ?? new Map<string, ShapeMember>();
  return new Map([...update].filter(([name]) => !create?.has(name) && name !== row.idRequestMember));
}

/** @returns the input of the update call; undefined where the kind has none, or the catalog lacks it */
export function updateShape(
  { operations: { update } }: ResourceKind,
  catalog: ShapeCatalog,
): StructureShape | undefined {
  return update === undefined ? undefined : catalog.operation(update)?.input;
}
