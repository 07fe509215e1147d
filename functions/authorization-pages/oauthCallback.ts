import { isAuthorizedApprover } from '../../core/authorization/approver.ts';
import { hashId } from '../../core/authorization/hashId.ts';
import { type Page, voidRetryReasons } from '../../core/authorization/page.ts';
import {
  type AuthorizationRequest,
  type BrowserAttempt,
  requestOutcome,
} from '../../core/authorization/request.ts';
import { isStalled, type RequestEvent } from '../../core/authorization/requestStateMachine.ts';
import { defined } from '../../core/objects.ts';
import type { Phase } from '../../core/status.ts';
import { notifyClosed } from '../requests/closeRequest.ts';
import { updateRequest } from '../requests/updateRequest.ts';
import { type AuthorizationPorts, actor, findAttempt, type HttpContext } from './authorizationPorts.ts';
import { completeSession } from './completeSession.ts';
import { getTargetStatus } from './targetStatus.ts';
import { announceVoidSession, disputeCompletion, voidSession } from './voidSession.ts';

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
  const bound = await ledger.findSession(hashId(sessionId));
  return bound && (await ledger.readRequest(bound.reference))?.request;
}

/**
 * Handles the provider's redirect. It counts only in the browser, and for the person, that took this session to the
 * provider, and only once. After a consent, completes the authorization with the service, under the user id that the
 * service gave the session. A callback that does not count makes its session void: another person may have consented,
 * and whoever began the session must not use that.
 */
export async function handleOAuthCallback(
  request: AuthorizationRequest,
  params: CallbackParams,
  httpContext: HttpContext,
  ports: AuthorizationPorts,
): Promise<CallbackResult> {
  const { now, identity } = httpContext;
  const session = hashId(params.sessionId);
  if (!isAuthorizedApprover(request, identity, ports.answersFrom)) {
    await rejectCallback(request, session, httpContext, ports);
    return { page: { name: 'forbidden', identity } };
  }
  const attempt = findAttempt(request, httpContext);
  if (!attempt) return rejectCallback(request, session, httpContext, ports);
  const event = toRequestEvent(params, attempt.browser, session, httpContext);
  if (!event)
    return attempt.session === session
      ? { page: { name: 'retry', request, reason: 'provider' } }
      : rejectCallback(request, session, httpContext, ports);
  const update = await updateRequest(request.reference, event, now, ports.ledger);
  const current = update.request ?? request;
  if (!update.before) return handleRepeatedCallback(current, params, session, httpContext, ports);
  if (event.type === 'consented') {
    const startedAt = update.before.attempts.find((each) => each.session === session)?.consentedAt;
    const mayHaveEffect = startedAt !== undefined && now - startedAt <= COMPLETION_TIMEOUT;
    return complete(current, params, { session, mayHaveEffect }, httpContext, ports);
  }
  await notifyClosed(update, now, ports);
  return { request: current };
}

/** Handles a callback that does not change its request: the browser reloads it, or it does not count. */
async function handleRepeatedCallback(
  request: AuthorizationRequest,
  params: CallbackParams,
  session: string,
  httpContext: HttpContext,
  ports: AuthorizationPorts,
): Promise<CallbackResult> {
  const { now } = httpContext;
  const attempt = findAttempt(request, httpContext);
  if (request.state === 'completed' && attempt && (await isHolder(attempt, session, ports)))
    return { request };
  if (request.state !== 'completing' || attempt?.session !== session)
    return rejectCallback(request, session, httpContext, ports);
  const isInterrupted = now - (attempt.consentedAt ?? 0) > COMPLETION_TIMEOUT;
  if ((await ports.ledger.findSession(session))?.voided) {
    const { phase } = await getTargetStatus(request, now, ports);
    if (!isInterrupted && !hasConsent(phase))
      return { page: { name: 'retry', request, reason: 'serviceBusy' } };
    const ended = await endCompletion(request, hasConsent(phase), session, httpContext, ports);
    return ended.state === 'open' ? { page: await voidPage(ended, session, ports) } : { request: ended };
  }
  if (!isInterrupted) return { request };
  // Only one of several functions resumes it: the event changes the time that shows the interruption.
  const { before } = await updateRequest(
    request.reference,
    (present) =>
      present.attempts.some((each) => each.session === session && each.consentedAt === attempt.consentedAt)
        ? { type: 'resumed', session }
        : undefined,
    now,
    ports.ledger,
  );
  if (!before) return { request };
  return complete(request, params, { session, mayHaveEffect: false }, httpContext, ports);
}

/**
 * Makes the session of a callback that does not count void, unless its consent was used already.
 *
 * @returns the page of the request for a browser that knows its link, else a page without any detail of it
 */
async function rejectCallback(
  request: AuthorizationRequest,
  session: string,
  httpContext: HttpContext,
  ports: AuthorizationPorts,
): Promise<CallbackResult> {
  const attempt = findAttempt(request, httpContext);
  const { now } = httpContext;
  const isCompleted = request.state === 'completed';
  if (isCompleted) await disputeCompletion(request, session, now, ports);
  const current = isCompleted ? request : await voidSession(request, session, 'wrongBrowser', now, ports);
  if (!attempt) return { page: { name: 'wrongBrowser' } };
  if (requestOutcome(current)) return { request: current };
  if (attempt.session === session) return { page: await voidPage(current, session, ports) };
  // Another tab of the same browser has gone to the provider with a newer link.
  const hasNewerRedirect = attempt.session !== undefined;
  return {
    page: hasNewerRedirect
      ? { name: 'retry', request: current, reason: 'linkExpired' }
      : { name: 'wrongBrowser' },
  };
}

/** Whether this browser took the session to the provider. A closed request does not tell any more. */
async function isHolder(
  { browser }: BrowserAttempt,
  session: string,
  { ledger }: AuthorizationPorts,
): Promise<boolean> {
  return (await ledger.findSession(session))?.browser === browser;
}

async function voidPage(
  request: AuthorizationRequest,
  session: string,
  { ledger }: AuthorizationPorts,
): Promise<Page> {
  const { voided } = (await ledger.findSession(session)) ?? {};
  return { name: 'retry', request, reason: voidRetryReasons[voided?.cause ?? 'wrongBrowser'] };
}

/** @returns undefined for an OAuth error that is neither consent nor refusal */
function toRequestEvent(
  { error }: CallbackParams,
  browser: string,
  session: string,
  httpContext: HttpContext,
): Extract<RequestEvent, { type: 'consented' | 'declined' }> | undefined {
  if (error === undefined) return { type: 'consented', browser, session, ...actor(httpContext) };
  if (error !== 'access_denied') return undefined;
  return { type: 'declined', browser, session, ...actor(httpContext) };
}

/** Whether the status of a target, whose consent is being completed, shows that the service has the consent. */
function hasConsent(phase: Phase | 'gone'): boolean {
  return phase === 'moving' || phase === 'ready';
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
  const { phase, link, boundSession } = await getTargetStatus(request, now, ports);
  const session = attempts.find(
    (each) => each.consentedAt !== undefined && each.session === link?.session,
  )?.session;
  const isStillPending =
    phase === 'awaiting-authorization' && link && session !== undefined && !boundSession?.voided;
  if (!isStillPending) return endCompletion(request, hasConsent(phase), session, httpContext, ports);
  const { before } = await updateRequest(
    reference,
    // Another function may have resumed the completion meanwhile.
    (present) => (isStalled(present, now) ? { type: 'resumed', session } : undefined),
    now,
    ports.ledger,
  );
  // Gateloop stores no session id. The service's present link contains it: the hash shows that it is the same one.
  const sessionId = new URL(link.url).searchParams.get('request_uri') ?? '';
  if (before) await complete(request, { sessionId }, { session, mayHaveEffect: false }, httpContext, ports);
  return (await ports.ledger.readRequest(reference))?.request ?? request;
}

/** Ends a completion whose effect the target shows. @returns the request afterwards */
async function endCompletion(
  request: AuthorizationRequest,
  isCompleted: boolean,
  session: string | undefined,
  httpContext: HttpContext,
  ports: AuthorizationPorts,
): Promise<AuthorizationRequest> {
  const { now } = httpContext;
  const known = session === undefined ? undefined : await ports.ledger.findSession(session);
  const consentedAt = (present: AuthorizationRequest) =>
    Math.max(0, ...present.attempts.map((each) => each.consentedAt ?? 0));
  const update = await updateRequest(
    request.reference,
    (present): RequestEvent | undefined => {
      // Another function has resumed the completion meanwhile.
      if (consentedAt(present) !== consentedAt(request)) return undefined;
      const person = present.attempts.find((each) => each.consentedAt === consentedAt(present))?.person;
      return isCompleted
        ? { type: 'completed', ...defined({ actor: person }) }
        : { type: 'failed', ...defined({ voidSession: known?.voided }) };
    },
    now,
    ports.ledger,
  );
  await announceVoidSession(update, known?.voided, now, ports);
  await notifyClosed(update, now, ports);
  return update.request ?? request;
}

interface CompletedSession {
  readonly session: string;
  /** A call some seconds ago got no answer: the service may have the consent, and not show it yet. */
  readonly mayHaveEffect: boolean;
}

/** Completes the authorization with the service, under the user id that belongs to the session. */
async function complete(
  request: AuthorizationRequest,
  { sessionId }: Pick<CallbackParams, 'sessionId'>,
  { session, mayHaveEffect }: CompletedSession,
  httpContext: HttpContext,
  ports: AuthorizationPorts,
): Promise<CallbackResult> {
  const { now } = httpContext;
  const status = await completeSession(request, { sessionId, session }, now, ports);
  if (status === 'noConsent' && mayHaveEffect)
    return { page: { name: 'retry', request, reason: 'serviceBusy' } };
  const isVoid = status === 'noConsent' || status === 'void';
  const voided = isVoid ? (await ports.ledger.findSession(session))?.voided : undefined;
  // The person who began, even where another one has resumed the completion.
  const person = request.attempts.find((attempt) => attempt.session === session)?.person;
  const event: RequestEvent =
    status === 'accepted'
      ? { type: 'completed', ...defined({ actor: person }) }
      : { type: 'failed', ...defined({ voidSession: voided }) };
  const update = await updateRequest(request.reference, event, now, ports.ledger);
  await announceVoidSession(update, voided, now, ports);
  await notifyClosed(update, now, ports);
  if (status === 'accepted') return { request: update.request ?? request };
  if (isVoid) return { page: await voidPage(request, session, ports) };
  return { page: { name: 'retry', request, reason: status === 'lost' ? 'linkExpired' : 'serviceBusy' } };
}
