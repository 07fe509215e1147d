import type { JsonObject } from '../../core/json.ts';
import type { TaskCallbacks } from '../../core/ports/taskCallbacks.ts';
import { CallScript } from './callScript.ts';

/** Waiting workflow tasks in memory, for tests of steps. */
export class InMemoryTaskCallbacks implements TaskCallbacks {
  readonly script = new CallScript<TaskCallbacks>();
  readonly #waiting = new Set<string>();
  readonly #outputs = new Map<string, JsonObject>();

  /** Starts a task that waits for a callback with this token. */
  wait(taskToken: string): void {
    this.#waiting.add(taskToken);
    this.#outputs.delete(taskToken);
  }

  /** @returns the output of the completed task; undefined while it waits, and for an unknown token */
  outputOf(taskToken: string): JsonObject | undefined {
    return this.#outputs.get(taskToken);
  }

  complete(taskToken: string, output: JsonObject): Promise<void> {
    return this.script.run('complete', [taskToken, output], () => {
      // The first output counts. An output for a task that does not wait has no effect.
      if (this.#waiting.delete(taskToken)) this.#outputs.set(taskToken, structuredClone(output));
    });
  }
}
