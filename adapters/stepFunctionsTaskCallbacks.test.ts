import { SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { StepFunctionsTaskCallbacks } from './stepFunctionsTaskCallbacks.ts';
import { startEmbeddedServices } from './testing/embeddedServices.ts';
import { describeTaskCallbacksContract } from './testing/taskCallbacksContract.ts';

describeTaskCallbacksContract('StepFunctionsTaskCallbacks', async () => {
  const { aws, settings } = await startEmbeddedServices({});
  const { tokens } = aws.stateMachines;
  let count = 0;
  return {
    callbacks: new StepFunctionsTaskCallbacks(new SFNClient(settings('SFN'))),
    wait: () => {
      count += 1;
      const token = `token-${count}`;
      tokens.open(token, 'execution', 'AwaitAnswer');
      return token;
    },
    outputOf: async (token) => {
      // A task without an output keeps waiting, so that its result never arrives.
      const waiting = new AbortController();
      const result = tokens.waitForResult(token, {}, waiting.signal);
      waiting.abort(new Error('still waiting'));
      return result.catch(() => undefined);
    },
  };
});

describe('StepFunctionsTaskCallbacks', () => {
  it('rethrows throttling, so that the step is retried', async () => {
    const client = new SFNClient((await startEmbeddedServices({})).settings('SFN'));
    client.middlewareStack.add(
      () => async () => {
        throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
      },
      { step: 'initialize' },
    );
    const completing = new StepFunctionsTaskCallbacks(client).complete('token', {});
    await expect(completing).rejects.toMatchObject({ name: 'ThrottlingException' });
  });
});
