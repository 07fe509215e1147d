import type { JsonObject } from '../json.ts';
import type { CreateOnlyMember } from '../resources/resourceKind.ts';
import { type Phase, phases } from '../status.ts';
import type { DiffStatus } from './actionTable.ts';
import { isSubset, matchesConfig } from './compareConfig.ts';
import type { ObservedResource } from './observedResource.ts';
import type { ResourceRecord } from './resourceRecord.ts';

/** What a resource is to be. */
export interface ResolvedResource {
  /** With references resolved. */
  readonly config: JsonObject;
  readonly fingerprint: string;
  /** The members that an update of this kind takes. */
  readonly updatableMembers: ReadonlySet<string>;
  readonly createOnlyMembers: readonly CreateOnlyMember[];
  readonly selfHeal: boolean;
  /** The change of its tools must not be made without a person's yes. */
  readonly needsApproval: boolean;
  /** Whether they must not is not known before the observed configuration has been read. */
  readonly unknownContract: boolean;
  /** Seconds between synchronisations. */
  readonly resync: number | 'never';
}

export interface ResourceDiff {
  /** `unknown`: the observed configuration must be read first. */
  readonly status: DiffStatus | 'unknown';
  readonly record: ResourceRecord;
  /** What a person should know though nothing is done about it. */
  readonly note?: string;
}

/** Nothing can be told of a configuration that is on its way, nor done about it. */
const isComparable: Readonly<Record<Phase, boolean>> = {
  moving: false,
  'awaiting-authorization': false,
  ready: true,
  failed: true,
};

/** Compares what is wanted with what was last applied, by `updatedAt` alone where that suffices. */
export function diffResource(
  desired: ResolvedResource,
  observed: ObservedResource | undefined,
  record: ResourceRecord,
): ResourceDiff {
  if (!observed || !isComparable[phases[observed.status]]) return { status: 'inStep', record };
  const { applied } = record;
  if (applied && applied.fingerprint !== desired.fingerprint) return { status: 'changed', record };
  if (applied?.updatedAt === observed.updatedAt) return { status: 'inStep', record };
  if (applied && record.drift === observed.updatedAt) return diffDrifted(desired, record);
  const isReady = phases[observed.status] === 'ready';
  if (!observed.config) return { status: isReady ? 'unknown' : 'inStep', record };
  if (matchesConfig(desired.config, observed.config, desired.updatableMembers)) {
    return { status: 'inStep', record: isReady ? adopt(desired, observed, record) : record };
  }
  return applied
    ? diffDrifted(desired, { ...record, drift: observed.updatedAt })
    : { status: 'changed', record };
}

/** @returns why the change cannot be made, one reason for each member that the API fixes at creation */
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

/** Takes a resource that already is as wanted for one that Gateloop applied. */
function adopt(
  { fingerprint }: ResolvedResource,
  { updatedAt }: ObservedResource,
  record: ResourceRecord,
): ResourceRecord {
  const { drift: _, ...known } = record;
  return { ...known, applied: { fingerprint, updatedAt }, lastGood: fingerprint };
}

function diffDrifted({ selfHeal }: ResolvedResource, record: ResourceRecord): ResourceDiff {
  if (selfHeal) return { status: 'changed', record };
  const note = 'Somebody changed it by hand; settings.selfHeal is off, so it stays as it is.';
  return { status: 'inStep', record, note };
}
