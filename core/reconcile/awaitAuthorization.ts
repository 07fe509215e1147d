import type { ResolvedResource } from './diff.ts';
import { repair } from './repair.ts';
import { needsReplacement, replacementReason } from './replacement.ts';
import { closedReasons, requestStatusOf, withoutSupersededRequest } from './requestStatus.ts';
import type { ResourceContext } from './resourceContext.ts';
import { type ResourceDecision, resourceDecision } from './resourceDecision.ts';
import { type ResourceRecord, withoutOperation, withoutRequest } from './resourceRecord.ts';
import { resyncDueAt } from './resync.ts';
import { retryStateOf, withoutRetryState } from './retries.ts';
import { tryOperation } from './tryOperation.ts';

/** A target that stops at a person's consent: has them asked, waits for them, or begins afresh when they come. */
export function awaitAuthorization(context: ResourceContext, desired: ResolvedResource): ResourceDecision {
  const { observed, now } = context;
  const record = withoutSupersededRequest(context.record, desired.fingerprint, 'authorization');
  const reasons = observed?.reasons ?? [];
  const status = requestStatusOf(record, observed, now);
  switch (status) {
    case 'closed':
      return resourceDecision(record, 'failed', [
        ...reasons,
        closedReasons[record.request?.closed ?? 'expired'],
      ]);
    case 'restart':
      // What waits for a link that has lapsed is not under way: the call that begins it afresh must be made.
      return repair({ ...context, record: withoutOperation(restartRetries(record, desired)) }, desired);
    case 'ask':
    case 'wait':
      return resourceDecision(
        record,
        'awaiting-authorization',
        [...reasons, ...replacementNotice(record, desired)],
        {
          askPerson: status === 'ask',
        },
      );
  }
}

function replacementNotice(record: ResourceRecord, { fingerprint }: ResolvedResource): string[] {
  return needsReplacement(record, fingerprint) ? [replacementReason] : [];
}

/**
 * What failed before somebody clicked is no reason not to try now that they are there. Where they were told what it
 * takes, and want that, the gentler call is not tried once more.
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

/**
 * A synchronisation by schedule that would park the target until somebody consents: they are asked first, once, and it
 * begins when they click. The target goes on as it is, so whatever becomes of it, the target stays ready.
 */
export function requestResyncConsent(
  context: ResourceContext,
  desired: ResolvedResource,
  notes: readonly string[],
): ResourceDecision {
  const { observed, now } = context;
  const record = withoutSupersededRequest(context.record, desired.fingerprint, 'authorization');
  const status = requestStatusOf(record, observed, now);
  if (status === 'restart') {
    const started = tryOperation(
      'sync',
      { ...context, record: restartRetries(record, desired) },
      desired.fingerprint,
    );
    return { ...started, state: 'ready' };
  }
  const isOpen = record.request !== undefined && status !== 'closed';
  const isDue = now >= (resyncDueAt(desired, observed, record) ?? Number.POSITIVE_INFINITY);
  if (isOpen || isDue) {
    const openRecord = isOpen ? record : withoutRequest(record);
    return resourceDecision(openRecord, 'ready', [...notes, resyncDueReason], {
      askPerson: isDue || status === 'ask',
    });
  }
  const retry = record.request ? undefined : retryStateOf(record, desired.fingerprint);
  return resourceDecision(record, 'ready', [...notes, ...(retry?.reasons ?? [])]);
}

/** Where the schedule was taken back or stretched since, nothing is left to answer; what was answered is remembered. */
export function withoutObsoleteResyncRequest(record: ResourceRecord): ResourceRecord {
  const { request } = record;
  return request?.reason === 'sync' && !request.closed ? withoutRequest(record) : record;
}

const resyncDueReason = 'Its tools are due to be synchronised, which needs the consent of a person.';
