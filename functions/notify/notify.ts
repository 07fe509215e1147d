import { requestOutcome } from '../../core/authorization/request.ts';
import { updateRequest } from '../requests/updateRequest.ts';
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
      return openRequests(event, ports);
    case 'publishOutcome':
      return notifyOutcome(event, ports);
    case 'reportStrayUpload':
      return reportStrayUpload(event, ports);
    case 'sendReminders':
      return sendReminders(event, ports);
    case 'storeTaskToken':
      await storeTaskToken(event, ports);
      return null;
  }
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
