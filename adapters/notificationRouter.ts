import type { Contact, Owner } from '../core/manifest/owners.ts';
import type { Message } from '../core/messages/message.ts';
import { type Channel, contactName, type DeliveryFailure, type Notifier } from '../core/ports/notifier.ts';

/** The channels by what a contact is; `topic` is also where everything goes that has no channel of its own. */
export interface Channels {
  readonly topic: Channel;
  readonly slack: Channel;
  readonly webhook: Channel;
}

/** Brings a message to each of an owner's contacts, side by side: none waits for, or fails with, another. */
export class NotificationRouter implements Notifier {
  readonly #channels: Channels;

  constructor(channels: Channels) {
    this.#channels = channels;
  }

  async notify(owner: Owner | undefined, message: Message): Promise<{ failed: DeliveryFailure[] }> {
    const contacts: readonly (Contact | undefined)[] = owner?.contacts.length ? owner.contacts : [undefined];
    const results = await Promise.all(contacts.map((contact) => this.#send(contact, message)));
    return { failed: results.filter((result) => result !== undefined) };
  }

  async #send(contact: Contact | undefined, message: Message): Promise<DeliveryFailure | undefined> {
    try {
      const why = await this.#channelFor(contact).send(contact, message);
      return why === undefined ? undefined : { contact: contactName(contact), reason: why };
    } catch (error) {
      // By its name alone: the text of a network's error may hold an address that is a secret.
      return { contact: contactName(contact), reason: error instanceof Error ? error.name : 'Error' };
    }
  }

  #channelFor(contact: Contact | undefined): Channel {
    const { topic, slack, webhook } = this.#channels;
    switch (contact?.channel) {
      case 'webhook':
        return webhook;
      case 'slack':
        // A channel by its name has no address of its own: subscribers of the topic, such as a chat bot, know it.
        return typeof contact.address === 'string' ? topic : slack;
      case 'email':
      case undefined:
        return topic;
    }
  }
}
