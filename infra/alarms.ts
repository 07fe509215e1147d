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

/** What alarms watch. */
export interface Watched {
  readonly environment: string;
  readonly namespace: string;
  /** State machine ARNs by workflow. */
  readonly stateMachineArns: ReadonlyMap<string, string>;
  /** The names of functions as deployed, by their names in the catalogue. */
  readonly functionNames: ReadonlyMap<string, string>;
  readonly ruleNames: ReadonlyMap<string, string>;
  readonly scheduleGroupName: string;
  readonly queueName: string;
  readonly tableName: string;
  readonly topicName: string;
  readonly apiId: string;
}

/** One way of failing: what shows it, from where on it is one, and the section of the runbook that says what to do. */
export interface AlarmRow {
  readonly name: string;
  /** The heading's anchor in `docs/runbook.md`. */
  readonly section: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** How many periods of the metric in a row; 1 by default. */
  readonly periods?: number;
  /** Rings when the value is below the threshold, and when there is none: for what must happen again and again. */
  readonly expected?: true;
}

const QUARTER = Duration.minutes(15);
const HOUR = Duration.hours(1);

/** Every alarm of an environment. */
export function alarmRows(watched: Watched): AlarmRow[] {
  return [
    ...workflowAlarms(watched),
    ...functionAlarms(watched),
    ...deliveryAlarms(watched),
    ...resourceAlarms(watched),
  ];
}

function workflowAlarms({ stateMachineArns }: Watched): AlarmRow[] {
  const each = [...stateMachineArns].flatMap(([name, arn]): AlarmRow[] => {
    const metric = (metricName: string) => states(metricName, arn);
    return [
      // Not aborted ones: somebody stopped those by hand.
      {
        name: `${name}-failed`,
        section: 'an-execution-failed',
        metric: metric('ExecutionsFailed'),
        threshold: 1,
      },
      {
        name: `${name}-timed-out`,
        section: 'an-execution-failed',
        metric: metric('ExecutionsTimedOut'),
        threshold: 1,
      },
      {
        name: `${name}-throttled`,
        section: 'step-functions-throttles',
        metric: metric('ExecutionThrottled'),
        threshold: 10,
      },
    ];
  });
  const resync = stateMachineArns.get('resync') ?? '';
  return [
    ...each,
    {
      name: 'drift-pass-missing',
      section: 'the-drift-pass-does-not-run',
      // A drift pass and three resyncs are started in every quarter of an hour.
      metric: states('ExecutionsStarted', resync),
      threshold: 1,
      periods: 2,
      expected: true,
    },
    {
      name: 'reconcile-long',
      section: 'a-reconciliation-takes-long',
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

function functionAlarms({ functionNames }: Watched): AlarmRow[] {
  return [...functionNames].flatMap(([name, FunctionName]): AlarmRow[] => {
    const metric = (metricName: string) => sum('AWS/Lambda', metricName, { FunctionName }, QUARTER);
    return [
      // Workflows try again; what fails five times in a quarter of an hour is no hiccup.
      { name: `${name}-errors`, section: 'a-function-fails', metric: metric('Errors'), threshold: 5 },
      {
        name: `${name}-throttles`,
        section: 'a-function-is-throttled',
        metric: metric('Throttles'),
        threshold: 20,
      },
    ];
  });
}

function deliveryAlarms(watched: Watched): AlarmRow[] {
  const { ruleNames, scheduleGroupName, queueName, tableName, topicName, apiId } = watched;
  return [
    {
      name: 'dead-letters',
      section: 'dead-letters',
      metric: new Metric({
        namespace: 'AWS/SQS',
        metricName: 'ApproximateNumberOfMessagesVisible',
        dimensionsMap: { QueueName: queueName },
        statistic: 'Maximum',
        period: Duration.minutes(5),
      }),
      threshold: 1,
    },
    ...[...ruleNames].map(
      ([name, RuleName]): AlarmRow => ({
        name: `rule-${name}-fails`,
        section: 'a-rule-or-schedule-cannot-start',
        metric: sum('AWS/Events', 'FailedInvocations', { RuleName }, QUARTER),
        threshold: 1,
      }),
    ),
    {
      name: 'schedules-fail',
      section: 'a-rule-or-schedule-cannot-start',
      metric: sum('AWS/Scheduler', 'InvocationDroppedCount', { ScheduleGroup: scheduleGroupName }, QUARTER),
      threshold: 1,
    },
    {
      name: 'ledger-throttled',
      section: 'the-ledger-is-throttled',
      metric: sum('AWS/DynamoDB', 'ThrottledRequests', { TableName: tableName }, QUARTER),
      threshold: 5,
    },
    {
      name: 'messages-lost',
      section: 'a-message-does-not-arrive',
      metric: sum('AWS/SNS', 'NumberOfNotificationsFailed', { TopicName: topicName }, QUARTER),
      threshold: 1,
    },
    {
      name: 'pages-fail',
      section: 'the-pages-fail',
      metric: sum('AWS/ApiGateway', '5xx', { ApiId: apiId }, QUARTER),
      threshold: 3,
    },
    {
      name: 'links-tried',
      section: 'somebody-tries-links',
      metric: sum('AWS/ApiGateway', '4xx', { ApiId: apiId }, QUARTER),
      threshold: 200,
    },
  ];
}

function resourceAlarms({ namespace }: Watched): AlarmRow[] {
  const latest = (metricName: string, service: string) =>
    new Metric({
      namespace,
      metricName,
      dimensionsMap: { service },
      statistic: 'Maximum',
      period: QUARTER,
    });
  return [
    {
      name: 'resources-failed',
      section: 'resources-failed',
      // An hour: what comes right by itself within a few passes is nobody's concern.
      metric: latest('ResourcesFailed', 'due'),
      threshold: 1,
      periods: 4,
    },
    {
      name: 'person-awaited-long',
      section: 'a-person-is-awaited-long',
      metric: latest('LongestWaitForPerson', 'due'),
      threshold: 3 * 86_400,
    },
    {
      name: 'sync-unproven',
      section: 'a-synchronisation-is-not-proven',
      metric: sum(namespace, 'SyncsUnproven', { service: 'poll' }, HOUR),
      threshold: 3,
    },
    {
      name: 'control-plane-throttles',
      section: 'agentcore-throttles',
      metric: sum(namespace, 'Throttles', { service: 'provision' }, QUARTER),
      threshold: 20,
    },
    {
      name: 'people-not-told',
      section: 'a-message-does-not-arrive',
      metric: sum(namespace, 'MessagesFailed', { service: 'notify' }, QUARTER),
      threshold: 1,
    },
  ];
}

function states(metricName: string, StateMachineArn: string): Metric {
  return sum('AWS/States', metricName, { StateMachineArn }, QUARTER);
}

function sum(
  namespace: string,
  metricName: string,
  dimensionsMap: Readonly<Record<string, string>>,
  period: Duration,
): Metric {
  return new Metric({ namespace, metricName, dimensionsMap: { ...dimensionsMap }, statistic: 'Sum', period });
}

/** The alarms, all of which tell the operators. */
export class Alarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, watched: Watched, topic: ITopic) {
    super(scope, id);
    const action = new SnsAction(topic);
    this.alarms = alarmRows(watched).map((row) => {
      const alarm = new Alarm(this, row.name, {
        alarmName: `gateloop-${watched.environment}-${row.name}`,
        alarmDescription: `What it means and what to do: docs/runbook.md#${row.section}`,
        metric: row.metric,
        threshold: row.threshold,
        evaluationPeriods: row.periods ?? 1,
        comparisonOperator: row.expected
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: row.expected ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
      return alarm;
    });
  }
}
