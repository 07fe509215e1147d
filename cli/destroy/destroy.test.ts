import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { outcomeDocument } from '../../core/storage/outcomeDocument.ts';
import { readCommandLine } from '../program.ts';
import { answering } from '../testing/answering.ts';
import { recordedIo } from '../testing/recordedIo.ts';
import { destroyCommand } from './command.ts';
import { type DestroyResult, destroy } from './destroy.ts';

const SPEC = 'gateloop-main-spec-123456789012-eu-west-1';
const region = 'eu-west-1';

interface World {
  /** The keys in each bucket. */
  readonly buckets: Map<string, string[]>;
  stack: 'CREATE_COMPLETE' | 'DELETE_FAILED' | undefined;
  table: boolean;
  isProtected: boolean;
  secret: boolean;
  /** The buckets whose policy denies the removal of an object. */
  readonly guarded: Set<string>;
  readonly logs: Set<string>;
  /** Applied resources in the outcome of the one workspace. */
  applied: Readonly<Record<string, object>>;
}

const missing = () => Object.assign(new Error('not there'), { name: 'ResourceNotFoundException' });

/** An account with one environment, whose stack deletes its buckets if `deletesData`. */
function account({ deletesData = false, ...given }: Partial<World> & { deletesData?: boolean } = {}) {
  const world: World = {
    buckets: new Map([
      [SPEC, ['workspaces/payments/manifest.yaml', 'outcomes/payments.json']],
      [`${SPEC}-log`, ['access']],
      ['gateloop-main-2-spec-123456789012-eu-west-1', ['of another environment']],
      ['gateloop-main-spec-123456789012-us-east-1', ['of another Region']],
      ['other-project', ['x']],
    ]),
    stack: 'CREATE_COMPLETE',
    table: true,
    isProtected: true,
    secret: true,
    guarded: new Set(deletesData ? [SPEC] : []),
    logs: new Set([
      '/gateloop/main/poll',
      '/gateloop/main/authorization-pages',
      '/aws/vendedlogs/gateloop/main/reconcile',
      '/aws/vendedlogs/gateloop/main-2/reconcile',
    ]),
    applied: {},
    ...given,
  };
  const inStack = [SPEC, `${SPEC}-log`];
  const cloudFormation = answering(new CloudFormationClient({ region }), {
    DescribeStacksCommand: () => {
      if (!world.stack) throw new Error('Stack with id gateloop-main does not exist');
      return { Stacks: [{ StackStatus: world.stack, StackId: 'arn:stack' }] };
    },
    GetTemplateCommand: () => ({
      TemplateBody: JSON.stringify({
        Resources: { A: { Type: 'AWS::S3::Bucket', DeletionPolicy: deletesData ? 'Delete' : 'Retain' } },
      }),
    }),
    DeleteStackCommand: () => {
      if (deletesData && inStack.some((name) => world.buckets.get(name)?.length))
        world.stack = 'DELETE_FAILED';
      else {
        world.stack = undefined;
        if (deletesData) for (const name of inStack) world.buckets.delete(name);
      }
      return {};
    },
    DescribeStackEventsCommand: () => ({
      StackEvents: [
        { ResourceStatus: 'DELETE_FAILED', LogicalResourceId: 'Specs', ResourceStatusReason: 'not empty' },
      ],
    }),
  });
  const s3 = answering(new S3Client({ region }), {
    ListBucketsCommand: () => ({ Buckets: [...world.buckets.keys()].map((Name) => ({ Name })) }),
    ListObjectsV2Command: ({ Bucket = '', Prefix = '' }) => ({
      Contents: world.buckets
        .get(Bucket)
        ?.filter((key) => key.startsWith(Prefix))
        .map((Key) => ({ Key })),
    }),
    GetObjectCommand: () => ({
      Body: {
        transformToString: async () =>
          JSON.stringify(
            outcomeDocument.serialize({
              workspace: 'payments',
              outcome: 'ready',
              revision: 'r',
              problems: [],
              resources: [],
              time: '2026-01-01T00:00:00.000Z',
              since: '2026-01-01T00:00:00.000Z',
              owner: 'default',
              applied: world.applied,
            }),
          ),
      },
    }),
    ListObjectVersionsCommand: ({ Bucket = '' }) => ({
      Versions: world.buckets.get(Bucket)?.map((Key) => ({ Key, VersionId: '1' })),
    }),
    DeleteObjectsCommand: ({ Bucket = '' }) => {
      if (world.guarded.has(Bucket))
        return { Errors: [{ Key: 'guardrails.yaml', Code: 'AccessDenied', Message: 'explicit deny' }] };
      world.buckets.get(Bucket)?.splice(0);
      return {};
    },
    DeleteBucketPolicyCommand: ({ Bucket = '' }) => {
      world.guarded.delete(Bucket);
      return {};
    },
    DeleteBucketCommand: ({ Bucket = '' }) => {
      if (world.buckets.get(Bucket)?.length) throw new Error('BucketNotEmpty');
      world.buckets.delete(Bucket);
      return {};
    },
  });
  const dynamodb = answering(new DynamoDBClient({ region }), {
    DescribeTableCommand: () => {
      if (!world.table) throw missing();
      return { Table: { TableStatus: 'ACTIVE' } };
    },
    UpdateTableCommand: () => {
      world.isProtected = false;
      return {};
    },
    DeleteTableCommand: () => {
      if (world.isProtected) throw new Error('deletion protection');
      world.table = false;
      return {};
    },
  });
  const secrets = answering(new SecretsManagerClient({ region }), {
    DescribeSecretCommand: () => {
      if (!world.secret) throw missing();
      return {};
    },
    DeleteSecretCommand: ({ ForceDeleteWithoutRecovery }: { ForceDeleteWithoutRecovery?: boolean }) => {
      world.secret = ForceDeleteWithoutRecovery !== true;
      return {};
    },
  });
  const logs = answering(new CloudWatchLogsClient({ region }), {
    DescribeLogGroupsCommand: ({ logGroupNamePrefix = '' }) => ({
      logGroups: [...world.logs]
        .filter((name) => name.startsWith(logGroupNamePrefix))
        .map((logGroupName) => ({ logGroupName })),
    }),
    DeleteLogGroupCommand: ({ logGroupName = '' }) => {
      world.logs.delete(logGroupName);
      return {};
    },
  });
  const said: string[] = [];
  const questions: string[] = [];
  let result: DestroyResult | undefined;
  const run = async (line = '', answer = true) => {
    const options = readCommandLine(destroyCommand, line.split(' ').filter(Boolean), recordedIo());
    result = await destroy(options, {
      cloudFormation: cloudFormation.client,
      s3: s3.client,
      dynamodb: dynamodb.client,
      secrets: secrets.client,
      logs: logs.client,
      say: (text) => said.push(text),
      confirm: async (question) => {
        questions.push(question);
        return answer;
      },
      pause: async () => undefined,
    });
    return result.exitCode;
  };
  const changes = () =>
    [cloudFormation, s3, dynamodb, secrets, logs].flatMap(({ calls }) =>
      calls.filter(({ name }) => /^(Delete|Update)/.test(name)).map(({ name }) => name),
    );
  return { world, run, result: () => result, said, questions, changes };
}

describe('destroy', () => {
  it('destroy: removes the stack and keeps all data', async () => {
    const { world, run, result, said, changes } = account();
    expect(await run()).toBe(0);
    expect(result()).toMatchObject({ dryRun: false, removed: ['stack gateloop-main'], failures: [] });
    expect(result()?.kept).toContain(`bucket ${SPEC} with every version`);
    expect(changes()).toEqual(['DeleteStackCommand']);
    expect(world.buckets.get(SPEC)).toHaveLength(2);
    expect(said).toContain(`Keeps: bucket ${SPEC} with every version`);
  });

  it('destroy: removes all data with removeData, and nothing of another environment or Region', async () => {
    const { world, run, questions } = account();
    expect(await run('--remove-data')).toBe(0);
    expect(questions).toEqual(['Remove main with its data? This cannot be undone.']);
    expect(world).toMatchObject({ stack: undefined, table: false, secret: false });
    expect([...world.buckets.keys()]).toEqual([
      'gateloop-main-2-spec-123456789012-eu-west-1',
      'gateloop-main-spec-123456789012-us-east-1',
      'other-project',
    ]);
    expect([...world.logs]).toEqual(['/aws/vendedlogs/gateloop/main-2/reconcile']);
  });

  it('destroy: removes the remaining data when the stack does not exist any more', async () => {
    const { world, run, said } = account({ stack: undefined });
    expect(await run()).toBe(0);
    expect(said[0]).toContain('--remove-data also removes:');
    expect(world.table).toBe(true);
    expect(await run('--remove-data --yes')).toBe(0);
    expect(world.table).toBe(false);
  });

  it('destroy: empties the buckets of a stack that deletes them, because CloudFormation does not', async () => {
    const { world, run, questions } = account({ deletesData: true });
    expect(await run()).toBe(0);
    expect(questions).toEqual(['Remove main with its data? This cannot be undone.']);
    expect(world.stack).toBeUndefined();
    expect(world.buckets.has(SPEC)).toBe(false);
  });

  it('destroy: reports the plan with dryRun, and asks for confirmation without yes', async () => {
    const { run, said, changes } = account();
    expect(await run('--dry-run --remove-data')).toBe(0);
    expect(said).toEqual([
      'Removes: stack gateloop-main',
      `Removes for good: bucket ${SPEC} with every version`,
      `Removes for good: bucket ${SPEC}-log with every version`,
      'Removes for good: table gateloop-main-ledger',
      'Removes for good: secret gateloop/main/webhook-signing-key',
      'Removes for good: log /gateloop/main/poll',
      'Removes for good: log /gateloop/main/authorization-pages',
      'Removes for good: log /aws/vendedlogs/gateloop/main/reconcile',
    ]);
    expect(await run('', false)).toBe(130);
    expect(changes()).toEqual([]);
  });

  it('destroy: refuses to leave AgentCore resources unless leaveResources is on', async () => {
    const { run, said, changes } = account({ applied: { 'gateway/payments': {} } });
    await expect(run('--yes')).rejects.toThrow('or give --leave-resources');
    expect(said).toEqual(['Left in AgentCore: payments: gateway/payments']);
    expect(changes()).toEqual([]);
    expect(await run('--yes --leave-resources')).toBe(0);
  });

  it('destroy: rejects an environment without --env', async () => {
    const { run, changes } = account();
    await expect(run('staging --yes')).rejects.toThrow('too many arguments');
    expect(changes()).toEqual([]);
  });

  it('destroy: rejects an environment that is not deployed', async () => {
    const { run } = account({
      stack: undefined,
      buckets: new Map(),
      table: false,
      secret: false,
      logs: new Set(),
    });
    await expect(run()).rejects.toThrow('There is no environment main in this account and Region');
  });
});
