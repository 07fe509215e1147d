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
  DeleteBucketPolicyCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  accessLogBucketName,
  deliveredLogGroupName,
  functionLogGroupName,
  ledgerTableName,
  signingKeySecretName,
  specBucketName,
} from '../../core/deployedNames.ts';
import { prefixes } from '../../core/storage/keys.ts';
import { outcomeDocument } from '../../core/storage/outcomeDocument.ts';

/** Clients of the services whose resources remain after the deletion of a stack. */
export interface RemainsClients {
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
  readonly secrets: SecretsManagerClient;
  readonly logs: CloudWatchLogsClient;
}

export function openRemainsClients(): RemainsClients {
  return {
    // Emulators serve no host name per bucket.
    s3: new S3Client(
      process.env.AWS_ENDPOINT_URL_S3 || process.env.AWS_ENDPOINT_URL ? { forcePathStyle: true } : {},
    ),
    dynamodb: new DynamoDBClient({}),
    secrets: new SecretsManagerClient({}),
    logs: new CloudWatchLogsClient({}),
  };
}

/** A resource of an environment that remains after the deletion of its stack, and how to remove it. */
export interface Remain {
  readonly kind: 'bucket' | 'table' | 'secret' | 'log';
  readonly name: string;
  /** Type and name, for people. */
  readonly label: string;
  /** Deletes the content; only buckets have any. */
  readonly empty: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

const nothingToEmpty = async () => undefined;

/**
 * Finds the resources that remain, by the names that the stack gives them, so that the stack need not exist.
 * In the order of removal: the access log of the spec bucket comes after the bucket, because it records its removal.
 */
export async function findRemains(environment: string, clients: RemainsClients): Promise<Remain[]> {
  const parts = [findBuckets, findTable, findSecret, findLogGroups];
  const found: Remain[] = [];
  for (const find of parts) found.push(...(await find(environment, clients)));
  return found;
}

async function findBuckets(environment: string, { s3 }: RemainsClients): Promise<Remain[]> {
  // S3 lists the buckets of all Regions; another Region can have an environment of the same name.
  const region = await s3.config.region();
  const spec = specBucketName(environment, '\\d{12}', region);
  const ours = new RegExp(`^(${spec}|${accessLogBucketName(spec)})$`);
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

/** @throws Error when S3 cannot delete a version */
async function emptyBucket(Bucket: string, s3: S3Client): Promise<void> {
  // Its policy denies the removal of the guardrails and of what only functions write.
  await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
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
  const TableName = ledgerTableName(environment);
  const table = await unlessMissing(dynamodb.send(new DescribeTableCommand({ TableName })));
  if (!table) return [];
  const remove = async () => {
    await dynamodb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
    // DynamoDB rejects the deletion until the update is complete.
    await waitUntilTableExists({ client: dynamodb, maxWaitTime: 300, minDelay: 1 }, { TableName });
    await dynamodb.send(new DeleteTableCommand({ TableName }));
  };
  return [{ kind: 'table', name: TableName, label: `table ${TableName}`, empty: nothingToEmpty, remove }];
}

async function findSecret(environment: string, { secrets }: RemainsClients): Promise<Remain[]> {
  const SecretId = signingKeySecretName(environment);
  const secret = await unlessMissing(secrets.send(new DescribeSecretCommand({ SecretId })));
  if (!secret || secret.DeletedDate) return [];
  // Without a recovery window: it would reserve the name for 30 days, and the next deployment would fail.
  const remove = async () => {
    await secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
  };
  return [{ kind: 'secret', name: SecretId, label: `secret ${SecretId}`, empty: nothingToEmpty, remove }];
}

async function findLogGroups(environment: string, { logs }: RemainsClients): Promise<Remain[]> {
  const groups = [functionLogGroupName(environment, ''), deliveredLogGroupName(environment, '')];
  const names: string[] = [];
  for (const logGroupNamePrefix of groups) {
    let nextToken: string | undefined;
    do {
      const page = await logs.send(
        new DescribeLogGroupsCommand({ logGroupNamePrefix, ...(nextToken && { nextToken }) }),
      );
      names.push(...(page.logGroups?.map(({ logGroupName = '' }) => logGroupName) ?? []));
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

/** The resources that Gateloop created for a workspace and has not deleted. */
export interface MadeResources {
  readonly workspace: string;
  readonly addresses: readonly string[];
}

/** Reads from the outcomes in a spec bucket which AgentCore resources would remain. */
export async function madeResources(Bucket: string, s3: S3Client): Promise<MadeResources[]> {
  const made: MadeResources[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket,
        Prefix: prefixes.outcomes,
        // The folders below hold progress documents and records of registries.
        Delimiter: '/',
        ...(ContinuationToken && { ContinuationToken }),
      }),
    );
    for (const { Key = '' } of page.Contents ?? []) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      const stored: unknown = JSON.parse((await Body?.transformToString()) ?? 'null');
      const { workspace, applied } = outcomeDocument.parse(Key, stored);
      const addresses = Object.keys(applied);
      if (addresses.length > 0) made.push({ workspace, addresses });
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  return made;
}
