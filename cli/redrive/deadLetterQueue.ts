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

/** What EventBridge or Scheduler could not start. */
export interface DeadLetter {
  readonly id: string;
  readonly receipt: string;
  /** The rule or the schedule. */
  readonly source: string;
  readonly reason: string;
  /** The state machine to start; absent where the letter does not say. */
  readonly target?: string;
  readonly input: string;
}

/** How long letters are hidden from others while they are redriven, in seconds: as long as a person thinks about it. */
const HIDDEN_SECONDS = 300;

/** The dead letters of an environment. */
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

  /** All letters, each once, hidden from others for some minutes, unless they are started or put back before. */
  async letters(): Promise<DeadLetter[]> {
    const letters = new Map<string, DeadLetter>();
    while (true) {
      const { Messages = [] } = await this.#sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: this.#url,
          MaxNumberOfMessages: 10,
          // Asks every server of the queue: without waiting, a short queue often seems empty.
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

  /** Starts a letter's execution under a name that follows from the letter, and only then deletes it. */
  async start({ id, receipt, target, input }: DeadLetter): Promise<string> {
    if (!target?.includes(`:stateMachine:gateloop-${this.#environment}-`))
      throw new GateloopError(
        'UnknownTarget',
        'It names no state machine of this environment; it stays in the queue.',
      );
    const name = createHash('sha256').update(id).digest('hex');
    let told = `Started: ${target} ${name}`;
    try {
      await this.#sfn.send(new StartExecutionCommand({ stateMachineArn: target, name, input }));
    } catch (error) {
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
      told = `Was started before: ${target} ${name}`;
    }
    await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: this.#url, ReceiptHandle: receipt }));
    return told;
  }

  /** Lets others have a letter at once that was not started; where that fails, it comes back by itself. */
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
