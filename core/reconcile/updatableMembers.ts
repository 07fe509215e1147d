import type { ShapeCatalog } from '../api/shapes.ts';
import type { KindName } from '../resources/resourceKind.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';

/** Reading a shape costs more than all the rest of a decision. */
const cache = new WeakMap<ShapeCatalog, Map<KindName, ReadonlySet<string>>>();

/** The members of a resource that an update takes. */
export function updatableMembers(kind: KindName, catalog: ShapeCatalog): ReadonlySet<string> {
  const byKind = cache.get(catalog) ?? new Map<KindName, ReadonlySet<string>>();
  cache.set(catalog, byKind);
  const members =
    byKind.get(kind) ??
    new Set(catalog.operation(resourceKinds[kind].operations.update)?.input.members.keys() ?? []);
  byKind.set(kind, members);
  return members;
}
