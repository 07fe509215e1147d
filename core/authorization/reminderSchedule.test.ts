import { describe, expect, it } from 'vitest';
import { expiryTime, isOverdue, nextNotification, WORKFLOW_TOLERANCE } from './reminderSchedule.ts';
import {
  type AuthorizationRequest,
  type Notification,
  type NotificationStage,
  newRequest,
} from './request.ts';

const ASKED_AT = 1_000_000;
const SECOND = 1000;

/** Reminders after 100 and 200 seconds, the second contact after 150, expiry after 300. */
const request: AuthorizationRequest = newRequest({
  id: 'id',
  workspace: 'payments',
  address: 'gatewayTarget/front/issues',
  subject: { kind: 'authorization', gateway: 'front', target: 'issues', scopes: [], reason: 'create' },
  owner: undefined,
  owners: { escalation: { contacts: [] } },
  settings: { remindAfter: [100, 200], escalateAfter: 150, expireAfter: 300 },
  askedAt: ASKED_AT,
});
const sent = (stage: NotificationStage, ...failedContacts: string[]): Notification => ({
  stage,
  sentAt: 0,
  failedContacts,
});
const readAfter = (seconds: number, notifications: readonly Notification[] = [], more = request) =>
  nextNotification({ ...more, notifications }, ASKED_AT + seconds * SECOND);

describe('nextNotification', () => {
  it('nextNotification: asks at once, and waits for the first reminder', () => {
    expect(readAfter(0)).toEqual({ stage: 'ask', expired: false, waitSeconds: 100 });
    expect(readAfter(1, [sent('ask')])).toStrictEqual({ expired: false, waitSeconds: 99 });
  });

  it.each([
    [99.999, undefined, 1],
    [100, 'remind-1', 50],
    [150, 'escalate', 50],
    [200, 'remind-2', 100],
  ])('nextNotification: finds after %d seconds the stage %s due', (seconds, stage, waitSeconds) => {
    expect(readAfter(seconds, [sent('ask')])).toEqual({
      ...(stage !== undefined && { stage }),
      expired: false,
      waitSeconds,
    });
  });

  it('nextNotification: sends the last of several missed stages only', () => {
    expect(readAfter(250).stage).toBe('remind-2');
    expect(readAfter(250, [sent('remind-2')]).stage).toBeUndefined();
  });

  it('nextNotification: escalates only to a second contact', () => {
    const { escalation: _, ...withoutSecondContact } = request;
    expect(readAfter(150, [], withoutSecondContact).stage).toBe('remind-1');
    expect(readAfter(150, [sent('remind-1')], withoutSecondContact)).toStrictEqual({
      expired: false,
      waitSeconds: 50,
    });
  });

  it('nextNotification: waits for the expiry after the last stage, and expires at that time', () => {
    expect(readAfter(250, [sent('remind-2')]).waitSeconds).toBe(50);
    expect(readAfter(299.999, [sent('remind-2')])).toMatchObject({ expired: false, waitSeconds: 1 });
    expect(readAfter(300, [sent('remind-2')])).toMatchObject({ expired: true, waitSeconds: 1 });
    expect(readAfter(400, [sent('remind-2')])).toMatchObject({ expired: true, waitSeconds: 1 });
  });

  it('nextNotification: rounds a wait up to whole seconds', () => {
    expect(readAfter(10.5, [sent('ask')]).waitSeconds).toBe(90);
    expect(readAfter(10.001, [sent('ask')]).waitSeconds).toBe(90);
  });

  it('nextNotification: repeats a stage of which a channel failed, until all channels worked or three were sent', () => {
    const failed = sent('ask', 'email a@example.com');
    expect(readAfter(0, [failed]).stage).toBe('ask');
    expect(readAfter(0, [failed, failed]).stage).toBe('ask');
    expect(readAfter(0, [failed, sent('ask')]).stage).toBeUndefined();
    expect(readAfter(0, [failed, failed, failed]).stage).toBeUndefined();
    expect(readAfter(100, [failed, failed, failed]).stage).toBe('remind-1');
  });
});

it('expiryTime: lies expireAfter seconds after the request was opened', () => {
  expect(expiryTime(request)).toBe(ASKED_AT + 300 * SECOND);
});

describe('isOverdue', () => {
  const at = (seconds: number, change: Partial<AuthorizationRequest> = {}) =>
    isOverdue({ ...request, ...change }, ASKED_AT + seconds * SECOND + WORKFLOW_TOLERANCE);
  const asked = { notifications: [sent('ask')] };
  const consented = { browser: 'b', clickedAt: 0, consentedAt: ASKED_AT };
  const completing = { state: 'completing', attempts: [consented] } as const;

  it.each([
    ['whose first message is five minutes late', 0, {}, true],
    ['whose first message is less than five minutes late', -0.001, {}, false],
    [
      'whose first message reached no contact, after three attempts',
      0,
      { notifications: [1, 2, 3].map(() => sent('ask', 'ada')) },
      false,
    ],
    ['whose reminder is not due', 99, asked, false],
    ['whose reminder was missed', 100, asked, true],
    [
      'that should have expired',
      300,
      { notifications: (['ask', 'remind-1', 'escalate', 'remind-2'] as const).map((stage) => sent(stage)) },
      true,
    ],
    ['whose completion may still run', 900, completing, false],
    ['whose completion timed out', 901, completing, true],
    ['that was closed without a word', 50, { state: 'refused', closedAt: ASKED_AT + 50 * SECOND }, true],
    ['that was closed just now', 49, { state: 'refused', closedAt: ASKED_AT + 50 * SECOND }, false],
    [
      'that was closed and published',
      50,
      { state: 'expired', closedAt: ASKED_AT, closePublishedAt: ASKED_AT },
      false,
    ],
  ] as const)('isOverdue: a request %s', (_, seconds, change, expected) => {
    expect(at(seconds, change)).toBe(expected);
  });
});
