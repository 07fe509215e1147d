import { SFNClient } from '@aws-sdk/client-sfn';
import { stateMachineArn } from '../local/aws/account.ts';
import { StepFunctionsStarter } from './stepFunctionsStarter.ts';
import { startEmbeddedServices } from './testing/embeddedServices.ts';
import { describeExecutionStarterContract } from './testing/executionStarterContract.ts';

describeExecutionStarterContract('StepFunctionsStarter', async () => {
  const definition = {
    StartAt: 'Wait',
    States: { Wait: { Type: 'Wait', Seconds: 3600, End: true } },
  };
  const { aws, settings } = await startEmbeddedServices({
    stateMachines: [{ name: 'reconcile', definition, substitutions: {} }],
  });
  const client = new SFNClient(settings('SFN'));
  let isThrottled = false;
  client.middlewareStack.add(
    (next) => async (request) => {
      if (!isThrottled) return next(request);
      isThrottled = false;
      throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
    },
    { step: 'initialize' },
  );
  const { stateMachines } = aws;
  return {
    starter: new StepFunctionsStarter(stateMachineArn('reconcile'), client),
    names: async () => stateMachines.list('reconcile').map(({ name }) => name),
    end: async (name) => {
      const found = stateMachines.list('reconcile').find((each) => each.name === name);
      if (found) stateMachines.stop(found.arn, {});
    },
    throttle: () => {
      isThrottled = true;
    },
  };
});
