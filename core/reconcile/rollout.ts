import type { DesiredResource, DesiredSchema, DesiredState } from '../desired/desired.ts';
import { SHARED_FOLDER } from '../manifest/rolloutSettings.ts';
import { own } from '../objects.ts';
import type { ResourcePlan, RolloutHold } from './plan.ts';

/**
 * How far a version of a file has come in the canary:
 * - `ready`: every resource that uses it is READY with what was sent last, and that was read back
 * - `stopped`: a resource has failed with it, or was rolled back, and Gateloop tries no more
 * - `waiting`: neither yet
 */
export type CanaryState = 'ready' | 'stopped' | 'waiting';

/** A schema file in `shared/` as the canary has it. */
export interface CanaryFile {
  /** Of the version that the last accepted upload of the canary has, in canonical form. */
  readonly sha256: string;
  readonly state: CanaryState;
  /** The versions that were ready in the canary, the last one first: a follower may take, or go back to, each of them. */
  readonly proven: readonly string[];
}

/** What a canary tells its followers. */
export interface CanaryReport {
  readonly followers: readonly string[];
  /** By `fileKey`. */
  readonly files: Readonly<Record<string, CanaryFile>>;
}

/** What a follower knows of its canary. */
export interface FollowedCanary {
  readonly workspace: string;
  readonly canary: string;
  /** The canary has no files: nothing will be proven there. */
  readonly isGone: boolean;
  /** Absent until the canary has told something. */
  readonly report: CanaryReport | undefined;
}

/** A rollback after an incident goes some uploads back, and 20 digests of each of some hundred files are 150 KB. */
const MAX_PROVEN = 20;

/** A schema from the folder whose files are rolled out. */
export type SharedSchema = DesiredSchema & { readonly file: string };

/** @returns undefined for a resource without a schema of the folder `shared/` */
export function sharedSchemaOf({ schema }: DesiredResource): SharedSchema | undefined {
  return schema?.file?.startsWith(SHARED_FOLDER) ? { ...schema, file: schema.file } : undefined;
}

/** One file that is read as two kinds has two canonical forms. */
function fileKey({ kind, file }: SharedSchema): string {
  return `${kind} ${file}`;
}

/**
 * Says what the canary tells its followers after a poll. What is proven stays so, whatever comes later.
 *
 * @param before what it told last
 */
export function canaryReport(
  { settings, resources, isPruningSuspended }: DesiredState,
  plans: readonly ResourcePlan[],
  before: CanaryReport | undefined,
): CanaryReport {
  const planOf = new Map(plans.map((plan) => [plan.address, plan]));
  const uses = resources.flatMap((resource) => {
    const schema = sharedSchemaOf(resource);
    return schema ? [{ key: fileKey(schema), schema, plan: planOf.get(resource.address) }] : [];
  });
  // What a faulty or partly read upload does not show may be there.
  const kept = isPruningSuspended ? (before?.files ?? {}) : {};
  const found = [...Map.groupBy(uses, ({ key }) => key)].flatMap(([key, users]): [string, CanaryFile][] => {
    const sha256 = users[0]?.schema.sha256;
    if (sha256 === undefined) return [];
    const state = stateOf(users.map(({ plan }) => plan));
    const earlier = own(before?.files ?? {}, key)?.proven ?? [];
    const proven = state === 'ready' ? [sha256, ...earlier.filter((each) => each !== sha256)] : earlier;
    return [[key, { sha256, state, proven: proven.slice(0, MAX_PROVEN) }]];
  });
  return {
    followers: settings.rollout?.followers ?? [],
    files: { ...kept, ...Object.fromEntries(found) },
  };
}

function stateOf(plans: readonly (ResourcePlan | undefined)[]): CanaryState {
  if (plans.some((plan) => plan && hasStopped(plan))) return 'stopped';
  return plans.every((plan) => plan && isProven(plan)) ? 'ready' : 'waiting';
}

/** A resource that has failed and is tried again has not stopped. */
function hasStopped({ state, operation }: ResourcePlan): boolean {
  return (state === 'failed' || state === 'refused') && operation === undefined;
}

/** READY alone is no proof: the service may show the version before, and a write may not have been read back. */
function isProven({ state, fingerprint, record: { applied } }: ResourcePlan): boolean {
  return (
    state === 'ready' &&
    applied !== undefined &&
    applied.fingerprint === fingerprint &&
    applied.unverified === undefined
  );
}

/**
 * Decides whether a resource of a follower takes the version of its schema that the upload has.
 *
 * @returns undefined where it does: the version was ready in the canary once
 */
export function rolloutHold(
  schema: SharedSchema,
  { workspace, canary, isGone, report }: FollowedCanary,
): RolloutHold | undefined {
  const { file, sha256 } = schema;
  const isNamed = report?.followers.includes(workspace) ?? false;
  const known = isNamed && report ? own(report.files, fileKey(schema)) : undefined;
  if (known?.proven.includes(sha256)) return undefined;
  if (isGone)
    return {
      state: 'refused',
      reason: `The canary ${canary} has no files, so no version of ${file} is proven there. Name another workspace in settings.rollout.canary, or take the key out.`,
    };
  if (!isNamed)
    return {
      state: 'in-progress',
      reason: `This version of ${file} waits for the canary ${canary}, which tells nothing to this workspace yet. Its manifest has to name ${workspace} in settings.rollout.followers.`,
    };
  if (!known)
    return {
      state: 'in-progress',
      reason: `This version of ${file} waits for the canary ${canary}, which does not use that file yet. A schema that is not rolled out lies outside ${SHARED_FOLDER}.`,
    };
  if (known.sha256 === sha256 && known.state === 'stopped')
    return {
      state: 'refused',
      reason: `The rollout of ${file} has stopped: this version has failed in the canary ${canary}. What was applied before stays. Upload another version to both workspaces, or have it tried again there with gateloop retry.`,
    };
  return {
    state: 'in-progress',
    reason: `This version of ${file} waits until it is ready in the canary ${canary}.`,
  };
}
