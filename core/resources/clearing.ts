import type { Shape } from '../api/shapes.ts';
import type { JsonValue } from '../json.ts';
import type { ResourceKind } from './resourceKind.ts';

/** What a PATCH sends to clear a member: the empty wrapper, the service's default, or an empty list or map. */
export function clearingValue(
  row: ResourceKind,
  member: string,
  shape: Shape | undefined,
): JsonValue | undefined {
  if (!shape) return undefined;
  if (isOptionalWrapper(shape)) return {};
  const byDefault = row.serviceDefaults?.[member];
  if (byDefault !== undefined) return byDefault;
  if (shape.type === 'list') return [];
  return shape.type === 'map' ? {} : undefined;
}

/** A structure whose only member is `optionalValue` distinguishes a cleared member from an unchanged one. */
export function isOptionalWrapper(shape: Shape): boolean {
  return shape.type === 'structure' && shape.members.size === 1 && shape.members.has('optionalValue');
}
