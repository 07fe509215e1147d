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
      return repair({ ...context, record: withoutOperation(restartRetries(record, desired)) }, desired);
    case 'ask':
    case 'wait':
      return resourcePlan(
        current,
        'awaiting-authorization',
        [...reasons, ...replacementNotice(record, desired)],
        { askPerson: status === 'ask' },
      );
  }
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
  const record = withoutSupersededRequest(context.record, fingerprint, 'authorization');
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

/** Drops an open request for a synchronization that is not due any more, since the schedule changed. */
export function withoutObsoleteResyncRequest(record: ResourceRecord): ResourceRecord {
  const { request } = record;
  return request?.reason === 'sync' && !request.closed ? withoutRequest(record) : record;
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

const resyncDueReason = 'Its tools are due for synchronization, which needs the consent of a person.';
