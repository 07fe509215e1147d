import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ledgerTable } from '../adapters/ledgerTable.ts';
import { accessLogBucketName } from '../core/deployedNames.ts';
import { prefixes } from '../core/storage/keys.ts';
import type { Deployment } from './deployment.ts';
import { guardrailsStatement } from './guardrailsStatement.ts';

/** How long a deleted or expired part of the access log, or of what can be parsed again, can be brought back. */
const LOG_VERSION_DAYS = 7;

/** How long a parsed upload, and what was read of a schema, can be used. */
const PARSED_DAYS = 30;

export interface SpecBucketProps {
  readonly bucketName: string;
  readonly key: IKey | undefined;
  readonly keepData: boolean;
  readonly account: string;
  readonly guardrailsWriters: readonly string[];
}

/** The spec bucket, which keeps every version, and the bucket for its access log. */
export class SpecBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: SpecBucketProps) {
    super(scope, id);
    const { bucketName, key, keepData, account, guardrailsWriters } = props;
    const common = {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      // A bucket that keeps versions keeps what was deleted by mistake or to hide a trace.
      versioned: true,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: removalPolicy(keepData),
    };
    const accessLog = new Bucket(this, 'AccessLog', {
      ...common,
      bucketName: accessLogBucketName(bucketName),
      // S3 delivers access logs only to buckets that it encrypts with its own keys.
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [
        { expiration: Duration.days(90), noncurrentVersionExpiration: Duration.days(LOG_VERSION_DAYS) },
      ],
    });
    this.bucket = new Bucket(this, 'Bucket', {
      ...common,
      bucketName,
      ...(key ? { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true } : {}),
      ...(!key && { encryption: BucketEncryption.S3_MANAGED }),
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
        { noncurrentVersionExpiration: Duration.days(365) },
        // A reconciliation writes its progress with every poll, and nobody reads an earlier one.
        { prefix: prefixes.progress, noncurrentVersionExpiration: Duration.days(1) },
        // A pass that finds no parsed manifest parses the upload again. The tool contracts beside them stay: without
        // them, Gateloop could not tell that a change breaks the tools of agents.
        {
          prefix: prefixes.parsed,
          expiration: Duration.days(PARSED_DAYS),
          noncurrentVersionExpiration: Duration.days(LOG_VERSION_DAYS),
        },
        // One step stores these for another of the same pass, and what a person decides about is copied to the request's own
        // details: a message that could not be delivered is repeated for days, not for months.
        ...[prefixes.toolChanges, prefixes.deletions].map((prefix) => ({
          prefix,
          expiration: Duration.days(90),
          noncurrentVersionExpiration: Duration.days(LOG_VERSION_DAYS),
        })),
      ],
    });
    this.bucket.addToResourcePolicy(guardrailsStatement(this.bucket, guardrailsWriters));
    // On the L1 construct, because the L2's `eventBridgeEnabled` would add a Lambda function.
    const { defaultChild } = this.bucket.node;
    const cfnBucket = defaultChild as CfnBucket; // The default child of a Bucket is always a CfnBucket.
    cfnBucket.loggingConfiguration = { destinationBucketName: accessLog.bucketName };
    accessLog.addToResourcePolicy(accessLogStatement(this.bucket, accessLog, account));
    cfnBucket.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
  }
}

/**
 * Denies writes below the prefixes that only Gateloop writes to, except to the roles of the functions that do: a copy in
 * `applied/` is what a rollback sends, and a document in `desired/` is what the next poll applies. Whoever may write to the
 * whole bucket could otherwise give a workspace another configuration, past its manifest, guardrails and approvals. The
 * removal of versions stays possible, since `gateloop destroy` empties the bucket.
 *
 * @param writers the ids of the roles that write below each prefix: another role of the same name has another id
 */
export function denyOtherWriters(bucket: Bucket, writers: ReadonlyMap<string, readonly string[]>): void {
  for (const [prefix, roles] of writers)
    bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: `OnlyGateloopWrites${prefix.replaceAll(/[^a-z]/g, '')}`,
        effect: Effect.DENY,
        actions: ['s3:PutObject', 's3:DeleteObject'],
        principals: [new AnyPrincipal()],
        resources: [bucket.arnForObjects(`${prefix}*`)],
        conditions: { StringNotLike: { 'aws:userId': roles.map((id) => `${id}:*`) } },
      }),
    );
}

/** Lets S3 write the access log of `source` to `log`, both in this account. */
function accessLogStatement(source: Bucket, log: Bucket, account: string): PolicyStatement {
  return new PolicyStatement({
    actions: ['s3:PutObject'],
    principals: [new ServicePrincipal('logging.s3.amazonaws.com')],
    resources: [log.arnForObjects('*')],
    conditions: {
      ArnLike: { 'aws:SourceArn': source.bucketArn },
      StringEquals: { 'aws:SourceAccount': account },
    },
  });
}

export interface LedgerTableProps {
  readonly tableName: string;
  readonly key: IKey | undefined;
  readonly keepData: boolean;
}

/**
 * The ledger: what Gateloop must remember and cannot read from the control plane. Without deletion protection: it would
 * make the rollback of a failed first deployment fail too. DynamoDB keeps a backup of a deleted table with point-in-time
 * recovery for 35 days.
 */
export class LedgerTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { tableName, key, keepData }: LedgerTableProps) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      tableName,
      partitionKey: { name: ledgerTable.partitionKey, type: AttributeType.STRING },
      sortKey: { name: ledgerTable.sortKey, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: ledgerTable.timeToLiveAttribute,
      removalPolicy: removalPolicy(keepData),
      ...(key ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key } : {}),
    });
    const { name, partitionKey, sortKey } = ledgerTable.dueIndex;
    this.table.addGlobalSecondaryIndex({
      indexName: name,
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      sortKey: { name: sortKey, type: AttributeType.NUMBER },
      projectionType: ProjectionType.KEYS_ONLY,
    });
  }
}

/** Makes a log group with the retention, the encryption and the removal policy of the deployment. */
export function createLogGroup(
  scope: Construct,
  id: string,
  logGroupName: string,
  { deployment, key }: { readonly deployment: Deployment; readonly key: IKey | undefined },
): LogGroup {
  return new LogGroup(scope, id, {
    logGroupName,
    retention: deployment.logRetentionDays,
    removalPolicy: removalPolicy(deployment.keepData),
    ...(key && { encryptionKey: key }),
  });
}

/**
 * What CloudFormation does with stored data when the stack is deleted. Data that is kept outlives the stack, and the next
 * deployment imports it. A first deployment that fails takes back what it created: what it left would have no stack.
 */
export function removalPolicy(keepData: boolean): RemovalPolicy {
  return keepData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
}
