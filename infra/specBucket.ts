import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { prefixes } from '../core/storage/keys.ts';

export interface SpecBucketProps {
  readonly bucketName: string;
  readonly key: IKey | undefined;
  readonly keepData: boolean;
  readonly account: string;
}

/** The bucket that teams upload to, with every version kept, and the bucket that its access log goes to. */
export class SpecBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { bucketName, key, keepData, account }: SpecBucketProps) {
    super(scope, id);
    const removalPolicy = keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const common = {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy,
    };
    const accessLog = new Bucket(this, 'AccessLog', {
      ...common,
      bucketName: `${bucketName}-log`,
      // S3 delivers access logs only into buckets with its own kind of key.
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [{ expiration: Duration.days(90) }],
    });
    this.bucket = new Bucket(this, 'Bucket', {
      ...common,
      bucketName,
      versioned: true,
      ...(key ? { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true } : {}),
      ...(!key && { encryption: BucketEncryption.S3_MANAGED }),
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
        { noncurrentVersionExpiration: Duration.days(365) },
        // Parsed manifests are read within minutes of the upload; a pass that finds none parses again. What was applied
        // stands beside them and stays: without it, nobody could tell that a change breaks what agents rely on.
        { prefix: prefixes.parsed, expiration: Duration.days(30) },
      ],
    });
    // On the L1: the L2's `eventBridgeEnabled` would add a helper function of its own.
    const { defaultChild } = this.bucket.node;
    const cfnBucket = defaultChild as CfnBucket; // A Bucket's default child is always this.
    cfnBucket.loggingConfiguration = { destinationBucketName: accessLog.bucketName };
    accessLog.addToResourcePolicy(accessLogStatement(this.bucket, accessLog, account));
    cfnBucket.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
  }
}

/** Lets S3 write the access log of one bucket of this account into the other. */
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
