import { outcomeOf } from '../../core/authorization/request.ts';
import { requestClosed } from '../../core/authorization/requestEvents.ts';
import { reconcileRequested } from '../../core/events/reconcileRequested.ts';
import type { Events } from '../../core/ports/events.ts';
import type { WaitingTasks } from '../../core/ports/waitingTasks.ts';
import type { Change } from './changeRequest.ts';

export interface EndPorts {
  readonly events: Events;
  readonly waitingTasks: WaitingTasks;
}

/**
 * Tells everybody who waits that a request has come to its end: the bus, the request's own workflow, and the loop. The
 * ledger says so already; whatever is lost here, the workflow and the next pass find out by themselves.
 */
export async function announceEnd({ request, before }: Change, now: number, ports: EndPorts): Promise<void> {
  if (!request || !before) return;
  const outcome = outcomeOf(request);
  if (!outcome) return;
  // What waits goes on even if the bus does not take the events.
  if (before.taskToken)
    await ports.waitingTasks.answer(before.taskToken, { outcome, kind: request.asked.kind });
  await ports.events.publish([requestClosed(request, outcome, now), reconcileRequested(request.workspace)]);
}
