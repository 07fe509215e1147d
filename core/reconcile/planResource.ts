import { type Address, parseAddress } from '../address.ts';
import { withLiveMembers } from '../comparison/liveMembers.ts';
import { approvalRules } from '../manifest/settings.ts';
import { defined, omit } from '../objects.ts';
import { cachesListedTools, requiresConsent } from '../resources/gatewayTarget.ts';
import type { ObservedResource } from '../resources/observe.ts';
import { recordSources } from '../resources/registryRecord.ts';
import { parentOf, resourceKinds, WORKSPACE_TAG } from '../resources/resourceKinds.ts';
import { phases } from '../status.ts';
import { type Action, actionTable } from './actionTable.ts';
import { requireApproval, withoutApprovalRequest } from './approvalGate.ts';
import { notHealedText } from './breaker.ts';
import {
  awaitAuthorization,
  requestResyncConsent,
  requestUpdateConsent,
  withoutObsoleteRequest,
} from './consentGate.ts';
import { childrenOf } from './dependencies.ts';
import { diffResource } from './diff.ts';
import { adoptionReasons, driftText } from './differenceReport.ts';
import { fixedMembers, planLocked } from './heldBack.ts';
import {
  hasSettled,
  newRecord,
  ownRequest,
  type ResourceRecord,
  withoutDeletionRequest,
  withoutOperation,
  withoutResource,
} from './ledgerRecord.ts';
import { linkLapse, maxAttempts, operationTimeout, slowAfter, stableAfter } from './limits.ts';
import type { ResourceDiff } from './liveComparison.ts';
import {
  type ReconcileInput,
  type ResolvedResource,
  type ResourceContext,
  type ResourcePlan,
  resourcePlan,
} from './plan.ts';
import { isBeyondUpdates, planPublication, planSourceUpdate } from './publication.ts';
import { repair } from './repair.ts';
import { isConsentSyncDue, isResyncDue } from './resync.ts';
import { gaveUpReasons, retryStateOf, tryDelete, tryOperation, withoutRetryState } from './retries.ts';
import { planRotation, recordSecretVersions } from './secretRotation.ts';
import { settle } from './settle.ts';
import { planTags } from './tags.ts';
import { recordToolReading, watchTools } from './toolWatch.ts';

/**
 * Updates the record of one resource with what was observed, and plans the resource without regard to others.
 *
 * @param needsConsent whether the desired configuration needs a person's consent
 */
export function planResource(
  input: ReconcileInput,
  address: Address,
  needsConsent: boolean,
  planner: (context: ResourceContext) => ResourcePlan,
): ResourcePlan {
  const { now } = input;
  if (isUnread(input, address)) return planUnread(input, address);
  const { observed, recorded } = knownState(input, address);
  const { record, inProgress, linkExpired } = settle(recorded, observed, needsConsent, now);
  const isMoving = inProgress || (observed !== undefined && phases[observed.status] === 'moving');
  const plan = planner({
    address,
    observed,
    record,
    inProgress,
    linkExpired,
    hasChildren: childrenOf(address, input).length > 0,
    now,
    ...defined({ inProgressSince: isMoving ? operationStart(record, now) : undefined }),
  });
  return isFailureReasonMissing(input.recorded.get(address), observed) ? { ...plan, needsRead: true } : plan;
}

/** Whether nothing is known of the resource, or of the gateway of the target, but what the ledger says. */
function isUnread({ unread, observed }: ReconcileInput, address: Address): boolean {
  return [address, parentOf(address)].some((each) => each && unread?.has(each) && !observed.has(each));
}

/** A resource that could not be read is neither missing nor unchanged: the next poll plans it. */
function planUnread({ recorded, now }: ReconcileInput, address: Address): ResourcePlan {
  const record = recorded.get(address) ?? newRecord(address, now);
  return resourcePlan(
    { address, observed: undefined, record, inProgress: false, linkExpired: false, hasChildren: false, now },
    record.state,
    record.reasons,
  );
}

/** Plans a resource of the manifest, by the table of actions and the result of earlier attempts. */
export function planDesired(given: ResourceContext, resolved: ResolvedResource): ResourcePlan {
  const { context, desired } = recordDependencies(given, resolved);
  const { observed, inProgress, linkExpired } = context;
  if (inProgress) return planWait(context);
  if (linkExpired) return awaitAuthorization(context, desired);
  const { status, record: diffed } = diffResource(desired, observed, context.record, context.now);
  const record = recordApprovalRule(diffed, status, desired);
  const compared = { ...context, record };
  const { rolloutHold } = desired;
  // Only a new configuration waits: what was applied before the rollout is kept up as ever.
  if (rolloutHold && (status === 'outOfDate' || !observed))
    return resourcePlan(compared, rolloutHold.state, [rolloutHold.reason]);
  if (status === 'unknown' || (status === 'outOfDate' && desired.unknownContract)) {
    const reasons = ['Its present configuration could not be read yet.'];
    return resourcePlan(compared, 'in-progress', reasons, { needsRead: true });
  }
  const approval =
    status === 'outOfDate' && desired.needsApproval
      ? requireApproval(compared, desired)
      : { granted: withoutApprovalRequest(record) };
  const action = actionTable[observed?.status ?? 'ABSENT'][status];
  const plan =
    'awaited' in approval
      ? approval.awaited
      : planWatched(action, { ...context, record: approval.granted }, desired);
  const mayUpdate = status === 'outOfDate' || plan.operation === 'update';
  const { createOnlyMembers, refusedChanges = [] } = desired.row;
  const hasFixedMembers = mayUpdate && createOnlyMembers.length + refusedChanges.length > 0;
  return hasFixedMembers && observed ? keepFixedMembers(plan, observed, desired) : plan;
}

/** Plans the action, unless it would give agents other tools that a person has to approve first. */
function planWatched(action: Action, context: ResourceContext, desired: ResolvedResource): ResourcePlan {
  return watchTools(planAction(action, context, desired), context, desired);
}

/**
 * Records which changes need an approval. A change is judged by the strictest rule until the resource agrees with the
 * manifest: an upload that asks for a change does not also decide that nobody is asked.
 */
function recordApprovalRule(
  record: ResourceRecord,
  status: ResourceDiff['status'],
  { approve }: ResolvedResource,
): ResourceRecord {
  const before = record.approve ?? 'never';
  const isStricter = approvalRules.indexOf(approve) > approvalRules.indexOf(before);
  if (approve === before || (status !== 'upToDate' && !isStricter)) return record;
  return approve === 'never' ? omit(record, 'approve') : { ...record, approve };
}

/** Records what was read of a resource's tools and secrets, and of the runtime behind it. */
function recordDependencies(context: ResourceContext, desired: ResolvedResource) {
  const record = recordSecretVersions(recordToolReading(context, desired), desired);
  const runtimeUpdatedAt = desired.runtimeUpdatedAt ?? record.runtimeUpdatedAt;
  if (runtimeUpdatedAt === undefined) return { context: { ...context, record }, desired };
  return {
    context: { ...context, record: { ...record, runtimeUpdatedAt } },
    desired: { ...desired, runtimeUpdatedAt },
  };
}

/** A PUT carries the whole resource, so an update has to repeat the values that the service does not change. */
function keepFixedMembers(
  plan: ResourcePlan,
  { config }: ObservedResource,
  desired: ResolvedResource,
): ResourcePlan {
  if (!config) return { ...plan, needsRead: true };
  const { row, catalog, protect } = desired;
  // An update of an adopted resource sends the members that it keeps as well.
  const sent = withLiveMembers(row, desired.config, config, plan.record.adopted?.kept ?? []);
  const keepLive = fixedMembers({ row, config: sent, live: config, protect }, catalog);
  return keepLive.length > 0 ? { ...plan, keepLive } : plan;
}

/** Plans a resource that left the manifest, in a workspace with `settings.prune`. */
export function planPrune(context: ResourceContext): ResourcePlan {
  const { observed, record, inProgress } = context;
  if (inProgress) return planWait(context);
  const action = actionTable[observed?.status ?? 'ABSENT'].removed;
  if (action === 'keep') {
    const gone = omit(withoutResource(withoutDeletionRequest(record)), 'deletion', 'protect', 'approve');
    return resourcePlan({ ...context, record: gone }, 'absent', []);
  }
  if (action === 'wait') return planWait(context);
  const pollAt = linkLapsedAt(context);
  // The operation whose link expired may never end by itself, so the record drops it for the call that replaces it.
  if (action === 'delete' || context.now >= pollAt)
    return tryDelete({ ...context, record: withoutOperation(record) }, '');
  const time = `${new Date(pollAt).toISOString().slice(11, 16)} UTC`;
  const reason = `It left the manifest. The service deletes no target that waits for a consent, so Gateloop deletes it when its authorization link has expired, at about ${time}. Nobody needs to open the link.`;
  return { ...resourcePlan(context, 'in-progress', [reason]), pollAt };
}

/** When the service has given up waiting for a consent, in ms since the epoch. It then sets the target to FAILED. */
function linkLapsedAt({ observed, record, now }: ResourceContext): number {
  // The record drops the operation before its deletion is made: only what was observed stays the same until then.
  return (observed?.updatedAt ?? record.operation?.startedAt ?? now) + linkLapse;
}

/**
 * Plans the end of the ownership of a resource. It is not deleted: only the tag of the owner is removed, where the kind
 * has one, so that another workspace can adopt it.
 */
export function planGiveAway(context: ResourceContext): ResourcePlan {
  const { address, observed, record, inProgressSince } = context;
  const { tags } = resourceKinds[parseAddress(address).kind];
  const plan = resourcePlan({ ...context, record: withoutResource(record) }, 'absent', []);
  if (inProgressSince !== undefined) return planWait(context);
  if (!observed || tags !== 'changeable') return plan;
  if (phases[observed.status] === 'awaiting-authorization') return planWait(context);
  const change = { set: {}, remove: [WORKSPACE_TAG], fingerprint: '' };
  return { ...tryOperation('unmanage', context, change.fingerprint), tagChange: change };
}

function planAction(action: Action, context: ResourceContext, desired: ResolvedResource): ResourcePlan {
  switch (action) {
    case 'wait':
      return planWait(context);
    case 'keep':
      return (
        planRotation(context, desired) ??
        planSourceUpdate(context, desired) ??
        planPublication(keepWithTags(context, desired), context, desired)
      );
    case 'ask':
      return isOfOtherContent(context, desired)
        ? tryOperation(
            'update',
            { ...context, record: withoutOperation(context.record) },
            desired.fingerprint,
          )
        : awaitAuthorization(context, desired);
    case 'create':
      return planCreate(context, desired);
    case 'update': {
      const locked = planLocked(context, desired);
      if (locked) return locked;
      if (isBeyondUpdates(context, desired))
        return planPublication(resourcePlan(context, 'ready', []), context, desired);
      return requiresConsent(desired.config)
        ? requestUpdateConsent(context, desired)
        : tryOperation('update', context, desired.fingerprint);
    }
    case 'sync':
      return planSync(context, desired);
    case 'repair':
      return isServingAfterFailedUpdate(context, desired)
        ? requestUpdateConsent(context, desired)
        : repair(context, desired);
    case 'delete':
      return tryDelete(context, desired.fingerprint);
  }
}

/**
 * Whether a record waits for the consent to content that the manifest does not have any more. Unlike a target, it takes an
 * update meanwhile, if that has a source to read.
 */
function isOfOtherContent(
  { record }: ResourceContext,
  { publication, config, fingerprint }: ResolvedResource,
): boolean {
  const sent = record.operation?.configuration;
  if (publication === undefined || sent === undefined || sent === fingerprint) return false;
  return recordSources(config).length > 0;
}

/** A target whose update failed serves as before, and another update would end that until a person consents. */
function isServingAfterFailedUpdate({ observed }: ResourceContext, { config }: ResolvedResource): boolean {
  return observed?.status === 'UPDATE_UNSUCCESSFUL' && requiresConsent(config);
}

export function planWait(context: ResourceContext): ResourcePlan {
  const { observed, now, inProgressSince = now } = context;
  const elapsed = now - inProgressSince;
  if (elapsed < slowAfter) return resourcePlan(context, 'in-progress', []);
  const status = observed?.status ?? 'not listed';
  const reason =
    elapsed < operationTimeout
      ? `It is still ${status} after ${slowAfter / 60_000} minutes.`
      : `It is still ${status} after ${operationTimeout / 3_600_000} hours; Gateloop no longer waits for it.`;
  return resourcePlan(context, 'in-progress', [reason]);
}

/** Tags are compared last: what changes the configuration comes first. */
function keepWithTags(context: ResourceContext, desired: ResolvedResource): ResourcePlan {
  const kept = planKeep(context, desired);
  return kept.operation || kept.askPerson ? kept : planTags(kept, context, desired);
}

function planKeep(context: ResourceContext, desired: ResolvedResource): ResourcePlan {
  const { observed, now } = context;
  const { state, reasons: notes } = keptCondition(context.record, desired);
  if (observed && isConsentSyncDue(desired, observed, context.record, now))
    return requestResyncConsent(context, desired, { state, reasons: notes });
  const record = withoutObsoleteRequest(context.record);
  const current = { ...context, record };
  const retry = retryStateOf(record, desired.fingerprint);
  if (!observed || !isResyncDue(desired, observed, record, now)) {
    const stableSince = Math.max(record.since, record.retry?.nextAt ?? 0);
    const isStable = hasSettled(record) && now - stableSince >= stableAfter;
    return resourcePlan(isStable ? { ...context, record: withoutRetryState(record) } : current, state, notes);
  }
  if (retry && retry.count >= maxAttempts)
    return resourcePlan(current, state, [...notes, ...gaveUpReasons(retry, context.address)]);
  const reasons = [...notes, ...(retry?.reasons ?? [])];
  return resourcePlan(current, state, reasons, { operation: 'sync', notBefore: retry?.nextAt ?? 0 });
}

/** The condition of a READY resource that is left as it is: it is ready only if it has what the manifest says. */
function keptCondition(
  record: ResourceRecord,
  { selfHeal, workspace, breaker }: ResolvedResource,
): Pick<ResourcePlan, 'state' | 'reasons'> {
  const { drift, heldBack, adopted } = record;
  const held = [...(heldBack ?? []), ...adoptionReasons(record)];
  if (!drift && adopted && adopted.kept.length > 0) return { state: 'drifted', reasons: held };
  if (!drift) return { state: heldBack ? 'refused' : 'ready', reasons: held };
  const advice = selfHeal || drift.toldOnly ? [] : [notHealedText(workspace, breaker)];
  return { state: 'drifted', reasons: [[driftText(drift), ...advice].join(' '), ...held] };
}

/**
 * Plans the creation of a missing resource. One that Gateloop had applied was deleted outside Gateloop, which is drift:
 * before a deletion of its own, Gateloop clears `applied`.
 */
function planCreate(context: ResourceContext, desired: ResolvedResource): ResourcePlan {
  const { record } = context;
  const isDrift = record.applied?.fingerprint === desired.fingerprint;
  if (isDrift && !desired.selfHeal) {
    return resourcePlan(context, 'absent', [
      `Deleted outside Gateloop. ${notHealedText(desired.workspace, desired.breaker, 'created again')}`,
    ]);
  }
  // Until the service accepts the creation, the record says that a deletion made outside Gateloop is being reverted.
  const kept = isDrift ? defined({ applied: record.applied }) : {};
  return tryOperation(
    'create',
    { ...context, record: { ...withoutResource(record), ...kept } },
    desired.fingerprint,
  );
}

/** Plans the repair of a failed synchronization. If it needs a person's consent, the request comes first. */
function planSync(context: ResourceContext, desired: ResolvedResource): ResourcePlan {
  if (requiresConsent(desired.config)) return awaitAuthorization(context, desired);
  const isEscalated = retryStateOf(context.record, desired.fingerprint)?.escalation !== undefined;
  // The service does not synchronize static tools, so a target that has them now is repaired by an update.
  if (isEscalated || !cachesListedTools(desired.config)) return repair(context, desired);
  return tryOperation('sync', context, desired.fingerprint);
}

/** The targets of a gateway that was deleted no longer exist, whatever an older list shows. */
function knownState({ recorded, observed, now }: ReconcileInput, address: Address) {
  const record = omit(recorded.get(address) ?? newRecord(address, now), 'unreadSince');
  const parent = parentOf(address);
  return parent && !observed.has(parent)
    ? { recorded: withoutResource(record), observed: undefined }
    : { recorded: record, observed: observed.get(address) };
}

/** Consent restarts the clock of an operation. One that is not in the ledger counts from when it was first observed. */
function operationStart(record: ResourceRecord, now: number): number {
  const { operation, state, since } = record;
  const startedAt = operation?.startedAt ?? (state === 'in-progress' ? since : now);
  return Math.max(startedAt, ownRequest(record)?.answeredAt ?? startedAt);
}

/** Only a Get returns why a resource failed. Once the reasons are in its retry state, no further Get is needed. */
function isFailureReasonMissing(
  record: ResourceRecord | undefined,
  observed: ObservedResource | undefined,
): boolean {
  if (!observed || phases[observed.status] !== 'failed' || observed.config) return false;
  return !record?.retry || record.operation !== undefined || hasSettled(record);
}
