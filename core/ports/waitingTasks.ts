import type { JsonObject } from '../manifest/json.ts';

/** Executions that wait for a person. */
export interface WaitingTasks {
  /** Lets the execution go on; one that waits no longer, or never did, is none the worse. */
  answer(taskToken: string, output: JsonObject): Promise<void>;
}
