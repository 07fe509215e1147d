import type { Clock, Timer } from '../simulation/clock.ts';
import { whileBusy } from '../simulation/clock.ts';
import type { Store } from '../simulation/store.ts';
import type { Table } from '../simulation/table.ts';

/** Work that is due later. The store keeps a job until its handler has committed. */
export interface Job {
  /** Selects the handler. */
  readonly type: string;
  /** The table key of the job's resource. */
  readonly key: string;
  /** The operation that scheduled the job. The job is stale once the resource carries another operation id. */
  readonly operationId?: string;
  /** The authorization session whose expiry the job handles. */
  readonly requestUri?: string;
  /** The status reason of an injected failure. */
  readonly reason?: string;
}

/**
 * Does the slow part of a job (reads a schema, contacts a server) and returns a function with the writes. The queue runs
 * that function in the transaction that removes the job.
 */
export type JobHandler = (job: Job) => JobCommit | Promise<JobCommit>;
export type JobCommit = () => void;

/** Milliseconds with 15 digits last until the year 33658, so keys sort by due time. */
const DUE_DIGITS = 15;
/** Orders the jobs of one due time by when they were scheduled. */
const SEQUENCE_DIGITS = 12;

/** A durable queue of delayed jobs. The store keeps them across a crash, and `start` runs the overdue ones at once. */
export class JobQueue {
  readonly #clock: Clock;
  readonly #store: Store;
  readonly #jobs: Table<Job>;
  readonly #handlers = new Map<string, JobHandler>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #onError: (error: unknown, job: Job) => void;
  #timer: Timer | undefined;
  #armedFor = Infinity;
  #sequence = 0;
  #isStarted = false;

  constructor(clock: Clock, store: Store, jobs: Table<Job>, onError: (error: unknown, job: Job) => void) {
    this.#clock = clock;
    this.#store = store;
    this.#jobs = jobs;
    this.#onError = onError;
  }

  registerHandler(type: string, handler: JobHandler): void {
    this.#handlers.set(type, handler);
  }

  /** Starts to run due jobs. Every handler must be registered before. */
  start(): void {
    this.#isStarted = true;
    this.#armNext();
  }

  /** @param delay simulated milliseconds from now */
  schedule(delay: number, job: Job): void {
    const due = this.#clock.now() + Math.max(0, Math.ceil(delay));
    this.#sequence += 1;
    const order = String(this.#sequence).padStart(SEQUENCE_DIGITS, '0');
    // The operation id keeps keys apart after a restart, which starts the sequence again.
    const suffix = `${job.type}/${job.key}/${job.operationId ?? job.requestUri ?? ''}`;
    this.#jobs.put(`${String(due).padStart(DUE_DIGITS, '0')}/${order}/${suffix}`, job);
    if (due < this.#armedFor) this.#armAt(due);
  }

  /** The jobs that have not run yet, ordered by due time. */
  pending(): { due: number; job: Job }[] {
    return this.#jobs.list().map(([key, job]) => ({ due: Number(key.slice(0, DUE_DIGITS)), job }));
  }

  /** Waits for the running jobs and starts no further ones. */
  async close(): Promise<void> {
    this.#isStarted = false;
    this.#timer?.cancel();
    await Promise.all(this.#running.values());
  }

  #armNext(): void {
    const next = this.#jobs.list({ limit: this.#running.size + 1 }).find(([key]) => !this.#running.has(key));
    if (next) this.#armAt(Number(next[0].slice(0, DUE_DIGITS)));
  }

  #armAt(due: number): void {
    if (!this.#isStarted) return;
    this.#timer?.cancel();
    this.#armedFor = due;
    this.#timer = this.#clock.after(due - this.#clock.now(), () => this.#wake());
  }

  #wake(): void {
    this.#armedFor = Infinity;
    if (!this.#isStarted) return;
    const now = this.#clock.now();
    for (;;) {
      const batch = this.#jobs
        .list({ limit: this.#running.size + 100 })
        .filter(([key]) => !this.#running.has(key) && Number(key.slice(0, DUE_DIGITS)) <= now);
      if (batch.length === 0) break;
      for (const [key, job] of batch) this.#run(key, job);
    }
    this.#armNext();
  }

  #run(key: string, job: Job): void {
    const handler = this.#handlers.get(job.type);
    if (!handler) throw new Error(`no handler for jobs of type ${job.type}`);
    const commit = (write: JobCommit) =>
      this.#store.transaction(() => {
        this.#jobs.delete(key);
        write();
      });
    const onFailure = (error: unknown) => {
      this.#onError(error, job);
      this.#jobs.delete(key);
    };
    try {
      const outcome = handler(job);
      if (!(outcome instanceof Promise)) {
        commit(outcome);
        return;
      }
      const running = whileBusy(this.#clock, () => outcome.then(commit))
        .catch(onFailure)
        .finally(() => this.#running.delete(key));
      this.#running.set(key, running);
    } catch (error) {
      onFailure(error);
    }
  }
}
