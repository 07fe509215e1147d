import type { JsonObject } from '../json.ts';

/** Starts executions of the workflow `reconcile`. */
export interface ExecutionStarter {
  /**
   * Starts an execution. A repetition with the same input starts no second one while the first runs.
   *
   * @param name 1 to 80 characters: letters, digits, `-` and `_`
   * @returns `ended` where an execution of this name has ended, or runs with another input: nothing was started
   * @throws the error of the service, such as `ThrottlingException`: the execution may have been started or not
   */
  startReconcile(name: string, input: JsonObject): Promise<'started' | 'ended'>;
}
