import {
  type AuthorizationRequest,
  type BrowserAttempt,
  type Notification,
  type ObservedLink,
  type RequestOutcome,
  type RequestState,
  requestOutcome,
} from './request.ts';

/** What can happen to a request. */
export type RequestEvent =
  /** A person pressed the button: this browser wants to go on, and is to be sent to the provider. */
  | {
      readonly type: 'clicked';
      readonly browser: string;
      readonly needsFreshLink: boolean;
      /** The page told that the target must be deleted and made again. */
      readonly mayReplace?: boolean;
    }
  /** The browser is sent to the provider with this link. */
  | { readonly type: 'sent'; readonly browser: string; readonly link: ObservedLink; readonly userId: string }
  /** The provider sent the browser back with consent. */
  | { readonly type: 'consented'; readonly browser: string; readonly session: string }
  /** The provider sent the browser back without. */
  | { readonly type: 'declined'; readonly browser: string; readonly session: string; readonly by?: string }
  /** The service took the consent. */
  | { readonly type: 'completed'; readonly by?: string }
  /** The service did not take the consent, and a person must try again. */
  | { readonly type: 'failed' }
  /** A person said yes or no on the page itself, or another system did for them. */
  | { readonly type: 'approved'; readonly by?: string; readonly reason?: string }
  | { readonly type: 'refused'; readonly by?: string; readonly reason?: string }
  | { readonly type: 'expired' }
  /** Somebody was told, or could not be. */
  | { readonly type: 'told'; readonly telling: Notification }
  /** The request's own workflow waits for its end with this token. */
  | { readonly type: 'awaited'; readonly taskToken: string }
  | { readonly type: 'withdrawn'; readonly reason: string }
  /** Everybody who waits for the end was told of it. */
  | { readonly type: 'announced' }
  /** Somebody wants people to be asked anew. */
  | { readonly type: 'askedAgain' };

export type RequestEventType = RequestEvent['type'];

/** What becomes of the request's state; what is not here cannot happen in that state, and changes nothing. */
export const transitions: Readonly<
  Record<RequestState, Readonly<Partial<Record<RequestEventType, RequestState>>>>
> = {
  open: {
    told: 'open',
    awaited: 'open',
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
    told: 'completing',
    awaited: 'completing',
    completed: 'completed',
    failed: 'open',
    // Whoever finds the target ready meanwhile has seen that the consent arrived.
    withdrawn: 'completed',
  },
  completed: { announced: 'completed' },
  refused: { announced: 'refused', askedAgain: 'refused' },
  expired: { announced: 'expired', askedAgain: 'expired' },
  withdrawn: { announced: 'withdrawn' },
};

/** More browsers than this at one request are a team at work or an attack; the oldest gives way. */
const MAX_ATTEMPTS = 5;

/**
 * The request after an event; undefined where the event cannot happen to it now: it has ended, the session is another
 * browser's, or the consent is being handed over already.
 *
 * @param now in ms since the epoch
 */
export function transition(
  request: AuthorizationRequest,
  event: RequestEvent,
  now: number,
): AuthorizationRequest | undefined {
  const next = transitions[request.state][event.type];
  if (!next || !isFromOriginatingBrowser(request, event)) return undefined;
  // Asking anew is for once: the new request has a link of its own.
  if (event.type === 'askedAgain')
    return request.renewalRequestedAt === undefined ? { ...request, renewalRequestedAt: now } : undefined;
  if (event.type === 'announced')
    return request.closePublishedAt === undefined ? { ...request, closePublishedAt: now } : undefined;
  const updated = { ...applyEvent(request, event, now), state: next };
  const outcome = requestOutcome(updated);
  return outcome ? close(updated, outcome, event, now) : updated;
}

/** A return counts only in the browser that was sent out with its session. */
function isFromOriginatingBrowser({ attempts }: AuthorizationRequest, event: RequestEvent): boolean {
  if (event.type === 'sent') return attempts.some(({ browser }) => browser === event.browser);
  if (event.type !== 'consented' && event.type !== 'declined') return true;
  return attempts.some(({ browser, session }) => browser === event.browser && session === event.session);
}

function applyEvent(request: AuthorizationRequest, event: RequestEvent, now: number): AuthorizationRequest {
  switch (event.type) {
    case 'clicked': {
      const others = request.attempts.filter(({ browser }) => browser !== event.browser);
      // Another tab of the same browser may be at the provider: its session stays good.
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
    case 'told':
      return { ...request, notifications: [...request.notifications, event.telling] };
    case 'awaited':
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

/** What an ended request keeps: what the pages show. Whose session it was, and what waited for it, is nobody's business any more. */
function close(
  request: AuthorizationRequest,
  state: RequestOutcome,
  event: RequestEvent,
  now: number,
): AuthorizationRequest {
  const { attempts: _, taskToken: __, clickedAt: ___, link: ____, mayReplace: _____, ...rest } = request;
  const by = 'by' in event ? event.by : undefined;
  // Why it would have been withdrawn says nothing about a consent that has arrived.
  const isWithdrawal = event.type === 'withdrawn' && state !== 'withdrawn';
  const reason = 'reason' in event && !isWithdrawal ? event.reason : undefined;
  return {
    ...rest,
    state,
    attempts: [],
    closedAt: now,
    ...(by !== undefined && { closedBy: by }),
    ...(reason !== undefined && { reason }),
  };
}
