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
  readonly taskCallbacks: TaskCallbacks;
  /** @returns a random id of 128 bits in hex: it opens the request's page */
  readonly newId: () => string;
}

/** What the workflow does next: `ask` starts the workflow of the request, `done` ends. */
export interface RegistryApprovalResult {
  readonly next: 'ask' | 'done';
  /** Empty with `done`, as is `workspace`. */
  readonly reference: string;
  readonly workspace: string;
}

export const done: RegistryApprovalResult = { next: 'done', reference: '', workspace: '' };
