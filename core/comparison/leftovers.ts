import type { ShapeCatalog } from '../api/shapes.ts';
import type { JsonObject } from '../json.ts';
import type { ResourceKind } from '../resources/resourceKind.ts';
import { type ComparableShapes, comparableShapes } from './comparableShapes.ts';
import { compareConfiguration, topLevelMember } from './compareConfiguration.ts';
import type { SettledSnapshot } from './snapshot.ts';

/**
 * The members that the manifest does not name and whose value the service did not fill in by itself, as far as is known:
 * the snapshot does not have the value, and it is no default of the service. An earlier manifest, or another client,
 * has set them.
 *
 * @param unnamed of the live configuration
 * @returns their paths
 */
export function leftovers(
  row: ResourceKind,
  unnamed: ReadonlyMap<string, string>,
  snapshot: SettledSnapshot | undefined,
  shapes: ComparableShapes,
): string[] {
  const defaults = compareConfiguration(row, {}, row.serviceDefaults ?? {}, shapes).unnamed;
  return [...unnamed]
    .filter(([path, digest]) => snapshot?.members[path] !== digest && defaults.get(path) !== digest)
    .map(([path]) => path);
}

/** The members that an update has to clear, so that the resource has only what the configuration names. */
export function membersToClear(
  row: ResourceKind,
  config: JsonObject,
  live: JsonObject,
  snapshot: SettledSnapshot | undefined,
  catalog: ShapeCatalog,
): string[] {
  const shapes = comparableShapes(row, catalog);
  const { unnamed } = compareConfiguration(row, config, live, shapes);
  return [...new Set(leftovers(row, unnamed, snapshot, shapes).map(topLevelMember))];
}
