import { defined, omit } from '../objects.ts';
import {
  type AuthorizationRequest,
  type BrowserAttempt,
  type Notification,
  type ObservedLink,
  type RequestOutcome,
  type RequestState,
  requestOutcome,
  type VoidSession,
} from './request.ts';

/** An event in the life of a request. `actor` names the person or the system that decided. */
export type RequestEvent =
  /** A person clicked the button of the page; the browser will be redirected to the provider. */
  | {
      readonly type: 'clicked';
      readonly browser: string;
      readonly actor?: string;
      readonly needsFreshLink: boolean;
      /** The session of the service's present link, where the browser needs a fresh one. */
      readonly staleSession?: string;
      /** The page said that the target must be deleted and created again. */
      readonly mayReplace?: boolean;
    }
  /** The page redirects the browser to the provider with this link. */
  | {
      readonly type: 'sent';
      readonly browser: string;
      readonly actor?: string;
      readonly link: ObservedLink;
      readonly userId: string;
    }
  /** The provider redirected the browser back with consent. */
  | {
      readonly type: 'consented';
      readonly browser: string;
      readonly session: string;
      readonly actor?: string;
    }
  /** A function continues the completion of this session, which another function began and did not end. */
  | { readonly type: 'resumed'; readonly session: string }
  /** The provider redirected the browser back with `access_denied`. */
  | { readonly type: 'declined'; readonly browser: string; readonly session: string; readonly actor?: string }
  /** The service accepted the consent. */
  | { readonly type: 'completed'; readonly actor?: string }
  /** The service rejected the consent, and a person must try again. `voidSession` where the session is void now. */
  | { readonly type: 'failed'; readonly voidSession?: VoidSession }
  /** A session of the request became void. */
  | { readonly type: 'sessionVoided'; readonly voidSession: VoidSession }
  /** A person approved or refused on the page, or another system did for them. */
  | { readonly type: 'approved'; readonly actor?: string; readonly reason?: string }
  | { readonly type: 'refused'; readonly actor?: string; readonly reason?: string }
  | { readonly type: 'expired' }
  /** A message about the request was sent, or every channel failed. */
  | { readonly type: 'notified'; readonly notification: Notification }
  /** The workflow of the request waits for its outcome with this token. */
  | { readonly type: 'taskTokenStored'; readonly taskToken: string }
  | { readonly type: 'withdrawn'; readonly reason: string }
  /** The outcome was published, and the waiting workflow got it. */
  | { readonly type: 'closePublished' }
  /** The session that completed the request came back in another browser as well. */
  | { readonly type: 'disputed' }
  /** A person requested a new request in place of this closed one. */
  | { readonly type: 'renewalRequested' };

export type RequestEventType = RequestEvent['type'];

/** The next state for each event that can happen in a state. Any other event changes nothing. */
export const transitions: Readonly<
  Record<RequestState, Readonly<Partial<Record<RequestEventType, RequestState>>>>
> = {
  open: {
    notified: 'open',
    taskTokenStored: 'open',
    clicked: 'open',
    sent: 'open',
    consented: 'completing',
    declined: 'refused',
    sessionVoided: 'open',
    approved: 'completed',
    refused: 'refused',
    expired: 'expired',
    withdrawn: 'withdrawn',
  },
  completing: {
    notified: 'completing',
    taskTokenStored: 'completing',
    resumed: 'completing',
    sessionVoided: 'completing',
    completed: 'completed',
    failed: 'open',
    // Poll withdraws a request whose target it finds ready: the service has accepted the consent.
    withdrawn: 'completed',
  },
  completed: { closePublished: 'completed', disputed: 'completed' },
  refused: { closePublished: 'refused', renewalRequested: 'refused' },
  expired: { closePublished: 'expired', renewalRequested: 'expired' },
  withdrawn: { closePublished: 'withdrawn' },
};

/** More browsers than this on one request are a whole team or an attack; the oldest attempt is dropped. */
const MAX_ATTEMPTS = 5;

/** Older sessions have expired at the service, and the ledger keeps them void. */
const MAX_VOID_SESSIONS = 5;

/** How long a click binds a browser, in ms. A login takes minutes; after an hour the person has to click again. */
export const ATTEMPT_VALIDITY = 3_600_000;

/** The pages' function runs for 25 seconds at most: after this time no function completes the authorization. In ms. */
const STALLED_AFTER = 2 * 60_000;

/**
 * @param now in ms since the epoch
 * @returns the request after an event; undefined where the event cannot happen now: the request is closed, the session
 * belongs to another browser, or another consent is being completed
 */
export function transition(
  request: AuthorizationRequest,
  event: RequestEvent,
  now: number,
): AuthorizationRequest | undefined {
  const next = transitions[request.state][event.type];
  if (!next || !isPossible(request, event, now)) return undefined;
  // Once only: the new request has its own link.
  if (event.type === 'renewalRequested')
    return request.renewalRequestedAt === undefined ? { ...request, renewalRequestedAt: now } : undefined;
  if (event.type === 'closePublished')
    return request.closePublishedAt === undefined ? { ...request, closePublishedAt: now } : undefined;
  if (event.type === 'disputed')
    return request.disputedAt === undefined ? { ...request, disputedAt: now } : undefined;
  const updated = { ...applyEvent(request, event, now), state: next };
  const outcome = requestOutcome(updated);
  return outcome ? close(updated, outcome, event, now) : updated;
}

/** After this time a completion that a function began and did not end counts as failed; a person can retry. In ms. */
const COMPLETION_TIMEOUT = 15 * 60_000;

/** @returns whether a function stopped while it completed the authorization, so that a person has to act */
export function isStalled(request: Pick<AuthorizationRequest, 'state' | 'attempts'>, now: number): boolean {
  return isCompletingLongerThan(STALLED_AFTER, request, now);
}

/** @returns whether the completion that a function began counts as failed */
export function hasCompletionTimedOut(
  request: Pick<AuthorizationRequest, 'state' | 'attempts'>,
  now: number,
): boolean {
  return isCompletingLongerThan(COMPLETION_TIMEOUT, request, now);
}

function isCompletingLongerThan(
  duration: number,
  { state, attempts }: Pick<AuthorizationRequest, 'state' | 'attempts'>,
  now: number,
): boolean {
  const consentedAt = Math.max(0, ...attempts.map((attempt) => attempt.consentedAt ?? 0));
  return state === 'completing' && now - consentedAt > duration;
}

/** The browser of a person, as it shows itself to the pages. */
export interface Visitor {
  /** SHA-256 of the browser's cookie. */
  readonly browser: string;
  /** The logged-in person; absent where the pages have no login. */
  readonly actor?: string;
}

/** @returns the attempt that a browser and its person began within the last hour */
export function attemptOf(
  { attempts }: Pick<AuthorizationRequest, 'attempts'>,
  { browser, actor }: Visitor,
  now: number,
): BrowserAttempt | undefined {
  return attempts.find(
    (attempt) =>
      attempt.browser === browser && attempt.person === actor && now - attempt.clickedAt <= ATTEMPT_VALIDITY,
  );
}

export function isVoid(
  { voidSessions = [] }: Pick<AuthorizationRequest, 'voidSessions'>,
  session: string,
): boolean {
  return voidSessions.some((each) => each.session === session);
}

/**
 * A callback counts only in the browser that took its session to the provider, for the person who did, and only while
 * the session is not void.
 */
function isPossible(request: AuthorizationRequest, event: RequestEvent, now: number): boolean {
  switch (event.type) {
    case 'sent':
      return (
        attemptOf(request, event, now) !== undefined &&
        !isVoid(request, event.link.session) &&
        !isOfAnotherBrowser(request, event)
      );
    case 'consented':
    case 'declined':
      return attemptOf(request, event, now)?.session === event.session && !isVoid(request, event.session);
    case 'resumed':
      return !isVoid(request, event.session) && hasConsented(request, event.session);
    case 'sessionVoided':
      return !isVoid(request, event.voidSession.session);
    default:
      return true;
  }
}

/** A session belongs to one browser: nothing would tell whose consent it is that two of them come back with. */
function isOfAnotherBrowser(
  { attempts }: AuthorizationRequest,
  { browser, link }: Extract<RequestEvent, { type: 'sent' }>,
): boolean {
  return attempts.some((attempt) => attempt.session === link.session && attempt.browser !== browser);
}

function hasConsented({ attempts }: AuthorizationRequest, session: string): boolean {
  return attempts.some((attempt) => attempt.session === session && attempt.consentedAt !== undefined);
}

function applyEvent(request: AuthorizationRequest, event: RequestEvent, now: number): AuthorizationRequest {
  switch (event.type) {
    case 'clicked': {
      const others = request.attempts.filter(({ browser }) => browser !== event.browser);
      // Another tab of the same browser may be at the provider: its session stays valid.
      const previous = request.attempts.find(({ browser }) => browser === event.browser);
      const attempt: BrowserAttempt = {
        ...(previous?.person === event.actor && previous),
        browser: event.browser,
        ...defined({ person: event.actor }),
        clickedAt: now,
      };
      const attempts = [...others, attempt].slice(-MAX_ATTEMPTS);
      const { needsFreshLink, staleSession } = event;
      return {
        ...(needsFreshLink ? omit(request, 'staleSession') : request),
        attempts,
        ...(needsFreshLink && { clickedAt: now, ...defined({ staleSession }) }),
        ...(event.mayReplace && { mayReplace: true }),
      };
    }
    case 'sent': {
      const { browser, link, userId } = event;
      const { session } = link;
      return { ...updateAttempt(request, browser, { session, userId }), link };
    }
    case 'consented':
      return updateAttempt(request, event.browser, { consentedAt: now });
    case 'resumed':
      return {
        ...request,
        attempts: request.attempts.map((attempt) =>
          attempt.session === event.session ? { ...attempt, consentedAt: now } : attempt,
        ),
      };
    case 'sessionVoided':
    case 'failed':
      return withVoidSession(request, event.voidSession);
    case 'notified':
      return { ...request, notifications: [...request.notifications, event.notification] };
    case 'taskTokenStored':
      return { ...request, taskToken: event.taskToken };
    default:
      return request;
  }
}

function withVoidSession(
  request: AuthorizationRequest,
  added: VoidSession | undefined,
): AuthorizationRequest {
  if (!added || isVoid(request, added.session)) return request;
  return { ...request, voidSessions: [...(request.voidSessions ?? []), added].slice(-MAX_VOID_SESSIONS) };
}

function updateAttempt(
  request: AuthorizationRequest,
  browser: string,
  change: Partial<BrowserAttempt>,
): AuthorizationRequest {
  const attempts = request.attempts.map((attempt) =>
    attempt.browser === browser ? { ...attempt, ...change } : attempt,
  );
  return { ...request, attempts };
}

/**
 * Keeps of a closed request what the pages show, and which browsers may see it after a callback. Drops sessions, user
 * ids and the task token.
 */
function close(
  request: AuthorizationRequest,
  state: RequestOutcome,
  event: RequestEvent,
  now: number,
): AuthorizationRequest {
  const actor = 'actor' in event ? event.actor : undefined;
  // The reason of a withdrawal does not apply to a consent that the service has accepted.
  const isWithdrawal = event.type === 'withdrawn' && state !== 'withdrawn';
  const reason = 'reason' in event && !isWithdrawal ? event.reason : undefined;
  return {
    ...omit(request, 'taskToken', 'clickedAt', 'staleSession', 'link', 'mayReplace', 'voidSessions'),
    state,
    attempts: request.attempts.map(({ browser, person, clickedAt }) => ({
      browser,
      clickedAt,
      ...defined({ person }),
    })),
    closedAt: now,
    ...defined({ closedBy: actor, reason }),
  };
}
