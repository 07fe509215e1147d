import type { RegistryRecordStatus } from '@aws-sdk/client-bedrock-agentcore-control';
import type { Table } from '../../store.ts';
import { newTicket, type World } from '../world.ts';

/** An event for the account's default bus; the bus adds id, account and Region. */
export interface RegistryEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: { readonly registryRecordId: string; readonly registryId: string };
  /** ARNs. */
  readonly resources: readonly string[];
  /** Milliseconds since the epoch, simulated time. */
  readonly at: number;
}

/** Takes an event; called again with the same event when it fails, or when the emulator was killed meanwhile. */
export type Publish = (event: RegistryEvent) => void | Promise<void>;

/** The states whose entry the service announces (developer guide, "Registry events"). */
const ANNOUNCED: Partial<Record<RegistryRecordStatus, string>> = {
  DRAFT: 'Draft',
  PENDING_APPROVAL: 'Pending Approval',
  APPROVED: 'Approved',
  REJECTED: 'Rejected',
  DEPRECATED: 'Deprecated',
};

const RETRY_MS = 5000;
const JOB = 'registryEvent';

/** Events of registry records, kept until the bus has taken them. */
export class RegistryEvents {
  readonly #world: World;
  readonly #publish: Publish | undefined;
  readonly #waiting: Table<RegistryEvent>;

  constructor(world: World, publish: Publish | undefined) {
    this.#world = world;
    this.#publish = publish;
    this.#waiting = world.table('registryEvent');
    world.agenda.handle(JOB, async ({ key }) => {
      const event = this.#waiting.get(key);
      if (!event || (await this.#isTaken(event))) return () => this.#waiting.delete(key);
      return () => this.#schedule(RETRY_MS, key);
    });
  }

  /** Announces the state that a record has entered, in the transaction in which it enters it. */
  announce(status: RegistryRecordStatus, registryId: string, recordId: string, recordArn: string): void {
    const state = ANNOUNCED[status];
    if (!this.#publish || state === undefined) return;
    const key = newTicket(this.#world);
    this.#waiting.put(key, {
      source: this.#world.settings.switches.registryEventSource,
      detailType: `Registry Record State changed to ${state}`,
      detail: { registryRecordId: recordId, registryId },
      resources: [recordArn],
      at: this.#world.clock.now(),
    });
    this.#schedule(0, key);
  }

  async #isTaken(event: RegistryEvent): Promise<boolean> {
    try {
      await this.#publish?.(event);
      return true;
    } catch {
      return false;
    }
  }

  #schedule(delay: number, key: string): void {
    this.#world.agenda.schedule(delay, { type: JOB, key, ticket: '' });
  }
}
