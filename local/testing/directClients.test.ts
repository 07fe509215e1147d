import { SendTaskFailureCommand, SendTaskSuccessCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { S3SpecBucket } from '../../adapters/s3SpecBucket.ts';
import { StepFunctionsTaskCallbacks } from '../../adapters/stepFunctionsTaskCallbacks.ts';
import { startEmbeddedServices } from '../../adapters/testing/embeddedServices.ts';
import { describeSpecBucketContract } from '../../adapters/testing/specBucketContract.ts';
import { describeTaskCallbacksContract } from '../../adapters/testing/taskCallbacksContract.ts';
import { directClients } from './directClients.ts';

describeSpecBucketContract('S3SpecBucket over a direct client', async () => {
  const { aws, clock } = await startEmbeddedServices({ buckets: [{ name: 'specs', versioned: true }] });
  return {
    bucket: new S3SpecBucket('specs', undefined, directClients(aws).s3, () => clock.now()),
    put: (key, content) => void aws.buckets.put('specs', key, content),
    delete: (key) => void aws.buckets.delete('specs', key),
  };
});

describeTaskCallbacksContract('StepFunctionsTaskCallbacks over a direct client', async () => {
  const { aws } = await startEmbeddedServices({});
  const { tokens } = aws.stateMachines;
  let count = 0;
  return {
    callbacks: new StepFunctionsTaskCallbacks(directClients(aws).sfn),
    wait: () => {
      count += 1;
      tokens.open(`token-${count}`, 'execution', 'AwaitAnswer');
      return `token-${count}`;
    },
    outputOf: async (token) => {
      const waiting = new AbortController();
      const result = tokens.waitForResult(token, {}, waiting.signal);
      waiting.abort(new Error('still waiting'));
      return result.catch(() => undefined);
    },
  };
});

describe('directClients', () => {
  const send = async (act: (client: SFNClient) => Promise<unknown>) =>
    act(directClients((await startEmbeddedServices({})).aws).sfn);

  it('throws the exception of the service with its name and status', async () => {
    const command = new SendTaskSuccessCommand({ taskToken: 'unknown', output: '{}' });
    await expect(send((client) => client.send(command))).rejects.toMatchObject({
      name: 'InvalidToken',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('throws a RangeError for an operation that the embedded AWS lacks', async () => {
    class StopEverythingCommand extends SendTaskFailureCommand {}
    const command = new StopEverythingCommand({ taskToken: 'unknown' });
    await expect(send((client) => client.send(command))).rejects.toThrow(RangeError);
  });
});
