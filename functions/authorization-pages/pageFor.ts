import { isAuthorizedApprover } from '../../core/authorization/approver.ts';
import type { Page, ShownDetails, TargetProgress } from '../../core/authorization/page.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { isStalled } from '../../core/authorization/requestStateMachine.ts';
import { defined } from '../../core/objects.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { ResourceCondition, ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { needsReplacement } from '../../core/reconcile/repair.ts';
import { readRequestDetails } from '../../core/storage/requestDetails.ts';
import { logger } from '../runtime/observability.ts';
import { errorTrace } from '../runtime/stackTrace.ts';
import type { AuthorizationPorts, HttpContext } from './authorizationPorts.ts';

/** Chooses the page that shows the state of a request. Changes nothing. */
export async function pageFor(
  request: AuthorizationRequest,
  { identity, now }: Pick<HttpContext, 'identity' | 'now'>,
  { ledger, answersFrom, specBucket }: AuthorizationPorts,
): Promise<Page> {
  const { state } = request;
  // A closed request too: its page shows what was asked, and who decided.
  if (!isAuthorizedApprover(request, identity, answersFrom)) return { name: 'forbidden', identity };
  switch (state) {
    case 'open':
      if (await mustAnnounceReplacement(request, ledger)) return { name: 'replace', request };
      return {
        name: 'waiting',
        request,
        identity,
        ...defined({ details: await readDetails(request, specBucket) }),
      };
    case 'completing':
      return isStalled(request, now)
        ? { name: 'retry', request, reason: 'interrupted' }
        : { name: 'finishing', request };
    case 'completed': {
      // The registry takes a second to approve a record, and nobody waits for a deletion: the page does not either.
      if (request.subject.kind === 'record' || request.subject.kind === 'deletion')
        return { name: 'completed', request, progress: 'ready', reasons: [] };
      const record = (await ledger.readResources(request.workspace)).get(request.address)?.record;
      return {
        name: 'completed',
        request,
        progress: progressOf(request, record),
        reasons: record?.reasons ?? [],
      };
    }
    case 'refused':
    case 'expired':
    case 'withdrawn':
      return { name: state, request };
  }
}

/**
 * Lambda returns 6 MB, and HTML takes up to five times the space of a document: `'` becomes `&#39;`. In bytes.
 * Source: Lambda quotas, invocation payload.
 */
const MAX_DETAILS = 1_000_000;

/** @returns undefined for a request for consent */
export async function readDetails(
  { reference, subject }: AuthorizationRequest,
  specBucket: AuthorizationPorts['specBucket'],
): Promise<ShownDetails | undefined> {
  if (subject.kind === 'authorization') return undefined;
  const { details } = subject;
  if (!details) return 'unreadable';
  if (details.bytes > MAX_DETAILS) return 'tooLarge';
  try {
    return (await readRequestDetails(details, specBucket)) ?? 'unreadable';
  } catch (error) {
    // A person must be able to say no. Without a permission to list the bucket, S3 denies access to what does not exist.
    logger.error('The details of a request cannot be read', {
      request: reference,
      failure: errorTrace(error),
    });
    return 'unreadable';
  }
}

/** Whether the page must say that the target is deleted and created again, and no person has agreed yet. */
async function mustAnnounceReplacement(request: AuthorizationRequest, ledger: Ledger): Promise<boolean> {
  const { subject, workspace, address } = request;
  if (subject.kind !== 'authorization') return false;
  const record = (await ledger.readResources(workspace)).get(address)?.record;
  return record !== undefined && awaitsReplacementConsent(request, record);
}

/** Whether the service issues no new link until a person agrees that the target is deleted and created again. */
export function awaitsReplacementConsent(
  { fingerprint, mayReplace }: AuthorizationRequest,
  record: ResourceRecord,
): boolean {
  return fingerprint !== undefined && !mayReplace && needsReplacement(record, fingerprint);
}

const progressByState: Readonly<Record<ResourceCondition, TargetProgress>> = {
  ready: 'ready',
  drifted: 'ready',
  failed: 'failed',
  refused: 'failed',
  absent: 'failed',
  'in-progress': 'working',
  suspended: 'working',
  'awaiting-authorization': 'working',
  'awaiting-approval': 'working',
};

/** A record that still holds this request is older than the consent: poll has not read the target since. */
function progressOf(
  { id, askedAt, subject }: AuthorizationRequest,
  record: ResourceRecord | undefined,
): TargetProgress {
  if (!record) return 'failed';
  if (record.request?.id === id) return 'working';
  // A newer request exists: the service has no consent, or the configuration changed again.
  if (record.request && record.request.askedAt > askedAt) return 'failed';
  const isRecord = subject.kind === 'authorization' && subject.of !== undefined;
  // Its approval takes another person days: this page does not wait for it.
  if (isRecord && record.state === 'awaiting-approval') return 'submitted';
  return progressByState[record.state];
}
