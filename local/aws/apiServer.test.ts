import { request as sendRequest } from 'node:http';
import { fileURLToPath } from 'node:url';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { ListTopicsCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedAws, startEmbeddedAws } from '../embeddedAws.ts';
import { SimulatedClock } from '../simulation/clock.ts';
import { secretArn, topicArn } from './account.ts';

describe('the API server', () => {
  let aws: EmbeddedAws;
  let lambda: LambdaClient;
  let sns: SNSClient;
  let secrets: SecretsManagerClient;
  let sfn: SFNClient;

  beforeAll(async () => {
    aws = await startEmbeddedAws({
      clock: new SimulatedClock(),
      functions: [
        {
          name: 'edgeCases',
          entry: fileURLToPath(new URL('./lambda/testing/edgeCases.ts', import.meta.url)),
          timeoutSeconds: 30,
        },
      ],
      secrets: { 'payments/github': '{"clientSecret":"s3cret"}' },
    });
    const options = (service: string) => ({
      endpoint: aws.environment[`AWS_ENDPOINT_URL_${service}`] ?? '',
      region: 'us-east-1',
      credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
      maxAttempts: 1,
    });
    lambda = new LambdaClient(options('LAMBDA'));
    sns = new SNSClient(options('SNS'));
    secrets = new SecretsManagerClient(options('SECRETS_MANAGER'));
    sfn = new SFNClient(options('SFN'));
  });
  afterAll(() => aws.close());

  const invoke = async (request: object, more: object = {}) => {
    const command = new InvokeCommand({
      FunctionName: 'edgeCases',
      Payload: JSON.stringify(request),
      ...more,
    });
    const { Payload, ...answer } = await lambda.send(command);
    const text = Payload?.transformToString();
    return { ...answer, payload: text ? JSON.parse(text) : undefined };
  };

  it.each(['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL_DYNAMODB'])(
    'the server at %s answers no page of another site, and no name that leads here',
    async (variable) => {
      const url = aws.environment[variable] ?? '';
      const statusOf = (method: string, headers: Record<string, string>) =>
        new Promise((resolve, reject) => {
          const sent = sendRequest(`${url}/specs/workspaces/payments/manifest.yaml`, { method, headers });
          sent.on('error', reject).on('response', (response) => {
            response.resume();
            resolve(response.statusCode);
          });
          sent.end('a: 1');
        });
      expect(await statusOf('PUT', { origin: 'https://evil.example.com' })).toBe(403);
      expect(await statusOf('POST', { origin: 'null' })).toBe(403);
      expect(await statusOf('POST', { 'sec-fetch-site': 'same-site' })).toBe(403);
      expect(await statusOf('GET', { host: 'rebound.example.com' })).toBe(403);
      expect(await statusOf('POST', {})).not.toBe(403);
    },
  );

  it('invokes functions by name and by ARN', async () => {
    const FunctionName = 'arn:aws:lambda:us-east-1:123456789012:function:edgeCases';
    const answer = await invoke({ do: 'echo', text: 'hello' }, { FunctionName });
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST', payload: { text: 'hello' } });
    expect(answer.FunctionError).toBeUndefined();
  });

  it('marks the response of a failed function with FunctionError', async () => {
    expect(await invoke({ do: 'fly' })).toMatchObject({
      StatusCode: 200,
      FunctionError: 'Unhandled',
      payload: { errorType: 'RangeError' },
    });
  });

  it('accepts an asynchronous invocation without waiting for it', async () => {
    const before = aws.functions.invocations.edgeCases ?? 0;
    expect(await invoke({ do: 'echo' }, { InvocationType: 'Event' })).toMatchObject({ StatusCode: 202 });
    await aws.idle();
    expect(aws.functions.invocations.edgeCases).toBe(before + 1);
  });

  it('retries a failed asynchronous invocation twice, then makes it a dead letter', async () => {
    const before = aws.functions.invocations.edgeCases ?? 0;
    const begun = aws.clock.now();
    await invoke({ do: 'fly' }, { InvocationType: 'Event' });
    await aws.idle();
    expect(aws.functions.invocations.edgeCases).toBe(before + 3);
    expect(aws.clock.now() - begun).toBe(180_000);
    expect(aws.deliveries.deadLetters()).toMatchObject([
      {
        origin: 'asynchronous invocation',
        input: { do: 'fly' },
        lastError: expect.stringContaining('unknown edge case fly'),
      },
    ]);
  });

  it.each(['RequestResponse', 'Event'])('rejects an unknown function: %s', async (InvocationType) => {
    await expect(invoke({}, { FunctionName: 'nobody', InvocationType })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('keeps published messages with their attributes', async () => {
    const { MessageId } = await sns.send(
      new PublishCommand({
        TopicArn: topicArn('owners'),
        Subject: 'A & B',
        Message: 'ready <now>\nü',
        MessageAttributes: {
          workspace: { DataType: 'String', StringValue: 'payments' },
          kind: { DataType: 'String', StringValue: 'target' },
        },
      }),
    );
    expect(aws.outbox.list().at(-1)).toEqual({
      id: MessageId,
      at: aws.clock.now(),
      topic: 'owners',
      subject: 'A & B',
      message: 'ready <now>\nü',
      attributes: { workspace: 'payments', kind: 'target' },
    });
  });

  it.each([
    ['an empty message', { Message: '' }],
    ['a subject of two lines', { Message: 'x', Subject: 'a\nb' }],
    ['a subject of 101 characters', { Message: 'x', Subject: 'a'.repeat(101) }],
    ['no topic', { Message: 'x', TopicArn: undefined }],
  ])('refuse to publish %s', async (_, request) => {
    const command = new PublishCommand({ TopicArn: topicArn('owners'), ...request });
    await expect(sns.send(command)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it.each(['payments/github', secretArn('payments/github')])('returns the secret %s', async (SecretId) => {
    const secret = await secrets.send(new GetSecretValueCommand({ SecretId }));
    expect(secret).toMatchObject({ Name: 'payments/github', SecretString: '{"clientSecret":"s3cret"}' });
    expect(secret.VersionStages).toEqual(['AWSCURRENT']);
  });

  it.each(['absent', 'constructor'])('rejects the unknown secret %s', async (SecretId) => {
    await expect(secrets.send(new GetSecretValueCommand({ SecretId }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('rejects operations that it lacks', async () => {
    await expect(sns.send(new ListTopicsCommand({}))).rejects.toThrow('no operation ListTopics');
    const create = new CreateStateMachineCommand({
      name: 'x',
      definition: '{}',
      roleArn: 'arn:aws:iam::1:role/x',
    });
    await expect(sfn.send(create)).rejects.toThrow('no operation AWSStepFunctions.CreateStateMachine');
  });
});
