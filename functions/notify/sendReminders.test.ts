import { describe, expect, it } from 'vitest';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import type { PublishedEvent } from '../../core/ports/events.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { NotifyPorts } from './notifyPorts.ts';
import { sendReminders } from './sendReminders.ts';

const NOW = Date.UTC(2026, 10, 20, 10, 0);
const open: AuthorizationRequest = {
  id: '0'.repeat(32),
  reference: 'f'.repeat(64),
  workspace: 'payments',
  address: 'gatewayTarget/payments/issues',
  subject: { kind: 'authorization', gateway: 'payments', target: 'issues', scopes: [], reason: 'create' },
  settings: { remindAfter: [], escalateAfter: 60, expireAfter: 60 },
  askedAt: NOW - 3_600_000,
  state: 'open',
  attempts: [],
  notifications: [],
};

describe('a request whose time is over', () => {
  it('that somebody answered in that moment, and was cut short, has its end told all the same', async () => {
    const refused: AuthorizationRequest = { ...open, state: 'refused', closedAt: NOW };
    const reads = [open, refused, refused];
    const events: PublishedEvent[] = [];
    const ledger: Pick<Ledger, 'readRequest' | 'writeRequest'> = {
      readRequest: async () => ({ request: reads.shift() ?? refused, version: 1 }),
      writeRequest: async () => true,
    };
    const publish = async (given: readonly PublishedEvent[]) => {
      events.push(...given);
    };
    // Only these are asked; anything else fails the test as a call of undefined.
    const ports = { ledger, events: { publish } } as NotifyPorts;
    const standing = await sendReminders({ reference: open.reference, now: NOW }, ports);
    expect(standing).toMatchObject({ next: 'over', outcome: 'refused' });
    expect(events.map(({ detailType }) => detailType)).toEqual([
      'Authorization Closed',
      'Reconcile Requested',
    ]);
  });
});
