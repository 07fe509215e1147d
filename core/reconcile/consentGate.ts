import { phases } from '../status.ts';
import { driftText } from './differenceReport.ts';
import { type ResourceRecord, withoutOperation, withoutRequest } from './ledgerRecord.ts';
import { type ResolvedResource, type ResourceContext, type ResourcePlan, resourcePlan } from './plan.ts';
import { needsReplacement, repair, replacementReason } from './repair.ts';
import { requestStatusOf, withoutSupersededRequest } from './requestStatus.ts';
import { resyncDueAt } from './resync.ts';
import { retryStateOf, tryOperation, withoutRetryState } from './retries.ts';

/** Plans a target that awaits a person's consent: asks the person, waits, or restarts the operation after a click. */
export function awaitAuthorization(context: ResourceContext, desired: ResolvedResource): ResourcePlan {
  const { observed, now } = context;
  const record = withoutSupersededRequest(context.record, desired.fingerprint, 'authorization');
  // A failed target waits since AWS's own link has expired. The person gets Gateloop's, which is good: AWS's reason would say no.
  const hasExpired = observed !== undefined && phases[observed.status] === 'failed';
  const reasons = observed?.reasons ?? [];
  const status = requestStatusOf(record, observed, now);
  const current = { ...context, record };
  switch (status) {
    case 'closed':
      return resourcePlan(current, 'failed', [
        ...reasons,
        closedReasons[record.request?.closed ?? 'expired'],
      ]);
    case 'restart':
      // The operation whose link expired will never end by itself, so the record drops it for the call that replaces it.
      return {
        ...repair({ ...context, record: withoutOperation(restartRetries(record, desired)) }, desired),
        asksAnew: true,
      };
    case 'ask':
    case 'wait':
      return resourcePlan(
        current,
        'awaiting-authorization',
        [...(hasExpired ? [] : reasons), ...replacementNotice(record, desired)],
        { askPerson: status === 'ask' },
      );
  }
}

/**
 * Plans an update during which the service would serve the target no more until a person consents: the person is asked
 * first, and the update starts when they click. Until then, and after a no, the target keeps the configuration that it
 * has. Attempts that failed after a consent delay the next request, as they delay a call.
 */
export function requestUpdateConsent(context: ResourceContext, desired: ResolvedResource): ResourcePlan {
  const { observed, now } = context;
  const { fingerprint } = desired;
  const isReady = observed !== undefined && phases[observed.status] === 'ready';
  const record = withoutSupersededRequest(
    context.record,
    fingerprint,
    'authorization',
    isReady ? 'update' : undefined,
  );
  const current = { ...context, record };
  if (!record.request) {
    const attempt = tryOperation('update', current, fingerprint);
    if (attempt.operation === undefined || attempt.notBefore > now) return attempt;
  }
  const failures = retryStateOf(record, fingerprint)?.reasons ?? [];
  if (!isReady) {
    const plan = awaitAuthorization(current, desired);
    return { ...plan, reasons: [...failures, ...plan.reasons], consentReason: 'update' };
  }
  const status = requestStatusOf(record, observed, now);
  if (status === 'restart')
    return tryOperation('update', { ...context, record: restartRetries(record, desired) }, fingerprint);
  const notes = [...(record.drift ? [driftText(record.drift)] : []), ...failures];
  if (status === 'closed') {
    const isDrift = record.drift?.cause === 'foreign';
    const reason = closedUpdateReasons[record.request?.closed ?? 'expired'];
    return resourcePlan(current, isDrift ? 'drifted' : 'refused', [...notes, reason]);
  }
  return {
    ...resourcePlan(current, 'awaiting-authorization', [...notes, updateReason], {
      askPerson: status === 'ask',
      // A call without an answer may have made the change: the person would consent for nothing.
      needsRead: !record.request && !observed.config,
    }),
    consentReason: 'update',
  };
}

/**
 * Plans a scheduled synchronization that would block the target until a person consents: the person is asked first,
 * once, and the synchronization starts when they click. Until then, and if it fails, the target keeps its condition.
 */
export function requestResyncConsent(
  context: ResourceContext,
  desired: ResolvedResource,
  { state, reasons }: Pick<ResourcePlan, 'state' | 'reasons'>,
): ResourcePlan {
  const { observed, now } = context;
  const { fingerprint } = desired;
  const record = withoutSupersededRequest(context.record, fingerprint, 'authorization', 'sync');
  const status = requestStatusOf(record, observed, now);
  if (status === 'restart') {
    const started = tryOperation(
      'sync',
      { ...context, record: restartRetries(record, desired) },
      fingerprint,
    );
    return { ...started, state };
  }
  const isOpen = record.request !== undefined && status !== 'closed';
  const isDue = now >= (resyncDueAt(desired, observed, record) ?? Number.POSITIVE_INFINITY);
  if (isOpen || isDue) {
    const openRecord = isOpen ? record : withoutRequest(record);
    return resourcePlan({ ...context, record: openRecord }, state, [...reasons, resyncDueReason], {
      askPerson: isDue || status === 'ask',
    });
  }
  const retry = record.request ? undefined : retryStateOf(record, fingerprint);
  return resourcePlan({ ...context, record }, state, [...reasons, ...(retry?.reasons ?? [])]);
}

/**
 * Drops a request of a target that has its configuration: one for an update, and an open one for a synchronization that
 * is not due any more, since the schedule changed.
 */
export function withoutObsoleteRequest(record: ResourceRecord): ResourceRecord {
  const { request } = record;
  if (request?.kind !== 'authorization') return record;
  const isObsolete = request.reason === 'update' || (request.reason === 'sync' && !request.closed);
  return isObsolete ? withoutRequest(record) : record;
}

function replacementNotice(record: ResourceRecord, { fingerprint }: ResolvedResource): string[] {
  return needsReplacement(record, fingerprint) ? [replacementReason] : [];
}

/**
 * A click resets the failures before it, since a person is present now. After a person agreed to a replacement, the
 * update that the service rejects is not tried once more.
 */
function restartRetries(record: ResourceRecord, { fingerprint }: ResolvedResource): ResourceRecord {
  const { retry, request: { clickedAt = 0, mayReplace } = {} } = record;
  if (!retry || retry.firstAt >= clickedAt) return record;
  if (!mayReplace || !needsReplacement(record, fingerprint)) return withoutRetryState(record);
  return {
    ...record,
    retry: { ...retry, count: 1, deferrals: 0, firstAt: clickedAt, nextAt: clickedAt },
  };
}

const closedReasons: Readonly<Record<'refused' | 'expired', string>> = {
  refused:
    'A person refused consent. A changed configuration, or a new request from the page behind the link, asks again.',
  expired:
    'Nobody gave consent in time. A changed configuration, or a new request from the page behind the link, asks again.',
};

const updateReason =
  'Its update needs the consent of a person, and begins when they open the link and go on. Until then it keeps its present configuration.';

const closedUpdateReasons: Readonly<Record<'refused' | 'expired', string>> = {
  refused:
    'A person refused consent to its update, so it keeps its present configuration. Another change, or a new request from the page behind the link, asks again.',
  expired:
    'Nobody gave consent to its update in time, so it keeps its present configuration. Another change, or a new request from the page behind the link, asks again.',
};

const resyncDueReason = 'Its tools are due for synchronization, which needs the consent of a person.';
