import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/** Services that write into what is encrypted in nobody's name but their own. */
const SERVICES = [
  'cloudwatch.amazonaws.com',
  'events.amazonaws.com',
  'scheduler.amazonaws.com',
  'sns.amazonaws.com',
  'delivery.logs.amazonaws.com',
];

/** The one key of an environment that wants its own: for bucket, ledger, topics, queue and logs. */
export function encryptionKey(scope: Construct, environment: string, region: string, account: string): Key {
  const key = new Key(scope, 'Key', {
    alias: `gateloop-${environment}`,
    description: `Everything that Gateloop keeps in the environment ${environment}`,
    enableKeyRotation: true,
    // What is encrypted with it may outlive the stack.
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const actions = ['kms:Decrypt', 'kms:GenerateDataKey'];
  key.addToResourcePolicy(
    new PolicyStatement({
      actions,
      principals: SERVICES.map((service) => new ServicePrincipal(service)),
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': account } },
    }),
  );
  key.addToResourcePolicy(
    new PolicyStatement({
      actions: [...actions, 'kms:Encrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:DescribeKey'],
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': `arn:${Aws.PARTITION}:logs:${region}:${account}:log-group:*`,
        },
      },
    }),
  );
  return key;
}
