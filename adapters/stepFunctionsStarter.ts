import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { JsonObject } from '../core/json.ts';
import type { ExecutionStarter } from '../core/ports/executionStarter.ts';
import { isException } from './awsError.ts';
import { callLimits, clientSettings } from './clientSettings.ts';
import { lazy } from './lazy.ts';

/** Starts executions of a state machine of Step Functions. */
export class StepFunctionsStarter implements ExecutionStarter {
  readonly #client: () => SFNClient;
  readonly #stateMachineArn: string;

  /** @param stateMachineArn of the workflow `reconcile` */
  constructor(stateMachineArn: string, client?: SFNClient) {
    this.#stateMachineArn = stateMachineArn;
    this.#client = lazy(() => client ?? new SFNClient(clientSettings(callLimits.stepFunctions)));
  }

  async startReconcile(name: string, input: JsonObject): Promise<'started' | 'ended'> {
    const stateMachineArn = this.#stateMachineArn;
    try {
      await this.#client().send(
        new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
      );
      return 'started';
    } catch (error) {
      if (isException(error, 'ExecutionAlreadyExists')) return 'ended';
      throw error;
    }
  }
}
