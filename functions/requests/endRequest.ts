import { type AuthorizationRequest, outcomeOf } from '../../core/authorization/request.ts';
import { requestClosed } from '../../core/authorization/requestEvents.ts';
import { reconcileRequested } from '../../core/events/reconcileRequested.ts';
import type { Events } from '../../core/ports/events.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { WaitingTasks } from '../../core/ports/waitingTasks.ts';
import { type Change, changeRequest } from './changeRequest.ts';

export interface EndPorts {
  readonly ledger: Ledger;
  readonly events: Events;
  readonly waitingTasks: WaitingTasks;
}

/**
 * Tells everybody who waits that a request has come to its end: the bus, the loop, and the request's own workflow. The
 * ledger says so already; the workflow finds out by itself what is lost here, and tells it.
 */
export async function announceEnd({ request, before }: Change, now: number, ports: EndPorts): Promise<void> {
  const outcome = request && outcomeOf(request);
  if (!before || !outcome) return;
  try {
    await publishEnd(request, now, ports);
  } finally {
    // What waits goes on even if the bus does not take the events.
    if (before.taskToken)
      await ports.waitingTasks.answer(before.taskToken, { outcome, kind: request.asked.kind });
  }
}

/** Tells the bus of the end of a request, unless it was told before: at least once, and rarely twice. */
export async function publishEnd(
  request: AuthorizationRequest,
  now: number,
  { ledger, events }: Pick<EndPorts, 'ledger' | 'events'>,
): Promise<void> {
  const outcome = outcomeOf(request);
  if (!outcome || request.announcedAt !== undefined) return;
  await events.publish([requestClosed(request, outcome, now), reconcileRequested(request.workspace)]);
  await changeRequest(request.reference, { type: 'announced' }, now, ledger);
}
