import { Aws, RemovalPolicy, Tags } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { SECRET_TAG } from './permissions.ts';
import { removalPolicy } from './stores.ts';

/** Services that write to encrypted resources as themselves, not as a role. */
const SERVICES = [
  'cloudwatch.amazonaws.com',
  'events.amazonaws.com',
  'scheduler.amazonaws.com',
  'sns.amazonaws.com',
  'delivery.logs.amazonaws.com',
];

/** Makes the customer managed key of an environment: for bucket, ledger, topics, queue and logs. */
export function encryptionKey(scope: Construct, environment: string, region: string, account: string): Key {
  const key = new Key(scope, 'Key', {
    alias: `gateloop-${environment}`,
    description: `All data of Gateloop in the environment ${environment}`,
    enableKeyRotation: true,
    // Data that the key encrypts may outlive the stack.
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

export interface SigningKeyProps {
  readonly environment: string;
  readonly key: IKey | undefined;
  readonly keepData: boolean;
}

/**
 * 44 letters and digits are the base64 of 33 bytes, with some 260 random bits: a key as standardwebhooks.com specifies it.
 * That project's libraries accept it with and without `whsec_` before it.
 */
const LENGTH = 44;

/** The key that signs webhooks. Secrets Manager generates it, so that no person and no template knows it. */
export class SigningKey extends Construct {
  readonly secretName: string;

  constructor(scope: Construct, id: string, { environment, key, keepData }: SigningKeyProps) {
    super(scope, id);
    this.secretName = `gateloop/${environment}/webhook-signing-key`;
    const secret = new Secret(this, 'Secret', {
      secretName: this.secretName,
      description: 'Gateloop signs webhooks with this key. Give it to the receivers of webhooks.',
      generateSecretString: { passwordLength: LENGTH, excludePunctuation: true },
      // Receivers have a copy, and would reject messages that another key signed.
      removalPolicy: removalPolicy(keepData),
      ...(key && { encryptionKey: key }),
    });
    Tags.of(secret).add(SECRET_TAG, environment);
    acknowledge(
      secret,
      'AwsSolutions-SMG4',
      'Receivers verify with a copy of the key. After an automatic rotation they would reject every message. docs/authorization.md says how to rotate the key together with them.',
    );
  }
}
