import { isAuthorizedApprover } from '../../core/authorization/approver.ts';
import type { Page, TargetProgress } from '../../core/authorization/page.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { isStalled } from '../../core/authorization/requestStateMachine.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { ResourceCondition, ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { needsReplacement } from '../../core/reconcile/repair.ts';
import type { AuthorizationPorts } from './authorizationPorts.ts';
import type { HttpContext } from './httpContext.ts';

/** The page that tells how a request stands, to whoever has its link. Changes nothing. */
export async function pageFor(
  request: AuthorizationRequest,
  { identity, now }: Pick<HttpContext, 'identity' | 'now'>,
  { ledger, answersFrom }: AuthorizationPorts,
): Promise<Page> {
  const { state } = request;
  switch (state) {
    case 'open':
      if (!isAuthorizedApprover(request, identity, answersFrom))
        return { name: 'forbidden', identity: identity };
      if (await mustAnnounceReplacement(request, ledger)) return { name: 'replace', request };
      return { name: 'waiting', request, identity };
    case 'completing':
      return isStalled(request, now)
        ? { name: 'retry', request, reason: 'interrupted' }
        : { name: 'finishing', request };
    case 'completed': {
      // What happens to a record after a yes takes a second, and nobody waits for it.
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

/** Whether the page must tell that the target is deleted and made again, and has not told that yet. */
async function mustAnnounceReplacement(request: AuthorizationRequest, ledger: Ledger): Promise<boolean> {
  const { subject, workspace, address } = request;
  if (subject.kind !== 'authorization') return false;
  const record = (await ledger.readResources(workspace)).get(address)?.record;
  return record !== undefined && awaitsReplacementConsent(request, record);
}

/** Whether no fresh link will come before somebody agrees to have the target deleted and made again. */
export function awaitsReplacementConsent(
  { fingerprint, mayReplace }: AuthorizationRequest,
  record: ResourceRecord,
): boolean {
  return fingerprint !== undefined && !mayReplace && needsReplacement(record, fingerprint);
}

const progressByState: Readonly<Record<ResourceCondition, TargetProgress>> = {
  ready: 'ready',
  failed: 'failed',
  refused: 'failed',
  absent: 'failed',
  'in-progress': 'working',
  'awaiting-authorization': 'working',
  'awaiting-approval': 'working',
};

/** Until the loop has seen what became of the consent, what it remembers is from before. */
function progressOf(
  { id, askedAt }: AuthorizationRequest,
  record: ResourceRecord | undefined,
): TargetProgress {
  if (!record) return 'failed';
  if (record.request?.id === id) return 'working';
  // Asked anew since: the consent did not arrive, or another change came.
  if (record.request && record.request.askedAt > askedAt) return 'failed';
  return progressByState[record.state];
}
