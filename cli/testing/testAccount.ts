import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { formatsText } from '../../core/storage/storedFormats.ts';
import { answering } from './answering.ts';

/** A Region without harnesses. */
export const region = 'eu-south-1';
const missing = () => {
  throw Object.assign(new Error('not there'), { name: 'ResourceNotFoundException' });
};

/** The clients of an account that answers as AWS does. */
export function testAccount({ limit = 1000, hasStack = false, running = 0, formats = formatsText() } = {}) {
  const machine = { name: 'gateloop-main-authorize', stateMachineArn: 'arn:authorize' };
  const other = { name: 'gateloop-staging-authorize', stateMachineArn: 'arn:other' };
  return {
    cloudFormation: answering(new CloudFormationClient({ region }), {
      DescribeStacksCommand: () => {
        if (!hasStack) throw new Error('Stack with id gateloop-main does not exist');
        const Outputs = [{ OutputKey: 'StoredFormats', OutputValue: formats }];
        return { Stacks: [{ StackStatus: 'UPDATE_COMPLETE', Outputs }] };
      },
    }).client,
    lambda: answering(new LambdaClient({ region }), {
      GetAccountSettingsCommand: () => ({ AccountLimit: { ConcurrentExecutions: limit } }),
    }).client,
    sfn: answering(new SFNClient({ region }), {
      ListStateMachinesCommand: () => ({ stateMachines: [machine, other] }),
      ListExecutionsCommand: () => ({ executions: Array.from({ length: running }, () => ({})) }),
    }).client,
    s3: answering(new S3Client({ region }), {
      ListBucketsCommand: () => ({ Buckets: [{ Name: `gateloop-main-spec-123456789012-${region}` }] }),
    }).client,
    dynamodb: answering(new DynamoDBClient({ region }), { DescribeTableCommand: missing }).client,
    secrets: answering(new SecretsManagerClient({ region }), { DescribeSecretCommand: missing }).client,
    logs: answering(new CloudWatchLogsClient({ region }), {
      DescribeLogGroupsCommand: () => ({ logGroups: [] }),
    }).client,
  };
}
