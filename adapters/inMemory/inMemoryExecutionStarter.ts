import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../../core/json.ts';
import type { ExecutionStarter } from '../../core/ports/executionStarter.ts';
import { CallScript } from './callScript.ts';

interface Execution {
  readonly name: string;
  readonly input: JsonObject;
  readonly isRunning: boolean;
}

/** Executions of `reconcile` in memory, for tests of steps: they run until `end`. */
export class InMemoryExecutionStarter implements ExecutionStarter {
  readonly script = new CallScript<ExecutionStarter>();
  readonly #executions = new Map<string, Execution>();

  /** The executions that were started, oldest first. */
  started(): readonly Execution[] {
    return [...this.#executions.values()];
  }

  end(name: string): void {
    const execution = this.#executions.get(name);
    if (execution) this.#executions.set(name, { ...execution, isRunning: false });
  }

  startReconcile(name: string, input: JsonObject): Promise<'started' | 'ended'> {
    return this.script.run('startReconcile', [name, input], () => {
      const existing = this.#executions.get(name);
      if (existing)
        return existing.isRunning && isDeepStrictEqual(existing.input, input) ? 'started' : 'ended';
      this.#executions.set(name, { name, input: structuredClone(input), isRunning: true });
      return 'started';
    });
  }
}
