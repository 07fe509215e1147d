import { comparableShapes } from '../comparison/comparableShapes.ts';
import { type Difference, topLevelMember } from '../comparison/compareConfiguration.ts';
import { driftValues } from '../comparison/shownValues.ts';
import { changesSince } from '../comparison/snapshot.ts';
import type { JsonObject } from '../json.ts';
import { defined, omit } from '../objects.ts';
import { updateOnlyMembers } from '../resources/manifestShape.ts';
import type { ObservedResource } from '../resources/observe.ts';
import { type Phase, phases } from '../status.ts';
import { driftText } from './differenceReport.ts';
import { diffFixed } from './diffFixed.ts';
import { type Adoption, type Drift, type ResourceRecord, withoutApplied } from './ledgerRecord.ts';
import {
  adopt,
  type ComparedResource,
  foreignMembers,
  isProvided,
  isUnknownBefore,
  type LiveComparison,
  managedComparison,
  type ResourceDiff,
  settled,
  snapshotOf,
  withHeldBack,
  withKept,
} from './liveComparison.ts';
import { recordFailure } from './retries.ts';

/** While a resource changes or awaits a person, its configuration proves nothing and cannot be changed. */
const isComparable: Readonly<Record<Phase, boolean>> = {
  moving: false,
  'awaiting-authorization': false,
  ready: true,
  failed: true,
};

/**
 * Compares the desired configuration with the applied one, and the live one with both. `updatedAt` alone says whether the
 * live one has to be read at all; where poll has read it anyway, it is compared whatever `updatedAt` says. After each
 * write it is read once, so that `ready` rests on what the service has, and not on what it accepted.
 */
export function diffResource(
  desired: ComparedResource,
  observed: ObservedResource | undefined,
  record: ResourceRecord,
  now: number,
): ResourceDiff {
  const found = compare(desired, observed, record, now);
  const { drift } = found.record;
  if (!drift || !observed?.config) return found;
  const { row, config, catalog } = desired;
  const shapes = comparableShapes(row, catalog);
  const values = driftValues(drift.differences, row, config, observed.config, shapes);
  return { ...found, record: { ...found.record, drift: { ...drift, values } } };
}

function compare(
  desired: ComparedResource,
  observed: ObservedResource | undefined,
  record: ResourceRecord,
  now: number,
): ResourceDiff {
  if (!observed || !isComparable[phases[observed.status]]) return { status: 'upToDate', record };
  const { applied, adopted } = record;
  if (desired.row.operations.update === undefined) return diffFixed(desired, observed, record);
  if (desired.adopt?.clear && adopted && adopted.kept.length > 0) return clearKept(record, adopted, observed);
  const isReady = phases[observed.status] === 'ready';
  const { config } = observed;
  if (applied && applied.fingerprint !== desired.fingerprint) {
    const unchanged = isReady && config && withoutWrite(desired, observed, config, record);
    return unchanged ? { status: 'upToDate', record: unchanged } : { status: 'outOfDate', record };
  }
  const known = diffByTime(desired, observed, record);
  if (known) return known;
  if (!config) return { status: isReady ? 'unknown' : 'upToDate', record };
  const isNewlyAdopted = adopted !== undefined && adopted.fingerprint === undefined;
  const compared = isNewlyAdopted ? adopt(desired, config, record) : record;
  return diffLive(desired, observed, compared, managedComparison(desired, config, compared), now);
}

/** What `updatedAt` alone proves. @returns undefined where the configuration has to be compared */
function diffByTime(
  desired: ComparedResource,
  { updatedAt, status, config }: ObservedResource,
  record: ResourceRecord,
): ResourceDiff | undefined {
  const { applied, drift } = record;
  if (!applied || applied.unverified) return undefined;
  if (drift?.updatedAt === updatedAt) return reactToDrift(desired, record, drift);
  const isRead = config !== undefined && phases[status] === 'ready';
  return applied.updatedAt === updatedAt && !isRead ? { status: 'upToDate', record } : undefined;
}

function diffLive(
  desired: ComparedResource,
  observed: ObservedResource,
  record: ResourceRecord,
  live: LiveComparison,
  now: number,
): ResourceDiff {
  const { applied } = record;
  if (phases[observed.status] !== 'ready') return diffFailed(desired, record, live.differences);
  if (!applied) return diffUnknown(desired, observed, record, live);
  return applied.unverified
    ? verifyWrite(desired, observed, record, live, now)
    : findDrift(desired, observed, record, live);
}

/** The manifest says now that the resource is to have only what the manifest names. */
function clearKept(record: ResourceRecord, adopted: Adoption, { updatedAt }: ObservedResource): ResourceDiff {
  const differences = added(adopted.kept);
  const drift: Drift = { updatedAt, differences, cause: 'write' };
  return { status: 'outOfDate', record: { ...record, adopted: { ...adopted, kept: [] }, drift } };
}

/** @param paths of members that AWS has and that neither the manifest nor the service's own values explain */
function added(paths: readonly string[]): Difference[] {
  return paths.map((path) => ({ path, change: 'added' }));
}

/** A failed resource is repaired in any case; with another configuration it is also out of date. */
function diffFailed(
  { selfHeal }: ComparedResource,
  record: ResourceRecord,
  differences: readonly Difference[],
): ResourceDiff {
  const isKept = differences.length === 0 || (record.applied !== undefined && !selfHeal);
  return { status: isKept ? 'upToDate' : 'outOfDate', record };
}

/**
 * A resource that Gateloop has never applied, or whose record was lost. If it has what the manifest names, it is taken as
 * applied, unless a member that it names cannot be compared, such as a secret: that one is written. A value that the
 * manifest does not name and that is no default of the service may be another client's: it is drift, so that it never
 * becomes the truth. Where the default is not known, only an adoption names the value.
 */
function diffUnknown(
  desired: ComparedResource,
  observed: ObservedResource,
  record: ResourceRecord,
  live: LiveComparison,
): ResourceDiff {
  const wrong = live.differences.filter(({ path }) => !live.heldBack.has(path));
  const foreign = foreignMembers(desired, record, live);
  const known = snapshotOf(live, foreign);
  // The write is judged by what the service is known to add, not by what was there before.
  if (wrong.length + live.unverifiable.length > 0)
    return { status: 'outOfDate', record: { ...record, snapshot: known } };
  const stuck = live.unclearable(foreign);
  const adopted = settled(
    desired,
    observed,
    withKept(record, live),
    new Map([...live.heldBack, ...stuck]),
    known,
  );
  const differences = added(foreign.filter((path) => !stuck.has(path)));
  if (differences.length === 0) return { status: 'upToDate', record: adopted };
  const cause = record.adopted && desired.adopt?.clear ? 'write' : 'foreign';
  return reactToDrift(desired, adopted, { updatedAt: observed.updatedAt, differences, cause });
}

/** Checks what the service made of the last write. What it did not do counts as a failed attempt. */
function verifyWrite(
  desired: ComparedResource,
  observed: ObservedResource,
  record: ResourceRecord,
  live: LiveComparison,
  now: number,
): ResourceDiff {
  if (isUnfinishedCreation(desired, record, live))
    return { status: 'outOfDate', record: withoutApplied(record) };
  const { told = [], failed: left = [] } = Object.groupBy(leftAfterWrite(desired, record, live), (path) =>
    isUnknownBefore(path, record, live) ? 'told' : 'failed',
  );
  const heldBack = new Map([...live.heldBack, ...live.unclearable(left)]);
  const differences = [...live.differences, ...added(left)];
  const wrong = differences.filter(({ path }) => !heldBack.has(path));
  if (wrong.length === 0) {
    const written = settled(desired, observed, withKept(record, live), heldBack, snapshotOf(live, left));
    if (told.length === 0) return { status: 'upToDate', record: written };
    const { updatedAt } = observed;
    const drift: Drift = { updatedAt, differences: added(told), cause: 'foreign', toldOnly: true };
    return reactToDrift(desired, written, drift);
  }
  const drift: Drift = { updatedAt: observed.updatedAt, differences: wrong, cause: 'write' };
  const failed = recordFailure(record, desired.fingerprint, [driftText(drift)], now);
  const applied = { fingerprint: desired.fingerprint, updatedAt: observed.updatedAt };
  return { status: 'outOfDate', record: { ...failed, applied, drift } };
}

/** Create does not take every member that Update takes: an update sends the others, and is no second attempt. */
function isUnfinishedCreation(
  { row, catalog }: ComparedResource,
  { snapshot }: ResourceRecord,
  { differences }: LiveComparison,
): boolean {
  if (snapshot || differences.length === 0) return false;
  const later = updateOnlyMembers(row, catalog);
  return differences.every(({ path }) => later.has(topLevelMember(path)));
}

/**
 * Members that the write should have cleared, or given back to the service. A PUT does that with whatever it leaves out,
 * so that what is there afterwards is the service's own, unless it is the very drift that the write was to undo. A PATCH
 * keeps what it does not name.
 */
function leftAfterWrite(
  { row }: ComparedResource,
  { snapshot, drift }: ResourceRecord,
  live: LiveComparison,
): readonly string[] {
  if (!snapshot) return [];
  const undone = new Set(drift?.differences.map(({ path }) => path));
  const left = new Set(live.leftovers(snapshot).filter((path) => !isProvided({ row }, path)));
  // What another client had set may be the service's default now, which the snapshot of an adopted resource lacks.
  const isDefault = (path: string) => live.unnamed.has(path) && !left.has(path);
  const kept = changesSince(snapshot, live.shown)
    .map(({ path }) => path)
    // A rotated secret has another value than the one that the drift had replaced.
    .filter((path) => undone.has(path) && !isDefault(path) && !live.unverifiable.includes(path));
  return row.update === 'patch' ? [...new Set([...kept, ...left])] : kept;
}

function findDrift(
  desired: ComparedResource,
  observed: ObservedResource,
  before: ResourceRecord,
  live: LiveComparison,
): ResourceDiff {
  const record = withKept(before, live);
  const { snapshot } = record;
  const changes = snapshot ? changesSince(snapshot, live.shown) : [];
  const visible = [...live.differences.filter(({ path }) => !live.heldBack.has(path)), ...changes];
  // The resource was changed, and what shows is as it was: the change may be in what no response shows.
  const unreadable = live.hidden.map((path): Difference => ({ path, change: 'unreadable' }));
  const isAsBefore = visible.length === 0 && record.applied?.updatedAt !== observed.updatedAt;
  const found = isAsBefore ? unreadable : visible;
  const stuck = live.unclearable(found.map(({ path }) => path));
  const differences = found.filter(({ path }) => !stuck.has(path));
  const kept = withHeldBack(record, new Map([...live.heldBack, ...stuck]));
  if (differences.length === 0) {
    const applied = { fingerprint: desired.fingerprint, updatedAt: observed.updatedAt };
    // What is as it was is known to this version from now on.
    const known = snapshot && { ...snapshot, model: live.model };
    return {
      status: 'upToDate',
      record: { ...omit(kept, 'drift'), applied, ...defined({ snapshot: known }) },
    };
  }
  const isNewModel = snapshot !== undefined && snapshot.model !== live.model;
  const drift: Drift = {
    updatedAt: observed.updatedAt,
    differences,
    cause: 'foreign',
    // The version that took the snapshot did not know every member of today: an added one may be as old as the resource.
    // An update that reverts another difference would clear it, so that the resource is left as a whole.
    ...(isNewModel && differences.some(({ change }) => change === 'added') && { toldOnly: true }),
  };
  return reactToDrift(desired, kept, drift);
}

/** What another client changed is undone with `selfHeal`. What a write did not do is tried again in any case. */
function reactToDrift({ selfHeal }: ComparedResource, record: ResourceRecord, drift: Drift): ResourceDiff {
  const isUndone = drift.cause === 'write' || (selfHeal && !drift.toldOnly);
  return { status: isUndone ? 'outOfDate' : 'upToDate', record: { ...record, drift } };
}

/**
 * Whether a changed manifest asks only for what the resource has already, or for what no update can do.
 *
 * @returns the record without a write; undefined where an update has something to do
 */
function withoutWrite(
  desired: ComparedResource,
  observed: ObservedResource,
  config: JsonObject,
  record: ResourceRecord,
): ResourceRecord | undefined {
  if (!record.snapshot) return undefined;
  const live = managedComparison(desired, config, record);
  const left = live.leftovers(record.snapshot);
  const stuck = live.unclearable(left);
  const isDone =
    live.unverifiable.length === 0 &&
    live.differences.every(({ path }) => live.heldBack.has(path)) &&
    left.every((path) => stuck.has(path));
  if (!isDone) return undefined;
  return settled(
    desired,
    observed,
    withKept(record, live),
    new Map([...live.heldBack, ...stuck]),
    snapshotOf(live, left),
  );
}
