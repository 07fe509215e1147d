import { describe, expect, it } from 'vitest';
import { type AuthorizationRequest, newRequest, type RequestState } from './request.ts';
import {
  ATTEMPT_VALIDITY,
  attemptOf,
  isStalled,
  type RequestEvent,
  transition,
} from './requestStateMachine.ts';

const NOW = 5000;
const LINK = { session: 's1', issuedAt: 1 };

const opened: AuthorizationRequest = newRequest({
  id: 'id',
  workspace: 'payments',
  address: 'gatewayTarget/front/issues',
  subject: { kind: 'authorization', gateway: 'front', target: 'issues', scopes: [], reason: 'create' },
  owner: undefined,
  owners: {},
  settings: { remindAfter: [], escalateAfter: 1, expireAfter: 2 },
  askedAt: 0,
});
const click = (browser: string, more = {}): RequestEvent => ({
  type: 'clicked',
  browser,
  needsFreshLink: false,
  ...more,
});
const send = (browser: string, session = 's1'): RequestEvent => ({
  type: 'sent',
  browser,
  link: { session, issuedAt: 1 },
  userId: `user of ${session}`,
});

/** Applies the events at the times 1, 2 and so on; fails where one cannot happen. */
function requestAfter(...events: readonly RequestEvent[]): AuthorizationRequest {
  return events.reduce((request, event, index) => {
    const next = transition(request, event, index + 1);
    expect(next, `${event.type} in the state ${request.state}`).toBeDefined();
    return next ?? request;
  }, opened);
}
const atProvider = requestAfter(click('b1'), send('b1'));
const completing = requestAfter(click('b1'), send('b1'), { type: 'consented', browser: 'b1', session: 's1' });
const inState = (state: RequestState): AuthorizationRequest => ({ ...completing, state });

const events: Readonly<Record<string, RequestEvent>> = {
  clicked: click('b1'),
  sent: send('b1'),
  consented: { type: 'consented', browser: 'b1', session: 's1' },
  declined: { type: 'declined', browser: 'b1', session: 's1' },
  resumed: { type: 'resumed', session: 's1' },
  sessionVoided: {
    type: 'sessionVoided',
    voidSession: { session: 's1', cause: 'wrongBrowser', voidedAt: 1 },
  },
  completed: { type: 'completed' },
  failed: { type: 'failed' },
  approved: { type: 'approved' },
  refused: { type: 'refused' },
  expired: { type: 'expired' },
  withdrawn: { type: 'withdrawn', reason: 'gone' },
  notified: { type: 'notified', notification: { stage: 'ask', sentAt: 0, failedContacts: [] } },
  taskTokenStored: { type: 'taskTokenStored', taskToken: 't' },
  closePublished: { type: 'closePublished' },
  disputed: { type: 'disputed' },
  renewalRequested: { type: 'renewalRequested' },
};

describe('transition', () => {
  it.each<[RequestState, Readonly<Record<string, RequestState>>]>([
    [
      'open',
      {
        clicked: 'open',
        sent: 'open',
        consented: 'completing',
        declined: 'refused',
        sessionVoided: 'open',
        approved: 'completed',
        refused: 'refused',
        expired: 'expired',
        withdrawn: 'withdrawn',
        notified: 'open',
        taskTokenStored: 'open',
      },
    ],
    [
      'completing',
      {
        resumed: 'completing',
        sessionVoided: 'completing',
        completed: 'completed',
        failed: 'open',
        withdrawn: 'completed',
        notified: 'completing',
        taskTokenStored: 'completing',
      },
    ],
    ['completed', { closePublished: 'completed', disputed: 'completed' }],
    ['refused', { closePublished: 'refused', renewalRequested: 'refused' }],
    ['expired', { closePublished: 'expired', renewalRequested: 'expired' }],
    ['withdrawn', { closePublished: 'withdrawn' }],
  ])('transition: accepts in the state %s only the events that can happen there', (state, expected) => {
    const reached = Object.entries(events).flatMap(([name, event]) => {
      const next = transition(inState(state), event, NOW);
      return next ? [[name, next.state]] : [];
    });
    expect(Object.fromEntries(reached)).toEqual(expected);
  });

  it('transition: remembers the browser of a click, and the need of a link only where there is one', () => {
    expect(requestAfter(click('b1'))).toStrictEqual({
      ...opened,
      attempts: [{ browser: 'b1', clickedAt: 1 }],
    });
    expect(requestAfter(click('b1', { needsFreshLink: true, mayReplace: true }))).toMatchObject({
      clickedAt: 1,
      mayReplace: true,
    });
  });

  it('transition: keeps the session of a browser that clicks again', () => {
    expect(requestAfter(click('b1'), send('b1'), click('b2'), click('b1')).attempts).toEqual([
      { browser: 'b2', clickedAt: 3 },
      { browser: 'b1', clickedAt: 4, session: 's1', userId: 'user of s1' },
    ]);
  });

  it('transition: drops the oldest attempt when a sixth browser clicks', () => {
    const request = requestAfter(...['b1', 'b2', 'b3', 'b4', 'b5', 'b6'].map((browser) => click(browser)));
    expect(request.attempts.map(({ browser }) => browser)).toEqual(['b2', 'b3', 'b4', 'b5', 'b6']);
  });

  it('transition: gives the session of a link to the browser that is redirected, and to no other', () => {
    const request = requestAfter(click('b1'), click('b2'), send('b2'));
    expect(request.link).toEqual(LINK);
    expect(request.attempts).toEqual([
      { browser: 'b1', clickedAt: 1 },
      { browser: 'b2', clickedAt: 2, session: 's1', userId: 'user of s1' },
    ]);
    expect(transition(request, send('b3'), NOW)).toBeUndefined();
  });

  it.each(['consented', 'declined'] as const)(
    'transition: rejects the callback %s from another browser or of another session',
    (type) => {
      const request = requestAfter(click('b1'), send('b1'), click('b2'), send('b2', 's2'));
      expect(transition(request, { type, browser: 'b2', session: 's1' }, NOW)).toBeUndefined();
      expect(transition(request, { type, browser: 'b1', session: 's3' }, NOW)).toBeUndefined();
      expect(transition(request, { type, browser: 'b1', session: 's1' }, NOW)).toBeDefined();
    },
  );

  it.each(['consented', 'declined'] as const)(
    'transition: rejects the callback %s more than an hour after the click',
    (type) => {
      const callback = { type, browser: 'b1', session: 's1' } as const;
      const clickedAt = atProvider.attempts[0]?.clickedAt ?? 0;
      expect(transition(atProvider, callback, clickedAt + ATTEMPT_VALIDITY)).toBeDefined();
      expect(transition(atProvider, callback, clickedAt + ATTEMPT_VALIDITY + 1)).toBeUndefined();
    },
  );

  it('transition: redirects no browser more than an hour after its click', () => {
    const clicked = requestAfter(click('b1'));
    expect(transition(clicked, send('b1'), 1 + ATTEMPT_VALIDITY)).toBeDefined();
    expect(transition(clicked, send('b1'), 1 + ATTEMPT_VALIDITY + 1)).toBeUndefined();
  });

  it('transition: binds a browser to the person who clicked in it', () => {
    const began = requestAfter(click('b1', { actor: 'ada' }), {
      type: 'sent',
      browser: 'b1',
      actor: 'ada',
      link: LINK,
      userId: 'user of s1',
    });
    const callback = { type: 'consented', browser: 'b1', session: 's1' } as const;
    expect(attemptOf(began, { browser: 'b1', actor: 'ada' }, NOW)).toMatchObject({ session: 's1' });
    expect(attemptOf(began, { browser: 'b1', actor: 'eve' }, NOW)).toBeUndefined();
    expect(transition(began, { ...callback, actor: 'ada' }, NOW)).toBeDefined();
    expect(transition(began, { ...callback, actor: 'eve' }, NOW)).toBeUndefined();
    expect(transition(began, callback, NOW)).toBeUndefined();
    // Another person who clicks in the same browser begins anew.
    const taken = transition(began, click('b1', { actor: 'eve' }), NOW);
    expect(taken?.attempts).toEqual([{ browser: 'b1', person: 'eve', clickedAt: NOW }]);
  });

  it('transition: redirects no second browser with the same session', () => {
    const request = requestAfter(click('b1'), send('b1'), click('b2'));
    expect(transition(request, send('b2'), NOW)).toBeUndefined();
    expect(transition(request, send('b1'), NOW)).toBeDefined();
  });

  it('transition: neither completes nor hands out a session that is void', () => {
    const voidSession = { session: 's1', cause: 'wrongBrowser', voidedAt: 3 } as const;
    const request = requestAfter(click('b1'), send('b1'), { type: 'sessionVoided', voidSession });
    expect(request.voidSessions).toEqual([voidSession]);
    for (const type of ['consented', 'declined'] as const)
      expect(transition(request, { type, browser: 'b1', session: 's1' }, NOW)).toBeUndefined();
    expect(transition(request, send('b1'), NOW)).toBeUndefined();
    expect(transition(request, { type: 'sessionVoided', voidSession }, NOW)).toBeUndefined();
    expect(transition(request, send('b1', 's2'), NOW)).toBeDefined();
    const interrupted = transition(completing, { type: 'sessionVoided', voidSession }, NOW);
    expect(interrupted && transition(interrupted, { type: 'resumed', session: 's1' }, NOW)).toBeUndefined();
  });

  it('transition: keeps the five sessions that became void last', () => {
    const voided = (session: string) => ({ session, cause: 'noConsent', voidedAt: 1 }) as const;
    const failed = transition(completing, { type: 'failed', voidSession: voided('s1') }, NOW);
    expect(failed).toMatchObject({ state: 'open', voidSessions: [voided('s1')] });
    const many = ['a', 'b', 'c', 'd', 'e', 'f'].map(
      (session): RequestEvent => ({ type: 'sessionVoided', voidSession: voided(session) }),
    );
    expect(requestAfter(...many).voidSessions?.map(({ session }) => session)).toEqual([
      'b',
      'c',
      'd',
      'e',
      'f',
    ]);
  });

  it('transition: notes the link that was of no use at the last click that needs a fresh one', () => {
    const stale = click('b1', { needsFreshLink: true, staleSession: 's0' });
    expect(requestAfter(stale)).toMatchObject({ clickedAt: 1, staleSession: 's0' });
    expect(requestAfter(stale, click('b1'))).toMatchObject({ clickedAt: 1, staleSession: 's0' });
    expect(requestAfter(stale, click('b1', { needsFreshLink: true }))).not.toHaveProperty('staleSession');
  });

  it('transition: resumes the completion of a session that came back with a consent, and of no other', () => {
    expect(transition(completing, { type: 'resumed', session: 's1' }, NOW)?.attempts).toEqual([
      { ...completing.attempts[0], consentedAt: NOW },
    ]);
    expect(transition(completing, { type: 'resumed', session: 's2' }, NOW)).toBeUndefined();
  });

  it('transition: notes the time of a consent in the attempt of its browser', () => {
    const request = requestAfter(click('b1'), send('b1'), click('b2'), {
      type: 'consented',
      browser: 'b1',
      session: 's1',
    });
    expect(request).toMatchObject({ state: 'completing' });
    expect(request.attempts.map(({ consentedAt }) => consentedAt)).toEqual([4, undefined]);
  });

  it('transition: opens a request again, with its attempts, when the service rejects the consent', () => {
    const request = transition(completing, { type: 'failed' }, NOW);
    expect(request).toEqual({ ...completing, state: 'open' });
  });

  it('transition: keeps who decided and why, and drops what no page of a closed request shows', () => {
    const request = requestAfter(
      { type: 'taskTokenStored', taskToken: 't' },
      { type: 'notified', notification: { stage: 'ask', sentAt: 0, failedContacts: [] } },
      click('b1', { needsFreshLink: true, mayReplace: true }),
      send('b1'),
    );
    expect(request).toMatchObject({ taskToken: 't', clickedAt: 3, mayReplace: true, link: LINK });
    const refused = transition(request, { type: 'refused', actor: 'ada', reason: 'no' }, NOW);
    expect(refused).toStrictEqual({
      ...opened,
      attempts: [{ browser: 'b1', clickedAt: 3 }],
      notifications: request.notifications,
      state: 'refused',
      closedAt: NOW,
      closedBy: 'ada',
      reason: 'no',
    });
  });

  it.each<[RequestEvent, Partial<AuthorizationRequest>]>([
    [
      { type: 'approved', actor: 'ada', reason: 'fine' },
      { closedBy: 'ada', reason: 'fine' },
    ],
    [{ type: 'declined', browser: 'b1', session: 's1' }, {}],
    [{ type: 'withdrawn', reason: 'gone' }, { reason: 'gone' }],
    [{ type: 'expired' }, {}],
  ])('transition: keeps actor and reason of the event that closes a request (%#)', (event, kept) => {
    const closed = transition(atProvider, event, NOW);
    expect(closed).toMatchObject({ closedAt: NOW, attempts: [{ browser: 'b1', clickedAt: 1 }], ...kept });
    expect(closed && ['closedBy', 'reason'].filter((member) => member in closed)).toEqual(Object.keys(kept));
  });

  it('transition: completes without the reason a request that is withdrawn after the service accepted its consent', () => {
    const closed = transition(completing, { type: 'withdrawn', reason: 'gone' }, NOW);
    expect(closed).toMatchObject({ state: 'completed', closedAt: NOW });
    expect(closed).not.toHaveProperty('reason');
  });

  it('transition: appends notifications in order', () => {
    const notified = (stage: 'ask' | 'escalate'): RequestEvent => ({
      type: 'notified',
      notification: { stage, sentAt: 0, failedContacts: [] },
    });
    const { notifications } = requestAfter(notified('ask'), notified('escalate'));
    expect(notifications.map(({ stage }) => stage)).toEqual(['ask', 'escalate']);
  });

  it('transition: notes the first dispute of a completed request', () => {
    const completed = transition(completing, { type: 'completed' }, NOW);
    const disputed = completed && transition(completed, { type: 'disputed' }, NOW + 1);
    expect(disputed).toEqual({ ...completed, disputedAt: NOW + 1 });
    expect(disputed && transition(disputed, { type: 'disputed' }, NOW + 2)).toBeUndefined();
  });

  it('transition: accepts a renewal and a publication of a closed request once each, and changes nothing else', () => {
    const refused = requestAfter({ type: 'refused' });
    const renewed = transition(refused, { type: 'renewalRequested' }, NOW);
    expect(renewed).toEqual({ ...refused, renewalRequestedAt: NOW });
    const published = renewed && transition(renewed, { type: 'closePublished' }, NOW + 1);
    expect(published).toEqual({ ...renewed, closePublishedAt: NOW + 1 });
    expect(published && transition(published, { type: 'renewalRequested' }, NOW + 2)).toBeUndefined();
    expect(published && transition(published, { type: 'closePublished' }, NOW + 2)).toBeUndefined();
  });
});

describe('isStalled', () => {
  it('isStalled: is true two minutes after the last consent of a completing request', () => {
    const attempts = [
      { browser: 'a', clickedAt: 0 },
      { browser: 'b', clickedAt: 0, consentedAt: 1000 },
    ];
    expect(isStalled({ state: 'completing', attempts }, 121_000)).toBe(false);
    expect(isStalled({ state: 'completing', attempts }, 121_001)).toBe(true);
    expect(isStalled({ state: 'open', attempts }, 121_001)).toBe(false);
  });
});
