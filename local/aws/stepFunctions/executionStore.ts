import type { Clock } from '../../simulation/clock.ts';
import type { Store } from '../../simulation/store.ts';
import type { Table } from '../../simulation/table.ts';
import type { Execution, HistoryEvent, NewHistoryEvent } from './execution.ts';

/** Keeps executions and their histories. Each call is one transaction. */
export class ExecutionStore {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #executions: Table<Execution>;
  readonly #history: Table<HistoryEvent>;
  /** The running executions, so that a start does not read all of them. */
  readonly #running: Table<true>;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#executions = store.table('states/executions');
    this.#history = store.table('states/history');
    this.#running = store.table('states/running');
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
      this.#executions.put(saved.arn, saved);
      if (saved.status === 'RUNNING') this.#running.put(saved.arn, true);
      else this.#running.delete(saved.arn);
    });
    return saved;
  }

  history(arn: string): readonly HistoryEvent[] {
    return this.#history.list({ prefix: `${arn}#` }).map(([, event]) => event);
  }

  delete(arn: string): void {
    this.#store.transaction(() => {
      for (const [key] of this.#history.list({ prefix: `${arn}#` })) this.#history.delete(key);
      this.#executions.delete(arn);
      this.#running.delete(arn);
    });
  }
}

/** `#` cannot stand in an execution's name. */
function historyKey(arn: string, id: number): string {
  return `${arn}#${String(id).padStart(6, '0')}`;
}
