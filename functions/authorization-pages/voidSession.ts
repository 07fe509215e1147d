import type { AuthorizationRequest, VoidCause, VoidSession } from '../../core/authorization/request.ts';
import {
  authorizationDisputedEvent,
  authorizationVoidedEvent,
} from '../../core/authorization/requestEvents.ts';
import { isVoid } from '../../core/authorization/requestStateMachine.ts';
import { type RequestUpdate, updateRequest } from '../requests/updateRequest.ts';
import { logger } from '../runtime/observability.ts';
import type { AuthorizationPorts } from './authorizationPorts.ts';

/**
 * Makes a session void for ever, first in the ledger's item of the session, which every completion checks, and then in
 * its request, which shows it to people.
 *
 * @returns the request afterwards
 */
export async function voidSession(
  request: AuthorizationRequest,
  session: string,
  cause: VoidCause,
  now: number,
  ports: AuthorizationPorts,
): Promise<AuthorizationRequest> {
  const added = { session, cause, voidedAt: now };
  await ports.ledger.voidSession(added);
  const event = { type: 'sessionVoided' as const, voidSession: added };
  const update = await updateRequest(request.reference, event, now, ports.ledger);
  await announceVoidSession(update, added, now, ports);
  return update.request ?? request;
}

/**
 * How long after a completion another browser may bring another person's consent. AWS's link lives ten minutes, and the
 * callback follows within seconds; later, it is a page that a person opens again. In ms.
 */
const DISPUTE_PERIOD = 15 * 60_000;

/**
 * Says that the session which completed a request came back in another browser too. The holder of the session may have
 * been faster than the person who consented: nothing can be undone, but people learn of it.
 */
export async function disputeCompletion(
  request: AuthorizationRequest,
  session: string,
  now: number,
  ports: AuthorizationPorts,
): Promise<void> {
  const { reference, closedAt = 0 } = request;
  const bound = await ports.ledger.findSession(session);
  if (!bound?.claimed || bound.voided || now - closedAt > DISPUTE_PERIOD) return;
  const { before } = await updateRequest(reference, { type: 'disputed' }, now, ports.ledger);
  if (!before) return;
  logger.warn('A completed login came back in another browser', { request: reference });
  await ports.events.publish([authorizationDisputedEvent(request, now)]);
}

/** Publishes that a session of a request became void, after the update that stored it. */
export async function announceVoidSession(
  { before }: RequestUpdate,
  voided: VoidSession | undefined,
  now: number,
  ports: AuthorizationPorts,
): Promise<void> {
  if (!before || !voided || isVoid(before, voided.session)) return;
  logger.warn('A login does not count', { request: before.reference, cause: voided.cause });
  await ports.events.publish([authorizationVoidedEvent(before, voided.cause, now)]);
}
