/** Services that write to encrypted resources as themselves, not as a role. */
const SERVICES = [
  'cloudwatch.amazonaws.com',
  'delivery.logs.amazonaws.com',
  'events.amazonaws.com',
  'scheduler.amazonaws.com',
  'sns.amazonaws.com',
];

export interface KeyPolicyScope {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
}

/**
 * The policy that the key of the setting `kmsKeyArn` needs. The stack does not make the key: it could neither import nor
 * replace it after a removal, and nothing else decrypts the data that stayed.
 *
 * The first statement lets IAM policies of the account grant the use of the key, as the roles of the stack do.
 */
export function keyPolicy({ partition, account, region }: KeyPolicyScope) {
  const use = ['kms:Decrypt', 'kms:GenerateDataKey'];
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
      {
        Effect: 'Allow',
        Principal: { Service: SERVICES },
        Action: use,
        Resource: '*',
        Condition: { StringEquals: { 'aws:SourceAccount': account } },
      },
      {
        Effect: 'Allow',
        Principal: { Service: `logs.${region}.amazonaws.com` },
        Action: [...use, 'kms:DescribeKey', 'kms:Encrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
        Resource: '*',
        Condition: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*`,
          },
        },
      },
    ],
  };
}
