import { devNull } from 'node:os';
import { Readable } from 'node:stream';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { importBundled } from './testing/importBundled.ts';

/** A call of each client, as functions make them, and what it is answered. */
const calls: Readonly<Record<string, { call: string; headers?: Record<string, string>; body: string }>> = {
  getObject: {
    call: `new S3Client(settings).send(new GetObjectCommand({ Bucket: 'specs', Key: 'workspaces/a b/é+.yaml', IfMatch: '"1"', ExpectedBucketOwner: '123456789012' })).then(({ Body }) => Body.transformToString())`,
    headers: { 'x-amz-checksum-crc64nvme': 'rosUhgp5mIg=', 'content-length': '9' },
    body: '123456789',
  },
  putObject: {
    call: `new S3Client(settings).send(new PutObjectCommand({ Bucket: 'specs', Key: 'applied/1', Body: new TextEncoder().encode('{}'), ContentType: 'application/json', IfNoneMatch: '*' }))`,
    body: '',
  },
  listObjects: {
    call: `new S3Client(settings).send(new ListObjectsV2Command({ Bucket: 'specs.example.com', Prefix: 'workspaces/', Delimiter: '/' }))`,
    body: '<ListBucketResult><Contents><Key>a</Key><Size>1</Size></Contents></ListBucketResult>',
  },
  query: {
    call: `new DynamoDBClient(settings).send(new QueryCommand({ TableName: 'ledger', KeyConditionExpression: 'a = :a', ExpressionAttributeValues: { ':a': { S: '1' } } }))`,
    body: '{"Items":[{"a":{"N":"1"}}]}',
  },
  publish: {
    call: `new SNSClient(settings).send(new PublishCommand({ TopicArn: 'arn:aws:sns:eu-west-1:123456789012:people', Message: 'Look.' }))`,
    body: '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
  },
  putEvents: {
    call: `new EventBridgeClient(settings).send(new PutEventsCommand({ Entries: [{ EventBusName: 'gateloop', Source: 'gateloop', DetailType: 'Outcome', Detail: '{}' }] }))`,
    body: '{"FailedEntryCount":0,"Entries":[{"EventId":"1"}]}',
  },
  sendTaskSuccess: {
    call: `new SFNClient(settings).send(new SendTaskSuccessCommand({ taskToken: 'token', output: '{}' }))`,
    body: '{}',
  },
  getSecretValue: {
    call: `new SecretsManagerClient(settings).send(new GetSecretValueCommand({ SecretId: 'key' }))`,
    body: '{"SecretString":"secret"}',
  },
  getGateway: {
    call: `new BedrockAgentCoreControlClient(settings).send(new GetGatewayCommand({ gatewayIdentifier: 'front-abcdefghij' }))`,
    body: '{"gatewayId":"front-abcdefghij","createdAt":"2026-01-02T03:04:05Z"}',
  },
  completeConsent: {
    call: `new BedrockAgentCoreClient(settings).send(new CompleteResourceTokenAuthCommand({ sessionUri: 'urn:x:1', userIdentifier: { userId: 'user' } }))`,
    body: '{}',
  },
};

const MODULE = `
import { BedrockAgentCoreClient, CompleteResourceTokenAuthCommand } from '@aws-sdk/client-bedrock-agentcore';
import { BedrockAgentCoreControlClient, GetGatewayCommand } from '@aws-sdk/client-bedrock-agentcore-control';
import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendTaskSuccessCommand, SFNClient, StartSyncExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { Readable } from 'node:stream';

const answers = ${JSON.stringify(calls)};
const calls = { ${Object.entries(calls)
  .map(([name, { call }]) => `${name}: (settings) => ${call}`)
  .join(', ')} };

/** Makes a call and says what was sent, and what came of it. */
export async function made(name, more = {}) {
  const sent = [];
  const { headers = {}, body } = answers[name];
  const handle = async ({ method, protocol, hostname, port, path, query, headers: signed, body: bytes }) => {
    sent.push({ method, protocol, hostname, port, path, query, headers: signed, body: typeof bytes === 'object' ? new TextDecoder().decode(bytes) : bytes });
    return { response: { statusCode: 200, headers, body: Readable.from([Buffer.from(body)]) } };
  };
  const result = await calls[name]({ requestHandler: { handle }, ...more });
  return { sent, result };
}

/** The one operation of these clients with a host of its own. */
export const startSync = () => new SFNClient().send(new StartSyncExecutionCommand({ stateMachineArn: 'arn' }));
`;

interface Bundled {
  readonly startSync: () => Promise<unknown>;
  readonly made: (
    name: string,
    more?: Record<string, unknown>,
  ) => Promise<{ sent: { hostname: string; headers: Record<string, string> }[]; result: unknown }>;
}

let ours: Bundled;
let whole: Bundled;
beforeAll(async () => {
  ours = await importBundled(MODULE);
  whole = await importBundled(MODULE, []);
});

/** What Lambda sets, and nothing of the machine that the test runs on, such as a developer's configuration. */
const LAMBDA = {
  AWS_REGION: 'eu-west-1',
  AWS_DEFAULT_REGION: 'eu-west-1',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'session',
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
};

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(LAMBDA)) vi.stubEnv(name, value);
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-01-02T03:04:05Z') });
  vi.spyOn(crypto, 'randomUUID').mockReturnValue('00000000-0000-4000-8000-000000000000');
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('a client in a bundle', () => {
  it.each(Object.keys(calls))(
    'sends and signs %s, and reads its answer, as a whole one does',
    async (name) => {
      const made = await ours.made(name);
      expect(made.sent[0]?.headers.authorization).toMatch(/eu-west-1.*Signature=[\da-f]{64}$/);
      expect(made).toEqual(await whole.made(name));
    },
  );

  it.each(Object.keys(calls))('sends %s to the endpoint that the environment names', async (name) => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:4566/base');
    vi.stubEnv('AWS_ENDPOINT_URL_S3', 'http://localhost:9000');
    const made = await ours.made(name);
    expect(made.sent[0]?.hostname).toMatch(/127\.0\.0\.1|localhost/);
    expect(made).toEqual(await whole.made(name));
  });

  it.each(['getObject', 'putEvents', 'query'])('signs %s with the clock of AWS', async (name) => {
    const clock = { systemClockOffset: 3_600_000 };
    const made = await ours.made(name, clock);
    expect(made.sent[0]?.headers['x-amz-date']).toBe('20260102T040405Z');
    expect(made).toEqual(await whole.made(name, clock));
  });

  it.each(['in-region', 'auto'])('takes its settings from the environment, such as %s', async (mode) => {
    vi.stubEnv('AWS_DEFAULTS_MODE', mode);
    vi.stubEnv('AWS_MAX_ATTEMPTS', '7');
    const made = await ours.made('query');
    expect(made.sent[0]?.headers['amz-sdk-request']).toBe('attempt=1; max=7');
    expect(made).toEqual(await whole.made('query'));
  });

  it('goes by the environment alone where no file is named', async () => {
    vi.stubEnv('AWS_CONFIG_FILE', '');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', undefined);
    expect((await ours.made('query')).sent[0]?.hostname).toBe('dynamodb.eu-west-1.amazonaws.com');
  });

  it.each(['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'])(
    'finds out by %s that an object came damaged',
    async (sum) => {
      const get = (client: Bundled) =>
        client.made('getObject', {
          requestHandler: {
            handle: async () => ({
              response: {
                statusCode: 200,
                headers: { [`x-amz-checksum-${sum}`]: 'AAAA' },
                body: Readable.from(['123']),
              },
            }),
          },
        });
      const message = await get(whole).catch((error) => error.message);
      expect(message).toMatch(/^Checksum mismatch/);
      await expect(get(ours)).rejects.toThrow(message);
    },
  );
});

describe('what a bundle leaves out', () => {
  const settings: readonly [string, string][] = [
    ['AWS_RETRY_MODE', 'adaptive'],
    ['AWS_CONFIG_FILE', '/opt/config'],
    ['AWS_SHARED_CREDENTIALS_FILE', '/opt/credentials'],
    ['AWS_USE_FIPS_ENDPOINT', 'true'],
    ['AWS_USE_DUALSTACK_ENDPOINT', 'true'],
  ];
  it.each(settings)('is refused where %s=%s asks for it', async (name, value) => {
    vi.stubEnv(name, value);
    await expect(ours.made('query')).rejects.toThrow(/left out of the bundles of functions/);
  });

  it.each([
    { followRegionRedirects: true },
    { useAccelerateEndpoint: true },
    { extensions: [{}] },
    { logger: {} },
  ])('is refused where a client of S3 is made with %o', async (more) => {
    await expect(async () => ours.made('getObject', more)).rejects.toThrow(
      /left out of the bundles of functions/,
    );
  });

  it('is refused where an operation has a host of its own', async () => {
    await expect(ours.startSync()).rejects.toThrow(/left out of the bundles of functions/);
  });
});
