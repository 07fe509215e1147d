import type { Table } from '../simulation/store.ts';
import { type EmulatorContext, newTicket, operationDuration } from './emulatorContext.ts';
import type { Job, JobCommit } from './jobQueue.ts';
import { conflict } from './serviceError.ts';

/** What every resource has that changes its status by itself. */
export interface StatefulRecord<Status extends string> {
  readonly id: string;
  readonly name: string;
  readonly status: Status;
  /** Why it failed, as a person needs it. */
  readonly reasons?: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
  /** The operation under way, if any, and what it does. */
  readonly ticket?: string;
  readonly action?: LifecycleAction;
}

export type LifecycleAction = 'create' | 'update' | 'delete';

/** The statuses of a kind: under way, done and failed, for each action. */
export interface Statuses<Status extends string> {
  readonly create: readonly [working: Status, done: Status, failed: Status];
  readonly update: readonly [working: Status, done: Status, failed: Status];
  readonly delete: readonly [working: Status, failed: Status];
}

/** How a kind of resource comes to be, changes and goes. */
export interface LifecycleOptions<Status extends string, R extends StatefulRecord<Status>> {
  readonly kind: string;
  readonly table: Table<R>;
  readonly statuses: Statuses<Status>;
  /** The operations' names, which decide the latencies and faults. */
  readonly operations: Readonly<Record<LifecycleAction, string>>;
  readonly keyOf?: (record: R) => string;
  readonly parentOf?: (record: R) => string;
  /** Called in the transaction in which the resource disappears. */
  readonly onDeleted?: (record: R) => void;
  /** Called in the transaction in which an action ends well. */
  readonly onSucceeded?: (record: R, action: LifecycleAction) => R;
}

/**
 * The states of a resource whose actions take time and end well unless a fault is asked for: gateways, runtimes,
 * harnesses, credential providers, registries.
 */
export class Lifecycle<Status extends string, R extends StatefulRecord<Status>> {
  readonly #context: EmulatorContext;
  readonly #options: LifecycleOptions<Status, R>;

  constructor(context: EmulatorContext, options: LifecycleOptions<Status, R>) {
    this.#context = context;
    this.#options = options;
    context.jobQueue.handle(options.kind, (job) => this.#complete(job));
    context.jobQueue.handle(`${options.kind}/flip`, (job) => this.#failLater(job));
  }

  /** @throws ServiceError ConflictException while an operation is under way */
  rejectWhileBusy(record: R): void {
    const { statuses, kind } = this.#options;
    const working: readonly Status[] = [statuses.create[0], statuses.update[0], statuses.delete[0]];
    if (working.includes(record.status)) {
      throw conflict(
        `The ${kind} ${record.id} is in status ${record.status}. Wait until the operation has ended, then try again.`,
      );
    }
  }

  /** Begins an action on a resource and writes it; the action ends after its latency. */
  start(record: R, action: LifecycleAction): R {
    const { statuses, operations, kind } = this.#options;
    const ticket = newTicket(this.#context);
    const started = this.#put(withChanges(record, { status: statuses[action][0], ticket, action }));
    const delay = operationDuration(this.#context, operations[action], record.name);
    const job = { type: kind, key: this.#key(record), ticket };
    // No latency at all means that the answer already shows the end.
    if (delay === 0) this.#complete(job)();
    else this.#context.jobQueue.schedule(delay, job);
    return delay === 0 ? (this.#options.table.get(this.#key(record)) ?? started) : started;
  }

  /** Puts a resource into any state, as a test asks for it. */
  forceStatus(record: R, status: Status, reasons?: readonly string[]): R {
    return this.#put(withChanges(record, { status, ...(reasons && { reasons }) }));
  }

  #complete(job: Job): JobCommit {
    return () => {
      const record = this.#options.table.get(job.key);
      if (record?.action === undefined || record.ticket !== job.ticket) return;
      const { action } = record;
      const target = { operation: this.#options.operations[action], resource: record.name };
      const fault = this.#context.faults.match(['fail'], target);
      if (fault) this.#fail(record, action, fault.reason);
      else if (action === 'delete') this.#remove(record);
      else this.#succeed(record, action, target);
    };
  }

  #succeed(record: R, action: 'create' | 'update', target: { operation: string; resource: string }): void {
    const { statuses, onSucceeded, kind } = this.#options;
    const done = withChanges(record, { status: statuses[action][1], updatedAt: this.#context.clock.now() });
    this.#put(onSucceeded ? onSucceeded(done, action) : done);
    const flip = this.#context.faults.match(['flip'], target);
    if (flip) {
      const job = { type: `${kind}/flip`, key: this.#key(record), ticket: flip.reason ?? '' };
      this.#context.jobQueue.schedule(flip.delay ?? 0, job);
    }
  }

  #fail(record: R, action: LifecycleAction, reason = `The operation failed for an internal reason.`): void {
    const { statuses } = this.#options;
    const status = action === 'delete' ? statuses.delete[1] : statuses[action][2];
    this.#put(withChanges(record, { status, reasons: [reason], updatedAt: this.#context.clock.now() }));
  }

  /** A settled resource that fails by itself; the job's ticket carries the reason. */
  #failLater(job: Job): JobCommit {
    return () => {
      const record = this.#options.table.get(job.key);
      if (record && record.ticket === undefined) this.#fail(record, 'create', job.ticket || undefined);
    };
  }

  #remove(record: R): void {
    this.#options.table.delete(this.#key(record));
    this.#options.onDeleted?.(record);
    this.#notifyChange(record, undefined);
  }

  #put(record: R): R {
    this.#options.table.put(this.#key(record), record);
    this.#notifyChange(record, record.status);
    return record;
  }

  #notifyChange(record: R, status: Status | undefined): void {
    const parentId = this.#options.parentOf?.(record);
    this.#context.notifyChange({
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
function withChanges<Status extends string, R extends StatefulRecord<Status>>(
  record: R,
  changes: Partial<StatefulRecord<Status>>,
): R {
  const { reasons: _, ticket: __, action: ___, ...rest } = record;
  // Only members that R has are replaced, by values of their own types; a generic spread cannot say so.
  return { ...rest, ...changes } as unknown as R;
}
