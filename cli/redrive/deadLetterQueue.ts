import { createHash } from 'node:crypto';
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
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
import { asText, isJsonObject, type JsonObject } from '../../core/json.ts';

/** An event that EventBridge or Scheduler could not deliver, or that a function failed to handle. */
export interface DeadLetter {
  readonly id: string;
  readonly receipt: string;
  /** The ARN of the rule or the schedule. */
  readonly source: string;
  readonly reason: string;
  /** The ARN of the state machine to start, or of the function to invoke; absent when the letter does not name one. */
  readonly target?: string;
  readonly input: string;
}

/** Visibility timeout of received letters, in seconds: enough time to answer the confirmation. */
const HIDDEN_SECONDS = 300;

export interface DeadLetterClients {
  readonly sqs: SQSClient;
  readonly sfn: SFNClient;
  readonly lambda: LambdaClient;
}

/** The dead-letter queue of an environment. */
export class DeadLetterQueue {
  readonly #environment: string;
  readonly #url: string;
  readonly #sqs: SQSClient;
  readonly #sfn: SFNClient;
  readonly #lambda: LambdaClient;

  private constructor(environment: string, url: string, { sqs, sfn, lambda }: DeadLetterClients) {
    this.#environment = environment;
    this.#url = url;
    this.#sqs = sqs;
    this.#sfn = sfn;
    this.#lambda = lambda;
  }

  static async open(environment: string, clients: DeadLetterClients): Promise<DeadLetterQueue> {
    const QueueName = `gateloop-${environment}-dead-letters`;
    const { QueueUrl = '' } = await clients.sqs.send(new GetQueueUrlCommand({ QueueName }));
    return new DeadLetterQueue(environment, QueueUrl, clients);
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

  /** Has a letter's event handled, then deletes the letter. A repetition does no harm. */
  async handle(letter: DeadLetter): Promise<string> {
    const { receipt, target = '' } = letter;
    const isOwn = (resource: string) => target.includes(`:${resource}:gateloop-${this.#environment}-`);
    if (!isOwn('stateMachine') && !isOwn('function'))
      throw new GateloopError(
        'UnknownTarget',
        'The letter names no state machine and no function of this environment; it stays in the queue.',
      );
    const report = isOwn('function') ? await this.#invoke(letter) : await this.#start(letter);
    await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: this.#url, ReceiptHandle: receipt }));
    return report;
  }

  /** Starts the execution of a letter. The name derives from the letter: a repetition starts nothing. */
  async #start({ id, target, input }: DeadLetter): Promise<string> {
    const name = createHash('sha256').update(id).digest('hex');
    try {
      await this.#sfn.send(new StartExecutionCommand({ stateMachineArn: target, name, input }));
      return `Started: ${target} ${name}`;
    } catch (error) {
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
      return `Already started: ${target} ${name}`;
    }
  }

  async #invoke({ target, input }: DeadLetter): Promise<string> {
    const { FunctionError, Payload } = await this.#lambda.send(
      new InvokeCommand({ FunctionName: target, Payload: new TextEncoder().encode(input) }),
    );
    if (FunctionError === undefined) return `Handled: ${target}`;
    const { errorType, errorMessage } = parseObject(new TextDecoder().decode(Payload)) ?? {};
    throw new GateloopError(
      asText(errorType) || FunctionError,
      asText(errorMessage) || 'The function failed.',
    );
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

function letterOf(message: Message): DeadLetter {
  const { MessageId: id = '', ReceiptHandle: receipt = '', Body, MessageAttributes = {} } = message;
  const input = Body || '{}';
  const failed = failedEvent(input);
  if (failed) return { id, receipt, ...failed };
  const attribute = (name: string) => MessageAttributes[name]?.StringValue;
  const target = attribute('TARGET_ARN');
  return {
    id,
    receipt,
    source: attribute('RULE_ARN') ?? attribute('SCHEDULE_ARN') ?? 'unknown source',
    reason:
      [attribute('ERROR_CODE'), attribute('ERROR_MESSAGE')].filter(Boolean).join(' ') || 'no reason given',
    ...(target !== undefined && { target }),
    input,
  };
}

/** Reads what Lambda sends about an event that a function failed to handle; undefined for any other body. */
function failedEvent(body: string): Omit<DeadLetter, 'id' | 'receipt'> | undefined {
  const { requestContext, requestPayload, responsePayload } = parseObject(body) ?? {};
  if (!isJsonObject(requestContext) || requestPayload === undefined) return undefined;
  const target = asText(requestContext.functionArn).replace(/:\$LATEST$/, '');
  const { errorType, errorMessage } = isJsonObject(responsePayload) ? responsePayload : {};
  const reason = [requestContext.condition, errorType, errorMessage].map(asText).filter(Boolean).join(' ');
  return {
    target,
    source: target,
    reason: reason || 'no reason given',
    input: JSON.stringify(requestPayload),
  };
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
