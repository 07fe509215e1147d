import { type AuthorizationRequest, requestOutcome } from '../../core/authorization/request.ts';
import { authorizationClosedEvent } from '../../core/authorization/requestEvents.ts';
import { reconcileRequestedEvent } from '../../core/events/triggerEvents.ts';
import type { Events } from '../../core/ports/events.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { TaskCallbacks } from '../../core/ports/taskCallbacks.ts';
import { type RequestUpdate, updateRequest } from './updateRequest.ts';

export interface ClosePorts {
  readonly ledger: Ledger;
  readonly events: Events;
  readonly waitingTasks: TaskCallbacks;
}

/**
 * Tells everybody who waits that a request has come to its end: the bus, the loop, and the request's own workflow. The
 * ledger says so already; the workflow finds out by itself what is lost here, and tells it.
 */
export async function notifyClosed(
  { request, before }: RequestUpdate,
  now: number,
  ports: ClosePorts,
): Promise<void> {
  const outcome = request && requestOutcome(request);
  if (!before || !outcome) return;
  try {
    await publishClosed(request, now, ports);
  } finally {
    // What waits goes on even if the bus does not take the events.
    if (before.taskToken)
      await ports.waitingTasks.complete(before.taskToken, { outcome, kind: request.subject.kind });
  }
}

/** Tells the bus of the end of a request, unless it was told before: at least once, and rarely twice. */
export async function publishClosed(
  request: AuthorizationRequest,
  now: number,
  { ledger, events }: Pick<ClosePorts, 'ledger' | 'events'>,
): Promise<void> {
  const outcome = requestOutcome(request);
  if (!outcome || request.closePublishedAt !== undefined) return;
  await events.publish([
    authorizationClosedEvent(request, outcome, now),
    reconcileRequestedEvent(request.workspace),
  ]);
  await updateRequest(request.reference, { type: 'closePublished' }, now, ledger);
}
