import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../core/manifest/json.ts';
import { nameInArn } from '../account.ts';
import type { Clock } from '../clock.ts';
import { createSequence, type Sequence } from '../sequence.ts';
import type { Store, Table } from '../store.ts';
import { AwsError } from '../wire/awsError.ts';

/** A message that SNS would have sent to a topic's subscribers. */
export interface OutboxMessage {
  readonly id: string;
  /** Simulated milliseconds since the epoch. */
  readonly at: number;
  /** The topic's name. */
  readonly topic: string;
  readonly subject?: string;
  readonly message: string;
  readonly attributes: JsonObject;
}

export interface Publication {
  /** Name or ARN. */
  readonly topic: string;
  readonly subject?: string;
  readonly message: string;
  readonly attributes?: JsonObject;
}

/** SNS refuses longer messages. */
const LARGEST_MESSAGE_BYTES = 256 * 1024;
const LONGEST_SUBJECT = 100;

/** Stands for SNS: what is published is kept, to be shown instead of sent. */
export class Outbox {
  readonly #clock: Clock;
  readonly #messages: Table<OutboxMessage>;
  readonly #sequence: Sequence;
  readonly #onMessage: (message: OutboxMessage) => void;

  constructor(store: Store, clock: Clock, onMessage: (message: OutboxMessage) => void = () => {}) {
    this.#clock = clock;
    this.#messages = store.table('sns/messages');
    this.#sequence = createSequence(clock);
    this.#onMessage = onMessage;
  }

  /** @throws AwsError `InvalidParameter` */
  publish({ topic, subject, message, attributes = {} }: Publication): OutboxMessage {
    if (message === '') throw invalid('Empty message');
    if (Buffer.byteLength(message) > LARGEST_MESSAGE_BYTES) throw invalid('Message too long');
    if (subject !== undefined && !isSubject(subject)) throw invalid('Subject');
    const kept: OutboxMessage = {
      id: randomUUID(),
      at: this.#clock.now(),
      topic: nameInArn(topic),
      ...(subject === undefined ? {} : { subject }),
      message,
      attributes,
    };
    this.#messages.put(this.#sequence(), kept);
    this.#onMessage(kept);
    return kept;
  }

  /** All messages, oldest first. */
  list(): readonly OutboxMessage[] {
    return this.#messages.list().map(([, message]) => message);
  }

  get count(): number {
    return this.#messages.count();
  }
}

/** A subject becomes the subject of an e-mail: one line of ASCII that starts with a letter, digit or punctuation. */
function isSubject(subject: string): boolean {
  return subject.length <= LONGEST_SUBJECT && /^[\x21-\x7e][\x20-\x7e]*$/.test(subject);
}

function invalid(what: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${what}`);
}
