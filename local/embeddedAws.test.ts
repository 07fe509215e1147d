import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { functionArn, topicArn } from './aws/account.ts';
import type { Activity } from './aws/activity.ts';
import { type EmbeddedAws, type EmbeddedAwsOptions, startEmbeddedAws } from './embeddedAws.ts';
import { ScaledClock, SimulatedClock } from './simulation/clock.ts';

const entry = (name: string) => fileURLToPath(new URL(`./testing/${name}.ts`, import.meta.url));

const SYSTEM = {
  functions: [
    { name: 'copyUpload', entry: entry('copyUpload'), timeoutSeconds: 30, memoryMb: 256 },
    { name: 'askPerson', entry: entry('askPerson'), timeoutSeconds: 30, memoryMb: 256 },
  ],
  buckets: [{ name: 'specs', versioned: true }],
  tables: [
    {
      TableName: 'ledger',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    },
  ],
  rules: [
    {
      name: 'uploads',
      pattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { object: { key: [{ prefix: 'workspaces/' }] } },
      },
      targets: [{ kind: 'stateMachine', name: 'process' }],
    },
  ],
  stateMachines: [
    {
      name: 'process',
      substitutions: { CopyArn: functionArn('copyUpload'), AskArn: functionArn('askPerson') },
      definition: {
        StartAt: 'Rest',
        States: {
          Rest: { Type: 'Wait', Seconds: 60, Next: 'Copy' },
          Copy: {
            Type: 'Task',
            Resource: '${CopyArn}',
            Parameters: {
              'bucket.$': '$.detail.bucket.name',
              'key.$': '$.detail.object.key',
              'now.$': '$$.State.EnteredTime',
            },
            ResultPath: '$.copied',
            Next: 'Ask',
          },
          Ask: {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
            Parameters: {
              FunctionName: '${AskArn}',
              Payload: { 'id.$': '$.detail.object.key', 'token.$': '$$.Task.Token' },
            },
            TimeoutSeconds: 86_400,
            End: true,
          },
        },
      },
    },
  ],
  environment: { TOPIC_ARN: topicArn('owners'), TABLE_NAME: 'ledger' },
} satisfies Omit<EmbeddedAwsOptions, 'clock'>;

/** Clients as a handler would make them, from the environment alone. */
function clientsOf({ environment }: EmbeddedAws) {
  const common = {
    region: 'us-east-1',
    credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
  };
  const at = (service: string) => ({ ...common, endpoint: environment[`AWS_ENDPOINT_URL_${service}`] ?? '' });
  return {
    s3: new S3Client(at('S3')),
    sfn: new SFNClient(at('SFN')),
    dynamodb: new DynamoDBClient(at('DYNAMODB')),
  };
}

async function tokenFor(aws: EmbeddedAws, key: string): Promise<string> {
  const { Item } = await clientsOf(aws).dynamodb.send(
    new GetItemCommand({ TableName: 'ledger', Key: { pk: { S: key } } }),
  );
  return Item?.token?.S ?? '';
}

describe('the embedded AWS', () => {
  let directory: string;
  let clock: SimulatedClock;
  const running: EmbeddedAws[] = [];

  const start = async (more: Partial<EmbeddedAwsOptions> = {}) => {
    const aws = await startEmbeddedAws({ clock, dataDirectory: directory, ...SYSTEM, ...more });
    running.push(aws);
    return aws;
  };

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gateloop-test-'));
    clock = new SimulatedClock();
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((aws) => aws.close()));
    rmSync(directory, { recursive: true, force: true });
  });

  it('runs an upload through rule, state machine and functions, and a task token', async () => {
    const aws = await start();
    const { s3, sfn } = clientsOf(aws);
    const key = 'workspaces/payments/manifest.yaml';
    await s3.send(new PutObjectCommand({ Bucket: 'specs', Key: key, Body: 'owners: {}' }));
    await aws.idle();

    expect(aws.buckets.text('specs', `copies/${key}`)).toBe('OWNERS: {}');
    const [message] = aws.outbox.list();
    expect(message).toMatchObject({
      topic: 'owners',
      subject: `Copied ${key}`,
      message: 'owners: {}',
      attributes: { at: new Date(clock.now()).toISOString() },
    });
    const [execution] = aws.stateMachines.list('process');
    expect(execution).toMatchObject({ status: 'RUNNING', step: { state: 'Ask' } });

    const taskToken = await tokenFor(aws, key);
    await sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{"approved":true}' }));
    await aws.until(() => aws.stateMachines.runningCount === 0);
    expect(aws.stateMachines.list('process')).toMatchObject([
      { status: 'SUCCEEDED', output: { approved: true } },
    ]);
    expect(aws.functions.invocations).toEqual({ copyUpload: 1, askPerson: 1 });
    expect(aws.stateMachines.transitions).toBe(3);
  });

  it('resumes executions after a restart, and issues no task token twice', async () => {
    const first = await start();
    const startedAt = clock.now();
    first.buckets.put('specs', 'workspaces/a', 'text');
    await clock.advance(20_000);
    await first.close();

    const second = await start();
    await second.idle();
    // The wait kept its end: 60 seconds after it began, not after the restart.
    expect(clock.now() - startedAt).toBe(60_000);
    const taskToken = await tokenFor(second, 'workspaces/a');
    await second.close();

    const third = await start();
    await third.idle();
    expect(third.functions.invocations).toEqual({});
    third.stateMachines.tokens.complete(taskToken, { output: 'yes' });
    await third.until(() => third.stateMachines.runningCount === 0);
    expect(third.stateMachines.list()).toMatchObject([{ status: 'SUCCEEDED', output: 'yes' }]);
  });

  it('delivers schedules at their due times, each once', async () => {
    const schedules = [
      { name: 'drift', expression: 'rate(15 minutes)', target: { kind: 'log', name: 'drift' } },
    ] as const;
    const aws = await start({ schedules });
    const fired = () => aws.functions.log.entries({ function: 'drift' }).length;
    await clock.advance(46 * 60_000);
    expect(fired()).toBe(3);
    await aws.close();
    const again = await start({ schedules });
    await clock.advance(60_000);
    expect(again.functions.log.entries({ function: 'drift' })).toHaveLength(0);
    await clock.advance(15 * 60_000);
    expect(again.functions.log.entries({ function: 'drift' })).toHaveLength(1);
  });

  it('reports every activity in order', async () => {
    const activities: Activity[] = [];
    const aws = await start({ onActivity: (activity) => activities.push(activity) });
    aws.buckets.put('specs', 'workspaces/a', 'text');
    await aws.idle();
    const kinds = activities.map(({ kind }) => kind);
    for (const kind of [
      'object',
      'event',
      'delivery',
      'execution',
      'state',
      'invocation',
      'message',
    ] as const) {
      expect(kinds).toContain(kind);
    }
    expect(activities.map(({ at }) => at)).toEqual(activities.map(({ at }) => at).sort((a, b) => a - b));
  });

  it('refuses a second process on the same data, and names the first', async () => {
    await start();
    await expect(start()).rejects.toMatchObject({
      code: 'DataDirectoryInUse',
      message: expect.stringContaining(`process ${process.pid}`),
    });
  });

  it('stops everything again when a start fails', async () => {
    const broken = { name: 'broken', definition: { StartAt: 'Nowhere', States: {} } };
    await expect(start({ stateMachines: [broken] })).rejects.toMatchObject({ code: 'InvalidStateMachine' });
    const missing = { name: 'missing', entry: join(directory, 'missing.ts') };
    await expect(start({ functions: [missing] })).rejects.toThrow('missing.ts');
    const aws = await start();
    expect(aws.isIdle()).toBe(true);
  });

  it('never lets simulated time run backwards across starts', async () => {
    const origin = Date.UTC(2030, 0, 1);
    const first = await start({
      clock: (lastSeen) => new ScaledClock(100_000, Math.max(origin, lastSeen ?? 0)),
    });
    await first.until(() => first.clock.now() > origin + 1_000_000);
    const seen = first.clock.now();
    await first.close();
    let lastSeen: number | undefined;
    await start({
      clock: (last) => {
        lastSeen = last;
        return new ScaledClock(1, last ?? 0);
      },
    });
    expect(lastSeen).toBeGreaterThanOrEqual(seen);
  });

  it('runs on a scaled clock', async () => {
    const aws = await start({ clock: new ScaledClock(600, Date.UTC(2026, 0, 1)) });
    aws.buckets.put('specs', 'workspaces/a', 'text');
    await aws.until(() => aws.outbox.count === 1, 3_600_000);
    expect(aws.buckets.text('specs', 'copies/workspaces/a')).toBe('TEXT');
  });

  it('runs without a data directory', async () => {
    const aws = await startEmbeddedAws({ clock, ...SYSTEM });
    running.push(aws);
    aws.buckets.put('specs', 'workspaces/a', 'text');
    await aws.idle();
    expect(aws.outbox.count).toBe(1);
  });
});
