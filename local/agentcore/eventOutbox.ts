import type { JsonObject } from '../../core/json.ts';
import type { Table } from '../simulation/table.ts';
import { type EmulatorContext, newInternalId } from './emulatorContext.ts';

/** An event for the account's default bus. The bus adds the id, account and Region. */
export interface ServiceEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: JsonObject;
  /** ARNs. */
  readonly resources: readonly string[];
  /** Milliseconds since the epoch, simulated time. */
  readonly at: number;
}

/** Publishes an event. The emulator repeats the call after a failure, or after a restart that interrupted it. */
export type PublishEvent = (event: ServiceEvent) => void | Promise<void>;

const RETRY_MS = 5000;
const JOB = 'serviceEvent';

/** Keeps each event until the bus has accepted it. */
export class EventOutbox {
  readonly #context: EmulatorContext;
  readonly #publish: PublishEvent | undefined;
  readonly #unpublished: Table<ServiceEvent>;

  constructor(context: EmulatorContext, publish: PublishEvent | undefined) {
    this.#context = context;
    this.#publish = publish;
    this.#unpublished = context.table('serviceEvent');
    context.jobQueue.registerHandler(JOB, async ({ key }) => {
      const event = this.#unpublished.get(key);
      if (!event || (await this.#tryPublish(event))) return () => this.#unpublished.delete(key);
      return () => this.#schedule(RETRY_MS, key);
    });
  }

  /** Queues an event, in the transaction of the change that it is about. */
  enqueue(event: Omit<ServiceEvent, 'at'>): void {
    if (!this.#publish) return;
    const key = newInternalId(this.#context);
    this.#unpublished.put(key, { ...event, at: this.#context.clock.now() });
    this.#schedule(0, key);
  }

  async #tryPublish(event: ServiceEvent): Promise<boolean> {
    try {
      await this.#publish?.(event);
      return true;
    } catch {
      return false;
    }
  }

  #schedule(delay: number, key: string): void {
    this.#context.jobQueue.schedule(delay, { type: JOB, key });
  }
}
