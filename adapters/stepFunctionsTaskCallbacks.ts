import { SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { JsonObject } from '../core/json.ts';
import type { TaskCallbacks } from '../core/ports/taskCallbacks.ts';
import { isException } from './awsError.ts';
import { callLimits, clientSettings } from './clientSettings.ts';
import { lazy } from './lazy.ts';

/** Tasks of Step Functions that wait for a callback with their token. */
export class StepFunctionsTaskCallbacks implements TaskCallbacks {
  readonly #client: () => SFNClient;

  constructor(client?: SFNClient) {
    this.#client = lazy(() => client ?? new SFNClient(clientSettings(callLimits.stepFunctions)));
  }

  async complete(taskToken: string, output: JsonObject): Promise<void> {
    try {
      await this.#client().send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }));
    } catch (error) {
      // Another call completed the task, or the task timed out.
      if (!isException(error, 'TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken')) throw error;
    }
  }
}
