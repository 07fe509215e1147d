import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { isStalled } from '../../core/authorization/requestStateMachine.ts';
import { notifyClosed } from '../requests/closeRequest.ts';
import { updateRequest } from '../requests/updateRequest.ts';
import type { AuthorizationPorts } from './authorizationPorts.ts';
import type { HttpContext } from './httpContext.ts';
import { completeAuthorization } from './oauthCallback.ts';
import { getTargetStatus } from './targetStatus.ts';

/**
 * Takes up a consent whose handing over was cut short: where the service has it, the request is completed; where the
 * service still waits for that very session, it is handed over; else somebody may log in once more.
 *
 * @returns the request as it stands then
 */
export async function resumeCompletion(
  request: AuthorizationRequest,
  httpContext: HttpContext,
  ports: AuthorizationPorts,
): Promise<AuthorizationRequest> {
  const { now } = httpContext;
  const { reference, attempts } = request;
  if (!isStalled(request, now)) return request;
  const { phase, link } = await getTargetStatus(request, now, ports);
  const consentedAttempt = attempts.find(
    (each) => each.consentedAt !== undefined && each.session === link?.session,
  );
  if (phase === 'awaiting-authorization' && link && consentedAttempt?.session !== undefined) {
    // The session itself is kept nowhere; the service's own link has it, and its hash says that it is the one.
    const sessionId = new URL(link.url).searchParams.get('request_uri') ?? '';
    await completeAuthorization(request, { sessionId }, consentedAttempt.session, httpContext, ports);
    return (await ports.ledger.readRequest(reference))?.request ?? request;
  }
  const isCompleted = phase === 'moving' || phase === 'ready';
  const change = await updateRequest(
    reference,
    // Another one may have begun to hand over meanwhile.
    (present) => (isStalled(present, now) ? { type: isCompleted ? 'completed' : 'failed' } : undefined),
    now,
    ports.ledger,
  );
  await notifyClosed(change, now, ports);
  return change.request ?? request;
}
