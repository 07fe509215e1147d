import { isLinkUsable } from '../../core/authorization/linkExpiry.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import type { CallResult } from '../../core/ports/controlPlane.ts';
import { logger } from '../runtime/observability.ts';
import type { AuthorizationPorts } from './authorizationPorts.ts';
import { getTargetStatus } from './targetStatus.ts';

/**
 * The effect of a completion:
 * - `accepted`: the service has the consent
 * - `lost`: the link had expired, or a newer one had replaced it
 * - `noConsent`: the service had no consent under this session; the session is void now
 * - `void`: the session had become void before
 * - `unknown`: the service did not answer; the page completes the session again
 */
export type CompletionStatus = 'accepted' | 'lost' | 'noConsent' | 'void' | 'unknown';

/**
 * Completes a session with the service, under the user id that the service gave it. A session that the service rejects is
 * void at once: a consent that arrives later must not count for the browser that asked too early.
 */
export async function completeSession(
  request: AuthorizationRequest,
  { sessionId, session }: { readonly sessionId: string; readonly session: string },
  now: number,
  ports: AuthorizationPorts,
): Promise<CompletionStatus> {
  const { ledger, authorizationSessions } = ports;
  if (!(await ledger.claimCompletion(session, now))) return 'void';
  const userId = request.attempts.find((attempt) => attempt.session === session)?.userId ?? '';
  const result = await authorizationSessions.complete(sessionId, userId);
  if (result.kind === 'rejected') {
    // The code and not the message: a message may name the user or the session.
    logger.warn('The service rejected a consent', { request: request.reference, code: result.code });
    if (result.transient) return 'unknown';
    await ledger.voidSession({ session, cause: 'noConsent', voidedAt: now });
  }
  return statusShownByTarget(result, request, session, now, ports);
}

/**
 * The result of the call alone does not show whether the service has the consent: the service rejects a repeated call
 * whose first response was lost, and accepts a session that a newer link replaced, without effect. So the target counts.
 */
async function statusShownByTarget(
  result: CallResult,
  request: AuthorizationRequest,
  session: string,
  now: number,
  ports: AuthorizationPorts,
): Promise<CompletionStatus> {
  const { phase, link, observedLink } = await getTargetStatus(request, now, ports);
  if (result.kind === 'accepted')
    return phase !== 'awaiting-authorization' || !link || link.session === session ? 'accepted' : 'lost';
  if (phase === 'moving' || phase === 'ready') return 'accepted';
  return link?.session === session && observedLink && isLinkUsable(observedLink, now) ? 'noConsent' : 'lost';
}
