import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expiryTime, nextNotification } from './reminderSchedule.ts';
import { type AuthorizationRequest, requestOutcome, requestOutcomes } from './request.ts';
import { type RequestEvent, transition, transitions } from './requestStateMachine.ts';

const HOUR = 3_600_000;

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
const event: fc.Arbitrary<RequestEvent> = fc.oneof(
  fc.record({ type: fc.constant('clicked' as const), browser, needsFreshLink: fc.boolean() }),
  fc.record({ browser, session }).map(({ browser: who, session: which }) => ({
    type: 'sent' as const,
    browser: who,
    link: { session: which, issuedAt: 0 },
    userId: `user of ${which}`,
  })),
  fc.record({ type: fc.constantFrom('consented' as const, 'declined' as const), browser, session }),
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
  ),
);

/** Lets everything happen in turn, and notes each request that came of it. */
function replay(events: readonly RequestEvent[]): AuthorizationRequest[] {
  const states = [opened];
  events.forEach((each, index) => {
    const next = transition(states.at(-1) ?? opened, each, index * HOUR);
    if (next) states.push(next);
  });
  return states;
}

describe('The life of a request, whatever happens to it in whatever order', () => {
  it('has at most one outcome, which never changes again', () => {
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

  it('hands a consent over one at a time, and only that of a browser that was sent out with its session', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        let request = opened;
        events.forEach((each, index) => {
          const next = transition(request, each, index * HOUR);
          if (next && each.type === 'consented') {
            expect(request.state).toBe('open');
            const attempt = request.attempts.find((known) => known.browser === each.browser);
            expect(attempt?.session).toBe(each.session);
            expect(attempt?.userId).toBe(`user of ${each.session}`);
          }
          request = next ?? request;
        });
      }),
      { numRuns: 2000 },
    );
  });

  it('leaves no token, user or session behind when it ends', () => {
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

  it('keeps few attempts, however many browsers come', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        for (const { attempts } of replay(events)) {
          expect(attempts.length).toBeLessThanOrEqual(5);
          expect(new Set(attempts.map((attempt) => attempt.browser)).size).toBe(attempts.length);
        }
      }),
    );
  });

  it('can always come to an end', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const request = replay(events).at(-1) ?? opened;
        const freed = transition(request, { type: 'failed' }, 0) ?? request;
        const last = transition(freed, { type: 'expired' }, 0) ?? freed;
        expect(requestOutcome(last)).toBeDefined();
      }),
    );
  });

  it('knows no way out of an outcome but to be asked anew, once', () => {
    for (const outcome of requestOutcomes)
      expect(Object.keys(transitions[outcome])).toEqual(
        outcome === 'refused' || outcome === 'expired'
          ? ['closePublished', 'renewalRequested']
          : ['closePublished'],
      );
    const refused = transition(opened, { type: 'refused' }, 1);
    const again = refused && transition(refused, { type: 'renewalRequested' }, 2);
    expect(again?.state).toBe('refused');
    expect(again && transition(again, { type: 'renewalRequested' }, 3)).toBeUndefined();
  });
});

describe('What falls due', () => {
  it('is said once, in order, at its time, and ends with the expiry, however the looks are spaced', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 48 }), { maxLength: 60 }), (hours) => {
        let request = opened;
        let now = 0;
        const said: string[] = [];
        for (const step of [0, ...hours]) {
          now += step * HOUR;
          const due = nextNotification(request, now);
          expect(due.waitSeconds).toBeGreaterThanOrEqual(1);
          expect(due.expired).toBe(now >= expiryTime(request));
          if (due.stage) {
            said.push(due.stage);
            const notification = { stage: due.stage, sentAt: now, failedContacts: [] };
            request = transition(request, { type: 'notified', notification }, now) ?? request;
          }
        }
        const order = ['ask', 'remind-1', 'remind-2', 'escalate'];
        expect(said).toEqual(order.filter((round) => said.includes(round)));
      }),
    );
  });

  it('is said again where a channel failed, at most three times', () => {
    let request = opened;
    for (let times = 0; times < 3; times += 1) {
      expect(nextNotification(request, 0).stage).toBe('ask');
      const notification = { stage: 'ask' as const, sentAt: 0, failedContacts: ['email a@example.com'] };
      request = transition(request, { type: 'notified', notification }, 0) ?? request;
    }
    expect(nextNotification(request, 0).stage).toBeUndefined();
  });
});
