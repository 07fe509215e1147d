import { hashId } from '../../core/authorization/hashId.ts';
import { isLinkUsable } from '../../core/authorization/linkExpiry.ts';
import type { Page } from '../../core/authorization/page.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import type { RequestEvent } from '../../core/authorization/requestStateMachine.ts';
import type { CallResult } from '../../core/ports/controlPlane.ts';
import { notifyClosed } from '../requests/closeRequest.ts';
import { updateRequest } from '../requests/updateRequest.ts';
import { logger } from '../runtime/observability.ts';
import type { AuthorizationPorts } from './authorizationPorts.ts';
import { actor, browserHash, type HttpContext } from './httpContext.ts';
import { getTargetStatus } from './targetStatus.ts';

/** What the provider's redirect carries. */
export interface CallbackParams {
  readonly sessionId: string;
  /** OAuth's code for what went wrong; `access_denied` for a person who said no. */
  readonly error?: string;
}

/** A consent whose handing over was begun so long ago was cut short, and may be handed over again. In ms. */
const COMPLETION_TIMEOUT = 30_000;

/** Where a browser goes that came back: to the request's own page, or to one that says what is wrong. */
export type CallbackResult = { readonly request: AuthorizationRequest } | { readonly page: Page };

/** @returns the request that a session was sent out with */
export async function findRequestBySession(
  { sessionId }: CallbackParams,
  { ledger }: AuthorizationPorts,
): Promise<AuthorizationRequest | undefined> {
  const reference = await ledger.resolveAlias(hashId(sessionId));
  return reference === undefined ? undefined : (await ledger.readRequest(reference))?.request;
}

/**
 * The browser came back from the provider. Only the one that was sent out with this very session counts, and only the
 * first time: then the consent is handed over to the service under the user it was asked for.
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
  if (browser === undefined) return isClosed(request) ? { request } : { page: { name: 'wrongBrowser' } };
  const event = toRequestEvent(params, browser, session, httpContext);
  if (!event) return { page: { name: 'retry', request, reason: 'provider' } };
  const change = await updateRequest(reference, event, now, ports.ledger);
  const current = change.request ?? request;
  if (!change.before) {
    if (isCompletionInterrupted(current, browser, session, now))
      return completeAuthorization(current, params, session, httpContext, ports);
    if (current.state !== 'open') return { request: current };
    return { page: hasNewerRedirect(current, browser) ? linkExpiredPage(current) : { name: 'wrongBrowser' } };
  }
  if (event.type === 'consented') return completeAuthorization(current, params, session, httpContext, ports);
  await notifyClosed(change, now, ports);
  return { request: current };
}

/** Another tab of the same browser has been sent out since, with another link. */
function hasNewerRedirect({ attempts }: AuthorizationRequest, browser: string): boolean {
  return attempts.some((attempt) => attempt.browser === browser && attempt.session !== undefined);
}

function linkExpiredPage(request: AuthorizationRequest): Page {
  return { name: 'retry', request, reason: 'linkExpired' };
}

function isClosed({ state }: AuthorizationRequest): boolean {
  return state !== 'open';
}

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

/** Hands a consent over to the service, under the user that it was asked for. */
export async function completeAuthorization(
  request: AuthorizationRequest,
  { sessionId }: Pick<CallbackParams, 'sessionId'>,
  session: string,
  httpContext: HttpContext,
  ports: AuthorizationPorts,
): Promise<CallbackResult> {
  const { now } = httpContext;
  const userId = request.attempts.find((attempt) => attempt.session === session)?.userId ?? '';
  const result = await ports.consents.complete(sessionId, userId);
  const status = await completionStatus(result, request, session, now, ports);
  const event: RequestEvent =
    status === 'taken' ? { type: 'completed', ...actor(httpContext) } : { type: 'failed' };
  const change = await updateRequest(request.reference, event, now, ports.ledger);
  await notifyClosed(change, now, ports);
  if (status === 'taken') return { request: change.request ?? request };
  return { page: { name: 'retry', request, reason: status === 'lost' ? 'linkExpired' : 'serviceBusy' } };
}

/** What became of a consent: `unclear` is found out by handing it over once more. */
type CompletionStatus = 'taken' | 'lost' | 'unclear';

/**
 * Whether the consent has arrived, which the service's answer alone does not tell: a call whose answer was lost is
 * refused the second time, and one with a session that another link has replaced since is taken without effect.
 */
async function completionStatus(
  result: CallResult,
  request: AuthorizationRequest,
  session: string,
  now: number,
  ports: AuthorizationPorts,
): Promise<CompletionStatus> {
  if (result.kind === 'rejected') {
    // Codes and not messages: those may name the user or the session.
    logger.warn('A consent was not taken', { request: request.reference, code: result.code });
    if (result.transient) return 'unclear';
  }
  const { phase, link, observedLink } = await getTargetStatus(request, now, ports);
  if (result.kind === 'accepted') {
    return phase !== 'awaiting-authorization' || !link || link.session === session ? 'taken' : 'lost';
  }
  if (phase === 'moving' || phase === 'ready') return 'taken';
  // A target may go on showing the link of a consent that has arrived, for some seconds.
  return link?.session === session && observedLink && isLinkUsable(observedLink, now) ? 'unclear' : 'lost';
}
