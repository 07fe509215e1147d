import type { Contact, Owner } from '../core/manifest/owners.ts';
import { type Message, withSender } from '../core/messages/message.ts';
import { type Channel, contactName, type DeliveryFailure, type Notifier } from '../core/ports/notifier.ts';

/** The channel of each kind of contact. `topic` receives the messages of all contacts that no other channel serves. */
export interface Channels {
  readonly topic: Channel;
  readonly slack: Channel;
  readonly webhook: Channel;
}

/** Sends a message to all contacts of an owner in parallel. A failed contact does not affect the others. */
export class NotificationRouter implements Notifier {
  readonly #channels: Channels;
  readonly #authorizationUrl: string;

  /** @param authorizationUrl the base URL of the pages: every message names it as its sender */
  constructor(channels: Channels, authorizationUrl: string) {
    this.#channels = channels;
    this.#authorizationUrl = authorizationUrl;
  }

  async notify(owner: Owner | undefined, message: Message): Promise<{ failed: DeliveryFailure[] }> {
    const contacts: readonly (Contact | undefined)[] = owner?.contacts.length ? owner.contacts : [undefined];
    const signed = withSender(message, this.#authorizationUrl);
    const results = await Promise.all(contacts.map((contact) => this.#send(contact, signed)));
    return { failed: results.filter((result) => result !== undefined) };
  }

  async #send(contact: Contact | undefined, message: Message): Promise<DeliveryFailure | undefined> {
    try {
      const reason = await this.#channelFor(contact).send(contact, message);
      return reason === undefined ? undefined : { contact: contactName(contact), reason };
    } catch (error) {
      // Only the name: the message of a network error may contain a secret URL.
      return { contact: contactName(contact), reason: error instanceof Error ? error.name : 'Error' };
    }
  }

  #channelFor(contact: Contact | undefined): Channel {
    const { topic, slack, webhook } = this.#channels;
    switch (contact?.channel) {
      case 'webhook':
        return webhook;
      case 'slack':
        // A channel name is no URL. A subscriber of the topic, such as a chat bot, posts to the channel.
        return typeof contact.address === 'string' ? topic : slack;
      case 'email':
      case undefined:
        return topic;
    }
  }
}
