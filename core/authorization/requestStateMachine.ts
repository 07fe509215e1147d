import { defined, omit } from '../objects.ts';
import {
  type AuthorizationRequest,
  type BrowserAttempt,
  type Notification,
  type ObservedLink,
  type RequestOutcome,
  type RequestState,
  requestOutcome,
} from './request.ts';

/** An event in the life of a request. `actor` names the person or the system that decided. */
export type RequestEvent =
  /** A person clicked the button of the page; the browser will be redirected to the provider. */
  | {
      readonly type: 'clicked';
      readonly browser: string;
      readonly needsFreshLink: boolean;
      /** The page said that the target must be deleted and created again. */
      readonly mayReplace?: boolean;
    }
  /** The page redirects the browser to the provider with this link. */
  | { readonly type: 'sent'; readonly browser: string; readonly link: ObservedLink; readonly userId: string }
  /** The provider redirected the browser back with consent. */
  | { readonly type: 'consented'; readonly browser: string; readonly session: string }
  /** The provider redirected the browser back with `access_denied`. */
  | { readonly type: 'declined'; readonly browser: string; readonly session: string; readonly actor?: string }
  /** The service accepted the consent. */
  | { readonly type: 'completed'; readonly actor?: string }
  /** The service rejected the consent, and a person must try again. */
  | { readonly type: 'failed' }
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
    approved: 'completed',
    refused: 'refused',
    expired: 'expired',
    withdrawn: 'withdrawn',
  },
  completing: {
    notified: 'completing',
    taskTokenStored: 'completing',
    completed: 'completed',
    failed: 'open',
    // Poll withdraws a request whose target it finds ready: the service has accepted the consent.
    withdrawn: 'completed',
  },
  completed: { closePublished: 'completed' },
  refused: { closePublished: 'refused', renewalRequested: 'refused' },
  expired: { closePublished: 'expired', renewalRequested: 'expired' },
  withdrawn: { closePublished: 'withdrawn' },
};

/** More browsers than this on one request are a whole team or an attack; the oldest attempt is dropped. */
const MAX_ATTEMPTS = 5;

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
  if (!next || !isFromOriginatingBrowser(request, event)) return undefined;
  // Once only: the new request has its own link.
  if (event.type === 'renewalRequested')
    return request.renewalRequestedAt === undefined ? { ...request, renewalRequestedAt: now } : undefined;
  if (event.type === 'closePublished')
    return request.closePublishedAt === undefined ? { ...request, closePublishedAt: now } : undefined;
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

/** A callback counts only in the browser that took its session to the provider. */
function isFromOriginatingBrowser({ attempts }: AuthorizationRequest, event: RequestEvent): boolean {
  if (event.type === 'sent') return attempts.some(({ browser }) => browser === event.browser);
  if (event.type !== 'consented' && event.type !== 'declined') return true;
  return attempts.some(({ browser, session }) => browser === event.browser && session === event.session);
}

function applyEvent(request: AuthorizationRequest, event: RequestEvent, now: number): AuthorizationRequest {
  switch (event.type) {
    case 'clicked': {
      const others = request.attempts.filter(({ browser }) => browser !== event.browser);
      // Another tab of the same browser may be at the provider: its session stays valid.
      const previous = request.attempts.find(({ browser }) => browser === event.browser);
      const attempt: BrowserAttempt = { ...previous, browser: event.browser, clickedAt: now };
      const attempts = [...others, attempt].slice(-MAX_ATTEMPTS);
      return {
        ...request,
        attempts,
        ...(event.needsFreshLink && { clickedAt: now }),
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
    case 'notified':
      return { ...request, notifications: [...request.notifications, event.notification] };
    case 'taskTokenStored':
      return { ...request, taskToken: event.taskToken };
    default:
      return request;
  }
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

/** Keeps of a closed request what the pages show, and drops sessions, user ids and the task token. */
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
    ...omit(request, 'taskToken', 'clickedAt', 'link', 'mayReplace'),
    state,
    attempts: [],
    closedAt: now,
    ...defined({ closedBy: actor, reason }),
  };
}
