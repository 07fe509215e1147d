import { Duration } from 'aws-cdk-lib';
import { type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { rules } from '../events/triggers.ts';
import type { FunctionName } from '../functions/functionCatalog.ts';
import type { MetricName } from '../functions/runtime/measurements.ts';

/** What alarms watch. */
export interface MonitoredResources {
  readonly environment: string;
  readonly namespace: string;
  /** State machine ARNs by workflow. */
  readonly stateMachineArns: ReadonlyMap<string, string>;
  /** The names of functions as deployed, by their names in the catalog. */
  readonly functionNames: ReadonlyMap<string, string>;
  /** By the rule's name in the table. */
  readonly ruleNames: ReadonlyMap<string, string>;
  readonly eventBusName: string;
  readonly scheduleGroupName: string;
  readonly queueName: string;
  readonly tableName: string;
  readonly topicName: string;
  readonly apiId: string;
}

/** One way of failing: what shows it, from where on it is one, and the section of the runbook that says what to do. */
export interface AlarmDefinition {
  readonly name: string;
  /** The heading's anchor in `docs/runbook.md`. */
  readonly runbookSection: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** How many periods of the metric in a row; 1 by default. */
  readonly periods?: number;
  /** Rings when the value is below the threshold, and when there is none: for what must happen again and again. */
  readonly alarmBelow?: true;
}

const FIFTEEN_MINUTES = Duration.minutes(15);
const HOUR = Duration.hours(1);

/** Every alarm of an environment. */
export function alarmDefinitions(watched: MonitoredResources): AlarmDefinition[] {
  return [
    ...workflowAlarms(watched),
    ...functionAlarms(watched),
    ...deliveryAlarms(watched),
    ...resourceAlarms(watched),
  ];
}

function workflowAlarms({ stateMachineArns }: MonitoredResources): AlarmDefinition[] {
  const each = [...stateMachineArns].flatMap(([name, arn]): AlarmDefinition[] => {
    const metric = (metricName: string) => states(metricName, arn);
    return [
      // Not aborted ones: somebody stopped those by hand.
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
      // Workflows try again; what fails five times in a quarter of an hour is no hiccup.
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

function deliveryAlarms(watched: MonitoredResources): AlarmDefinition[] {
  const { scheduleGroupName, queueName, tableName, topicName, apiId } = watched;
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
    ...ruleAlarms(watched),
    {
      name: 'schedules-lose',
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
    // Not ThrottledRequests: that one exists for each operation apart, and never for a table as a whole.
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
      name: 'links-tried',
      runbookSection: 'somebody-tries-links',
      metric: sum('AWS/ApiGateway', '4xx', { ApiId: apiId }, FIFTEEN_MINUTES),
      threshold: 200,
    },
  ];
}

/** What cannot be started goes to the dead letters, and counts there; what cannot even go there is lost. */
function ruleAlarms({ ruleNames, eventBusName }: MonitoredResources): AlarmDefinition[] {
  return rules.flatMap(({ name, bus }): AlarmDefinition[] => {
    const dimensions = {
      RuleName: ruleNames.get(name) ?? '',
      // Metrics with the rule alone are of the default bus.
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
      // Every drift pass measures the fleet, be it empty; the other schedule starts the same workflow and does not.
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
      // An hour: what comes right by itself within a few passes is nobody's concern.
      metric: fleetMetric('ResourcesFailed', 'schedule'),
      threshold: 1,
      periods: 4,
    },
    {
      name: 'uploads-refused',
      runbookSection: 'an-upload-stays-refused',
      // A day: its uploader was told at once, and by then it is somebody else's concern too.
      metric: fleetMetric('WorkspacesRefused', 'schedule', HOUR),
      threshold: 1,
      periods: 24,
    },
    {
      name: 'person-awaited-long',
      runbookSection: 'a-person-is-awaited-long',
      metric: fleetMetric('LongestWaitForPerson', 'schedule'),
      threshold: 3 * 86_400,
    },
    {
      name: 'sync-unproven',
      runbookSection: 'a-synchronisation-is-not-proven',
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
      name: 'people-not-told',
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
