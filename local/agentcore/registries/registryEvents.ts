import type { RegistryRecordStatus } from '@aws-sdk/client-bedrock-agentcore-control';
import type { EmulatorContext } from '../emulatorContext.ts';
import type { EventOutbox } from '../eventOutbox.ts';

/** The statuses that have an event, with their names in it (developer guide, "Registry events"). */
const EVENT_STATE_NAMES: Partial<Record<RegistryRecordStatus, string>> = {
  DRAFT: 'Draft',
  PENDING_APPROVAL: 'Pending Approval',
  APPROVED: 'Approved',
  REJECTED: 'Rejected',
  DEPRECATED: 'Deprecated',
};

/** Publishes the events of registry records. */
export class RegistryEvents {
  readonly #context: EmulatorContext;
  readonly #outbox: EventOutbox;

  constructor(context: EmulatorContext, outbox: EventOutbox) {
    this.#context = context;
    this.#outbox = outbox;
  }

  /** Queues the event of a record's new status, in the transaction that sets the status. */
  enqueue(status: RegistryRecordStatus, registryId: string, recordId: string, recordArn: string): void {
    const state = EVENT_STATE_NAMES[status];
    if (state === undefined) return;
    this.#outbox.enqueue({
      source: this.#context.settings.behaviors.registryEventSource,
      detailType: `Registry Record State changed to ${state}`,
      detail: { registryRecordId: recordId, registryId },
      resources: [recordArn],
    });
  }
}
