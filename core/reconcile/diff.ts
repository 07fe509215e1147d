import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { ObservedResource } from '../resources/observe.ts';
import { type Phase, phases } from '../status.ts';
import type { DiffStatus } from './actionTable.ts';
import type { ResourceRecord } from './ledgerRecord.ts';
import type { ResolvedResource } from './plan.ts';

export interface ResourceDiff {
  /** `unknown`: the observed configuration must be read first. */
  readonly status: Exclude<DiffStatus, 'removed'> | 'unknown';
  readonly record: ResourceRecord;
  /** A difference to report even though Gateloop does not act on it. */
  readonly note?: string;
}

/** While a resource changes or awaits a person, its configuration proves nothing and cannot be changed. */
const isComparable: Readonly<Record<Phase, boolean>> = {
  moving: false,
  'awaiting-authorization': false,
  ready: true,
  failed: true,
};

/** Compares the desired configuration with the applied one, by `updatedAt` alone where that suffices. */
export function diffResource(
  desired: ResolvedResource,
  observed: ObservedResource | undefined,
  record: ResourceRecord,
): ResourceDiff {
  if (!observed || !isComparable[phases[observed.status]]) return { status: 'upToDate', record };
  const { applied } = record;
  if (applied && applied.fingerprint !== desired.fingerprint) return { status: 'outOfDate', record };
  if (applied?.updatedAt === observed.updatedAt) return { status: 'upToDate', record };
  if (applied && record.drift === observed.updatedAt) return diffDrifted(desired, record);
  const isReady = phases[observed.status] === 'ready';
  if (!observed.config) return { status: isReady ? 'unknown' : 'upToDate', record };
  if (matchesConfig(desired.config, observed.config, desired.updatableMembers)) {
    return { status: 'upToDate', record: isReady ? adopt(desired, observed, record) : record };
  }
  return applied
    ? diffDrifted(desired, { ...record, drift: observed.updatedAt })
    : { status: 'outOfDate', record };
}

/** @returns why the change is impossible: one reason for each changed member that the API fixes at creation */
export function createOnlyChanges(
  desired: ResolvedResource,
  observed: ObservedResource | undefined,
): string[] {
  const config = observed?.config;
  if (!config) return [];
  return desired.createOnlyMembers
    .filter(({ member }) => {
      const value = desired.config[member];
      return value !== undefined && !isSubset(value, config[member]);
    })
    .map(
      ({ member, reason }) =>
        `${member} cannot be changed: ${reason}. Give the resource another name, or delete it first.`,
    );
}

/**
 * Whether the observed configuration has every desired value. Members that the service added by itself (defaults,
 * derived members) are no difference.
 *
 * @param members the members that an update accepts; the others cannot be changed, so they are not compared
 */
export function matchesConfig(
  desired: JsonObject,
  observed: JsonObject,
  members: ReadonlySet<string>,
): boolean {
  return Object.entries(desired).every(
    ([name, value]) => !members.has(name) || isSubset(value, observed[name]),
  );
}

/** Whether `observed` contains `desired`: objects may have more members, lists must be equal item by item. */
export function isSubset(desired: JsonValue, observed: JsonValue | undefined): boolean {
  if (Array.isArray(desired)) {
    return (
      Array.isArray(observed) &&
      observed.length === desired.length &&
      desired.every((item, index) => isSubset(item, observed[index]))
    );
  }
  if (isJsonObject(desired)) {
    return (
      isJsonObject(observed) &&
      Object.entries(desired).every(([name, value]) => isSubset(value, observed[name]))
    );
  }
  return desired === observed;
}

/** Adopts a resource that already has the desired configuration, as if Gateloop had applied it. */
function adopt(
  { fingerprint }: ResolvedResource,
  { updatedAt }: ObservedResource,
  record: ResourceRecord,
): ResourceRecord {
  const { drift: _, ...rest } = record;
  return { ...rest, applied: { fingerprint, updatedAt }, lastGood: fingerprint };
}

function diffDrifted({ selfHeal }: ResolvedResource, record: ResourceRecord): ResourceDiff {
  if (selfHeal) return { status: 'outOfDate', record };
  const note = 'Changed outside Gateloop; not reverted because settings.selfHeal is off.';
  return { status: 'upToDate', record, note };
}
