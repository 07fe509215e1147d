import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { reconcileRequestedEvent, recordReviewRequestedEvent } from '../../core/events/triggerEvents.ts';
import { notifyClosed } from '../requests/closeRequest.ts';
import { updateRequest } from '../requests/updateRequest.ts';
import type { AuthorizationPorts } from './authorizationPorts.ts';
import { actor, type HttpContext } from './httpContext.ts';

/** A person says no on our own page. */
export async function refuseRequest(
  { reference }: AuthorizationRequest,
  httpContext: HttpContext,
  ports: AuthorizationPorts,
): Promise<void> {
  const { now } = httpContext;
  const event = { type: 'refused' as const, ...actor(httpContext) };
  await notifyClosed(await updateRequest(reference, event, now, ports.ledger), now, ports);
}

/** A person says yes or no to a change or a record. A consent is given at the provider and nowhere else. */
export async function decideRequest(
  { reference, subject }: AuthorizationRequest,
  { answer, reason }: { readonly answer: 'yes' | 'no'; readonly reason: string },
  httpContext: HttpContext,
  ports: AuthorizationPorts,
): Promise<void> {
  const { now } = httpContext;
  if (subject.kind === 'authorization') return;
  const words = reason.trim().slice(0, 200);
  const event = {
    type: answer === 'yes' ? ('approved' as const) : ('refused' as const),
    ...actor(httpContext),
    ...(words !== '' && { reason: words }),
  };
  await notifyClosed(await updateRequest(reference, event, now, ports.ledger), now, ports);
}

/**
 * Has people asked anew after a request was refused or has expired. The new request gets a link of its own.
 *
 * @returns whether there is something to ask
 */
export async function renewRequest(
  { reference, workspace, subject }: AuthorizationRequest,
  { now }: HttpContext,
  { ledger, events }: AuthorizationPorts,
): Promise<boolean> {
  const { before } = await updateRequest(reference, { type: 'renewalRequested' }, now, ledger);
  const triggerEvent =
    subject.kind === 'record' ? recordReviewRequestedEvent(subject) : reconcileRequestedEvent(workspace);
  if (before) await events.publish([triggerEvent]);
  return before !== undefined;
}
