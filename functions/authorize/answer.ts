import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { reconcileRequested } from '../../core/events/reconcileRequested.ts';
import { recordReviewRequested } from '../../core/events/recordReviewRequested.ts';
import { changeRequest } from '../requests/changeRequest.ts';
import { announceEnd } from '../requests/endRequest.ts';
import type { AuthorizePorts } from './authorizePorts.ts';
import { byOf, type Visit } from './visit.ts';

/** A person says no on our own page. */
export async function refuse(
  { reference }: AuthorizationRequest,
  visit: Visit,
  ports: AuthorizePorts,
): Promise<void> {
  const { now } = visit;
  const event = { type: 'refused' as const, ...byOf(visit) };
  await announceEnd(await changeRequest(reference, event, now, ports.ledger), now, ports);
}

/** A person says yes or no to a change or a record. A consent is given at the provider and nowhere else. */
export async function decideApproval(
  { reference, asked }: AuthorizationRequest,
  { answer, reason }: { readonly answer: 'yes' | 'no'; readonly reason: string },
  visit: Visit,
  ports: AuthorizePorts,
): Promise<void> {
  const { now } = visit;
  if (asked.kind === 'consent') return;
  const words = reason.trim().slice(0, 200);
  const event = {
    type: answer === 'yes' ? ('approved' as const) : ('refused' as const),
    ...byOf(visit),
    ...(words !== '' && { reason: words }),
  };
  await announceEnd(await changeRequest(reference, event, now, ports.ledger), now, ports);
}

/**
 * Has people asked anew after a request was refused or has expired. The new request gets a link of its own.
 *
 * @returns whether there is something to ask
 */
export async function askAgain(
  { reference, workspace, asked }: AuthorizationRequest,
  { now }: Visit,
  { ledger, events }: AuthorizePorts,
): Promise<boolean> {
  const { before } = await changeRequest(reference, { type: 'askedAgain' }, now, ledger);
  const look = asked.kind === 'record' ? recordReviewRequested(asked) : reconcileRequested(workspace);
  if (before) await events.publish([look]);
  return before !== undefined;
}
