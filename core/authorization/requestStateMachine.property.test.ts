import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expiryTime, nextNotification } from './reminderSchedule.ts';
import { type AuthorizationRequest, requestOutcome, requestOutcomes } from './request.ts';
import { ATTEMPT_VALIDITY, type RequestEvent, transition, transitions } from './requestStateMachine.ts';

const HOUR = 3_600_000;
/** Between two events: six of them pass the time for which a click binds a browser. */
const STEP = HOUR / 6;

const opened: AuthorizationRequest = {
  id: '0'.repeat(32),
  reference: 'r',
  workspace: 'w',
  address: 'gatewayTarget/g/t',
  subject: { kind: 'authorization', gateway: 'g', target: 't', scopes: [], reason: 'create' },
  escalation: { contacts: [] },
  settings: { remindAfter: [3600, 86_400], escalateAfter: 172_800, expireAfter: 604_800 },
  askedAt: 0,
  state: 'open',
  attempts: [],
  notifications: [],
};

const browser = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
const session = fc.constantFrom('s1', 's2', 's3');
const actor = fc.constantFrom('ada', undefined);
const voidSession = session.map((each) => ({ session: each, cause: 'wrongBrowser' as const, voidedAt: 0 }));
const asActor = <T extends object>(event: T, name: string | undefined) => ({
  ...event,
  ...(name !== undefined && { actor: name }),
});
const event: fc.Arbitrary<RequestEvent> = fc.oneof(
  fc
    .tuple(fc.record({ type: fc.constant('clicked' as const), browser, needsFreshLink: fc.boolean() }), actor)
    .map(([clicked, name]) => asActor(clicked, name)),
  fc.tuple(browser, session, actor).map(([browserId, sessionId, name]) =>
    asActor(
      {
        type: 'sent' as const,
        browser: browserId,
        link: { session: sessionId, issuedAt: 0 },
        userId: `user of ${sessionId}`,
      },
      name,
    ),
  ),
  fc
    .tuple(
      fc.record({ type: fc.constantFrom('consented' as const, 'declined' as const), browser, session }),
      actor,
    )
    .map(([callback, name]) => asActor(callback, name)),
  session.map((each) => ({ type: 'resumed' as const, session: each })),
  voidSession.map((each) => ({ type: 'sessionVoided' as const, voidSession: each })),
  voidSession.map((each) => ({ type: 'failed' as const, voidSession: each })),
  fc.constantFrom<RequestEvent>(
    { type: 'completed' },
    { type: 'failed' },
    { type: 'approved' },
    { type: 'refused', actor: 'ada' },
    { type: 'expired' },
    { type: 'withdrawn', reason: 'gone' },
    { type: 'notified', notification: { stage: 'ask', sentAt: 0, failedContacts: [] } },
    { type: 'taskTokenStored', taskToken: 'token' },
    { type: 'renewalRequested' },
    { type: 'closePublished' },
    { type: 'disputed' },
  ),
);

/** Applies the events in order and returns every request that resulted. */
function replay(events: readonly RequestEvent[]): AuthorizationRequest[] {
  const states = [opened];
  events.forEach((each, index) => {
    const next = transition(states.at(-1) ?? opened, each, index * STEP);
    if (next) states.push(next);
  });
  return states;
}

describe('transition with any events in any order', () => {
  it('transition: gives a request at most one outcome, which never changes', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const reached = replay(events)
          .map(requestOutcome)
          .filter((outcome) => outcome !== undefined);
        expect(new Set(reached).size).toBeLessThanOrEqual(1);
      }),
      { numRuns: 2000 },
    );
  });

  it('transition: accepts one consent at a time, only in the browser and for the person that took its session to the provider within an hour', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        let request = opened;
        events.forEach((each, index) => {
          const next = transition(request, each, index * STEP);
          if (next && each.type === 'consented') {
            expect(request.state).toBe('open');
            const attempt = request.attempts.find((known) => known.browser === each.browser);
            expect(attempt?.session).toBe(each.session);
            expect(attempt?.userId).toBe(`user of ${each.session}`);
            expect(attempt?.person).toBe(each.actor);
            expect(index * STEP - (attempt?.clickedAt ?? 0)).toBeLessThanOrEqual(ATTEMPT_VALIDITY);
          }
          request = next ?? request;
        });
      }),
      { numRuns: 2000 },
    );
  });

  it('transition: gives a session to one browser, and uses none of the last five that became void', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        let request = opened;
        const isVoid = (each: string) => request.voidSessions?.some((known) => known.session === each);
        events.forEach((each, index) => {
          const next = transition(request, each, index * STEP);
          if (next && (each.type === 'consented' || each.type === 'resumed'))
            expect(isVoid(each.session)).not.toBe(true);
          if (next && each.type === 'sent') expect(isVoid(each.link.session)).not.toBe(true);
          request = next ?? request;
          const held = request.attempts.flatMap((attempt) => attempt.session ?? []);
          expect(new Set(held).size).toBe(held.length);
        });
      }),
      { numRuns: 2000 },
    );
  });

  it('transition: drops token, user and session from a closed request', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        for (const request of replay(events)) {
          if (requestOutcome(request) === undefined) continue;
          expect(JSON.stringify(request)).not.toMatch(/token|user of|"s[123]"/);
          expect(request.closedAt).toBeDefined();
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('transition: keeps five attempts at most, one for each browser', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        for (const { attempts } of replay(events)) {
          expect(attempts.length).toBeLessThanOrEqual(5);
          expect(new Set(attempts.map((attempt) => attempt.browser)).size).toBe(attempts.length);
        }
      }),
    );
  });

  it('transition: can close a request from every state', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const request = replay(events).at(-1) ?? opened;
        const freed = transition(request, { type: 'failed' }, 0) ?? request;
        const last = transition(freed, { type: 'expired' }, 0) ?? freed;
        expect(requestOutcome(last)).toBeDefined();
      }),
    );
  });

  it('transition: allows a closed request one renewal and no other outcome', () => {
    for (const outcome of requestOutcomes)
      expect(Object.keys(transitions[outcome])).toEqual(
        {
          completed: ['closePublished', 'disputed'],
          refused: ['closePublished', 'renewalRequested'],
          expired: ['closePublished', 'renewalRequested'],
          withdrawn: ['closePublished'],
        }[outcome],
      );
    const refused = transition(opened, { type: 'refused' }, 1);
    const renewed = refused && transition(refused, { type: 'renewalRequested' }, 2);
    expect(renewed?.state).toBe('refused');
    expect(renewed && transition(renewed, { type: 'renewalRequested' }, 3)).toBeUndefined();
  });
});

describe('nextNotification', () => {
  it('nextNotification: returns each stage once and in order, at any spacing of reads, until the expiry', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 48 }), { maxLength: 60 }), (hours) => {
        let request = opened;
        let now = 0;
        const sent: string[] = [];
        for (const step of [0, ...hours]) {
          now += step * HOUR;
          const due = nextNotification(request, now);
          expect(due.waitSeconds).toBeGreaterThanOrEqual(1);
          expect(due.expired).toBe(now >= expiryTime(request));
          if (due.stage) {
            sent.push(due.stage);
            const notification = { stage: due.stage, sentAt: now, failedContacts: [] };
            request = transition(request, { type: 'notified', notification }, now) ?? request;
          }
        }
        const order = ['ask', 'remind-1', 'remind-2', 'escalate'];
        expect(sent).toEqual(order.filter((stage) => sent.includes(stage)));
      }),
    );
  });

  it('nextNotification: repeats a stage of which a channel failed, at most three times', () => {
    let request = opened;
    for (let times = 0; times < 3; times += 1) {
      expect(nextNotification(request, 0).stage).toBe('ask');
      const notification = { stage: 'ask' as const, sentAt: 0, failedContacts: ['email a@example.com'] };
      request = transition(request, { type: 'notified', notification }, 0) ?? request;
    }
    expect(nextNotification(request, 0).stage).toBeUndefined();
  });
});
