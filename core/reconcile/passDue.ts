import { parseAddress } from '../address.ts';
import type { JsonObject } from '../json.ts';
import type { Lease, WorkspaceRecord } from '../ports/ledger.ts';
import { observe } from '../resources/observe.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';
import { phases } from '../status.ts';
import type { ResourceCommand, ResourceRecord } from './ledgerRecord.ts';
import { DRIFT_PASS_MINUTES, slowCheckAge, slowCheckLimit } from './limits.ts';
import { lastReadAt } from './listProof.ts';

/**
 * Why a workspace has to be reconciled:
 * - `new`: Gateloop has not brought it to an end yet
 * - `upload`: its files or the guardrails are not those that were accepted last
 * - `deployment`: another version of Gateloop, or one with other rights
 * - `command`: an operator or an owner wants something done
 * - `unsettled`: a resource is not ready, or something about it is not finished
 * - `message`: a message about the outcome did not arrive
 * - `check`: what no List shows has not been read for long, or an event told of a change
 * - `registry`: it imports targets from a registry
 * - `changed`: a List of the control plane shows something else than the ledger
 * - `unread`: the service rejects a List, or there are too many gateways for a scan
 */
export const passReasons = [
  'new',
  'upload',
  'deployment',
  'command',
  'unsettled',
  'message',
  'check',
  'registry',
  'changed',
  'unread',
] as const;
export type PassReason = (typeof passReasons)[number];

/** What a scan knows of a workspace before it asks the control plane. */
export interface ScannedWorkspace {
  /** Of the upload with the guardrails, as they are now. */
  readonly revision: string;
  readonly deploymentId: string;
  readonly record: WorkspaceRecord;
  readonly resources: readonly ResourceRecord[];
  readonly commands: readonly ResourceCommand[];
  readonly lease: Lease | undefined;
  /** In ms since the epoch. */
  readonly now: number;
}

/** After this many attempts Gateloop gives up on a contact: the alarm on `MessagesFailed` has fired. */
export const OUTCOME_ATTEMPTS = 3;

/**
 * Whether an execution is at work on a workspace: it sees to everything, and marks are for it.
 */
export function isAtWork({ lease, now }: Pick<ScannedWorkspace, 'lease' | 'now'>): boolean {
  return lease !== undefined && lease.expiresAt >= now;
}

/**
 * Says why a workspace has to be reconciled, by what the bucket and the ledger hold. Whatever is not known to be at rest is a
 * reason: a pass too many costs little.
 *
 * @returns undefined where only the control plane can tell
 */
export function passDue(scanned: ScannedWorkspace): PassReason | undefined {
  const { revision, deploymentId, record, resources, commands, lease } = scanned;
  const { outcomeDelivery: delivery } = record;
  // Its holder has ended without a release.
  if (!delivery || lease) return 'new';
  if (record.acceptedRevision !== revision) return 'upload';
  if (record.deploymentId !== deploymentId) return 'deployment';
  if (commands.length > 0) return 'command';
  const { breaker, healingAllowedAt, faults = [] } = record;
  if (breaker || healingAllowedAt !== undefined || faults.length > 0) return 'unsettled';
  if (!resources.every(isAtRest)) return 'unsettled';
  if (delivery.failedContacts.length > 0 && delivery.attempts < OUTCOME_ATTEMPTS) return 'message';
  if (isCheckDue(scanned)) return 'check';
  return record.registryIds?.length ? 'registry' : undefined;
}

/**
 * When the next pass begins at the latest, if no file changes, and no List shows a change: the next scan starts it while
 * something is not at rest; otherwise it comes for a synchronization, or for what no List shows.
 *
 * @param lastPass the end of the last pass, in ms since the epoch
 * @returns ms since the epoch; undefined where only a change starts a pass
 */
export function nextPassAt(
  known: Pick<ScannedWorkspace, 'record' | 'resources' | 'lease' | 'now'>,
  lastPass: number,
): number | undefined {
  const { record, resources } = known;
  const { acceptedRevision: revision = '', deploymentId = '' } = record;
  const reason = passDue({ ...known, revision, deploymentId, commands: [] });
  const checked = [record.dependenciesCheckedAt, ...resources.map(({ tags }) => tags?.checkedAt)];
  const times = [
    record.nextResyncAt,
    reason === undefined || reason === 'check' ? undefined : lastPass + DRIFT_PASS_MINUTES * 60_000,
    ...checked.map((at) => (at === undefined ? undefined : at + slowCheckLimit)),
  ].filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Whether nothing about a resource is under way, waited for or told of. */
function isAtRest({
  id,
  state,
  operation,
  retry,
  request,
  drift,
  tags,
  secrets,
  applied,
  toolWatch,
  ...record
}: ResourceRecord): boolean {
  if (id === undefined) return state === 'absent' && !operation && !request;
  return (
    state === 'ready' &&
    !operation &&
    !retry &&
    !request &&
    !drift &&
    !tags?.drift &&
    !tags?.unverified &&
    !secrets?.current &&
    applied !== undefined &&
    !applied.unverified &&
    !toolWatch?.untold &&
    !toolWatch?.upcoming &&
    record.unreadSince === undefined &&
    record.syncWantedAt === undefined &&
    !record.deletion
  );
}

/** A request as old as the check may be of a change that the check did not see yet. */
function isCheckDue({ record, resources, now }: ScannedWorkspace): boolean {
  const { dependenciesCheckedAt, checkRequests = {} } = record;
  const isDue = (checkedAt: number | undefined, requestedAt = -1) =>
    checkedAt !== undefined && (now - checkedAt >= slowCheckAge || requestedAt >= checkedAt);
  return (
    isDue(dependenciesCheckedAt, checkRequests.dependencies) ||
    resources.some(({ tags }) => isDue(tags?.checkedAt, checkRequests.tags))
  );
}

/**
 * Whether a List shows a resource as the ledger has it. The Lists of providers show no status.
 *
 * @param item of the List; undefined where it does not show the resource
 */
export function isAsRecorded(record: ResourceRecord, item: JsonObject | undefined): boolean {
  if (!item) return false;
  const row = resourceKinds[parseAddress(record.address).kind];
  const { status, updatedAt, lastSynchronizedAt = 0 } = observe(row, record.address, item, false);
  const isReady = item.status === undefined || phases[status] === 'ready';
  // What a synchronization of another client has read is watched as well.
  const isWatched = !record.toolWatch || lastSynchronizedAt <= record.toolWatch.synchronizedAt;
  // Where no operation changes the resource, its time moves by its use alone, as that of a browser profile.
  const isUnchanged = row.operations.update === undefined || updatedAt === lastReadAt(record);
  return isReady && isWatched && isUnchanged;
}
