import { type Action, actionTable } from './actionTable.ts';
import { requireApproval, withoutApprovalRequest } from './approvalGate.ts';
import {
  awaitAuthorization,
  requestResyncConsent,
  withoutObsoleteResyncRequest,
} from './awaitAuthorization.ts';
import { cachesListedTools, isConsentSyncDue, isResyncDue, requiresConsent } from './consentGate.ts';
import { createOnlyChanges, diffResource, type ResolvedResource } from './diff.ts';
import { maxAttempts, operationTimeout, slowAfter, stableAfter } from './limits.ts';
import { repair } from './repair.ts';
import type { ResourceContext } from './resourceContext.ts';
import { type ResourceDecision, resourceDecision } from './resourceDecision.ts';
import { withoutResource } from './resourceRecord.ts';
import { retryStateOf, withoutRetryState } from './retries.ts';
import { gaveUpReasons, tryDelete, tryOperation } from './tryOperation.ts';

/** Judges a resource that is wanted, by the table of `moves` and by what earlier attempts have taught. */
export function planDesired(context: ResourceContext, desired: ResolvedResource): ResourceDecision {
  const { observed, inProgress, linkExpired } = context;
  if (inProgress) return planWait(context);
  if (linkExpired) return awaitAuthorization(context, desired);
  const { status, record, note } = diffResource(desired, observed, context.record);
  if (status === 'unknown' || (status === 'changed' && desired.unknownContract)) {
    return resourceDecision(record, 'in-progress', ['The present configuration could not be read yet.'], {
      needsRead: true,
    });
  }
  const mayViolateCreateOnly = status === 'changed' && desired.createOnlyMembers.length > 0;
  const violations = mayViolateCreateOnly ? createOnlyChanges(desired, observed) : [];
  if (violations.length > 0) return resourceDecision(record, 'refused', violations);
  const action = actionTable[observed?.status ?? 'ABSENT'][status];
  const approval =
    status === 'changed' && desired.needsApproval
      ? requireApproval({ ...context, record }, desired)
      : { granted: withoutApprovalRequest(record) };
  const decision =
    'awaited' in approval
      ? approval.awaited
      : planAction(action, { ...context, record: approval.granted }, desired, note);
  return mayViolateCreateOnly && !observed?.config ? { ...decision, needsRead: true } : decision;
}

/** Judges a resource that left the manifest, in a workspace that prunes. */
export function planPrune(context: ResourceContext): ResourceDecision {
  const { observed, record, inProgress } = context;
  if (inProgress) return planWait(context);
  const action = actionTable[observed?.status ?? 'ABSENT'].unwanted;
  if (action === 'keep') return resourceDecision(withoutResource(record), 'absent', []);
  if (action === 'wait') return planWait(context);
  if (action === 'delete') return tryDelete(context, '');
  return resourceDecision(record, 'awaiting-authorization', [
    'It left the manifest, but the service deletes nothing that awaits an authorization.',
  ]);
}

function planAction(
  action: Action,
  context: ResourceContext,
  desired: ResolvedResource,
  note: string | undefined,
): ResourceDecision {
  switch (action) {
    case 'wait':
      return planWait(context);
    case 'keep':
      return planKeep(context, desired, note);
    case 'ask':
      return awaitAuthorization(context, desired);
    case 'create':
      return planCreate(context, desired);
    case 'update':
      return tryOperation('update', context, desired.fingerprint);
    case 'sync':
      return planSync(context, desired);
    case 'repair':
      return repair(context, desired);
    case 'delete':
      return tryDelete(context, desired.fingerprint);
  }
}

function planWait({ record, observed, inProgressSince, now }: ResourceContext): ResourceDecision {
  const time = now - inProgressSince;
  if (time < slowAfter) return resourceDecision(record, 'in-progress', []);
  const statusText = observed?.status ?? 'not listed';
  const reason =
    time < operationTimeout
      ? `It is still ${statusText} after ${slowAfter / 60_000} minutes.`
      : `It is still ${statusText} after ${operationTimeout / 3_600_000} hours, and is not waited for any longer.`;
  return resourceDecision(record, 'in-progress', [reason]);
}

function planKeep(
  context: ResourceContext,
  desired: ResolvedResource,
  note: string | undefined,
): ResourceDecision {
  const { observed, now } = context;
  const notes = note === undefined ? [] : [note];
  if (observed && isConsentSyncDue(desired, observed, now))
    return requestResyncConsent(context, desired, notes);
  const record = withoutObsoleteResyncRequest(context.record);
  const retry = retryStateOf(record, desired.fingerprint);
  const stableSince = Math.max(record.since, retry?.nextAt ?? 0);
  const isStable = record.state === 'ready' && now - stableSince >= stableAfter;
  if (!observed || !isResyncDue(desired, observed, now)) {
    return resourceDecision(isStable ? withoutRetryState(record) : record, 'ready', notes);
  }
  if (retry && retry.count >= maxAttempts) return resourceDecision(record, 'ready', gaveUpReasons(retry));
  const reasons = [...notes, ...(retry?.reasons ?? [])];
  return resourceDecision(record, 'ready', reasons, { operation: 'sync', notBefore: retry?.nextAt ?? 0 });
}

/**
 * A resource that was there, ready, and is gone was deleted by hand: that is a change by hand like any other. What
 * Gateloop deletes itself it has ceased to call applied before it makes the call.
 */
function planCreate(context: ResourceContext, desired: ResolvedResource): ResourceDecision {
  const { record } = context;
  const deletedByHand = record.applied?.fingerprint === desired.fingerprint;
  if (deletedByHand && !desired.selfHeal) {
    return resourceDecision(record, 'absent', [
      'Somebody deleted it by hand; settings.selfHeal is off, so it stays away.',
    ]);
  }
  return tryOperation('create', { ...context, record: withoutResource(record) }, desired.fingerprint);
}

/** A sync that needs a person's consent is never begun behind their back: the request comes first. */
function planSync(context: ResourceContext, desired: ResolvedResource): ResourceDecision {
  if (requiresConsent(desired.config)) return awaitAuthorization(context, desired);
  const isEscalated = retryStateOf(context.record, desired.fingerprint)?.escalation !== undefined;
  // The service synchronises no static tools: a target that has come to have them is mended by an update.
  if (isEscalated || !cachesListedTools(desired.config)) return repair(context, desired);
  return tryOperation('sync', context, desired.fingerprint);
}
