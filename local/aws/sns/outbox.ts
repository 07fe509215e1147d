import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../../core/json.ts';
import type { Clock } from '../../simulation/clock.ts';
import { createSortableIdGenerator, type SortableIdGenerator } from '../../simulation/sortableId.ts';
import type { Store } from '../../simulation/store.ts';
import type { Table } from '../../simulation/table.ts';
import { nameFromArn } from '../account.ts';
import { AwsError } from '../http/awsError.ts';

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

/** SNS rejects longer messages. */
const MAX_MESSAGE_BYTES = 256 * 1024;
const MAX_SUBJECT_LENGTH = 100;

/** The emulated SNS: it keeps published messages for display and sends none. */
export class Outbox {
  readonly #clock: Clock;
  readonly #messages: Table<OutboxMessage>;
  readonly #nextId: SortableIdGenerator;
  readonly #onMessage: (message: OutboxMessage) => void;

  constructor(store: Store, clock: Clock, onMessage: (message: OutboxMessage) => void = () => {}) {
    this.#clock = clock;
    this.#messages = store.table('sns/messages');
    this.#nextId = createSortableIdGenerator(clock);
    this.#onMessage = onMessage;
  }

  /** @throws AwsError `InvalidParameter` */
  publish({ topic, subject, message, attributes = {} }: Publication): OutboxMessage {
    if (message === '') throw invalid('Empty message');
    if (Buffer.byteLength(message) > MAX_MESSAGE_BYTES) throw invalid('Message too long');
    if (subject !== undefined && !isSubject(subject)) throw invalid('Subject');
    const stored: OutboxMessage = {
      id: randomUUID(),
      at: this.#clock.now(),
      topic: nameFromArn(topic),
      ...(subject === undefined ? {} : { subject }),
      message,
      attributes,
    };
    this.#messages.put(this.#nextId(), stored);
    this.#onMessage(stored);
    return stored;
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
  return subject.length <= MAX_SUBJECT_LENGTH && /^[\x21-\x7e][\x20-\x7e]*$/.test(subject);
}

function invalid(what: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${what}`);
}
