import { outcomeOf } from '../../core/authorization/request.ts';
import { changeRequest } from '../requests/changeRequest.ts';
import type { NotifyPorts } from './notify.ts';
import type { WaitEvent } from './notifyEvent.ts';

/**
 * Leaves the token of the waiting task with the request, so that whoever ends the request lets the workflow go on. A
 * request that ended a moment ago answers at once.
 */
export async function awaitAnswer(
  { reference, taskToken, now }: WaitEvent,
  { ledger, waitingTasks }: NotifyPorts,
): Promise<void> {
  const { request, before } = await changeRequest(reference, { type: 'awaited', taskToken }, now, ledger);
  if (before) return;
  const outcome = (request && outcomeOf(request)) ?? 'forgotten';
  await waitingTasks.answer(taskToken, { outcome, kind: request?.asked.kind ?? 'none' });
}
