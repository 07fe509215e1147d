import { comparableShapes } from '../comparison/comparableShapes.ts';
import { type Comparison, compareConfiguration, topLevelMember } from '../comparison/compareConfiguration.ts';
import { leftovers } from '../comparison/leftovers.ts';
import { keepable, withLiveMembers } from '../comparison/liveMembers.ts';
import { type SettledSnapshot, takeSnapshot } from '../comparison/snapshot.ts';
import type { JsonObject } from '../json.ts';
import { omit } from '../objects.ts';
import type { ObservedResource } from '../resources/observe.ts';
import type { DiffStatus } from './actionTable.ts';
import { fixedDifferences, unclearable } from './heldBack.ts';
import type { ResourceRecord } from './ledgerRecord.ts';
import type { ResolvedResource } from './plan.ts';

export interface ResourceDiff {
  /** `unknown`: the observed configuration must be read first. */
  readonly status: Exclude<DiffStatus, 'removed'> | 'unknown';
  readonly record: ResourceRecord;
}

/** What a resource is compared with. */
export type ComparedResource = Pick<
  ResolvedResource,
  'config' | 'fingerprint' | 'row' | 'catalog' | 'selfHeal' | 'adopt'
> &
  Partial<Pick<ResolvedResource, 'protect'>>;

/** The live configuration of a ready resource, compared with the desired one. */
export interface LiveComparison extends Comparison {
  readonly model: string;
  /** Differences that no update can undo, with the reason of each. */
  readonly heldBack: ReadonlyMap<string, string>;
  /** Of members that the manifest does not name, those that no update can clear, with the reason of each. */
  readonly unclearable: (paths: readonly string[]) => ReadonlyMap<string, string>;
  /** What neither the manifest nor a snapshot nor a default of the service explains. */
  readonly leftovers: (snapshot: SettledSnapshot | undefined) => readonly string[];
  /** Members that an adopted resource keeps; they are not in `unnamed`. */
  readonly kept: readonly string[];
}

/** @param kept members that an adopted resource keeps: an update sends them with the manifest's */
function liveComparison(
  { row, config, catalog, protect = false }: ComparedResource,
  live: JsonObject,
  kept: readonly string[] = [],
): LiveComparison {
  const shapes = comparableShapes(row, catalog);
  const comparison = compareConfiguration(row, config, live, shapes);
  const sides = { row, config: withLiveMembers(row, config, live, kept), live, protect };
  return {
    ...comparison,
    model: shapes.model,
    heldBack: fixedDifferences(sides, comparison.differences),
    unclearable: (paths) => unclearable(sides, catalog, paths),
    leftovers: (snapshot) => leftovers({ row, desired: config, live, shapes }, comparison, snapshot),
    kept,
  };
}

/** Without the members that the resource had before its adoption and that the manifest does not name. */
export function managedComparison(
  desired: ComparedResource,
  live: JsonObject,
  { adopted }: ResourceRecord,
): LiveComparison {
  const unmanaged = liveComparison(desired, live);
  const kept = (adopted?.kept ?? []).filter((path) => unmanaged.unnamed.has(path));
  if (kept.length === 0) return unmanaged;
  const comparison = liveComparison(desired, live, kept);
  const isManaged = (path: string) => !kept.includes(path);
  const managed = (members: ReadonlyMap<string, string>) =>
    new Map([...members].filter(([path]) => isManaged(path)));
  return {
    ...comparison,
    unnamed: managed(comparison.unnamed),
    shown: managed(comparison.shown),
    leftovers: (snapshot) => comparison.leftovers(snapshot).filter(isManaged),
  };
}

/** A member that the manifest names by now, or that was removed by hand, is kept no longer. */
export function withKept(record: ResourceRecord, { kept }: LiveComparison): ResourceRecord {
  return record.adopted ? { ...record, adopted: { ...record.adopted, kept } } : record;
}

/** Compares a resource that is taken over for the first time, and finds the members that it keeps. */
export function adopt(desired: ComparedResource, live: JsonObject, record: ResourceRecord): ResourceRecord {
  const { row, catalog, config, fingerprint } = desired;
  const comparison = liveComparison(desired, live);
  const foreign = new Set(comparison.leftovers(undefined).map(topLevelMember));
  // A member is kept whole: an update that sent only what is no default would lack members that the service requires.
  const unnamed = [...comparison.unnamed.keys()].filter((path) => foreign.has(topLevelMember(path)));
  const others = keepable(row, unnamed, config, comparableShapes(row, catalog));
  const { differences } = comparison;
  const kept = desired.adopt?.clear ? [] : others;
  return { ...record, adopted: { fingerprint, differences, kept } };
}

/** What neither the manifest nor a default of the service explains, of a resource without a snapshot. */
export function foreignMembers(
  desired: ComparedResource,
  { adopted }: ResourceRecord,
  live: LiveComparison,
): readonly string[] {
  const { unknownDefaults = [] } = desired.row;
  const isUnknown = (path: string) =>
    !adopted && (unknownDefaults.includes(topLevelMember(path)) || isProvided(desired, path));
  return live.leftovers(undefined).filter((path) => !isUnknown(path));
}

/** Whether provision gives the member a value where the manifest names none. */
export function isProvided({ row }: Pick<ComparedResource, 'row'>, path: string): boolean {
  return row.providedMembers?.includes(path.replaceAll(/\[\d+\]/g, '')) === true;
}

/** Whether the version that took the snapshot may not have known the member: it may be as old as the resource. */
export function isUnknownBefore(
  path: string,
  { snapshot }: ResourceRecord,
  { model }: LiveComparison,
): boolean {
  return snapshot !== undefined && snapshot.model !== model && snapshot.members[path] === undefined;
}

/** What the service has added by itself. What is left of other values is no part of it, so that it is told each time. */
export function snapshotOf({ shown, model }: LiveComparison, left: readonly string[]): SettledSnapshot {
  return takeSnapshot(new Map([...shown].filter(([path]) => !left.includes(path))), model);
}

export function settled(
  { fingerprint }: ComparedResource,
  { updatedAt }: ObservedResource,
  record: ResourceRecord,
  heldBack: ReadonlyMap<string, string>,
  snapshot: SettledSnapshot,
): ResourceRecord {
  return {
    ...omit(withHeldBack(record, heldBack), 'drift'),
    applied: { fingerprint, updatedAt },
    lastGood: fingerprint,
    snapshot,
  };
}

export function withHeldBack(record: ResourceRecord, heldBack: ReadonlyMap<string, string>): ResourceRecord {
  const reasons = [...new Set(heldBack.values())];
  return { ...omit(record, 'heldBack'), ...(reasons.length > 0 && { heldBack: reasons }) };
}
