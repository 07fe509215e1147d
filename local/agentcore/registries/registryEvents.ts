import type { RegistryRecordStatus } from '@aws-sdk/client-bedrock-agentcore-control';
import type { Table } from '../../simulation/store.ts';
import { type EmulatorContext, newInternalId } from '../emulatorContext.ts';

/** An event for the account's default bus. The bus adds the id, account and Region. */
export interface RegistryEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: { readonly registryRecordId: string; readonly registryId: string };
  /** ARNs. */
  readonly resources: readonly string[];
  /** Milliseconds since the epoch, simulated time. */
  readonly at: number;
}

/** Publishes an event. The emulator repeats the call after a failure, or after a restart that interrupted it. */
export type PublishEvent = (event: RegistryEvent) => void | Promise<void>;

/** The statuses that have an event, with their names in it (developer guide, "Registry events"). */
const EVENT_STATE_NAMES: Partial<Record<RegistryRecordStatus, string>> = {
  DRAFT: 'Draft',
  PENDING_APPROVAL: 'Pending Approval',
  APPROVED: 'Approved',
  REJECTED: 'Rejected',
  DEPRECATED: 'Deprecated',
};

const RETRY_MS = 5000;
const JOB = 'registryEvent';

/** Publishes the events of registry records and keeps each one until the bus has accepted it. */
export class RegistryEvents {
  readonly #context: EmulatorContext;
  readonly #publish: PublishEvent | undefined;
  readonly #unpublished: Table<RegistryEvent>;

  constructor(context: EmulatorContext, publish: PublishEvent | undefined) {
    this.#context = context;
    this.#publish = publish;
    this.#unpublished = context.table('registryEvent');
    context.jobQueue.registerHandler(JOB, async ({ key }) => {
      const event = this.#unpublished.get(key);
      if (!event || (await this.#tryPublish(event))) return () => this.#unpublished.delete(key);
      return () => this.#schedule(RETRY_MS, key);
    });
  }

  /** Queues the event of a record's new status, in the transaction that sets the status. */
  enqueue(status: RegistryRecordStatus, registryId: string, recordId: string, recordArn: string): void {
    const state = EVENT_STATE_NAMES[status];
    if (!this.#publish || state === undefined) return;
    const key = newInternalId(this.#context);
    this.#unpublished.put(key, {
      source: this.#context.settings.behaviors.registryEventSource,
      detailType: `Registry Record State changed to ${state}`,
      detail: { registryRecordId: recordId, registryId },
      resources: [recordArn],
      at: this.#context.clock.now(),
    });
    this.#schedule(0, key);
  }

  async #tryPublish(event: RegistryEvent): Promise<boolean> {
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
