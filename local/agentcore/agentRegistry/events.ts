import type { RegistryRecordStatus, RegistryStatus } from '../../../adapters/agentRegistry/index.ts';
import type { EventOutbox } from '../eventOutbox.ts';

/** The names of statuses in events. A status without a name has no event. */
const RECORD_STATES: Partial<Record<RegistryRecordStatus, string>> = {
  DRAFT: 'Draft',
  PENDING_APPROVAL: 'Pending Approval',
  APPROVED: 'Approved',
  REJECTED: 'Rejected',
  DEPRECATED: 'Deprecated',
};

const REGISTRY_STATES: Record<RegistryStatus, string> = {
  CREATING: 'Creating',
  READY: 'Ready',
  CREATE_FAILED: 'Create Failed',
  UPDATING: 'Updating',
  UPDATE_FAILED: 'Update Failed',
  DELETING: 'Deleting',
  DELETE_FAILED: 'Delete Failed',
};

const SOURCE = 'aws.agent-registry';

/** Publishes the events of Agent Registry on the default bus, in the transactions that set the statuses. */
export class AgentRegistryEvents {
  readonly #outbox: EventOutbox;

  constructor(outbox: EventOutbox) {
    this.#outbox = outbox;
  }

  registryEntered(status: RegistryStatus, registryId: string, registryName: string, arn: string): void {
    this.#outbox.enqueue({
      source: SOURCE,
      detailType: `Registry ${REGISTRY_STATES[status]}`,
      detail: { registryId, registryName },
      resources: [arn],
    });
  }

  recordEntered(
    status: RegistryRecordStatus,
    registryId: string,
    registryRecordId: string,
    arn: string,
  ): void {
    const state = RECORD_STATES[status];
    if (state === undefined) return;
    this.#outbox.enqueue({
      source: SOURCE,
      detailType: `Registry Record State changed to ${state}`,
      detail: { registryRecordId, registryId },
      resources: [arn],
    });
  }
}
