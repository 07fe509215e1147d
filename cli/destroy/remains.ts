import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  UpdateTableCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

/** The clients of all services that hold something which outlives a stack. */
export interface RemainsClients {
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
  readonly secrets: SecretsManagerClient;
  readonly logs: CloudWatchLogsClient;
}

export function openRemainsClients(): RemainsClients {
  return {
    // Emulators have no names for buckets.
    s3: new S3Client(
      process.env.AWS_ENDPOINT_URL_S3 || process.env.AWS_ENDPOINT_URL ? { forcePathStyle: true } : {},
    ),
    dynamodb: new DynamoDBClient({}),
    secrets: new SecretsManagerClient({}),
    logs: new CloudWatchLogsClient({}),
  };
}

/** Something of an environment that outlives its stack, and how to remove it for good. */
export interface Remain {
  readonly kind: 'bucket' | 'table' | 'secret' | 'log';
  readonly name: string;
  /** What it is, for people. */
  readonly label: string;
  /** Deletes what it holds, of which there is something in buckets alone. */
  readonly empty: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

const nothingToEmpty = async () => undefined;

/**
 * Finds what an environment keeps, by the names that its stack gives, so that it is found when the stack is gone too.
 * In the order of removal: the log of the spec bucket's accesses after the bucket, whose removal it records.
 */
export async function findRemains(environment: string, clients: RemainsClients): Promise<Remain[]> {
  const parts = [findBuckets, findTable, findSecret, findLogGroups];
  const found: Remain[] = [];
  for (const find of parts) found.push(...(await find(environment, clients)));
  return found;
}

async function findBuckets(environment: string, { s3 }: RemainsClients): Promise<Remain[]> {
  // Buckets are listed for all Regions; an environment of the same name in another one is not this one's.
  const region = await s3.config.region();
  const ours = new RegExp(`^gateloop-${environment}-spec-\\d{12}-${region}(-log)?$`);
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  return Buckets.map(({ Name = '' }) => Name)
    .filter((name) => ours.test(name))
    .sort()
    .map((name) => ({
      kind: 'bucket',
      name,
      label: `bucket ${name} with every version`,
      empty: () => unlessMissing(emptyBucket(name, s3)),
      remove: () => removeBucket(name, s3),
    }));
}

async function removeBucket(Bucket: string, s3: S3Client): Promise<void> {
  await emptyBucket(Bucket, s3);
  await s3.send(new DeleteBucketCommand({ Bucket }));
}

/** @throws Error for a version that cannot be deleted */
async function emptyBucket(Bucket: string, s3: S3Client): Promise<void> {
  while (true) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) return;
    const { Errors = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
    );
    const [error] = Errors;
    if (error) throw new Error(`${Bucket}/${error.Key} cannot be deleted: ${error.Code} ${error.Message}`);
  }
}

async function findTable(environment: string, { dynamodb }: RemainsClients): Promise<Remain[]> {
  const TableName = `gateloop-${environment}-ledger`;
  const table = await unlessMissing(dynamodb.send(new DescribeTableCommand({ TableName })));
  if (!table) return [];
  const remove = async () => {
    await dynamodb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
    // Until the update has come through, the table cannot be deleted.
    await waitUntilTableExists({ client: dynamodb, maxWaitTime: 300, minDelay: 1 }, { TableName });
    await dynamodb.send(new DeleteTableCommand({ TableName }));
  };
  return [{ kind: 'table', name: TableName, label: `table ${TableName}`, empty: nothingToEmpty, remove }];
}

async function findSecret(environment: string, { secrets }: RemainsClients): Promise<Remain[]> {
  const SecretId = `gateloop/${environment}/webhook-signing-key`;
  const secret = await unlessMissing(secrets.send(new DescribeSecretCommand({ SecretId })));
  if (!secret || secret.DeletedDate) return [];
  // At once: its name would be taken for a month otherwise, and the next deployment fail.
  const remove = async () => {
    await secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
  };
  return [{ kind: 'secret', name: SecretId, label: `secret ${SecretId}`, empty: nothingToEmpty, remove }];
}

async function findLogGroups(environment: string, { logs }: RemainsClients): Promise<Remain[]> {
  const prefixes = [`/gateloop/${environment}/`, `/aws/vendedlogs/states/gateloop-${environment}-`];
  const names: string[] = [];
  for (const logGroupNamePrefix of prefixes) {
    let nextToken: string | undefined;
    do {
      const page = await logs.send(
        new DescribeLogGroupsCommand({ logGroupNamePrefix, ...(nextToken && { nextToken }) }),
      );
      const found = page.logGroups?.map(({ logGroupName = '' }) => logGroupName) ?? [];
      // The names of functions and workflows hold no hyphen: those of an environment "main-2" are not those of "main".
      names.push(...found.filter((name) => !name.slice(logGroupNamePrefix.length).includes('-')));
      nextToken = page.nextToken;
    } while (nextToken);
  }
  return names.map((logGroupName) => ({
    kind: 'log',
    name: logGroupName,
    label: `log ${logGroupName}`,
    empty: nothingToEmpty,
    remove: async () => {
      await logs.send(new DeleteLogGroupCommand({ logGroupName }));
    },
  }));
}

const MISSING: ReadonlySet<string> = new Set(['ResourceNotFoundException', 'NoSuchBucket']);

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && MISSING.has(error.name)) return undefined;
    throw error;
  }
}
