import { Duration } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnEventInvokeConfig, CfnPermission, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type Rule, rules, type Schedule, type Started, schedules } from '../events/triggers.ts';
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
  readonly functions: ReadonlyMap<FunctionName, LambdaFunction>;
  /** The roles with which Gateloop changes AgentCore: their calls start nothing. */
  readonly roleArns: Readonly<Record<'ProvisionRoleArn' | 'SyncRoleArn', string>>;
  readonly deadLetters: Queue;
}

/** When EventBridge gives up starting an execution or handing an event to Lambda. Its limits are 24 hours and 185 attempts. */
const RETRY = { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 20 };

/** When Lambda gives up an event that a function fails to handle. Its limits are 6 hours and 2 attempts more. */
const ASYNC_RETRY = { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 2 };

/** The rules and schedules of `events/triggers.ts`, which start workflows and invoke functions. */
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
    for (const name of new Set(rules.flatMap((rule) => ('function' in rule ? [rule.function] : []))))
      this.#keepFailedEvents(name, props);
    const group = new CfnScheduleGroup(this, 'ScheduleGroup', { name: prefix });
    const scheduleRole = this.#role('Scheduler', 'scheduler.amazonaws.com', schedules, props);
    for (const schedule of schedules)
      this.#schedule(schedule, prefix, scheduleRole, props).addResourceDependency(group);
  }

  #rule(rule: Rule, fullName: string, role: Role, props: TriggersProps): string {
    const { name, description, bus, pattern } = rule;
    const { specBucketName, eventBusName, roleArns, deadLetters } = props;
    const created = new CfnRule(this, `Rule-${name}`, {
      name: fullName,
      description,
      ...(bus === 'gateloop' && { eventBusName }),
      eventPattern: substitute(pattern, { SpecBucketName: specBucketName, ...roleArns }),
      targets: [
        {
          id: 'workflow' in rule ? rule.workflow : rule.function,
          arn: arnOf(rule, props),
          // EventBridge starts executions with a role, and invokes functions by the policy of the function.
          ...('workflow' in rule && { roleArn: role.roleArn }),
          retryPolicy: RETRY,
          deadLetterConfig: { arn: deadLetters.queueArn },
        },
      ],
    });
    if ('function' in rule)
      new CfnPermission(this, `Invoke-${name}`, {
        action: 'lambda:InvokeFunction',
        functionName: arnOf(rule, props),
        principal: 'events.amazonaws.com',
        sourceArn: created.attrArn,
      });
    return fullName;
  }

  /** An event that a function fails to handle becomes a dead letter, as one that cannot be delivered. */
  #keepFailedEvents(name: FunctionName, { functions, deadLetters }: TriggersProps): void {
    new CfnEventInvokeConfig(this, `Async-${name}`, {
      functionName: functions.get(name)?.functionName ?? '',
      qualifier: '$LATEST',
      ...ASYNC_RETRY,
      destinationConfig: { onFailure: { destination: deadLetters.queueArn } },
    });
  }

  #schedule(schedule: Schedule, groupName: string, role: Role, props: TriggersProps): CfnSchedule {
    const { name, description, expression, input } = schedule;
    const { deadLetters, key } = props;
    return new CfnSchedule(this, `Schedule-${name}`, {
      name,
      groupName,
      description,
      scheduleExpression: expression,
      flexibleTimeWindow: { mode: 'OFF' },
      ...(key && { kmsKeyArn: key.keyArn }),
      target: {
        arn: arnOf(schedule, props),
        roleArn: role.roleArn,
        input: JSON.stringify(input),
        // The next run comes within minutes and finds the same workspaces.
        retryPolicy: { maximumEventAgeInSeconds: 300, maximumRetryAttempts: 5 },
        deadLetterConfig: { arn: deadLetters.queueArn },
      },
    });
  }

  #role(id: string, service: string, triggers: readonly Started[], props: TriggersProps): Role {
    const { account, deadLetters, key } = props;
    const arnsOf = (kind: 'workflow' | 'function') => [
      ...new Set(triggers.filter((each) => kind in each).map((each) => arnOf(each, props))),
    ];
    // The functions that rules invoke permit it themselves.
    const invoked = service === 'scheduler.amazonaws.com' ? arnsOf('function') : [];
    return new Role(this, `${id}Role`, {
      assumedBy: new ServicePrincipal(service, {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
      inlinePolicies: {
        start: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['states:StartExecution'],
              resources: arnsOf('workflow'),
            }),
            ...(invoked.length > 0
              ? [new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: invoked })]
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

function arnOf(started: Started, { stateMachineArns, functions }: TriggersProps): string {
  const arn =
    'workflow' in started
      ? stateMachineArns.get(started.workflow)
      : functions.get(started.function)?.functionArn;
  return arn ?? '';
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

/** The queue for events that could not be delivered or handled, and for schedules. An operator has them handled again. */
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
