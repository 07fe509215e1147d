import type { ObservedResource } from '../resources/observe.ts';
import { phases } from '../status.ts';
import type { ResourceRecord } from './ledgerRecord.ts';
import {
  adopt,
  type ComparedResource,
  foreignMembers,
  isUnknownBefore,
  type LiveComparison,
  managedComparison,
  type ResourceDiff,
  settled,
  snapshotOf,
  withKept,
} from './liveComparison.ts';

/**
 * Compares a resource of a kind without an update. What differs from the manifest stays, and is held back with the reason;
 * no client changes it, so that nothing is drift.
 */
export function diffFixed(
  desired: ComparedResource,
  observed: ObservedResource,
  record: ResourceRecord,
): ResourceDiff {
  const { config } = observed;
  const { applied, adopted } = record;
  if (phases[observed.status] !== 'ready') return { status: 'upToDate', record };
  const isToClear = desired.adopt?.clear === true && adopted !== undefined && adopted.kept.length > 0;
  const isVerified = isOfManifest(desired, record) && !applied?.unverified;
  const isKnown = isVerified && applied?.updatedAt === observed.updatedAt && !isToClear;
  if (!config) return { status: isKnown ? 'upToDate' : 'unknown', record };
  const isNewlyAdopted = adopted !== undefined && adopted.fingerprint === undefined;
  const kept = isToClear ? { ...record, adopted: { ...adopted, kept: [] } } : record;
  const compared = isNewlyAdopted ? adopt(desired, config, record) : kept;
  const live = managedComparison(desired, config, compared);
  const stuck = live.unclearable(leftInFixed(desired, compared, live));
  const heldBack = new Map([...live.heldBack, ...stuck]);
  const snapshot = snapshotOf(live, [...stuck.keys()]);
  return {
    status: 'upToDate',
    record: settled(desired, observed, withKept(compared, live), heldBack, snapshot),
  };
}

/** What an earlier manifest or another client gave a resource that no update changes, and that the manifest does not name. */
function leftInFixed(
  desired: ComparedResource,
  record: ResourceRecord,
  live: LiveComparison,
): readonly string[] {
  const { applied, snapshot, heldBack = [] } = record;
  const isApplied = isOfManifest(desired, record);
  // What its creation did not name, the service has added.
  if (isApplied && applied?.unverified) return [];
  if (!snapshot) return foreignMembers(desired, record, live);
  const left = live.leftovers(snapshot);
  if (!isApplied) return left;
  // Members that the version that took the snapshot did not know are as old as the resource, unless they were told before.
  const told = live.unclearable(left);
  return left.filter(
    (path) => !isUnknownBefore(path, record, live) || heldBack.includes(told.get(path) ?? ''),
  );
}

/** Whether the last write, or the last comparison, was of what the manifest says now. */
function isOfManifest({ fingerprint }: ComparedResource, { applied }: ResourceRecord): boolean {
  return applied?.fingerprint === fingerprint;
}
