import type { Table } from '../store.ts';
import type { Job, JobCommit } from './agenda.ts';
import { conflict } from './serviceError.ts';
import { newTicket, settlingTime, type World } from './world.ts';

/** What every resource has that changes its status by itself. */
export interface Lived<Status extends string> {
  readonly id: string;
  readonly name: string;
  readonly status: Status;
  /** Why it failed, as a person needs it. */
  readonly reasons?: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
  /** The operation under way, if any, and what it does. */
  readonly ticket?: string;
  readonly action?: Action;
}

export type Action = 'create' | 'update' | 'delete';

/** The statuses of a kind: under way, done and failed, for each action. */
export interface Statuses<Status extends string> {
  readonly create: readonly [working: Status, done: Status, failed: Status];
  readonly update: readonly [working: Status, done: Status, failed: Status];
  readonly delete: readonly [working: Status, failed: Status];
}

/** How a kind of resource comes to be, changes and goes. */
export interface LifecycleOptions<Status extends string, R extends Lived<Status>> {
  readonly kind: string;
  readonly table: Table<R>;
  readonly statuses: Statuses<Status>;
  /** The operations' names, which decide the latencies and faults. */
  readonly operations: Readonly<Record<Action, string>>;
  readonly keyOf?: (record: R) => string;
  readonly parentOf?: (record: R) => string;
  /** Called in the transaction in which the resource disappears. */
  readonly onGone?: (record: R) => void;
  /** Called in the transaction in which an action ends well. */
  readonly onDone?: (record: R, action: Action) => R;
}

/**
 * The states of a resource whose actions take time and end well unless a fault is asked for: gateways, runtimes,
 * harnesses, credential providers, registries.
 */
export class Lifecycle<Status extends string, R extends Lived<Status>> {
  readonly #world: World;
  readonly #options: LifecycleOptions<Status, R>;

  constructor(world: World, options: LifecycleOptions<Status, R>) {
    this.#world = world;
    this.#options = options;
    world.agenda.handle(options.kind, (job) => this.#settle(job));
    world.agenda.handle(`${options.kind}/flip`, (job) => this.#flip(job));
  }

  /** @throws ServiceError ConflictException while an operation is under way */
  refuseWhileWorking(record: R): void {
    const { statuses, kind } = this.#options;
    const working: readonly Status[] = [statuses.create[0], statuses.update[0], statuses.delete[0]];
    if (working.includes(record.status)) {
      throw conflict(
        `The ${kind} ${record.id} is in status ${record.status}. Wait until the operation has ended, then try again.`,
      );
    }
  }

  /** Begins an action on a resource and writes it; the action ends after its latency. */
  begin(record: R, action: Action): R {
    const { statuses, operations, kind } = this.#options;
    const ticket = newTicket(this.#world);
    const begun = this.#put(changed(record, { status: statuses[action][0], ticket, action }));
    const delay = settlingTime(this.#world, operations[action], record.name);
    const job = { type: kind, key: this.#key(record), ticket };
    // No latency at all means that the answer already shows the end.
    if (delay === 0) this.#settle(job)();
    else this.#world.agenda.schedule(delay, job);
    return delay === 0 ? (this.#options.table.get(this.#key(record)) ?? begun) : begun;
  }

  /** Puts a resource into any state, as a test asks for it. */
  force(record: R, status: Status, reasons?: readonly string[]): R {
    return this.#put(changed(record, { status, ...(reasons && { reasons }) }));
  }

  #settle(job: Job): JobCommit {
    return () => {
      const record = this.#options.table.get(job.key);
      if (record?.action === undefined || record.ticket !== job.ticket) return;
      const { action } = record;
      const target = { operation: this.#options.operations[action], resource: record.name };
      const fault = this.#world.faults.strike(['fail'], target);
      if (fault) this.#fail(record, action, fault.reason);
      else if (action === 'delete') this.#remove(record);
      else this.#finish(record, action, target);
    };
  }

  #finish(record: R, action: 'create' | 'update', target: { operation: string; resource: string }): void {
    const { statuses, onDone, kind } = this.#options;
    const done = changed(record, { status: statuses[action][1], updatedAt: this.#world.clock.now() });
    this.#put(onDone ? onDone(done, action) : done);
    const flip = this.#world.faults.strike(['flip'], target);
    if (flip) {
      const job = { type: `${kind}/flip`, key: this.#key(record), ticket: flip.reason ?? '' };
      this.#world.agenda.schedule(flip.delay ?? 0, job);
    }
  }

  #fail(record: R, action: Action, reason = `The operation failed for an internal reason.`): void {
    const { statuses } = this.#options;
    const status = action === 'delete' ? statuses.delete[1] : statuses[action][2];
    this.#put(changed(record, { status, reasons: [reason], updatedAt: this.#world.clock.now() }));
  }

  /** A settled resource that fails by itself; the job's ticket carries the reason. */
  #flip(job: Job): JobCommit {
    return () => {
      const record = this.#options.table.get(job.key);
      if (record && record.ticket === undefined) this.#fail(record, 'create', job.ticket || undefined);
    };
  }

  #remove(record: R): void {
    this.#options.table.delete(this.#key(record));
    this.#options.onGone?.(record);
    this.#announce(record, undefined);
  }

  #put(record: R): R {
    this.#options.table.put(this.#key(record), record);
    this.#announce(record, record.status);
    return record;
  }

  #announce(record: R, status: Status | undefined): void {
    const parentId = this.#options.parentOf?.(record);
    this.#world.changed({
      kind: this.#options.kind,
      id: record.id,
      name: record.name,
      ...(status && { status }),
      ...(record.reasons && status && { reasons: record.reasons }),
      ...(parentId !== undefined && { parentId }),
    });
  }

  #key(record: R): string {
    return this.#options.keyOf?.(record) ?? record.id;
  }
}

/** The record with other values; the reasons and the ticket of what went before are gone unless they are given. */
function changed<Status extends string, R extends Lived<Status>>(
  record: R,
  changes: Partial<Lived<Status>>,
): R {
  const { reasons: _, ticket: __, action: ___, ...rest } = record;
  // Only members that R has are replaced, by values of their own types; a generic spread cannot say so.
  return { ...rest, ...changes } as unknown as R;
}
