import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { rules } from '../events/triggers.ts';
import type { FunctionName } from '../functions/functionCatalog.ts';
import type { MetricName } from '../functions/runtime/measurements.ts';

/** The deployed resources that alarms and the dashboard watch. */
export interface MonitoredResources {
  readonly environment: string;
  readonly namespace: string;
  /** State machine ARNs by workflow. */
  readonly stateMachineArns: ReadonlyMap<string, string>;
  /** Deployed names, by the names of the catalog. */
  readonly functionNames: ReadonlyMap<string, string>;
  /** Deployed names, by the names of `events/triggers.ts`. */
  readonly ruleNames: ReadonlyMap<string, string>;
  readonly eventBusName: string;
  readonly scheduleGroupName: string;
  readonly queueName: string;
  readonly tableName: string;
  readonly topicName: string;
  readonly apiId: string;
}

/** One alarm: its metric, its threshold, and the section of the runbook that says what to do. */
export interface AlarmDefinition {
  readonly name: string;
  /** The heading's anchor in `docs/runbook.md`. */
  readonly runbookSection: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** How many periods in a row; 1 by default. */
  readonly periods?: number;
  /** Goes off when the value is below the threshold or missing: for what must happen again and again. */
  readonly alarmBelow?: true;
}

const FIFTEEN_MINUTES = Duration.minutes(15);
const HOUR = Duration.hours(1);

/** All alarms of an environment. Each notifies the operators, also when it ends. */
export class Alarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, resources: MonitoredResources, topic: ITopic) {
    super(scope, id);
    const action = new SnsAction(topic);
    this.alarms = alarmDefinitions(resources).map((row) => {
      const alarm = new Alarm(this, row.name, {
        alarmName: `gateloop-${resources.environment}-${row.name}`,
        alarmDescription: `Description and resolution: docs/runbook.md#${row.runbookSection}`,
        metric: row.metric,
        threshold: row.threshold,
        evaluationPeriods: row.periods ?? 1,
        comparisonOperator: row.alarmBelow
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: row.alarmBelow ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
      return alarm;
    });
  }
}

function alarmDefinitions(resources: MonitoredResources): AlarmDefinition[] {
  return [
    ...workflowAlarms(resources),
    ...functionAlarms(resources),
    ...deliveryAlarms(resources),
    ...resourceAlarms(resources),
  ];
}

function workflowAlarms({ stateMachineArns }: MonitoredResources): AlarmDefinition[] {
  const each = [...stateMachineArns].flatMap(([name, arn]): AlarmDefinition[] => {
    const metric = (metricName: string) => states(metricName, arn);
    return [
      // Aborted executions do not count, because an operator stopped them.
      {
        name: `${name}-failed`,
        runbookSection: 'an-execution-failed',
        metric: metric('ExecutionsFailed'),
        threshold: 1,
      },
      {
        name: `${name}-timed-out`,
        runbookSection: 'an-execution-failed',
        metric: metric('ExecutionsTimedOut'),
        threshold: 1,
      },
      {
        name: `${name}-throttled`,
        runbookSection: 'step-functions-throttles',
        metric: metric('ExecutionThrottled'),
        threshold: 10,
      },
    ];
  });
  return [
    ...each,
    {
      name: 'reconcile-long',
      runbookSection: 'a-reconciliation-takes-long',
      metric: new Metric({
        namespace: 'AWS/States',
        metricName: 'ExecutionTime',
        dimensionsMap: { StateMachineArn: stateMachineArns.get('reconcile') ?? '' },
        statistic: 'Maximum',
        period: HOUR,
      }),
      threshold: 3_600_000,
    },
  ];
}

function functionAlarms({ functionNames }: MonitoredResources): AlarmDefinition[] {
  return [...functionNames].flatMap(([name, FunctionName]): AlarmDefinition[] => {
    const metric = (metricName: string) => sum('AWS/Lambda', metricName, { FunctionName }, FIFTEEN_MINUTES);
    return [
      // Workflows retry. Five errors in 15 minutes are more than a transient error.
      { name: `${name}-errors`, runbookSection: 'a-function-fails', metric: metric('Errors'), threshold: 5 },
      {
        name: `${name}-throttles`,
        runbookSection: 'a-function-is-throttled',
        metric: metric('Throttles'),
        threshold: 20,
      },
    ];
  });
}

function deliveryAlarms(resources: MonitoredResources): AlarmDefinition[] {
  const { scheduleGroupName, queueName, tableName, topicName, apiId } = resources;
  return [
    {
      name: 'dead-letters',
      runbookSection: 'dead-letters',
      metric: new Metric({
        namespace: 'AWS/SQS',
        metricName: 'ApproximateNumberOfMessagesVisible',
        dimensionsMap: { QueueName: queueName },
        statistic: 'Maximum',
        period: Duration.minutes(5),
      }),
      threshold: 1,
    },
    ...ruleAlarms(resources),
    {
      name: 'schedules-lose-events',
      runbookSection: 'an-event-is-lost',
      metric: sum(
        'AWS/Scheduler',
        'InvocationsFailedToBeSentToDeadLetterCount',
        { ScheduleGroup: scheduleGroupName },
        FIFTEEN_MINUTES,
      ),
      threshold: 1,
    },
    {
      name: 'schedules-fail',
      runbookSection: 'a-rule-or-schedule-cannot-start',
      metric: sum(
        'AWS/Scheduler',
        'InvocationDroppedCount',
        { ScheduleGroup: scheduleGroupName },
        FIFTEEN_MINUTES,
      ),
      threshold: 1,
    },
    // Not ThrottledRequests: DynamoDB reports it for each operation, and never for a table as a whole.
    ...['Read', 'Write'].map(
      (kind): AlarmDefinition => ({
        name: `ledger-${kind.toLowerCase()}s-throttled`,
        runbookSection: 'the-ledger-is-throttled',
        metric: sum('AWS/DynamoDB', `${kind}ThrottleEvents`, { TableName: tableName }, FIFTEEN_MINUTES),
        threshold: 5,
      }),
    ),
    {
      name: 'messages-lost',
      runbookSection: 'a-message-does-not-arrive',
      metric: sum('AWS/SNS', 'NumberOfNotificationsFailed', { TopicName: topicName }, FIFTEEN_MINUTES),
      threshold: 1,
    },
    {
      name: 'pages-fail',
      runbookSection: 'the-pages-fail',
      metric: sum('AWS/ApiGateway', '5xx', { ApiId: apiId }, FIFTEEN_MINUTES),
      threshold: 3,
    },
    {
      name: 'links-guessed',
      runbookSection: 'a-client-guesses-links',
      metric: sum('AWS/ApiGateway', '4xx', { ApiId: apiId }, FIFTEEN_MINUTES),
      threshold: 200,
    },
  ];
}

/** An event that starts no execution goes to the dead-letter queue. An event that does not arrive there either is lost. */
function ruleAlarms({ ruleNames, eventBusName }: MonitoredResources): AlarmDefinition[] {
  return rules.flatMap(({ name, bus }): AlarmDefinition[] => {
    const dimensions = {
      RuleName: ruleNames.get(name) ?? '',
      // Metrics of the default bus have the rule as their only dimension.
      ...(bus === 'gateloop' && { EventBusName: eventBusName }),
    };
    const section = 'a-rule-or-schedule-cannot-start';
    const metric = (metricName: string) => sum('AWS/Events', metricName, dimensions, FIFTEEN_MINUTES);
    return [
      {
        name: `rule-${name}-fails`,
        runbookSection: section,
        metric: metric('FailedInvocations'),
        threshold: 1,
      },
      {
        name: `rule-${name}-loses`,
        runbookSection: 'an-event-is-lost',
        metric: metric('InvocationsFailedToBeSentToDlq'),
        threshold: 1,
      },
    ];
  });
}

function resourceAlarms({ namespace }: MonitoredResources): AlarmDefinition[] {
  const fleetMetric = (metricName: MetricName, service: FunctionName, period = FIFTEEN_MINUTES) =>
    new Metric({ namespace, metricName, dimensionsMap: { service }, statistic: 'Maximum', period });
  const sumOf = (metricName: MetricName, service: FunctionName, period: Duration) =>
    sum(namespace, metricName, { service }, period);
  return [
    {
      name: 'drift-pass-missing',
      runbookSection: 'the-drift-pass-does-not-run',
      // Every drift pass measures the fleet, even an empty one. The other schedule of the same workflow does not.
      metric: new Metric({
        namespace,
        metricName: 'ResourcesReady' satisfies MetricName,
        dimensionsMap: { service: 'schedule' satisfies FunctionName },
        statistic: 'SampleCount',
        period: FIFTEEN_MINUTES,
      }),
      threshold: 1,
      periods: 2,
      alarmBelow: true,
    },
    {
      name: 'resources-failed',
      runbookSection: 'resources-failed',
      // One hour, because most failures are repaired within a few passes.
      metric: fleetMetric('ResourcesFailed', 'schedule'),
      threshold: 1,
      periods: 4,
    },
    {
      name: 'resources-drifted',
      runbookSection: 'a-resource-is-drifted',
      // One day: the owner was told at once, and may want the difference for some hours.
      metric: fleetMetric('ResourcesDrifted', 'schedule', HOUR),
      threshold: 1,
      periods: 24,
    },
    {
      name: 'healing-held-back',
      runbookSection: 'healing-is-held-back',
      // Every drift pass measures it as long as the breaker is tripped; two of them fit into each period.
      metric: new Metric({
        namespace,
        metricName: 'HealsHeldBack' satisfies MetricName,
        dimensionsMap: { service: 'poll' satisfies FunctionName },
        statistic: 'Maximum',
        period: Duration.minutes(30),
      }),
      threshold: 1,
    },
    {
      name: 'guardrails-broken',
      runbookSection: 'the-guardrails-have-errors',
      // Every drift pass measures it as long as the file has errors; two of them fit into each period.
      metric: sumOf('GuardrailsBroken', 'poll', Duration.minutes(30)),
      threshold: 1,
    },
    {
      name: 'changes-suspended',
      runbookSection: 'changes-are-suspended',
      // Four hours: longer than most incidents, so that a switch that was forgotten is noticed on the same day.
      metric: fleetMetric('ResourcesSuspended', 'schedule', HOUR),
      threshold: 1,
      periods: 4,
    },
    {
      name: 'uploads-refused',
      runbookSection: 'an-upload-stays-refused',
      // One day: Gateloop has notified the owner at once, and by then an operator should know too.
      metric: fleetMetric('WorkspacesRefused', 'schedule', HOUR),
      threshold: 1,
      periods: 24,
    },
    {
      name: 'person-awaited-long',
      runbookSection: 'a-request-waits-long-for-a-person',
      metric: fleetMetric('LongestWaitForPerson', 'schedule'),
      threshold: 3 * 86_400,
    },
    {
      name: 'sync-unproven',
      runbookSection: 'a-synchronization-is-not-proven',
      metric: sumOf('SyncsUnproven', 'poll', HOUR),
      threshold: 3,
    },
    {
      name: 'control-plane-throttles',
      runbookSection: 'agentcore-throttles',
      metric: sumOf('Throttles', 'provision', FIFTEEN_MINUTES),
      threshold: 20,
    },
    {
      name: 'messages-not-delivered',
      runbookSection: 'a-message-does-not-arrive',
      metric: sumOf('MessagesFailed', 'notify', FIFTEEN_MINUTES),
      threshold: 1,
    },
  ];
}

function states(metricName: string, StateMachineArn: string): Metric {
  return sum('AWS/States', metricName, { StateMachineArn }, FIFTEEN_MINUTES);
}

function sum(
  namespace: string,
  metricName: string,
  dimensionsMap: Readonly<Record<string, string>>,
  period: Duration,
): Metric {
  return new Metric({ namespace, metricName, dimensionsMap: { ...dimensionsMap }, statistic: 'Sum', period });
}
