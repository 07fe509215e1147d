import { describe, expect, it } from 'vitest';
import type { Contact } from '../../core/manifest/owners.ts';
import type { Message } from '../../core/messages/message.ts';
import type { Notifier } from '../../core/ports/notifier.ts';

export interface OpenedNotifier {
  readonly notifier: Notifier;
  /** The contacts that got a message, in any order; undefined stands for the subscribers without a filter. */
  reached(): readonly (Contact | undefined)[];
  /** Makes all later messages to the contact fail. */
  breakContact(contact: Contact | undefined, reason: string): void;
}

const message: Message = {
  subject: 'Gateloop: a question',
  text: 'Yes or no?',
  about: { workspace: 'payments', event: 'authorization-required' },
};
const ada: Contact = { channel: 'email', address: 'ada@example.com' };
const channel: Contact = { channel: 'slack', address: '#payments' };
const slack: Contact = { channel: 'slack', address: { secretsManager: 'payments/slack' } };
const webhook: Contact = { channel: 'webhook', address: 'https://h.example.com' };

/** The behavior of every `Notifier`. `open` opens one for each test. */
export function describeNotifierContract(name: string, open: () => Promise<OpenedNotifier>): void {
  describe(name, () => {
    it('notifies every contact of an owner', async () => {
      const { notifier, reached } = await open();
      const contacts = [ada, channel, slack, webhook];
      expect(await notifier.notify({ contacts }, message)).toEqual({ failed: [] });
      expect(reached()).toHaveLength(4);
      expect(reached()).toEqual(expect.arrayContaining(contacts));
    });

    it.each([
      ['there is no owner', undefined],
      ['the owner has no contact', { contacts: [] }],
    ])('notifies the subscribers without a filter when %s', async (_, owner) => {
      const { notifier, reached } = await open();
      expect(await notifier.notify(owner, message)).toEqual({ failed: [] });
      expect(reached()).toEqual([undefined]);
    });

    it('notifies the other contacts when one fails, and reports it without its address', async () => {
      const { notifier, reached, breakContact } = await open();
      breakContact(slack, 'status 404');
      breakContact(webhook, 'status 500');
      const { failed } = await notifier.notify({ contacts: [slack, webhook, ada] }, message);
      expect(reached()).toEqual([ada]);
      expect(failed).toEqual([
        { contact: 'slack of the secret payments/slack', reason: 'status 404' },
        {
          contact: expect.stringMatching(/^webhook at h\.example\.com \([0-9a-f]{12}\)$/),
          reason: 'status 500',
        },
      ]);
    });

    it('reports that the subscribers without a filter were not notified', async () => {
      const { notifier, breakContact } = await open();
      breakContact(undefined, 'NotFoundException');
      expect(await notifier.notify(undefined, message)).toEqual({
        failed: [{ contact: 'nobody', reason: 'NotFoundException' }],
      });
    });
  });
}
