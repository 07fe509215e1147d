import type { Conditions } from '../../core/iam/statement.ts';
import { shownWorkflows } from '../../functions/console/consolePorts.ts';
import { type FunctionName, functionCatalog } from '../../functions/functionCatalog.ts';
import { type WorkflowName, workflowNames } from '../../workflows/workflowCatalog.ts';
import { arnForm, type Caller, type RequiredAction, type Source } from './requiredAction.ts';

const BUCKET = 'arn:{partition}:s3:::{specBucket}';
const LEDGER = arnForm('dynamodb', 'table/{ledger}');
const EVENT_BUS = arnForm('events', 'event-bus/{eventBus}');
const DEAD_LETTERS = arnForm('sqs', '{deadLetters}');
const TEAM_SECRETS = arnForm('secretsmanager', 'secret:*');
const WITH_TAG: Conditions = { StringEquals: { 'aws:ResourceTag/gateloop': '{environment}' } };
/** IAM has no resource for these actions. */
const ANYTHING = '*';

// The catalog's keys are exactly the names of the functions.
const FUNCTIONS = Object.keys(functionCatalog) as readonly FunctionName[];
const WORKFLOWS = workflowNames.map((name): Caller => `workflow ${name}`);

function row(
  call: string,
  callers: readonly Caller[],
  action: string,
  on: string,
  { source = 'iam', conditions }: { source?: Source; conditions?: Conditions } = {},
): RequiredAction {
  return { call, callers, action, on: [on], source, ...(conditions && { conditions }) };
}

const read = (prefix: string, ...callers: readonly Caller[]) =>
  row('S3 GetObject', callers, 's3:GetObject', `${BUCKET}/${prefix}/*`, { source: 's3' });
const write = (prefix: string, ...callers: readonly Caller[]) =>
  row('S3 PutObject', callers, 's3:PutObject', `${BUCKET}/${prefix}/*`, { source: 's3' });

/** Where `collect` deletes what nothing needs. */
const COLLECTED = [
  'applied',
  'desired/contracts',
  'desired/tools',
  'desired/requests',
  'desired/parsed',
  'desired/changes',
  'desired/deletions',
  'outcomes',
  'desired/registries',
];

const s3: readonly RequiredAction[] = [
  row('S3 ListObjectsV2', ['poll', 'registry-approvals', 'schedule'], 's3:ListBucket', BUCKET, {
    source: 's3',
    conditions: { StringLike: { 's3:prefix': ['workspaces/*'] } },
  }),
  // S3 answers 403 instead of 404 for an object that does not exist, unless the caller may list the bucket.
  row(
    'S3 GetObject',
    ['poll', 'provision', 'notify', 'console', 'registry-approvals', 'schedule', 'collect'],
    's3:ListBucket',
    BUCKET,
    { source: 's3' },
  ),
  read('workspaces', 'poll'),
  row('S3 GetObject', ['poll', 'schedule'], 's3:GetObject', `${BUCKET}/guardrails.yaml`, { source: 's3' }),
  row('S3 ListObjectsV2', ['console'], 's3:ListBucket', BUCKET, { source: 's3' }),
  row('S3 ListObjectVersions', ['console'], 's3:ListBucketVersions', BUCKET, { source: 's3' }),
  row('S3 HeadObject', ['console'], 's3:GetObjectVersion', `${BUCKET}/workspaces/*`, { source: 's3' }),
  row('S3 GetObject', ['console'], 's3:GetObjectVersion', `${BUCKET}/outcomes/*`, { source: 's3' }),
  read('desired', 'poll', 'provision', 'notify', 'console', 'registry-approvals', 'collect'),
  read('applied', 'poll', 'provision', 'collect'),
  row('S3 ListObjectsV2', ['collect'], 's3:ListBucket', BUCKET, { source: 's3' }),
  row('S3 ListObjectVersions', ['collect'], 's3:ListBucketVersions', BUCKET, {
    source: 's3',
    conditions: { StringLike: { 's3:prefix': COLLECTED.map((prefix) => `${prefix}/*`) } },
  }),
  ...COLLECTED.map((prefix) =>
    row('S3 DeleteObject', ['collect'], 's3:DeleteObjectVersion', `${BUCKET}/${prefix}/*`, { source: 's3' }),
  ),
  read('desired/requests', 'authorization-pages'),
  read('outcomes', 'poll', 'notify', 'console', 'registry-approvals', 'schedule', 'collect'),
  write('desired', 'poll'),
  write('desired/requests', 'notify', 'registry-approvals'),
  write('desired/tools', 'watch-tools'),
  write('applied', 'poll', 'provision'),
  write('outcomes', 'poll', 'notify', 'registry-approvals'),
];

// What strangers send is read by a function that knows nothing else.
const usesLedger = FUNCTIONS.filter((name) => name !== 'watch-tools');
const readsLedger = usesLedger.filter((name) => name !== 'release' && name !== 'collect');
const writesLedger = usesLedger.filter((name) => name !== 'console');

const dynamoDb: readonly RequiredAction[] = [
  row('DynamoDB GetItem', usesLedger, 'dynamodb:GetItem', LEDGER),
  row('DynamoDB Query', readsLedger, 'dynamodb:Query', LEDGER),
  row('DynamoDB Query', ['schedule'], 'dynamodb:Query', `${LEDGER}/index/due`),
  row('DynamoDB PutItem', writesLedger, 'dynamodb:PutItem', LEDGER),
  row('DynamoDB UpdateItem', writesLedger, 'dynamodb:UpdateItem', LEDGER),
  row('DynamoDB Scan', ['collect'], 'dynamodb:Scan', LEDGER),
  row('DynamoDB DeleteItem', ['poll', 'collect'], 'dynamodb:DeleteItem', LEDGER),
];

const messages: readonly RequiredAction[] = [
  row(
    'EventBridge PutEvents',
    ['poll', 'notify', 'authorization-pages', 'registry-approvals'],
    'events:PutEvents',
    EVENT_BUS,
  ),
  row('SNS Publish', ['notify'], 'sns:Publish', arnForm('sns', '{peopleTopic}')),
  // IAM has no resource for a task. Only its token identifies it, and only the ledger has the token.
  row(
    'Step Functions SendTaskSuccess',
    ['poll', 'notify', 'authorization-pages', 'registry-approvals'],
    'states:SendTaskSuccess',
    ANYTHING,
  ),
];

const executions: readonly RequiredAction[] = shownWorkflows.flatMap((name) => {
  const machine = `gateloop-{environment}-${name}`;
  const on = (action: string, resource: string) =>
    row(`Step Functions ${action}`, ['console'], `states:${action}`, arnForm('states', resource));
  return [
    on('ListExecutions', `stateMachine:${machine}`),
    on('DescribeExecution', `execution:${machine}:*`),
    on('GetExecutionHistory', `execution:${machine}:*`),
  ];
});

const secrets: readonly RequiredAction[] = [
  row('Secrets Manager DescribeSecret', ['poll'], 'secretsmanager:DescribeSecret', TEAM_SECRETS, {
    conditions: WITH_TAG,
  }),
  row(
    'Secrets Manager GetSecretValue',
    ['provision', 'notify'],
    'secretsmanager:GetSecretValue',
    TEAM_SECRETS,
    { conditions: WITH_TAG },
  ),
];

/** The tokens for gateways that demand JSON web tokens. */
const gatewayTokens = row(
  'Secrets Manager GetSecretValue',
  ['watch-tools'],
  'secretsmanager:GetSecretValue',
  arnForm('secretsmanager', 'secret:gateloop/{environment}/watch/*'),
);

/** The key that signs webhook calls: `notify` makes it. */
const signingKey = ['CreateSecret', 'GetSecretValue'].map((action) =>
  row(
    `Secrets Manager ${action}`,
    ['notify'],
    `secretsmanager:${action}`,
    arnForm('secretsmanager', 'secret:gateloop/{environment}/webhook-signing-key*'),
  ),
);

/** What Lambda and the encryption key need of every function. */
const ofEveryFunction: readonly RequiredAction[] = [
  ...['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) =>
    row('Lambda: log', FUNCTIONS, action, '{logGroup}'),
  ),
  ...['xray:PutTraceSegments', 'xray:PutTelemetryRecords'].map((action) =>
    row('Lambda: traces', FUNCTIONS, action, ANYTHING, { source: 'lambdaTracing' }),
  ),
];

/** What every role needs where the deployment has a customer managed key: bucket, ledger, bus, topic and queue use it. */
const encryption = ['kms:Decrypt', 'kms:GenerateDataKey'].map((action) =>
  row(
    'Encryption of the data at rest',
    [...FUNCTIONS, ...WORKFLOWS, 'rules', 'schedules'],
    action,
    '{encryptionKey}',
  ),
);

const invoke = (caller: Caller, ...names: readonly FunctionName[]) =>
  names.map((name) =>
    row(
      'Lambda Invoke',
      [caller],
      'lambda:InvokeFunction',
      arnForm('lambda', `function:gateloop-{environment}-${name}`),
    ),
  );
const start = (caller: Caller, ...names: readonly WorkflowName[]) =>
  names.map((name) =>
    row(
      'Step Functions StartExecution',
      [caller],
      'states:StartExecution',
      arnForm('states', `stateMachine:gateloop-{environment}-${name}`),
    ),
  );

const workflows: readonly RequiredAction[] = [
  ...invoke('workflow reconcile', 'poll', 'provision', 'sync', 'watch-tools', 'notify', 'release'),
  ...start('workflow reconcile', 'authorize', 'reconcile'),
  ...invoke('workflow authorize', 'notify', 'registry-approvals'),
  ...invoke('workflow resync', 'schedule'),
  ...invoke('workflow registry-approvals', 'registry-approvals'),
  ...start('workflow registry-approvals', 'authorize'),
  // CloudWatch Logs has no resource for a log delivery.
  ...[
    'CreateLogDelivery',
    'GetLogDelivery',
    'UpdateLogDelivery',
    'DeleteLogDelivery',
    'ListLogDeliveries',
    'PutResourcePolicy',
    'DescribeResourcePolicies',
    'DescribeLogGroups',
  ].map((action) =>
    row('Step Functions: log', WORKFLOWS, `logs:${action}`, ANYTHING, { source: 'stepFunctionsLogs' }),
  ),
  ...['PutTraceSegments', 'PutTelemetryRecords', 'GetSamplingRules', 'GetSamplingTargets'].map((action) =>
    row('Step Functions: traces', WORKFLOWS, `xray:${action}`, ANYTHING, { source: 'stepFunctionsTracing' }),
  ),
];

const triggers: readonly RequiredAction[] = [
  ...start('trigger', 'reconcile'),
  ...start('schedule', 'reconcile'),
  ...start('rules', 'registry-approvals'),
  ...start('schedules', 'resync'),
  ...invoke('schedules', 'schedule', 'collect'),
  row('SQS SendMessage', ['trigger', 'rules', 'schedules'], 'sqs:SendMessage', DEAD_LETTERS),
];

/** What the calls to all services but AgentCore need. */
export const serviceCalls: readonly RequiredAction[] = [
  ...s3,
  ...dynamoDb,
  ...messages,
  ...executions,
  ...secrets,
  ...signingKey,
  gatewayTokens,
  ...ofEveryFunction,
  ...encryption,
  ...workflows,
  ...triggers,
];
