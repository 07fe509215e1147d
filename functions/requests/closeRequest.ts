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
  readonly taskCallbacks: TaskCallbacks;
}

/** Withdraws a request that no step needs any more; a closed request stays as it is. */
export async function withdrawRequest(
  reference: string,
  reason: string,
  now: number,
  ports: ClosePorts,
): Promise<void> {
  const update = await updateRequest(reference, { type: 'withdrawn', reason }, now, ports.ledger);
  await notifyClosed(update, now, ports);
}

/**
 * Publishes the outcome of a request that an update has just closed, starts a reconciliation, and completes the task
 * that waits for the outcome. The ledger holds the outcome already: when a call fails here, the request's workflow
 * finds the outcome there and publishes it.
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
    // The workflow continues even when the bus rejects the events.
    if (before.taskToken)
      await ports.taskCallbacks.complete(before.taskToken, { outcome, kind: request.subject.kind });
  }
}

/** Publishes the outcome of a closed request unless a step has published it: at least once, rarely twice. */
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
