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
  const reasons = new Map<string, string>();
  for (const { member, with: others = [], reason } of row.createOnlyMembers) {
    if (!differences.some(({ path }) => path === member || /^[.[]/.test(afterPrefix(path, member)))) continue;
    const text = `${member} cannot be changed: ${reason}. Give the resource another name, or delete it first.`;
    const heldBack = [member, ...others].map(topLevelMember);
    for (const { path } of differences) if (heldBack.includes(topLevelMember(path))) reasons.set(path, text);
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
  const members = row.createOnlyMembers
    .map(({ member, with: others = [] }) => [member, ...others].map(topLevelMember))
    .filter(([member = '']) => fixed.includes(member));
  return [...new Set(members.flat())];
}

function afterPrefix(path: string, prefix: string): string {
  return path.startsWith(prefix) ? path.slice(prefix.length) : '';
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
