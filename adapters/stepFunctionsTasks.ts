import { SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { JsonObject } from '../core/manifest/json.ts';
import type { WaitingTasks } from '../core/ports/waitingTasks.ts';
import { isException } from './awsError.ts';
import { whenNeeded } from './whenNeeded.ts';

/** Tasks of Step Functions that wait for a token's answer. */
export class StepFunctionsTasks implements WaitingTasks {
  readonly #client: () => SFNClient;

  constructor(client?: SFNClient) {
    this.#client = whenNeeded(() => client ?? new SFNClient());
  }

  async answer(taskToken: string, output: JsonObject): Promise<void> {
    try {
      await this.#client().send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }));
    } catch (error) {
      // The task has been answered before, or has gone on without an answer.
      if (!isException(error, 'TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken')) throw error;
    }
  }
}
