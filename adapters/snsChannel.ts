import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Contact } from '../core/manifest/owners.ts';
import type { Message } from '../core/messages/message.ts';
import type { Channel } from '../core/ports/notifier.ts';
import { rejection } from './awsError.ts';
import { callLimits, clientSettings } from './clientSettings.ts';
import { lazy } from './lazy.ts';

/**
 * Sends messages through one SNS topic, one for each contact. Subscriptions filter on the attributes `channel` and
 * `owner`. Without a contact, `owner` is `nobody`, so that a subscription can receive these messages.
 */
export class SnsChannel implements Channel {
  readonly #topic: string;
  readonly #client: () => SNSClient;

  constructor(topic: string, client?: SNSClient) {
    this.#topic = topic;
    this.#client = lazy(() => client ?? new SNSClient(clientSettings(callLimits.sns)));
  }

  async send(contact: Contact | undefined, { subject, text, about }: Message): Promise<string | undefined> {
    const attribute = (value: string) => ({ DataType: 'String', StringValue: value });
    try {
      await this.#client().send(
        new PublishCommand({
          TopicArn: this.#topic,
          Subject: subject,
          Message: text,
          MessageAttributes: {
            workspace: attribute(about.workspace),
            event: attribute(about.event),
            channel: attribute(contact?.channel ?? 'none'),
            owner: attribute(contact ? ownerAttribute(contact) : 'nobody'),
          },
        }),
      );
      return undefined;
    } catch (error) {
      return rejection(error).code;
    }
  }
}

/** The name of a secret stands for an address in it; the attribute never contains the value. */
function ownerAttribute({ address }: Contact): string {
  return typeof address === 'string' ? address : address.secretsManager;
}
