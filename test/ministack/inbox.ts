import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { ACCOUNT, REGION } from '../../local/aws/account.ts';
import type { Cloud } from './cloud.ts';
import { waitFor } from './waitFor.ts';

/** A message as an owner receives it. */
export interface ReceivedMessage {
  readonly subject: string;
  readonly text: string;
  readonly owner: string | undefined;
}

/** All messages of the topic for people, as a subscriber receives them. */
export class Inbox {
  readonly #sqs: SQSClient;
  readonly #url: string;
  readonly #messages: ReceivedMessage[] = [];

  private constructor(sqs: SQSClient, url: string) {
    this.#sqs = sqs;
    this.#url = url;
  }

  /** Creates a queue and subscribes it to the topic. */
  static async open({ client, outputs }: Cloud): Promise<Inbox> {
    const sqs = new SQSClient(client);
    const QueueName = 'inbox';
    const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName }));
    const Endpoint = `arn:aws:sqs:${REGION}:${ACCOUNT}:${QueueName}`;
    const TopicArn = outputs.PeopleTopicArn ?? '';
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: Endpoint,
      Condition: { ArnEquals: { 'aws:SourceArn': TopicArn } },
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy } }));
    await new SNSClient(client).send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
    return new Inbox(sqs, url);
  }

  /** Waits for a matching message among all since the inbox was opened. */
  async find(
    description: string,
    predicate: (message: ReceivedMessage) => boolean,
  ): Promise<ReceivedMessage> {
    return waitFor(description, async () => {
      await this.#receive();
      return this.#messages.find(predicate);
    });
  }

  async #receive(): Promise<void> {
    const { Messages = [] } = await this.#sqs.send(
      new ReceiveMessageCommand({ QueueUrl: this.#url, MaxNumberOfMessages: 10 }),
    );
    for (const { Body = '{}' } of Messages) {
      const { Subject = '', Message = '', MessageAttributes = {} } = JSON.parse(Body);
      this.#messages.push({ subject: Subject, text: Message, owner: MessageAttributes.owner?.Value });
    }
  }
}
