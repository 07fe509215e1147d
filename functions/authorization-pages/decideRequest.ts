import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { reconcileRequestedEvent, recordReviewRequestedEvent } from '../../core/events/triggerEvents.ts';
import { defined } from '../../core/objects.ts';
import { notifyClosed } from '../requests/closeRequest.ts';
import { updateRequest } from '../requests/updateRequest.ts';
import { type AuthorizationPorts, actor, type HttpContext } from './authorizationPorts.ts';

/** A person refuses a request on its page. */
export async function refuseRequest(
  { reference }: AuthorizationRequest,
  httpContext: HttpContext,
  ports: AuthorizationPorts,
): Promise<void> {
  const { now } = httpContext;
  const event = { type: 'refused' as const, ...actor(httpContext) };
  await notifyClosed(await updateRequest(reference, event, now, ports.ledger), now, ports);
}

/** The pages, the ledger and events contain the reason. The form has the same limit. */
const MAX_REASON_LENGTH = 200;

/** A person approves or refuses a tool change or a record. A person consents to an authorization at the provider only. */
export async function decideRequest(
  { reference, subject }: AuthorizationRequest,
  { answer, reason }: { readonly answer: 'yes' | 'no'; readonly reason: string },
  httpContext: HttpContext,
  ports: AuthorizationPorts,
): Promise<void> {
  const { now } = httpContext;
  if (subject.kind === 'authorization') return;
  const event = {
    type: answer === 'yes' ? ('approved' as const) : ('refused' as const),
    ...actor(httpContext),
    ...defined({ reason: reason.trim().slice(0, MAX_REASON_LENGTH) || undefined }),
  };
  await notifyClosed(await updateRequest(reference, event, now, ports.ledger), now, ports);
}

/**
 * Requests a new request in place of a refused or expired one. The new request has its own link.
 *
 * @returns false for a request that cannot be renewed, or was renewed before
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
