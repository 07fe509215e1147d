import type { ShapeCatalog } from '../api/shapes.ts';
import { comparableShapes } from '../comparison/comparableShapes.ts';
import { compareConfiguration, type Difference, topLevelMember } from '../comparison/compareConfiguration.ts';
import type { JsonObject } from '../json.ts';
import { unclearableReason } from '../resources/clearing.ts';
import type { ResourceKind } from '../resources/resourceKind.ts';
import type { ResolvedResource } from './plan.ts';

/** The differences in members that the service fixes at creation, and in those that depend on them. */
export function fixedDifferences(
  row: ResourceKind,
  differences: readonly Difference[],
): ReadonlyMap<string, string> {
  const changed = new Set(differences.map(({ path }) => topLevelMember(path)));
  const reasons = new Map<string, string>();
  for (const { member, with: others = [], reason } of row.createOnlyMembers) {
    if (!changed.has(member)) continue;
    const text = `${member} cannot be changed: ${reason}. Give the resource another name, or delete it first.`;
    for (const { path } of differences)
      if ([member, ...others].includes(topLevelMember(path))) reasons.set(path, text);
  }
  return reasons;
}

/** @returns the members among these that an update must leave as the service has them */
export function fixedMembers(
  row: ResourceKind,
  config: JsonObject,
  live: JsonObject,
  catalog: ShapeCatalog,
): string[] {
  const { differences } = compareConfiguration(row, config, live, comparableShapes(row, catalog));
  const fixed = [...fixedDifferences(row, differences).keys()].map(topLevelMember);
  return row.createOnlyMembers
    .filter(({ member }) => fixed.includes(member))
    .flatMap(({ member, with: others = [] }) => [member, ...others]);
}

/** Members that the manifest does not name and that the operation has no means to clear. */
export function unclearable(
  { row, config, catalog }: Pick<ResolvedResource, 'row' | 'config' | 'catalog'>,
  paths: readonly string[],
): ReadonlyMap<string, string> {
  return new Map(
    paths
      .filter((path) => config[topLevelMember(path)] === undefined)
      .flatMap((path): [string, string][] => {
        const reason = unclearableReason(row, topLevelMember(path), catalog);
        return reason === undefined ? [] : [[path, reason]];
      }),
  );
}
