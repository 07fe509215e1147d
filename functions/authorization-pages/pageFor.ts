import { isAuthorizedApprover } from '../../core/authorization/approver.ts';
import type { Page, TargetProgress } from '../../core/authorization/page.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { isStalled } from '../../core/authorization/requestStateMachine.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { ResourceCondition, ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { needsReplacement } from '../../core/reconcile/repair.ts';
import type { AuthorizationPorts, HttpContext } from './authorizationPorts.ts';

/** Chooses the page that shows the state of a request. Changes nothing. */
export async function pageFor(
  request: AuthorizationRequest,
  { identity, now }: Pick<HttpContext, 'identity' | 'now'>,
  { ledger, answersFrom }: AuthorizationPorts,
): Promise<Page> {
  const { state } = request;
  switch (state) {
    case 'open':
      if (!isAuthorizedApprover(request, identity, answersFrom)) return { name: 'forbidden', identity };
      if (await mustAnnounceReplacement(request, ledger)) return { name: 'replace', request };
      return { name: 'waiting', request, identity };
    case 'completing':
      return isStalled(request, now)
        ? { name: 'retry', request, reason: 'interrupted' }
        : { name: 'finishing', request };
    case 'completed': {
      // The registry takes a second to approve a record: the page does not wait for it.
      if (request.subject.kind === 'record')
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
  { id, askedAt }: AuthorizationRequest,
  record: ResourceRecord | undefined,
): TargetProgress {
  if (!record) return 'failed';
  if (record.request?.id === id) return 'working';
  // A newer request exists: the service has no consent, or the configuration changed again.
  if (record.request && record.request.askedAt > askedAt) return 'failed';
  return progressByState[record.state];
}
