import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Plugin } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importBundled } from './testing/importBundled.ts';

/** An exception as each protocol of AWS writes it: what a client calls, and what it is answered. */
interface Exception {
  readonly name: string;
  /** Where a whole client has another name for it. */
  readonly wholeName?: string;
  readonly call: string;
  readonly status: number;
  readonly body: string;
}

const exceptions: readonly Exception[] = [
  {
    name: 'ConditionalCheckFailedException',
    call: `new DynamoDBClient(settings).send(new GetItemCommand({ TableName: 'ledger', Key: {} }))`,
    status: 400,
    body: '{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","Message":"It is so."}',
  },
  {
    name: 'NoSuchKey',
    call: `new S3Client({ ...settings, forcePathStyle: true }).send(new GetObjectCommand({ Bucket: 'specs', Key: 'a' }))`,
    status: 404,
    body: '<Error><Code>NoSuchKey</Code><Message>It is so.</Message><RequestId>1</RequestId></Error>',
  },
  {
    name: 'NotFound',
    wholeName: 'NotFoundException',
    call: `new SNSClient(settings).send(new PublishCommand({ TopicArn: 'topic', Message: 'Look.' }))`,
    status: 404,
    body: '<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>It is so.</Message></Error></ErrorResponse>',
  },
  {
    name: 'TaskTimedOut',
    call: `new SFNClient(settings).send(new SendTaskSuccessCommand({ taskToken: 'token', output: '{}' }))`,
    status: 400,
    body: '{"__type":"TaskTimedOut","message":"It is so."}',
  },
  {
    name: 'ValidationException',
    call: `new BedrockAgentCoreControlClient(settings).send(new GetGatewayCommand({ gatewayIdentifier: 'front-abcdefghij' }))`,
    status: 400,
    body: '{"__type":"ValidationException","message":"It is so.","reason":"FIELD_VALIDATION_FAILED"}',
  },
  {
    name: 'ThrottledException',
    call: `new BedrockAgentCoreControlClient(settings).send(new GetGatewayCommand({ gatewayIdentifier: 'front-abcdefghij' }))`,
    status: 429,
    body: '{"__type":"ThrottledException","message":"It is so."}',
  },
];

/** A module that makes the calls in turn and gives back what each threw, as far as anybody asks for it. */
const PROBE = `
import { BedrockAgentCoreControlClient, GetGatewayCommand } from '@aws-sdk/client-bedrock-agentcore-control';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';

export const loggerName = new DynamoDBClient({ region: 'us-east-1' }).config.logger.constructor.name;

export async function probe(endpoint) {
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
  const settings = { endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
  const calls = [${exceptions.map(({ call }) => `() => ${call}`).join(', ')}];
  const thrown = [];
  for (const call of calls) {
    const error = await call().then(() => undefined, (reason) => reason);
    const { name, message, reason, $fault, $retryable, $metadata } = error;
    thrown.push({ name, message, reason, $fault, $retryable, status: $metadata.httpStatusCode });
  }
  return thrown;
}
`;

interface Probe {
  readonly loggerName: string;
  readonly probe: (endpoint: string) => Promise<object[]>;
}

describe('a bundle without what cannot run on Lambda', () => {
  let server: Server;
  let endpoint: string;
  let asked = 0;
  beforeAll(async () => {
    server = createServer((_, response) => {
      const { status = 500, body = '' } = exceptions[asked++ % exceptions.length] ?? {};
      response.writeHead(status).end(body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
  });

  async function thrownWith(plugins?: readonly Plugin[]): Promise<object[]> {
    const { probe } = await importBundled<Probe>(PROBE, plugins);
    return probe(endpoint);
  }

  it('throws exceptions of AWS with the same code, message, status and leave to retry as a whole one', async () => {
    const thrown = await thrownWith();
    expect(thrown).toMatchObject(
      exceptions.map(({ name, status }) => ({ name, status, message: 'It is so.' })),
    );
    const whole = await thrownWith([]);
    expect(whole).toMatchObject(exceptions.map(({ name, wholeName = name }) => ({ name: wholeName })));
    expect(thrown).toEqual(whole.map((error, index) => ({ ...error, name: exceptions[index]?.name })));
  });

  it('says what cannot be read of an answer, for which the SDK looks whether anybody listens', async () => {
    const { loggerName } = await importBundled<Probe>(PROBE);
    expect(loggerName).toBe('NoOpLogger');
  });
});
