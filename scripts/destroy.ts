import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { DeleteTableCommand, DynamoDBClient, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  S3Client,
} from '@aws-sdk/client-s3';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const help = `Usage: npm run destroy -- [--env main] [--remove-data]

Removes the stack of an environment. The spec bucket, the ledger and the logs stay, so that the next deployment takes
them up again. With --remove-data the buckets with every version, and the ledger, go too; that cannot be undone.
Gateways and targets in AgentCore stay in either case: empty the manifests first to have them removed.
`;

/** What outlives the stack, by the type of its resource: how to remove one for good. */
const removals: Readonly<Record<string, (name: string) => Promise<void>>> = {
  'AWS::S3::Bucket': removeBucket,
  'AWS::DynamoDB::Table': removeTable,
};

async function removeBucket(Bucket: string): Promise<void> {
  const s3 = new S3Client({});
  while (true) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) break;
    const { Errors = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
    );
    const [error] = Errors;
    if (error) throw new Error(`${Bucket}/${error.Key} cannot be deleted: ${error.Code} ${error.Message}`);
  }
  await s3.send(new DeleteBucketCommand({ Bucket }));
}

async function removeTable(TableName: string): Promise<void> {
  const dynamodb = new DynamoDBClient({});
  await dynamodb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
  await dynamodb.send(new DeleteTableCommand({ TableName }));
}

/** The names of what the stack holds that outlives it; asked before the stack goes. */
async function lasting(StackName: string): Promise<(readonly [type: string, name: string])[]> {
  const { StackResources = [] } = await new CloudFormationClient({}).send(
    new DescribeStackResourcesCommand({ StackName }),
  );
  return StackResources.flatMap(({ ResourceType = '', PhysicalResourceId }) =>
    ResourceType in removals && PhysicalResourceId !== undefined
      ? [[ResourceType, PhysicalResourceId] as const]
      : [],
  );
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      env: { type: 'string', default: 'main' },
      'remove-data': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const left = values['remove-data'] ? await lasting(`gateloop-${values.env}`) : [];
  // CDK asks before it does anything.
  const { status } = spawnSync('npx', ['cdk', 'destroy', '--context', `env=${values.env}`], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status !== 0) return status ?? 1;
  for (const [type, name] of left) {
    await removals[type]?.(name);
    console.log(`Removed ${name}.`);
  }
  return 0;
}

process.exitCode = await main();
