import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type Rule, rules, type Schedule, schedules } from '../events/triggers.ts';
import type { Deployment } from './deployment.ts';

export interface TriggersProps {
  readonly deployment: Deployment;
  readonly key: IKey | undefined;
  readonly account: string;
  readonly specBucketName: string;
  readonly eventBusName: string;
  /** By workflow. */
  readonly stateMachineArns: ReadonlyMap<string, string>;
  readonly deadLetters: Queue;
}

/** How long a start is tried again before it is a dead letter: 24 h and 185 times are the most that EventBridge does. */
const RETRY = { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 20 };

/** The rules and schedules of `events/triggers.ts`: what starts which workflow. */
export class Triggers extends Construct {
  /** By the rule's name in the table. */
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
    { specBucketName, eventBusName, stateMachineArns, deadLetters }: TriggersProps,
  ): string {
    new CfnRule(this, `Rule-${name}`, {
      name: fullName,
      description,
      ...(bus === 'gateloop' && { eventBusName }),
      eventPattern: substitute(pattern, { SpecBucketName: specBucketName }),
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
    { name, description, expression, workflow, input }: Schedule,
    groupName: string,
    role: Role,
    { stateMachineArns, deadLetters, key }: TriggersProps,
  ): CfnSchedule {
    return new CfnSchedule(this, `Schedule-${name}`, {
      name,
      groupName,
      description,
      scheduleExpression: expression,
      flexibleTimeWindow: { mode: 'OFF' },
      ...(key && { kmsKeyArn: key.keyArn }),
      target: {
        arn: stateMachineArns.get(workflow) ?? '',
        roleArn: role.roleArn,
        input: JSON.stringify(input),
        // The next one comes within minutes and sees the same.
        retryPolicy: { maximumEventAgeInSeconds: 300, maximumRetryAttempts: 5 },
        deadLetterConfig: { arn: deadLetters.queueArn },
      },
    });
  }

  #role(
    id: string,
    service: string,
    triggers: readonly { readonly workflow: string }[],
    { account, stateMachineArns, deadLetters, key }: TriggersProps,
  ): Role {
    const started = [...new Set(triggers.map(({ workflow }) => workflow))].sort();
    return new Role(this, `${id}Role`, {
      assumedBy: new ServicePrincipal(service, {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
      inlinePolicies: {
        start: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['states:StartExecution'],
              resources: started.map((name) => stateMachineArns.get(name) ?? ''),
            }),
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

/** Puts values in the place of `${Name}` in every text of a pattern. */
function substitute(value: unknown, names: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return value.replace(/\$\{(\w+)\}/g, (whole, name) => names[name] ?? whole);
  if (Array.isArray(value)) return value.map((item) => substitute(item, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, substitute(member, names)]));
}
