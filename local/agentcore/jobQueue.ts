import type { Clock, Timer } from '../simulation/clock.ts';
import { whileBusy } from '../simulation/clock.ts';
import type { Store, Table } from '../simulation/store.ts';

/** Something that is due later. It is on disk until it has happened. */
export interface Job {
  /** Which handler does it. */
  readonly type: string;
  /** The key of the resource that it is about. */
  readonly key: string;
  /** The operation that asked for it; a job whose ticket the resource no longer carries is stale. */
  readonly ticket: string;
}

/**
 * Does the slow part of a job (reading a schema, contacting a server) and returns what to write, which then happens in
 * one transaction with the removal of the job from the agenda.
 */
export type JobHandler = (job: Job) => JobCommit | Promise<JobCommit>;
export type JobCommit = () => void;

/** Long enough for every time until the year 33658, so that keys sort by due time. */
const DUE_DIGITS = 15;
/** Jobs that are due at the same time happen in the order in which they were asked for. */
const SEQUENCE_DIGITS = 12;

/**
 * What is to happen at a later time, kept in the store, so that it happens after a crash too. Jobs that fell due while
 * nothing ran happen as soon as the agenda is opened.
 */
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

  handle(type: string, handler: JobHandler): void {
    this.#handlers.set(type, handler);
  }

  /** Starts to do what is due. Handlers must be registered before. */
  start(): void {
    this.#isStarted = true;
    this.#armNext();
  }

  /** @param delay simulated milliseconds from now */
  schedule(delay: number, job: Job): void {
    const due = this.#clock.now() + Math.max(0, Math.ceil(delay));
    this.#sequence += 1;
    const order = String(this.#sequence).padStart(SEQUENCE_DIGITS, '0');
    this.#jobs.put(
      `${String(due).padStart(DUE_DIGITS, '0')}/${order}/${job.type}/${job.key}/${job.ticket}`,
      job,
    );
    if (due < this.#armedFor) this.#armAt(due);
  }

  /** Everything that is still to come, first due first. */
  pending(): { due: number; job: Job }[] {
    return this.#jobs.list().map(([key, job]) => ({ due: Number(key.slice(0, DUE_DIGITS)), job }));
  }

  /** Waits for what is being done; does nothing more afterwards. */
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
