import type { JsonObject } from '../json.ts';

/** Completes workflow tasks that wait for a person. */
export interface TaskCallbacks {
  /** Completes the task with this token. A token of a task that does not wait any more has no effect. */
  complete(taskToken: string, output: JsonObject): Promise<void>;
}
