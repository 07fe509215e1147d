import type { Clock } from '../../simulation/clock.ts';
import type { Store } from '../../simulation/store.ts';
import type { Table } from '../../simulation/table.ts';
import type { Execution, HistoryEvent, NewHistoryEvent } from './execution.ts';

/** How long the service keeps an execution that has ended, and its name reserved, in ms. */
const RETENTION_MS = 90 * 24 * 3_600_000;

/**
 * How many executions that have ended are kept at most: a month of fifty workspaces. The service has no such bound, but one machine
 * has a disk: an execution with its history takes some 50 KB.
 */
const MAX_ENDED = 10_000;

/** How many are deleted with each execution that ends: more than one, so that the bound is reached from above. */
const COLLECTED_AT_ONCE = 2;

/** Keeps executions and their histories. Each call is one transaction. */
export class ExecutionStore {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #maxEnded: number;
  readonly #executions: Table<Execution>;
  readonly #history: Table<HistoryEvent>;
  /** The running executions, so that a start does not read all of them. */
  readonly #running: Table<true>;
  /** The executions that have ended by the time at which they did, so that the oldest are found without reading all. */
  readonly #ended: Table<string>;

  constructor(store: Store, clock: Clock, maxEnded = MAX_ENDED) {
    this.#maxEnded = maxEnded;
    this.#store = store;
    this.#clock = clock;
    this.#executions = store.table('states/executions');
    this.#history = store.table('states/history');
    this.#running = store.table('states/running');
    this.#ended = store.table('states/ended');
  }

  get(arn: string): Execution | undefined {
    return this.#executions.get(arn);
  }

  /** Executions of a state machine, or all of them; in no particular order. */
  list(machine?: string): readonly Execution[] {
    const all = this.#executions.list().map(([, execution]) => execution);
    return machine === undefined ? all : all.filter((execution) => execution.machine === machine);
  }

  running(): readonly Execution[] {
    return this.#running.list().flatMap(([arn]) => this.get(arn) ?? []);
  }

  get runningCount(): number {
    return this.#running.count();
  }

  /** Saves an execution together with new history events, and returns it with their number. */
  save(execution: Execution, events: readonly NewHistoryEvent[]): Execution {
    const at = this.#clock.now();
    const saved = { ...execution, events: execution.events + events.length };
    this.#store.transaction(() => {
      events.forEach((event, index) => {
        const id = execution.events + index + 1;
        this.#history.put(historyKey(execution.arn, id), { ...event, id, at });
      });
      if (!this.#running.get(saved.arn)) this.#forgetEnd(this.get(saved.arn));
      this.#executions.put(saved.arn, saved);
      if (saved.status === 'RUNNING') this.#running.put(saved.arn, true);
      else this.#end(saved);
    });
    // In transactions of its own: where they are cut off, the next execution that ends makes up for them.
    if (saved.status !== 'RUNNING') this.#collectOldest();
    return saved;
  }

  history(arn: string): readonly HistoryEvent[] {
    return this.#history.list({ prefix: `${arn}#` }).map(([, event]) => event);
  }

  delete(arn: string): void {
    this.#store.transaction(() => {
      this.#history.clear(`${arn}#`);
      this.#forgetEnd(this.get(arn));
      this.#executions.delete(arn);
      this.#running.delete(arn);
    });
  }

  /** @returns whether the service has forgotten the execution */
  isPastRetention({ stoppedAt }: Execution): boolean {
    return stoppedAt !== undefined && this.#clock.now() - stoppedAt >= RETENTION_MS;
  }

  /** Deletes what is past its retention, after a time in which nothing ran. An earlier version has not noted which have ended. */
  collectAll(): void {
    for (const execution of this.list()) {
      if (this.isPastRetention(execution)) this.delete(execution.arn);
      else if (execution.stoppedAt !== undefined) this.#ended.put(endedKey(execution), execution.arn);
    }
    while (this.#ended.count() > this.#maxEnded) this.#collectOldest();
  }

  #end(execution: Execution): void {
    this.#running.delete(execution.arn);
    this.#ended.put(endedKey(execution), execution.arn);
  }

  /** A redriven execution runs again. */
  #forgetEnd(execution: Execution | undefined): void {
    if (execution?.stoppedAt !== undefined) this.#ended.delete(endedKey(execution));
  }

  #collectOldest(): void {
    let excess = this.#ended.count() - this.#maxEnded;
    for (const [key, arn] of this.#ended.list({ limit: COLLECTED_AT_ONCE })) {
      const execution = this.get(arn);
      if (execution && excess <= 0 && !this.isPastRetention(execution)) return;
      this.delete(arn);
      this.#ended.delete(key);
      excess -= 1;
    }
  }
}

/** Sorts by time: 16 digits hold every time in ms. */
function endedKey({ stoppedAt = 0, arn }: Execution): string {
  return `${String(stoppedAt).padStart(16, '0')}#${arn}`;
}

/** `#` cannot stand in an execution's name. */
function historyKey(arn: string, id: number): string {
  return `${arn}#${String(id).padStart(6, '0')}`;
}
