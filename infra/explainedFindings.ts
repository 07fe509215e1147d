/**
 * What security checkers find in the stack, and why it stays so: cdk-nag's packs HIPAA Security, NIST 800-53 R5, PCI DSS
 * 3.2.1 and Serverless, and checkov. A test compares the table with what the packs find; `docs/security-checks.md` shows it.
 * The pack AwsSolutions checks every synthesis and has no finding: its exceptions stand where they are made.
 */
export interface ExplainedFinding {
  /** The rule's name after the name of the pack; several packs share most rules. */
  readonly rule?: string;
  readonly checkov?: string;
  /** What the rule demands. */
  readonly demand: string;
  /** The types of the resources that do not meet it. */
  readonly types: readonly string[];
  /** Whether the setting `kmsKeyArn` removes the finding from every resource. */
  readonly isMetWithKey?: true;
  readonly reason: string;
}

const FUNCTION = 'AWS::Lambda::Function';

export const explainedFindings: readonly ExplainedFinding[] = [
  {
    rule: 'CloudWatchLogGroupEncrypted',
    checkov: 'CKV_AWS_158',
    demand: 'logs are encrypted with a KMS key',
    types: ['AWS::Logs::LogGroup'],
    isMetWithKey: true,
    reason: 'CloudWatch encrypts them with its own key. Set `kmsKeyArn` for yours.',
  },
  {
    rule: 'S3DefaultEncryptionKMS',
    demand: 'buckets are encrypted with a KMS key',
    types: ['AWS::S3::Bucket'],
    reason:
      'S3 encrypts them with its own keys. Set `kmsKeyArn` for yours; the bucket of the access log keeps those of S3, which delivers to no other.',
  },
  {
    rule: 'SNSEncryptedKMS',
    checkov: 'CKV_AWS_26',
    demand: 'topics are encrypted with a KMS key',
    types: ['AWS::SNS::Topic'],
    isMetWithKey: true,
    reason:
      'The topic of alarms: CloudWatch may not use the key that SNS has by itself, and would send no alarm. A message names an alarm and a metric. Set `kmsKeyArn` to encrypt it. The topic with messages to owners is encrypted.',
  },
  {
    checkov: 'CKV_AWS_119',
    demand: 'the table is encrypted with a KMS key of the customer',
    types: ['AWS::DynamoDB::Table'],
    reason: 'DynamoDB encrypts it with its own key. Set `kmsKeyArn` for yours.',
  },
  {
    checkov: 'CKV_AWS_173',
    demand: 'the environment variables of functions are encrypted with a KMS key',
    types: [FUNCTION],
    reason: 'Lambda encrypts them with its own key, and none is a secret. Set `kmsKeyArn` for yours.',
  },
  {
    checkov: 'CKV_AWS_27',
    demand: 'the queue is encrypted with a KMS key',
    types: ['AWS::SQS::Queue'],
    reason: 'SQS encrypts it with its own key (SSE-SQS). Set `kmsKeyArn` for yours.',
  },
  {
    rule: 'DynamoDBInBackupPlan',
    demand: 'the table is in a backup plan',
    types: ['AWS::DynamoDB::Table'],
    reason:
      'Point-in-time recovery restores any second of the last 35 days. Add the table to a plan of the account.',
  },
  {
    rule: 'S3BucketReplicationEnabled',
    demand: 'buckets are replicated',
    types: ['AWS::S3::Bucket'],
    reason:
      'Teams have the sources of all uploads, and the bucket keeps every version. Gateloop works in one Region.',
  },
  {
    checkov: 'CKV_AWS_18',
    demand: 'buckets log accesses',
    types: ['AWS::S3::Bucket'],
    reason: 'The bucket of the access log itself.',
  },
  {
    rule: 'IAMNoInlinePolicy',
    demand: 'roles have no inline policies',
    types: ['AWS::IAM::Policy', 'AWS::IAM::Role'],
    reason:
      'Each policy belongs to one role, and is deleted with it. A managed policy could be given to others.',
  },
  {
    rule: 'LambdaConcurrency',
    checkov: 'CKV_AWS_115',
    demand: 'functions have a limit of concurrent executions',
    types: [FUNCTION],
    reason:
      'Many accounts cannot reserve any. Set `reserveConcurrency`: it limits the functions that guard a quota. A limit of the others would fail steps of large fleets.',
  },
  {
    rule: 'LambdaDLQ',
    checkov: 'CKV_AWS_116',
    demand: 'functions have a dead-letter queue',
    types: [FUNCTION],
    reason:
      'Lambda uses it in asynchronous invocations alone. State machines and the HTTP API invoke and see the error; rules and schedules have a dead-letter queue.',
  },
  {
    rule: 'EventBusDLQ',
    demand: 'rules have a dead-letter queue',
    types: ['AWS::Events::Rule'],
    reason:
      'The rule that keeps events in a log group, for people. A dead letter would be started again as work. All rules that start something have the queue.',
  },
  {
    rule: 'LambdaInsideVPC',
    checkov: 'CKV_AWS_117',
    demand: 'functions are in a VPC',
    types: [FUNCTION],
    reason:
      'They call public endpoints of AWS and webhooks only, and listen to nothing. In a VPC they would need endpoints or a NAT gateway, and gain no isolation.',
  },
  {
    rule: 'SNSRedrivePolicy',
    demand: 'subscriptions have a redrive policy',
    types: ['AWS::SNS::Subscription'],
    reason:
      'SNS tries an e-mail again by itself, and reminders follow. A queue of messages that failed would hold the links of owners.',
  },
  {
    rule: 'SQSRedrivePolicy',
    demand: 'queues have a redrive policy',
    types: ['AWS::SQS::Queue'],
    reason: 'This is the dead-letter queue itself. The alarm `dead-letters` watches it.',
  },
];

/** @returns the table of `docs/security-checks.md` */
export function findingsTable(): string {
  const rows = explainedFindings.map(({ rule = '', checkov = '', demand, types, reason }) => {
    const named = types.map((type) => type.replace('AWS::', '').replaceAll('::', ' ')).join(', ');
    return `| ${rule} | ${checkov} | ${demand} | ${named} | ${reason} |`;
  });
  return [
    '| rule of cdk-nag | checkov | demands that | not met by | why |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
