import type { Contact, Owner } from '../core/manifest/owners.ts';
import type { Message } from '../core/messages/message.ts';
import { type Channel, contactName, type Failure, type People } from '../core/ports/people.ts';

/** The channels by what a contact is; `topic` is also where everything goes that has no channel of its own. */
export interface Channels {
  readonly topic: Channel;
  readonly slack: Channel;
  readonly webhook: Channel;
}

/** Brings a message to each of an owner's contacts, side by side: none waits for, or fails with, another. */
export class RoutedPeople implements People {
  readonly #channels: Channels;

  constructor(channels: Channels) {
    this.#channels = channels;
  }

  async tell(owner: Owner | undefined, message: Message): Promise<{ failed: Failure[] }> {
    const contacts: readonly (Contact | undefined)[] = owner?.contacts.length ? owner.contacts : [undefined];
    const results = await Promise.all(contacts.map((contact) => this.#deliver(contact, message)));
    return { failed: results.filter((result) => result !== undefined) };
  }

  async #deliver(contact: Contact | undefined, message: Message): Promise<Failure | undefined> {
    try {
      const why = await this.#channelOf(contact).deliver(contact, message);
      return why === undefined ? undefined : { contact: contactName(contact), why };
    } catch (error) {
      // By its name alone: the text of a network's error may hold an address that is a secret.
      return { contact: contactName(contact), why: error instanceof Error ? error.name : 'Error' };
    }
  }

  #channelOf(contact: Contact | undefined): Channel {
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
