import type { ShapeCatalog } from '../api/shapes.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { withMemberAt } from '../manifest/memberAt.ts';
import type { ResourceKind } from '../resources/resourceKind.ts';
import { type ComparableShapes, comparableShapes } from './comparableShapes.ts';
import {
  type Comparison,
  compareConfiguration,
  topLevelMember,
  valueAtPath,
} from './compareConfiguration.ts';
import type { SettledSnapshot } from './snapshot.ts';

/** A live configuration that is compared with a desired one. */
export interface Compared {
  readonly row: ResourceKind;
  readonly desired: JsonObject;
  /** The response of Get, unwrapped. */
  readonly live: JsonObject;
  readonly shapes: ComparableShapes;
}

/**
 * The members that the manifest does not name and whose value the service did not give by itself, as far as is known: the
 * snapshot does not have the value, and it is no default of the service. An earlier manifest, or another client, has set
 * them. Also the members that the service had given a value, and that have none any more.
 *
 * @returns their paths
 */
export function leftovers(
  { row, desired, live, shapes }: Compared,
  { unnamed, shown }: Pick<Comparison, 'unnamed' | 'shown'>,
  snapshot: SettledSnapshot | undefined,
): string[] {
  const defaults = compareConfiguration(row, {}, defaultsFor(row, live), shapes).unnamed;
  const present = [...unnamed]
    .filter(([path, digest]) => snapshot?.members[path] !== digest && defaults.get(path) !== digest)
    .map(([path]) => path);
  // A member that the manifest names is sent whole, so that what is missing in it left with the manifest.
  const missing = Object.keys(snapshot?.members ?? {}).filter(
    (path) => desired[topLevelMember(path)] === undefined && !shown.has(path) && !isReplaced(path, present),
  );
  return [...present, ...missing];
}

/** Another value of the same member says the same. */
function isReplaced(path: string, present: readonly string[]): boolean {
  return present.some((other) => topLevelMember(other) === topLevelMember(path));
}

/** The members that an update has to clear, so that the resource has only what the configuration names. */
export function membersToClear(
  row: ResourceKind,
  desired: JsonObject,
  live: JsonObject,
  snapshot: SettledSnapshot | undefined,
  catalog: ShapeCatalog,
): string[] {
  const shapes = comparableShapes(row, catalog);
  const comparison = compareConfiguration(row, desired, live, shapes);
  const left = leftovers({ row, desired, live, shapes }, comparison, snapshot);
  return [...new Set(left.map(topLevelMember))];
}

/** The defaults of the service, where some depend on another value of the resource. */
function defaultsFor(row: ResourceKind, live: JsonObject): JsonObject {
  return (row.cappedDefaults ?? []).reduce((defaults: JsonObject, [capped, cap]) => {
    const [byDefault, limit] = [valueAtPath(defaults, capped), valueAtPath(live, cap)];
    return isLess(limit, byDefault) ? withMemberAt(defaults, capped.split('.'), limit) : defaults;
  }, row.serviceDefaults ?? {});
}

function isLess(value: JsonValue | undefined, other: JsonValue | undefined): value is number {
  return typeof value === 'number' && typeof other === 'number' && value < other;
}
