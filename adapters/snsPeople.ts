import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Contact, Owner } from '../core/manifest/owners.ts';
import type { Message } from '../core/messages/message.ts';
import type { People } from '../core/ports/people.ts';
import { rejection } from './awsError.ts';

/**
 * Tells owners through one SNS topic. Each contact gets a message of its own, whose attributes `channel` and `owner`
 * are what subscriptions filter on; without an owner, the attribute says `nobody`, so that a catch-all can listen.
 */
export class SnsPeople implements People {
  readonly #topic: string;
  readonly #client: SNSClient;

  constructor(topic: string, client = new SNSClient()) {
    this.#topic = topic;
    this.#client = client;
  }

  async tell(owner: Owner | undefined, message: Message): Promise<{ failed: string[] }> {
    const contacts: readonly (Contact | undefined)[] = owner?.contacts.length ? owner.contacts : [undefined];
    const results = await Promise.all(contacts.map((contact) => this.#publish(contact, message)));
    return { failed: results.filter((result) => result !== undefined) };
  }

  /** @returns what went wrong; undefined when the message was taken */
  async #publish(
    contact: Contact | undefined,
    { subject, text, about }: Message,
  ): Promise<string | undefined> {
    const attribute = (value: string) => ({ DataType: 'String', StringValue: value });
    try {
      await this.#client.send(
        new PublishCommand({
          TopicArn: this.#topic,
          Subject: subject,
          Message: text,
          MessageAttributes: {
            workspace: attribute(about.workspace),
            event: attribute(about.event),
            channel: attribute(contact?.channel ?? 'none'),
            owner: attribute(contact ? addressOf(contact) : 'nobody'),
          },
        }),
      );
      return undefined;
    } catch (error) {
      return `${contact?.channel ?? 'none'}: ${rejection(error).code}`;
    }
  }
}

/** A secret address is named by the secret, never by its value. */
function addressOf({ address }: Contact): string {
  return typeof address === 'string' ? address : address.secretsManager;
}
