import type { ShapeCatalog } from '../api/shapes.ts';
import { comparableShapes } from '../comparison/comparableShapes.ts';
import {
  compareConfiguration,
  type Difference,
  topLevelMember,
  valueAtPath,
} from '../comparison/compareConfiguration.ts';
import type { JsonObject } from '../json.ts';
import { noUpdateText, unclearableReason } from '../resources/clearing.ts';
import type { CreateOnlyMember, ResourceKind } from '../resources/resourceKind.ts';
import { type ResolvedResource, type ResourceContext, type ResourcePlan, resourcePlan } from './plan.ts';

/** A desired configuration, and the response of Get, unwrapped. */
export interface Sides {
  readonly row: ResourceKind;
  readonly config: JsonObject;
  readonly live: JsonObject;
  /** The manifest protects the resource. */
  readonly protect?: boolean;
}

/**
 * The differences that no update can undo, with the reason of each: in members that the service fixes at creation, in those
 * that depend on them, and in members whose change the service refuses.
 */
export function fixedDifferences(
  sides: Sides,
  differences: readonly Difference[],
): ReadonlyMap<string, string> {
  if (sides.row.operations.update === undefined) return allFixed(sides.row, differences);
  const reasons = new Map<string, string>();
  const holdBack = (members: readonly string[], reason: string) => {
    for (const { path } of differences) if (members.includes(topLevelMember(path))) reasons.set(path, reason);
  };
  for (const fixed of sides.row.createOnlyMembers) {
    const { member, with: others = [] } = fixed;
    if (!differences.some(({ path }) => isWithin(path, member))) continue;
    holdBack([member, ...others].map(topLevelMember), fixedText(fixed));
  }
  for (const [member, reason] of refusals(sides)) holdBack([member], reason);
  return reasons;
}

function fixedText({ member, reason }: CreateOnlyMember): string {
  return `${member} cannot be changed: ${reason}. Give the resource another name, or delete it first.`;
}

/** Of a kind without an update: it keeps every member that it was created with. */
function allFixed(row: ResourceKind, differences: readonly Difference[]): ReadonlyMap<string, string> {
  const remedy = row.holdsData
    ? 'Give the resource another name, so that a new one is made. What this one holds stays in it.'
    : 'Give the resource another name, or remove it from the manifest until it is deleted.';
  return new Map(
    differences.map(({ path }) => [
      path,
      `${topLevelMember(path)} cannot be changed: ${noUpdateText(row)}. ${remedy}`,
    ]),
  );
}

/** @returns the members that an update must leave as the service has them */
export function fixedMembers(sides: Sides, catalog: ShapeCatalog): string[] {
  const { row, config, live } = sides;
  const { differences } = compareConfiguration(row, config, live, comparableShapes(row, catalog));
  const fixed = [...fixedDifferences(sides, differences).keys()].map(topLevelMember);
  const members = row.createOnlyMembers
    .map(({ member, with: others = [] }) => [member, ...others].map(topLevelMember))
    .filter(([member = '']) => fixed.includes(member));
  return [...new Set([...members.flat(), ...refusals(sides).keys()])];
}

/** The members whose change the service refuses, with the reason of each. */
function refusals({ row, config, live, protect = false }: Sides): ReadonlyMap<string, string> {
  return new Map(
    (row.refusedChanges ?? []).flatMap(({ member, reason }): [string, string][] => {
      const before = valueAtPath(live, row.outputMembers?.[member] ?? member);
      const text = reason(before, config[member], protect);
      return text === undefined ? [] : [[member, text]];
    }),
  );
}

function isWithin(path: string, member: string): boolean {
  return path === member || (path.startsWith(member) && /^[.[]/.test(path.slice(member.length)));
}

/**
 * Members that the manifest does not name and that no update clears, because the operation has no means to, or because
 * the service refuses it.
 */
export function unclearable(
  sides: Sides,
  catalog: ShapeCatalog,
  paths: readonly string[],
): ReadonlyMap<string, string> {
  const { row, config } = sides;
  const refused = refusals(sides);
  return new Map(
    paths.flatMap((path): [string, string][] => {
      const member = topLevelMember(path);
      const fixed = row.createOnlyMembers.find((each) => isWithin(path, each.member));
      if (fixed) return [[path, fixedText(fixed)]];
      const isInItem = row.itemNames?.[member] !== undefined && /^[^[]*\[\d+\]\./.test(path);
      if (isInItem && !refused.has(member)) return [[path, keptInItem(row, path)]];
      // An update sends whole what the manifest names, and so clears what else is in it.
      const isNamed = row.operations.update !== undefined && config[member] !== undefined;
      const reason = refused.get(member) ?? (isNamed ? undefined : unclearableReason(row, member, catalog));
      return reason === undefined ? [] : [[path, reason]];
    }),
  );
}

/**
 * Plans nothing for a resource that the service has locked, whatever the manifest changes: the change is made once a later
 * poll finds it unlocked.
 *
 * @returns undefined where an update is free to begin
 */
export function planLocked(
  context: ResourceContext,
  { row: { lock } }: ResolvedResource,
): ResourcePlan | undefined {
  const { observed } = context;
  if (!lock || !observed) return undefined;
  if (!observed.config) {
    const reasons = ['Whether AWS has locked it could not be read yet.'];
    return resourcePlan(context, 'in-progress', reasons, { needsRead: true });
  }
  return observed.config[lock.member] === true ? resourcePlan(context, 'refused', [lock.reason]) : undefined;
}

/** Of a list whose items have names, an update changes the items one by one, and of each what it names. */
function keptInItem({ operations: { update } }: ResourceKind, path: string): string {
  return `${topLevelMember(path)} has a value that the manifest does not name, at ${path}, and ${update} has no way to clear it. Name it, or give the item another name.`;
}
