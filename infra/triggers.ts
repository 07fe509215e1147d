import { Duration } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type Rule, rules, type Schedule, schedules } from '../events/triggers.ts';
import type { FunctionName } from '../functions/functionCatalog.ts';
import type { WorkflowName } from '../workflows/workflowCatalog.ts';
import { acknowledge } from './acknowledge.ts';
import type { Deployment } from './deployment.ts';

export interface TriggersProps {
  readonly deployment: Deployment;
  readonly key: IKey | undefined;
  readonly account: string;
  readonly specBucketName: string;
  readonly eventBusName: string;
  readonly stateMachineArns: ReadonlyMap<WorkflowName, string>;
  readonly functionArns: ReadonlyMap<FunctionName, string>;
  /** The roles with which Gateloop changes AgentCore: their calls start nothing. */
  readonly roleArns: Readonly<Record<'ProvisionRoleArn' | 'SyncRoleArn', string>>;
  readonly deadLetters: Queue;
}

/** When EventBridge gives up starting an execution. Its limits are 24 hours and 185 attempts. */
const RETRY = { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 20 };

/** The rules and schedules of `events/triggers.ts`, which start workflows. */
export class Triggers extends Construct {
  /** Deployed names, by the names of `events/triggers.ts`. */
  readonly ruleNames: ReadonlyMap<string, string>;
  readonly scheduleGroupName: string;

  constructor(scope: Construct, id: string, props: TriggersProps) {
    super(scope, id);
    const prefix = `gateloop-${props.deployment.environment}`;
    this.scheduleGroupName = prefix;
    const ruleRole = this.#role('Events', 'events.amazonaws.com', rules, props);
    this.ruleNames = new Map(
      rules.map((rule) => [rule.name, this.#rule(rule, `${prefix}-${rule.name}`, ruleRole, props)]),
    );
    const group = new CfnScheduleGroup(this, 'ScheduleGroup', { name: prefix });
    const scheduleRole = this.#role('Scheduler', 'scheduler.amazonaws.com', schedules, props);
    for (const schedule of schedules)
      this.#schedule(schedule, prefix, scheduleRole, props).addResourceDependency(group);
  }

  #rule(
    { name, description, bus, pattern, workflow }: Rule,
    fullName: string,
    role: Role,
    { specBucketName, eventBusName, stateMachineArns, roleArns, deadLetters }: TriggersProps,
  ): string {
    new CfnRule(this, `Rule-${name}`, {
      name: fullName,
      description,
      ...(bus === 'gateloop' && { eventBusName }),
      eventPattern: substitute(pattern, { SpecBucketName: specBucketName, ...roleArns }),
      targets: [
        {
          id: workflow,
          arn: stateMachineArns.get(workflow) ?? '',
          roleArn: role.roleArn,
          retryPolicy: RETRY,
          deadLetterConfig: { arn: deadLetters.queueArn },
        },
      ],
    });
    return fullName;
  }

  #schedule(
    schedule: Schedule,
    groupName: string,
    role: Role,
    { stateMachineArns, functionArns, deadLetters, key }: TriggersProps,
  ): CfnSchedule {
    const { name, description, expression, input } = schedule;
    const arn =
      'workflow' in schedule ? stateMachineArns.get(schedule.workflow) : functionArns.get(schedule.function);
    return new CfnSchedule(this, `Schedule-${name}`, {
      name,
      groupName,
      description,
      scheduleExpression: expression,
      flexibleTimeWindow: { mode: 'OFF' },
      ...(key && { kmsKeyArn: key.keyArn }),
      target: {
        arn: arn ?? '',
        roleArn: role.roleArn,
        input: JSON.stringify(input),
        // The next run comes within minutes and finds the same workspaces.
        retryPolicy: { maximumEventAgeInSeconds: 300, maximumRetryAttempts: 5 },
        deadLetterConfig: { arn: deadLetters.queueArn },
      },
    });
  }

  #role(
    id: string,
    service: string,
    triggers: readonly ({ readonly workflow: WorkflowName } | { readonly function: FunctionName })[],
    { account, stateMachineArns, functionArns, deadLetters, key }: TriggersProps,
  ): Role {
    const started = new Set(triggers.flatMap((each) => ('workflow' in each ? [each.workflow] : [])));
    const invoked = new Set(triggers.flatMap((each) => ('function' in each ? [each.function] : [])));
    return new Role(this, `${id}Role`, {
      assumedBy: new ServicePrincipal(service, {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
      inlinePolicies: {
        start: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['states:StartExecution'],
              resources: [...started].sort().map((name) => stateMachineArns.get(name) ?? ''),
            }),
            ...(invoked.size > 0
              ? [
                  new PolicyStatement({
                    actions: ['lambda:InvokeFunction'],
                    resources: [...invoked].sort().map((name) => functionArns.get(name) ?? ''),
                  }),
                ]
              : []),
            new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] }),
            ...(key
              ? [
                  new PolicyStatement({
                    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
                    resources: [key.keyArn],
                  }),
                ]
              : []),
          ],
        }),
      },
    });
  }
}

/** Replaces `${Name}` in every text of a pattern. */
function substitute(value: unknown, names: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return value.replace(/\$\{(\w+)\}/g, (whole, name) => names[name] ?? whole);
  if (Array.isArray(value)) return value.map((item) => substitute(item, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, substitute(member, names)]));
}

export interface DeadLettersProps {
  readonly queueName: string;
  readonly key: IKey | undefined;
  readonly account: string;
}

/** The queue for events and schedules that could not start an execution. An operator redrives them. */
export class DeadLetters extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { queueName, key, account }: DeadLettersProps) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      queueName,
      enforceSSL: true,
      // The longest retention of SQS, because the operator may be on vacation.
      retentionPeriod: Duration.days(14),
      visibilityTimeout: Duration.minutes(1),
      ...(key
        ? { encryption: QueueEncryption.KMS, encryptionMasterKey: key }
        : { encryption: QueueEncryption.SQS_MANAGED }),
    });
    this.queue.addToResourcePolicy(
      new PolicyStatement({
        actions: ['sqs:SendMessage'],
        principals: [new ServicePrincipal('events.amazonaws.com')],
        resources: [this.queue.queueArn],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
    acknowledge(
      this.queue,
      'AwsSolutions-SQS3',
      'This is the dead-letter queue itself. The alarm dead-letters watches it.',
    );
  }
}
