import type { ShapeCatalogue } from '../api/shapes.ts';
import type { KindName } from '../resources/resourceKind.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';

/** Reading a shape costs more than all the rest of a decision. */
const known = new WeakMap<ShapeCatalogue, Map<KindName, ReadonlySet<string>>>();

/** The members of a resource that an update takes. */
export function updatableMembers(kind: KindName, catalogue: ShapeCatalogue): ReadonlySet<string> {
  const byKind = known.get(catalogue) ?? new Map<KindName, ReadonlySet<string>>();
  known.set(catalogue, byKind);
  const members =
    byKind.get(kind) ??
    new Set(catalogue.operation(resourceKinds[kind].operations.update)?.input.members.keys() ?? []);
  byKind.set(kind, members);
  return members;
}
