import { defined, omit } from '../../core/objects.ts';
import type { Table } from '../simulation/table.ts';
import { type EmulatorContext, newInternalId, operationDuration } from './emulatorContext.ts';
import type { Job, JobCommit } from './jobQueue.ts';
import { conflict } from './serviceError.ts';
import type { FaultTarget } from './settings/faults.ts';

/** The members that every resource with a lifecycle has. */
export interface StatefulRecord<Status extends string> {
  readonly id: string;
  readonly name: string;
  readonly status: Status;
  /** Why the last operation failed. */
  readonly reasons?: readonly string[];
  /** Milliseconds since the epoch, simulated time. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** The operation in progress, if any. */
  readonly operationId?: string;
  readonly action?: LifecycleAction;
}

export type LifecycleAction = 'create' | 'update' | 'delete';

/** The statuses of a resource kind for each action. A deleted resource has no status. */
export interface Statuses<Status extends string> {
  readonly create: readonly [inProgress: Status, succeeded: Status, failed: Status];
  readonly update: readonly [inProgress: Status, succeeded: Status, failed: Status];
  readonly delete: readonly [inProgress: Status, failed: Status];
}

/** The statuses of credential providers, agent runtimes, harnesses and registries. */
export const COMMON_STATUSES = {
  create: ['CREATING', 'READY', 'CREATE_FAILED'],
  update: ['UPDATING', 'READY', 'UPDATE_FAILED'],
  delete: ['DELETING', 'DELETE_FAILED'],
} as const;

export type CommonStatus = (typeof COMMON_STATUSES)[LifecycleAction][number];

/** What the work of an action found: changes of the resource, or why the action fails. */
export type WorkResult<R> = { readonly changes: Partial<R> } | { readonly reasons: readonly string[] };

export interface LifecycleOptions<Status extends string, R extends StatefulRecord<Status>> {
  readonly kind: string;
  readonly table: Table<R>;
  readonly statuses: Statuses<Status>;
  /** The API operation of each action; latencies and faults are configured by it. */
  readonly operations: Readonly<Record<LifecycleAction, string>>;
  readonly keyOf?: (record: R) => string;
  readonly parentOf?: (record: R) => string;
  /** Selects a latency of its own, see `Latencies`. */
  readonly variantOf?: (record: R) => string | undefined;
  /** Runs in the transaction that removes the resource. */
  readonly onDeleted?: (record: R) => void;
  /** Runs in the transaction that sets another status. */
  readonly onStatus?: (record: R) => void;
  /** The slow part of an action, such as a request to a server, before the action ends. */
  readonly work?: (record: R, action: LifecycleAction) => Promise<WorkResult<R>> | undefined;
  /** Runs in the transaction in which an action succeeds; returns the record to store. */
  readonly onSucceeded?: (record: R, action: LifecycleAction) => R;
}

/**
 * The state machine of a resource whose operations take time and succeed unless a fault is injected: gateways, runtimes,
 * harnesses, credential providers, registries, registry records.
 */
export class Lifecycle<Status extends string, R extends StatefulRecord<Status>> {
  readonly #context: EmulatorContext;
  readonly #options: LifecycleOptions<Status, R>;

  constructor(context: EmulatorContext, options: LifecycleOptions<Status, R>) {
    this.#context = context;
    this.#options = options;
    context.jobQueue.registerHandler(options.kind, (job) => this.#complete(job));
    context.jobQueue.registerHandler(`${options.kind}/failLater`, (job) => this.#failSettled(job));
  }

  /** @throws ServiceError ConflictException while an operation is in progress */
  rejectWhileBusy(record: R): void {
    const { statuses, kind } = this.#options;
    const inProgress: readonly Status[] = [statuses.create[0], statuses.update[0], statuses.delete[0]];
    if (inProgress.includes(record.status)) {
      throw conflict(
        `The ${kind} ${record.id} is in status ${record.status}. Wait until the operation has ended, then try again.`,
      );
    }
  }

  /** Starts an action on a resource and stores the resource. The action ends after its latency. */
  start(record: R, action: LifecycleAction): R {
    const { statuses, operations, kind } = this.#options;
    const operationId = newInternalId(this.#context);
    const started = this.#put(withChanges(record, { status: statuses[action][0], operationId, action }));
    const variant = this.#options.variantOf?.(record);
    const delay = operationDuration(this.#context, operations[action], record.name, variant);
    const job = { type: kind, key: this.#key(record), operationId };
    // Without latency and work, the response already shows the final status.
    const isInstant = delay === 0 && !this.#options.work;
    if (isInstant) this.#commit(job);
    else this.#context.jobQueue.schedule(delay, job);
    return isInstant ? (this.#options.table.get(this.#key(record)) ?? started) : started;
  }

  /** Puts a resource into any status, for tests. An operation in progress is dropped. */
  forceStatus(record: R, status: Status, reasons?: readonly string[]): R {
    return this.#put(withChanges(record, defined({ status, reasons })));
  }

  #complete(job: Job): JobCommit | Promise<JobCommit> {
    const record = this.#options.table.get(job.key);
    const isCurrent = record?.action !== undefined && record.operationId === job.operationId;
    const work = isCurrent && record.action ? this.#options.work?.(record, record.action) : undefined;
    return work ? work.then((result) => () => this.#commit(job, result)) : () => this.#commit(job);
  }

  /** Ends an action, unless another one has started since. */
  #commit(job: Job, result: WorkResult<R> = { changes: {} }): void {
    const record = this.#options.table.get(job.key);
    if (record?.action === undefined || record.operationId !== job.operationId) return;
    const { action } = record;
    const target = { operation: this.#options.operations[action], resource: record.name };
    const fault = this.#context.faults.match(['fail'], target);
    if (fault) this.#fail(record, action, fault.reason);
    else if ('reasons' in result) this.#fail(record, action, result.reasons.join('; '));
    else if (action === 'delete') this.remove(record);
    else this.#succeed({ ...record, ...result.changes }, action, target);
  }

  #succeed(record: R, action: 'create' | 'update', target: FaultTarget): void {
    const { statuses, onSucceeded, kind } = this.#options;
    const done = withChanges(record, { status: statuses[action][1], updatedAt: this.#context.clock.now() });
    this.#put(onSucceeded ? onSucceeded(done, action) : done);
    const fault = this.#context.faults.match(['failLater'], target);
    if (!fault) return;
    const job = defined({ type: `${kind}/failLater`, key: this.#key(record), reason: fault.reason });
    this.#context.jobQueue.schedule(fault.delay ?? 0, job);
  }

  #fail(record: R, action: LifecycleAction, reason = 'The operation failed for an internal reason.'): void {
    const { statuses } = this.#options;
    const status = action === 'delete' ? statuses.delete[1] : statuses[action][2];
    this.#put(withChanges(record, { status, reasons: [reason], updatedAt: this.#context.clock.now() }));
  }

  /** Fails a settled resource, unless another operation has started since. */
  #failSettled(job: Job): JobCommit {
    return () => {
      const record = this.#options.table.get(job.key);
      if (record && record.operationId === undefined) this.#fail(record, 'create', job.reason);
    };
  }

  /** Removes a resource at once. An operation in progress is dropped. */
  remove(record: R): void {
    this.#options.table.delete(this.#key(record));
    this.#options.onDeleted?.(record);
    this.#notifyChange(record, undefined);
  }

  #put(record: R): R {
    const before = this.#options.onStatus && this.#options.table.get(this.#key(record))?.status;
    this.#options.table.put(this.#key(record), record);
    if (before !== record.status) this.#options.onStatus?.(record);
    this.#notifyChange(record, record.status);
    return record;
  }

  #notifyChange(record: R, status: Status | undefined): void {
    this.#context.notifyChange(
      defined({
        kind: this.#options.kind,
        id: record.id,
        name: record.name,
        status,
        reasons: status === undefined ? undefined : record.reasons,
        parentId: this.#options.parentOf?.(record),
      }),
    );
  }

  #key(record: R): string {
    return this.#options.keyOf?.(record) ?? record.id;
  }
}

/** A changed copy of the record. It drops the reasons and the operation of before unless the changes hold new ones. */
function withChanges<Status extends string, R extends StatefulRecord<Status>>(
  record: R,
  changes: Partial<StatefulRecord<Status>>,
): R {
  const kept = omit(record, 'reasons', 'operationId', 'action');
  // A generic spread cannot state that members of R are replaced by values of their own types only.
  return { ...kept, ...changes } as unknown as R;
}
