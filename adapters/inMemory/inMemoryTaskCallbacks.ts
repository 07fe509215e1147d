import type { JsonObject } from '../../core/json.ts';
import type { TaskCallbacks } from '../../core/ports/taskCallbacks.ts';
import { CallScript } from './callScript.ts';

/** Tasks in memory that wait for an answer, for tests of steps. */
export class InMemoryTaskCallbacks implements TaskCallbacks {
  readonly script = new CallScript<TaskCallbacks>();
  readonly #waiting = new Set<string>();
  readonly #outputs = new Map<string, JsonObject>();

  /** Has a task wait under this token. */
  wait(taskToken: string): void {
    this.#waiting.add(taskToken);
    this.#outputs.delete(taskToken);
  }

  /** @returns what the task goes on with; undefined while it waits, and for a token that no task waited under */
  outputOf(taskToken: string): JsonObject | undefined {
    return this.#outputs.get(taskToken);
  }

  complete(taskToken: string, output: JsonObject): Promise<void> {
    return this.script.run('complete', [taskToken, output], () => {
      // The first answer counts; an answer to a task that does not wait is no fault.
      if (this.#waiting.delete(taskToken)) this.#outputs.set(taskToken, structuredClone(output));
    });
  }
}
