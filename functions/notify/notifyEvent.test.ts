import { describe, expect, it } from 'vitest';
import { parseNotifyEvent } from './notifyEvent.ts';

const now = '2026-01-01T00:00:00Z';
const NOW = Date.UTC(2026, 0, 1);
const state = { workspace: 'payments', leaseHolder: 'execution', iteration: 3, next: 'ask' };

describe('parseNotifyEvent', () => {
  it.each(['openRequests', 'publishOutcome'] as const)(
    'reads the state of the reconciliation for %s',
    (action) => {
      expect(parseNotifyEvent({ action, state, now })).toEqual({ action, state, now: NOW });
    },
  );

  it('reads the reference of a request for sendReminders, and never passes on a task token', () => {
    const event = { action: 'sendReminders', reference: 'reference', taskToken: 'token', now };
    expect(parseNotifyEvent(event)).toEqual({ action: 'sendReminders', reference: 'reference', now: NOW });
  });

  it('reads the reference and the task token for storeTaskToken', () => {
    const event = { action: 'storeTaskToken', reference: 'reference', taskToken: 'token' };
    expect(parseNotifyEvent({ ...event, now })).toEqual({ ...event, now: NOW });
  });

  it('reads the key of a file for reportStrayUpload', () => {
    const event = { action: 'reportStrayUpload', key: 'workspaces/README.md', execution: 'execution' };
    expect(parseNotifyEvent({ ...event, now })).toEqual({ ...event, now: NOW });
  });

  it.each([
    ['that is no mapping', 'text'],
    ['without the key of the file', { action: 'reportStrayUpload', execution: 'execution', now }],
    ['with an unknown action', { action: 'notify', state, reference: 'reference', now }],
    ['without the state of the reconciliation', { action: 'openRequests', now }],
    ['without the reference of the request', { action: 'sendReminders', now }],
    ['without the task token', { action: 'storeTaskToken', reference: 'reference', now }],
    ['without a time', { action: 'sendReminders', reference: 'reference' }],
  ])('refuses an event %s', (_, event) => {
    expect(() => parseNotifyEvent(event)).toThrow(
      expect.objectContaining({ code: 'InvalidEvent', retryable: false }),
    );
  });
});
