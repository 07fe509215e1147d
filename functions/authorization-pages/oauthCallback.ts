import { hashId } from '../../core/authorization/hashId.ts';
import { isLinkUsable } from '../../core/authorization/linkExpiry.ts';
import type { Page } from '../../core/authorization/page.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { isStalled, type RequestEvent } from '../../core/authorization/requestStateMachine.ts';
import type { CallResult } from '../../core/ports/controlPlane.ts';
import { notifyClosed } from '../requests/closeRequest.ts';
import { updateRequest } from '../requests/updateRequest.ts';
import { logger } from '../runtime/observability.ts';
import { type AuthorizationPorts, actor, browserHash, type HttpContext } from './authorizationPorts.ts';
import { getTargetStatus } from './targetStatus.ts';

/** The query parameters of the provider's redirect. */
export interface CallbackParams {
  readonly sessionId: string;
  /** OAuth's error code; `access_denied` when the person refused. */
  readonly error?: string;
}

/** A completion that began longer ago was interrupted, and the same browser may complete it again. In ms. */
const COMPLETION_TIMEOUT = 30_000;

/** Where the browser goes next: to the page of the request, or to a page that explains a problem. */
export type CallbackResult = { readonly request: AuthorizationRequest } | { readonly page: Page };

/** @returns the request whose browser took this session to the provider */
export async function findRequestBySession(
  { sessionId }: CallbackParams,
  { ledger }: AuthorizationPorts,
): Promise<AuthorizationRequest | undefined> {
  const reference = await ledger.resolveAlias(hashId(sessionId));
  return reference === undefined ? undefined : (await ledger.readRequest(reference))?.request;
}

/**
 * Handles the provider's redirect. It counts only in the browser that took this session to the provider, and only once.
 * After a consent, completes the authorization with the service, under the user id that the service gave the session.
 */
export async function handleOAuthCallback(
  request: AuthorizationRequest,
  params: CallbackParams,
  httpContext: HttpContext,
  ports: AuthorizationPorts,
): Promise<CallbackResult> {
  const { now } = httpContext;
  const { reference } = request;
  const browser = browserHash(httpContext);
  const session = hashId(params.sessionId);
  if (browser === undefined)
    return request.state === 'open' ? { page: { name: 'wrongBrowser' } } : { request };
  const event = toRequestEvent(params, browser, session, httpContext);
  if (!event) return { page: { name: 'retry', request, reason: 'provider' } };
  const update = await updateRequest(reference, event, now, ports.ledger);
  const current = update.request ?? request;
  if (!update.before) {
    if (isCompletionInterrupted(current, browser, session, now))
      return completeAuthorization(current, params, session, httpContext, ports);
    if (current.state !== 'open') return { request: current };
    return { page: hasNewerRedirect(current, browser) ? linkExpiredPage(current) : { name: 'wrongBrowser' } };
  }
  if (event.type === 'consented') return completeAuthorization(current, params, session, httpContext, ports);
  await notifyClosed(update, now, ports);
  return { request: current };
}

/** Whether another tab of the same browser has gone to the provider with a newer link. */
function hasNewerRedirect({ attempts }: AuthorizationRequest, browser: string): boolean {
  return attempts.some((attempt) => attempt.browser === browser && attempt.session !== undefined);
}

function linkExpiredPage(request: AuthorizationRequest): Page {
  return { name: 'retry', request, reason: 'linkExpired' };
}

/** @returns undefined for an OAuth error that is neither consent nor refusal */
function toRequestEvent(
  { error }: CallbackParams,
  browser: string,
  session: string,
  httpContext: HttpContext,
): Extract<RequestEvent, { type: 'consented' | 'declined' }> | undefined {
  if (error === undefined) return { type: 'consented', browser, session };
  if (error !== 'access_denied') return undefined;
  return { type: 'declined', browser, session, ...actor(httpContext) };
}

function isCompletionInterrupted(
  { state, attempts }: AuthorizationRequest,
  browser: string,
  session: string,
  now: number,
): boolean {
  const attempt = attempts.find((each) => each.browser === browser && each.session === session);
  return (
    state === 'completing' &&
    attempt?.consentedAt !== undefined &&
    now - attempt.consentedAt > COMPLETION_TIMEOUT
  );
}

/**
 * Resumes a completion that was interrupted. When the service has the consent, the request is completed. When the
 * service still waits for the same session, completes the authorization. Otherwise opens the request again.
 *
 * @returns the request afterwards
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
    // Gateloop stores no session id. The service's present link contains it: the hash shows that it is the same one.
    const sessionId = new URL(link.url).searchParams.get('request_uri') ?? '';
    await completeAuthorization(request, { sessionId }, consentedAttempt.session, httpContext, ports);
    return (await ports.ledger.readRequest(reference))?.request ?? request;
  }
  const isCompleted = phase === 'moving' || phase === 'ready';
  const update = await updateRequest(
    reference,
    // Another function may have resumed the completion meanwhile.
    (present) => (isStalled(present, now) ? { type: isCompleted ? 'completed' : 'failed' } : undefined),
    now,
    ports.ledger,
  );
  await notifyClosed(update, now, ports);
  return update.request ?? request;
}

/** Completes the authorization with the service, under the user id that belongs to the session. */
async function completeAuthorization(
  request: AuthorizationRequest,
  { sessionId }: Pick<CallbackParams, 'sessionId'>,
  session: string,
  httpContext: HttpContext,
  ports: AuthorizationPorts,
): Promise<CallbackResult> {
  const { now } = httpContext;
  const userId = request.attempts.find((attempt) => attempt.session === session)?.userId ?? '';
  const result = await ports.authorizationSessions.complete(sessionId, userId);
  const status = await completionStatus(result, request, session, now, ports);
  const event: RequestEvent =
    status === 'accepted' ? { type: 'completed', ...actor(httpContext) } : { type: 'failed' };
  const update = await updateRequest(request.reference, event, now, ports.ledger);
  await notifyClosed(update, now, ports);
  if (status === 'accepted') return { request: update.request ?? request };
  return { page: { name: 'retry', request, reason: status === 'lost' ? 'linkExpired' : 'serviceBusy' } };
}

/** The effect of a completion; after `unknown`, the page completes the authorization again. */
type CompletionStatus = 'accepted' | 'lost' | 'unknown';

/**
 * The result of the call alone does not show whether the service has the consent: the service rejects a repeated call
 * whose first response was lost, and accepts a session that a newer link replaced, without effect. So the target counts.
 */
async function completionStatus(
  result: CallResult,
  request: AuthorizationRequest,
  session: string,
  now: number,
  ports: AuthorizationPorts,
): Promise<CompletionStatus> {
  if (result.kind === 'rejected') {
    // The code and not the message: a message may name the user or the session.
    logger.warn('The service rejected a consent', { request: request.reference, code: result.code });
    if (result.transient) return 'unknown';
  }
  const { phase, link, observedLink } = await getTargetStatus(request, now, ports);
  if (result.kind === 'accepted') {
    return phase !== 'awaiting-authorization' || !link || link.session === session ? 'accepted' : 'lost';
  }
  if (phase === 'moving' || phase === 'ready') return 'accepted';
  // A target may show the link of a completed session for some seconds.
  return link?.session === session && observedLink && isLinkUsable(observedLink, now) ? 'unknown' : 'lost';
}
