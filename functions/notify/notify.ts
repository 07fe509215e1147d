import { requestOutcome } from '../../core/authorization/request.ts';
import { updateRequest } from '../requests/updateRequest.ts';
import type { ReconcileStateEvent } from '../runtime/reconcileState.ts';
import type { NotifyEvent, TaskTokenEvent } from './notifyEvent.ts';
import { notifyOutcome, type OutcomeNotification } from './notifyOutcome.ts';
import type { NotifyPorts } from './notifyPorts.ts';
import { type OpenedRequests, openRequests } from './openRequests.ts';
import { reportStrayUpload } from './reportStrayUpload.ts';
import { type RequestWorkflowStep, sendReminders } from './sendReminders.ts';

/** Runs the action that the workflow asks for. */
export async function notify(
  event: NotifyEvent,
  ports: NotifyPorts,
): Promise<OutcomeNotification | OpenedRequests | RequestWorkflowStep | null> {
  switch (event.action) {
    case 'openRequests':
      return (await holdsLease(event, ports)) ? openRequests(event, ports) : { requests: [] };
    case 'publishOutcome':
      return (await holdsLease(event, ports)) ? notifyOutcome(event, ports) : { sent: 0, failed: [] };
    case 'reportStrayUpload':
      return reportStrayUpload(event, ports);
    case 'sendReminders':
      return sendReminders(event, ports);
    case 'storeTaskToken':
      await storeTaskToken(event, ports);
      return null;
  }
}

/** An execution that has taken the lease over opens the requests and publishes the outcome itself, from what it has read. */
function holdsLease({ state }: ReconcileStateEvent, { ledger }: NotifyPorts): Promise<boolean> {
  return ledger.holdsLease(state.workspace, state.leaseHolder);
}

/**
 * Stores the token of the waiting task with the request, so that the step that closes the request completes the task.
 * When the request is closed already, completes the task at once.
 */
async function storeTaskToken(
  { reference, taskToken, now }: TaskTokenEvent,
  { ledger, taskCallbacks }: NotifyPorts,
): Promise<void> {
  const { request, before } = await updateRequest(
    reference,
    { type: 'taskTokenStored', taskToken },
    now,
    ledger,
  );
  if (before) return;
  const outcome = (request && requestOutcome(request)) ?? 'forgotten';
  await taskCallbacks.complete(taskToken, { outcome, kind: request?.subject.kind ?? 'none' });
}
