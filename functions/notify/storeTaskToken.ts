import { requestOutcome } from '../../core/authorization/request.ts';
import { updateRequest } from '../requests/updateRequest.ts';
import type { NotifyPorts } from './notify.ts';
import type { TaskTokenEvent } from './notifyEvent.ts';

/**
 * Leaves the token of the waiting task with the request, so that whoever ends the request lets the workflow go on. A
 * request that ended a moment ago answers at once.
 */
export async function storeTaskToken(
  { reference, taskToken, now }: TaskTokenEvent,
  { ledger, waitingTasks }: NotifyPorts,
): Promise<void> {
  const { request, before } = await updateRequest(
    reference,
    { type: 'taskTokenStored', taskToken },
    now,
    ledger,
  );
  if (before) return;
  const outcome = (request && requestOutcome(request)) ?? 'forgotten';
  await waitingTasks.complete(taskToken, { outcome, kind: request?.subject.kind ?? 'none' });
}
