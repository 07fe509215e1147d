import { createHash } from 'node:crypto';
import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { GateloopError } from '../../core/errors.ts';

/** An event that EventBridge or Scheduler could not deliver to a state machine. */
export interface DeadLetter {
  readonly id: string;
  readonly receipt: string;
  /** The ARN of the rule or the schedule. */
  readonly source: string;
  readonly reason: string;
  /** The ARN of the state machine to start; absent when the letter does not name one. */
  readonly target?: string;
  readonly input: string;
}

/** Visibility timeout of received letters, in seconds: enough time to answer the confirmation. */
const HIDDEN_SECONDS = 300;

/** The dead-letter queue of an environment. */
export class DeadLetterQueue {
  readonly #environment: string;
  readonly #url: string;
  readonly #sqs: SQSClient;
  readonly #sfn: SFNClient;

  private constructor(environment: string, url: string, sqs: SQSClient, sfn: SFNClient) {
    this.#environment = environment;
    this.#url = url;
    this.#sqs = sqs;
    this.#sfn = sfn;
  }

  static async open(environment: string, sqs: SQSClient, sfn: SFNClient): Promise<DeadLetterQueue> {
    const QueueName = `gateloop-${environment}-dead-letters`;
    const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    return new DeadLetterQueue(environment, QueueUrl, sqs, sfn);
  }

  /** @returns all letters, each once; they stay hidden from other receivers until `putBack` or `HIDDEN_SECONDS` */
  async letters(): Promise<DeadLetter[]> {
    const letters = new Map<string, DeadLetter>();
    while (true) {
      const { Messages = [] } = await this.#sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: this.#url,
          MaxNumberOfMessages: 10,
          // Long polling asks all servers of the queue: a short poll often finds a short queue empty.
          WaitTimeSeconds: 1,
          VisibilityTimeout: HIDDEN_SECONDS,
          MessageAttributeNames: ['All'],
        }),
      );
      const found = Messages.map(letterOf).filter(({ id }) => !letters.has(id));
      if (found.length === 0) return [...letters.values()];
      for (const letter of found) letters.set(letter.id, letter);
    }
  }

  /** Starts the execution of a letter, then deletes the letter. The name derives from the letter: a repeat starts nothing. */
  async start({ id, receipt, target, input }: DeadLetter): Promise<string> {
    if (!target?.includes(`:stateMachine:gateloop-${this.#environment}-`))
      throw new GateloopError(
        'UnknownTarget',
        'The letter names no state machine of this environment; it stays in the queue.',
      );
    const name = createHash('sha256').update(id).digest('hex');
    let report = `Started: ${target} ${name}`;
    try {
      await this.#sfn.send(new StartExecutionCommand({ stateMachineArn: target, name, input }));
    } catch (error) {
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
      report = `Already started: ${target} ${name}`;
    }
    await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: this.#url, ReceiptHandle: receipt }));
    return report;
  }

  /** Makes a letter visible again at once. If this fails, the visibility timeout does it. */
  async putBack({ receipt }: DeadLetter): Promise<void> {
    await this.#sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: this.#url,
        ReceiptHandle: receipt,
        VisibilityTimeout: 0,
      }),
    );
  }
}

function letterOf({ MessageId = '', ReceiptHandle = '', Body, MessageAttributes = {} }: Message): DeadLetter {
  const attribute = (name: string) => MessageAttributes[name]?.StringValue;
  const target = attribute('TARGET_ARN');
  return {
    id: MessageId,
    receipt: ReceiptHandle,
    source: attribute('RULE_ARN') ?? attribute('SCHEDULE_ARN') ?? 'unknown source',
    reason:
      [attribute('ERROR_CODE'), attribute('ERROR_MESSAGE')].filter(Boolean).join(' ') || 'no reason given',
    ...(target !== undefined && { target }),
    input: Body || '{}',
  };
}
