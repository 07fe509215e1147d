import type { ShapeCatalog } from '../api/shapes.ts';
import { comparableShapes } from '../comparison/comparableShapes.ts';
import {
  type Comparison,
  compareConfiguration,
  type Difference,
  topLevelMember,
} from '../comparison/compareConfiguration.ts';
import { leftovers } from '../comparison/leftovers.ts';
import { changesSince, takeSnapshot } from '../comparison/snapshot.ts';
import type { JsonObject } from '../json.ts';
import { defined, omit } from '../objects.ts';
import { clearingValue } from '../resources/clearing.ts';
import type { ObservedResource } from '../resources/observe.ts';
import type { ResourceKind } from '../resources/resourceKind.ts';
import { type Phase, phases } from '../status.ts';
import type { DiffStatus } from './actionTable.ts';
import type { Drift, ResourceRecord } from './ledgerRecord.ts';
import type { ResolvedResource } from './plan.ts';
import { recordFailure } from './retries.ts';

export interface ResourceDiff {
  /** `unknown`: the observed configuration must be read first. */
  readonly status: Exclude<DiffStatus, 'removed'> | 'unknown';
  readonly record: ResourceRecord;
}

/** While a resource changes or awaits a person, its configuration proves nothing and cannot be changed. */
const isComparable: Readonly<Record<Phase, boolean>> = {
  moving: false,
  'awaiting-authorization': false,
  ready: true,
  failed: true,
};

/**
 * Compares the desired configuration with the applied one, and the live one with both. `updatedAt` alone says whether the
 * live one has to be read at all. After each write it is read once, so that `ready` rests on what the service has, and
 * not on what it accepted.
 */
export function diffResource(
  desired: ResolvedResource,
  observed: ObservedResource | undefined,
  record: ResourceRecord,
  now: number,
): ResourceDiff {
  if (!observed || !isComparable[phases[observed.status]]) return { status: 'upToDate', record };
  const { applied, drift } = record;
  if (applied && applied.fingerprint !== desired.fingerprint) {
    const heldBack = observed.config && onlyHeldBack(desired, observed.config, record);
    return heldBack
      ? { status: 'upToDate', record: settled(desired, observed, record, heldBack) }
      : { status: 'outOfDate', record };
  }
  if (applied && !applied.unverified) {
    if (drift?.updatedAt === observed.updatedAt) return reactToDrift(desired, record, drift);
    if (applied.updatedAt === observed.updatedAt) return { status: 'upToDate', record };
  }
  const isReady = phases[observed.status] === 'ready';
  if (!observed.config) return { status: isReady ? 'unknown' : 'upToDate', record };
  const live = liveComparison(desired, observed.config);
  if (!isReady) return diffFailed(desired, record, live.differences);
  if (!applied) return diffUnknown(desired, observed, record, live);
  return applied.unverified
    ? verifyWrite(desired, observed, record, live, now)
    : findDrift(desired, observed, record, live);
}

/** The live configuration of a ready resource, compared with the desired one. */
interface LiveComparison extends Comparison {
  readonly model: string;
  /** Differences that no update can undo, with the reason of each. */
  readonly heldBack: ReadonlyMap<string, string>;
}

function liveComparison({ row, config, catalog }: ResolvedResource, live: JsonObject): LiveComparison {
  const shapes = comparableShapes(row, catalog);
  const { differences, unnamed } = compareConfiguration(row, config, live, shapes);
  return { differences, unnamed, model: shapes.model, heldBack: fixedDifferences(row, differences) };
}

/** A failed resource is repaired in any case; with another configuration it is also out of date. */
function diffFailed(
  { selfHeal }: ResolvedResource,
  record: ResourceRecord,
  differences: readonly Difference[],
): ResourceDiff {
  const isKept = differences.length === 0 || (record.applied !== undefined && !selfHeal);
  return { status: isKept ? 'upToDate' : 'outOfDate', record };
}

/**
 * A resource that Gateloop has never applied, or whose record was lost. If it has what the manifest names, it is taken as
 * applied. A value that the manifest does not name and that is no default of the service may be another client's: it is
 * drift, so that it never becomes the truth.
 */
function diffUnknown(
  desired: ResolvedResource,
  observed: ObservedResource,
  record: ResourceRecord,
  live: LiveComparison,
): ResourceDiff {
  const wrong = live.differences.filter(({ path }) => !live.heldBack.has(path));
  if (wrong.length > 0) return { status: 'outOfDate', record };
  const shapes = comparableShapes(desired.row, desired.catalog);
  const foreign = new Set(leftovers(desired.row, live.unnamed, undefined, shapes));
  const known = new Map([...live.unnamed].filter(([path]) => !foreign.has(path)));
  const adopted = settled(desired, observed, record, live.heldBack, known);
  if (foreign.size === 0) return { status: 'upToDate', record: adopted };
  const differences = [...foreign].map((path): Difference => ({ path, change: 'added' }));
  return reactToDrift(desired, adopted, { updatedAt: observed.updatedAt, differences, cause: 'foreign' });
}

/** Checks what the service made of the last write. What it did not do counts as a failed attempt. */
function verifyWrite(
  desired: ResolvedResource,
  observed: ObservedResource,
  record: ResourceRecord,
  live: LiveComparison,
  now: number,
): ResourceDiff {
  const { told = [], failed: left = [] } = Object.groupBy(
    leftAfterWrite(desired, record, live.unnamed),
    (path) => (isUnknownBefore(path, record, live) ? 'told' : 'failed'),
  );
  const heldBack = new Map([...live.heldBack, ...unclearable(desired, left)]);
  const differences = [...live.differences, ...left.map((path): Difference => ({ path, change: 'added' }))];
  const wrong = differences.filter(({ path }) => !heldBack.has(path));
  if (wrong.length === 0) {
    const written = settled(desired, observed, record, heldBack, live.unnamed);
    if (told.length === 0) return { status: 'upToDate', record: written };
    const added = told.map((path): Difference => ({ path, change: 'added' }));
    const { updatedAt } = observed;
    return reactToDrift(desired, written, {
      updatedAt,
      differences: added,
      cause: 'foreign',
      toldOnly: true,
    });
  }
  const drift: Drift = { updatedAt: observed.updatedAt, differences: wrong, cause: 'write' };
  const failed = recordFailure(record, desired.fingerprint, [driftText(drift)], now);
  const applied = { fingerprint: desired.fingerprint, updatedAt: observed.updatedAt };
  return { status: 'outOfDate', record: { ...failed, applied, drift } };
}

/** Whether the version that took the snapshot may not have known the member: it may be as old as the resource. */
function isUnknownBefore(path: string, { snapshot }: ResourceRecord, { model }: LiveComparison): boolean {
  return snapshot !== undefined && snapshot.model !== model && snapshot.members[path] === undefined;
}

/**
 * Members that the write should have cleared. A PUT clears whatever it leaves out, so that what is there afterwards is the
 * service's own, unless it is the very drift that the write was to undo. A PATCH keeps what it does not name.
 */
function leftAfterWrite(
  { row, catalog }: ResolvedResource,
  { snapshot, drift }: ResourceRecord,
  unnamed: ReadonlyMap<string, string>,
): string[] {
  if (!snapshot) return [];
  if (row.update === 'patch') return leftovers(row, unnamed, snapshot, comparableShapes(row, catalog));
  const undone = new Set(drift?.differences.map(({ path }) => path));
  return changesSince(snapshot, unnamed)
    .map(({ path }) => path)
    .filter((path) => undone.has(path) && unnamed.has(path));
}

function findDrift(
  desired: ResolvedResource,
  observed: ObservedResource,
  record: ResourceRecord,
  { differences, unnamed, heldBack, model }: LiveComparison,
): ResourceDiff {
  const { snapshot } = record;
  const changes = snapshot ? changesSince(snapshot, unnamed) : [];
  const found = [...differences.filter(({ path }) => !heldBack.has(path)), ...changes];
  if (found.length === 0) {
    const applied = { fingerprint: desired.fingerprint, updatedAt: observed.updatedAt };
    // What is as it was is known to this version from now on.
    const known = snapshot && { ...snapshot, model };
    return {
      status: 'upToDate',
      record: { ...omit(record, 'drift'), applied, ...defined({ snapshot: known }) },
    };
  }
  const isNewModel = snapshot !== undefined && snapshot.model !== model;
  const drift: Drift = {
    updatedAt: observed.updatedAt,
    differences: found,
    cause: 'foreign',
    // The version that took the snapshot did not know every member of today: an added one may be as old as the resource.
    // An update that reverts another difference would clear it, so that the resource is left as a whole.
    ...(isNewModel && found.some(({ change }) => change === 'added') && { toldOnly: true }),
  };
  return reactToDrift(desired, record, drift);
}

/** What another client changed is undone with `selfHeal`. What a write did not do is tried again in any case. */
function reactToDrift({ selfHeal }: ResolvedResource, record: ResourceRecord, drift: Drift): ResourceDiff {
  const isUndone = drift.cause === 'write' || (selfHeal && !drift.toldOnly);
  return { status: isUndone ? 'outOfDate' : 'upToDate', record: { ...record, drift } };
}

/**
 * Whether a changed manifest asks only for what no update can do.
 *
 * @returns the reasons; undefined where an update has something to do
 */
function onlyHeldBack(
  desired: ResolvedResource,
  config: JsonObject,
  { snapshot }: ResourceRecord,
): ReadonlyMap<string, string> | undefined {
  const live = liveComparison(desired, config);
  const changes = snapshot ? changesSince(snapshot, live.unnamed) : [];
  const isHeld = live.differences.length > 0 && live.differences.every(({ path }) => live.heldBack.has(path));
  return isHeld && changes.length === 0 ? live.heldBack : undefined;
}

function settled(
  { fingerprint, row, catalog }: ResolvedResource,
  { updatedAt }: ObservedResource,
  record: ResourceRecord,
  heldBack: ReadonlyMap<string, string>,
  unnamed?: ReadonlyMap<string, string>,
): ResourceRecord {
  const reasons = [...new Set(heldBack.values())];
  return {
    ...omit(record, 'drift', 'heldBack'),
    applied: { fingerprint, updatedAt },
    lastGood: fingerprint,
    ...(unnamed && { snapshot: takeSnapshot(unnamed, comparableShapes(row, catalog).model) }),
    ...(reasons.length > 0 && { heldBack: reasons }),
  };
}

/** The differences in members that the service fixes at creation, and in those that depend on them. */
function fixedDifferences(
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

/** Members that left the manifest and that the operation has no means to clear. */
function unclearable(
  { row, config, catalog }: ResolvedResource,
  paths: readonly string[],
): ReadonlyMap<string, string> {
  const { update } = row.operations;
  const members = catalog.operation(update)?.input.members;
  const reasons = new Map<string, string>();
  for (const path of paths) {
    const member = topLevelMember(path);
    if (config[member] !== undefined) continue;
    if (clearingValue(row, member, members?.get(member)?.shape) !== undefined) continue;
    const text = `${member} left the manifest, but ${update} has no way to clear it. Name it again, or delete the resource.`;
    reasons.set(path, text);
  }
  return reasons;
}

/** More are counted, not named: a message has to stay readable. */
const MAX_NAMED = 20;

/** What differs from what was applied, in configuration and tags, for owners and programs: the first `MAX_NAMED`. */
export function reportedDifferences({ drift, tags }: Pick<ResourceRecord, 'drift' | 'tags'>): {
  readonly differences?: readonly Difference[];
} {
  const differences = [...(drift?.differences ?? []), ...(tags?.drift ?? [])].slice(0, MAX_NAMED);
  return differences.length > 0 ? { differences } : {};
}

/** Says what differs, member by member, for the owner. */
export function driftText({ differences, cause, toldOnly }: Drift): string {
  const named = differences.slice(0, MAX_NAMED).map(({ path, change }) => `${path} (${change})`);
  const rest = differences.length > MAX_NAMED ? ` and ${differences.length - MAX_NAMED} more` : '';
  const list = `${named.join(', ')}${rest}`;
  if (cause === 'write') return `The service accepted the configuration, but differs from it: ${list}.`;
  const unknown = toldOnly
    ? ' The version of Gateloop that wrote the resource did not know these members, so they are not reverted.'
    : '';
  return `Changed outside Gateloop: ${list}.${unknown}`;
}
