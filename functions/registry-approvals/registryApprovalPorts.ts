import type { Events } from '../../core/ports/events.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { RegistryRecords } from '../../core/ports/registryRecords.ts';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import type { TaskCallbacks } from '../../core/ports/taskCallbacks.ts';

export interface RegistryApprovalPorts {
  readonly ledger: Ledger;
  readonly specBucket: SpecBucket;
  readonly records: RegistryRecords;
  readonly events: Events;
  readonly waitingTasks: TaskCallbacks;
  readonly newId: () => string;
}

/** What the workflow does next: `ask` starts the life of the request. */
export interface RegistryApprovalResult {
  readonly next: 'ask' | 'done';
  readonly reference: string;
  readonly workspace: string;
}

export const done: RegistryApprovalResult = { next: 'done', reference: '', workspace: '' };
