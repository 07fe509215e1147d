import { parseAddress } from '../../core/address.ts';
import { hashId } from '../../core/authorization/hashId.ts';
import { isOverdue } from '../../core/authorization/reminderSchedule.ts';
import {
  type AuthorizationRequest,
  DECISION_TIMEOUT,
  recordStatusByOutcome,
  requestOutcome,
} from '../../core/authorization/request.ts';
import { recordReviewRequestedEvent } from '../../core/events/triggerEvents.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { logger } from '../runtime/observability.ts';
import type { NotifyPorts } from './notifyPorts.ts';
import { sendReminders } from './sendReminders.ts';

/**
 * Does what the workflows of requests have missed: every reconciliation calls this at its end, whatever became of their
 * executions. An execution that has failed cannot be started again, since Step Functions keeps its name for 90 days; so
 * the steps that are due run here, and the later ones in later reconciliations, the next of which is at most one drift
 * pass away. A request that cannot be resumed stops no other, and not the outcome.
 */
export async function resumeRequests(
  workspace: string,
  records: readonly ResourceRecord[],
  now: number,
  ports: NotifyPorts,
): Promise<void> {
  const ofResources = records.flatMap(({ request }) => (request ? [hashId(request.id)] : []));
  const hasRegistry = records.some(({ address }) => parseAddress(address).kind === 'registry');
  const ofRecords = hasRegistry ? await ports.ledger.listRecordRequests(workspace) : [];
  for (const reference of new Set([...ofResources, ...ofRecords]))
    await resumeRequest(workspace, reference, now, ports).catch((error: unknown) =>
      logger.error('A request could not be resumed. The next reconciliation tries again.', {
        request: reference,
        failure: error instanceof Error ? error.name : 'Error',
      }),
    );
}

async function resumeRequest(
  workspace: string,
  reference: string,
  now: number,
  ports: NotifyPorts,
): Promise<void> {
  const request = (await ports.ledger.readRequest(reference))?.request;
  if (!request) return ports.ledger.endRecordRequest(workspace, reference);
  if (isOverdue(request, now)) {
    logger.warn('The workflow of a request has missed a step. This reconciliation takes it over.', {
      request: reference,
    });
    await sendReminders({ reference, now }, ports);
  }
  if (request.subject.kind === 'record') await resumeDecision(request, now, ports);
}

/** Has a decision applied whose workflow has failed: the function that handles events of records may approve and reject. */
async function resumeDecision(
  request: AuthorizationRequest,
  now: number,
  { ledger, events }: NotifyPorts,
): Promise<void> {
  const { subject, workspace, reference, closedAt = now } = request;
  const outcome = requestOutcome(request);
  if (subject.kind !== 'record' || !outcome || now - closedAt < DECISION_TIMEOUT) return;
  if (recordStatusByOutcome[outcome]) await events.publish([recordReviewRequestedEvent(subject)]);
  else await ledger.endRecordRequest(workspace, reference);
}
