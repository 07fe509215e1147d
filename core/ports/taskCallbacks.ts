import type { JsonObject } from '../json.ts';

/** Executions that wait for a person. */
export interface TaskCallbacks {
  /** Lets the execution go on; one that waits no longer, or never did, is none the worse. */
  complete(taskToken: string, output: JsonObject): Promise<void>;
}
