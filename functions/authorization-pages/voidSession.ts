import type { AuthorizationRequest, VoidCause, VoidSession } from '../../core/authorization/request.ts';
import { authorizationVoidedEvent } from '../../core/authorization/requestEvents.ts';
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
