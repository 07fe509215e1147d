import type { Events } from '../../core/ports/events.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { RegistryRecords } from '../../core/ports/registryRecords.ts';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import type { WaitingTasks } from '../../core/ports/waitingTasks.ts';

export interface ApprovePorts {
  readonly ledger: Ledger;
  readonly specBucket: SpecBucket;
  readonly records: RegistryRecords;
  readonly events: Events;
  readonly waitingTasks: WaitingTasks;
  readonly newId: () => string;
}

/** What the workflow does next: `ask` starts the life of the request. */
export interface Taken {
  readonly next: 'ask' | 'done';
  readonly reference: string;
  readonly workspace: string;
}

export const nothingToAsk: Taken = { next: 'done', reference: '', workspace: '' };
