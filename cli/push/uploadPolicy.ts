import {
  contractPrefix,
  deploymentKey,
  outcomeKey,
  progressKey,
  uploadPrefix,
  workspaceGuardrailsKey,
} from '../../core/storage/keys.ts';

export interface PolicyStatement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/**
 * The least-privilege IAM policy of `gateloop push` for one workspace: write and list its files, and read its outcome,
 * progress, guardrails and contracts, and what the deployment's roles may call. It shows nothing of another workspace, not even
 * its name.
 *
 * @param partition the partition of the bucket's Region, such as `aws-us-gov`
 */
export function uploadPolicy(bucket: string, workspace: string, partition = 'aws') {
  const arn = `arn:${partition}:s3:::${bucket}`;
  const files = uploadPrefix(workspace);
  const read = [
    outcomeKey(workspace),
    progressKey(workspace),
    workspaceGuardrailsKey(workspace),
    `${contractPrefix(workspace)}*`,
    deploymentKey,
  ];
  const statements: readonly PolicyStatement[] = [
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      Resource: [`${arn}/${files}*`],
    },
    { Effect: 'Allow', Action: ['s3:GetObject'], Resource: read.map((key) => `${arn}/${key}`) },
    {
      Effect: 'Allow',
      Action: ['s3:ListBucket'],
      Resource: [arn],
      Condition: { StringLike: { 's3:prefix': [files, ...read] } },
    },
  ];
  return { Version: '2012-10-17', Statement: statements };
}
