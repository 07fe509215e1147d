import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { answering } from '../../cli/testing/answering.ts';
import { formatsText } from '../../core/storage/storedFormats.ts';
import { readDeployment } from '../../infra/deployment.ts';
import { accountReport, RESERVED } from './accountReport.ts';

const region = 'eu-south-1';
const missing = () => {
  throw Object.assign(new Error('not there'), { name: 'ResourceNotFoundException' });
};

function account({ limit = 1000, hasStack = false, running = 0, formats = formatsText() } = {}) {
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

const report = (settings: object, given: Parameters<typeof account>[0], place = region) =>
  accountReport(readDeployment('main', settings), place, account(given));

describe('accountReport', () => {
  it('accountReport: says what the account has, what the Region lacks, and what is used again', async () => {
    expect(await report({}, {})).toEqual([
      expect.stringContaining('The account runs at most 1000 functions at once'),
      'AgentCore has no harnesses in eu-south-1.',
      'Found from an earlier deployment, and used again: bucket gateloop-main-spec-123456789012-eu-south-1 with every version.',
    ]);
  });

  it('accountReport: says that a small account has no room for pages while steps run', async () => {
    const [line] = await report({}, { limit: 10 });
    expect(line).toContain('at most 10 functions at once, which all its functions share');
  });

  it('accountReport: refuses to reserve what the account does not have, before a deployment', async () => {
    expect(RESERVED).toBe(17);
    await expect(report({ reserveConcurrency: true }, { limit: 116 })).rejects.toThrow('needs 117');
    const [line] = await report({ reserveConcurrency: true }, { limit: 117 });
    expect(line).toContain('of which Gateloop reserves 17');
  });

  it('accountReport: counts the executions of this environment that go on', async () => {
    const lines = await report({}, { hasStack: true, running: 3 }, 'us-east-1');
    expect(lines.slice(1)).toEqual([
      expect.stringContaining('3 executions of gateloop-main-authorize are running'),
    ]);
  });

  it('accountReport: says what this version cannot carry over from the deployed one', async () => {
    const formats = JSON.stringify({ ledger: 2, outcome: 1 });
    const lines = await report({}, { hasStack: true, formats }, 'us-east-1');
    expect(lines.slice(1)).toEqual([
      expect.stringMatching(/items of the ledger in format 2.*leaves them as they are/),
    ]);
  });
});
