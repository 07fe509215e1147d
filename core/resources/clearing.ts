import type { Shape, ShapeCatalog } from '../api/shapes.ts';
import type { JsonValue } from '../json.ts';
import { updateShape } from './manifestShape.ts';
import type { ResourceKind } from './resourceKind.ts';
import { inWords } from './resourceKinds.ts';

/** What a PATCH sends to clear a member: the service's default, the empty wrapper, or an empty list or map. */
export function clearingValue(
  row: ResourceKind,
  member: string,
  shape: Shape | undefined,
): JsonValue | undefined {
  if (!shape) return undefined;
  const byDefault = row.serviceDefaults?.[member];
  if (isOptionalWrapper(shape)) return byDefault === undefined ? {} : { optionalValue: byDefault };
  if (byDefault !== undefined) return byDefault;
  if (shape.type === 'list') return [];
  return shape.type === 'map' ? {} : undefined;
}

/** A structure whose only member is `optionalValue` distinguishes a cleared member from an unchanged one. */
export function isOptionalWrapper(shape: Shape): boolean {
  return shape.type === 'structure' && shape.members.size === 1 && shape.members.has('optionalValue');
}

/** Why no update can clear a member, for the owner; undefined where one can. A PUT clears whatever it leaves out. */
export function unclearableReason(
  row: ResourceKind,
  member: string,
  catalog: ShapeCatalog,
): string | undefined {
  if (row.update === 'put') return undefined;
  const { update } = row.operations;
  const shape = updateShape(row, catalog)?.members.get(member)?.shape;
  if (update !== undefined && clearingValue(row, member, shape) !== undefined) return undefined;
  const cause = update === undefined ? noUpdateText(row) : `${update} has no way to clear it`;
  return `${member} has a value that the manifest does not name, and ${cause}. Name it, or delete the resource.`;
}

/** Why nothing of a resource changes, for its owner: a part of a sentence. */
export function noUpdateText({ kind }: ResourceKind): string {
  return `AWS has no operation that changes a ${inWords(kind)}`;
}
