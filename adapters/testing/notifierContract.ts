import { describe, expect, it } from 'vitest';
import type { Contact } from '../../core/manifest/owners.ts';
import type { Message } from '../../core/messages/message.ts';
import type { Notifier } from '../../core/ports/notifier.ts';

export interface OpenedNotifier {
  readonly notifier: Notifier;
  /** The contacts that a message reached, in any order; undefined stands for the listeners to everything. */
  reached(): readonly (Contact | undefined)[];
  /** From now on this contact takes no message. */
  breakContact(contact: Contact | undefined, why: string): void;
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

/** What every way to notifier does. Each test opens one of its own. */
export function describeNotifierContract(name: string, open: () => Promise<OpenedNotifier>): void {
  describe(name, () => {
    it('reaches every contact of an owner', async () => {
      const { notifier, reached } = await open();
      const contacts = [ada, channel, slack, webhook];
      expect(await notifier.notify({ contacts }, message)).toEqual({ failed: [] });
      expect(reached()).toHaveLength(4);
      expect(reached()).toEqual(expect.arrayContaining(contacts));
    });

    it.each([
      ['no owner is named', undefined],
      ['the owner has no contact', { contacts: [] }],
    ])('reaches the listeners to everything where %s', async (_, owner) => {
      const { notifier, reached } = await open();
      expect(await notifier.notify(owner, message)).toEqual({ failed: [] });
      expect(reached()).toEqual([undefined]);
    });

    it('reaches the others when one contact fails, and names it without its address', async () => {
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

    it('says that the listeners to everything were not reached', async () => {
      const { notifier, breakContact } = await open();
      breakContact(undefined, 'NotFoundException');
      expect(await notifier.notify(undefined, message)).toEqual({
        failed: [{ contact: 'nobody', reason: 'NotFoundException' }],
      });
    });
  });
}
