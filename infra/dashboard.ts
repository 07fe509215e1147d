import { Duration, Stack } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  Color,
  GraphWidget,
  LogQueryWidget,
  Metric,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { FunctionName } from '../functions/functionCatalog.ts';
import { fleetStatusMessages, type MetricName } from '../functions/runtime/measurements.ts';
import type { MonitoredResources } from './alarms.ts';

const FIFTEEN_MINUTES = Duration.minutes(15);

/** Shows whether every resource is ready, and if not, what it waits for and who owns it. */
export class Dashboard extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, resources: MonitoredResources, alarms: readonly Alarm[]) {
    super(scope, id);
    const fleet = (metricName: MetricName, label: string, color?: string) =>
      new Metric({
        namespace: resources.namespace,
        metricName,
        label,
        dimensionsMap: { service: 'schedule' },
        statistic: 'Maximum',
        period: FIFTEEN_MINUTES,
        ...(color !== undefined && { color }),
      });
    const counted = (service: FunctionName, metricName: MetricName, label: string) =>
      new Metric({
        namespace: resources.namespace,
        metricName,
        label,
        dimensionsMap: { service },
        statistic: 'Sum',
        period: FIFTEEN_MINUTES,
      });
    const states = [
      fleet('ResourcesReady', 'ready', Color.GREEN),
      fleet('ResourcesDrifted', 'changed outside Gateloop', Color.BROWN),
      fleet('ResourcesInProgress', 'in progress', Color.BLUE),
      fleet('ResourcesSuspended', 'suspended by operators', Color.GREY),
      fleet('ResourcesAwaitingPeople', 'awaiting a person', Color.ORANGE),
      fleet('ResourcesFailed', 'failed or refused', Color.RED),
      fleet('WorkspacesRefused', 'uploads refused', Color.PURPLE),
    ];
    // Dashboards belong to the whole account, and another Region may have this environment too.
    this.name = `gateloop-${resources.environment}-${Stack.of(this).region}`;
    const board = new CloudWatchDashboard(this, 'Dashboard', {
      dashboardName: this.name,
      defaultInterval: Duration.hours(12),
    });
    board.addWidgets(
      new SingleValueWidget({ title: 'Is every resource ready?', metrics: states, width: 16, height: 4 }),
      new SingleValueWidget({
        title: 'Longest wait for a person (s)',
        metrics: [fleet('LongestWaitForPerson', 'longest wait')],
        width: 8,
        height: 4,
      }),
    );
    board.addWidgets(
      new LogQueryWidget({
        title: 'Waiting and failed resources',
        logGroupNames: [`/gateloop/${resources.environment}/schedule`],
        queryLines: [
          `filter message in ["${fleetStatusMessages.notReady}", "${fleetStatusMessages.ready}"]`,
          'stats latest(state) as now, latest(waitingSince) as since, latest(owner) as waitsFor, latest(reasons.0) as why by workspace, resource',
          // A resource that is ready again logs a line too. Without it, its last line would show for twelve hours.
          'filter now != "ready"',
          'sort now, since',
          'limit 100',
        ],
        width: 24,
        height: 8,
      }),
    );
    board.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 6 }));
    board.addWidgets(
      new GraphWidget({ title: 'Resources by state', left: states, stacked: true, width: 12 }),
      new GraphWidget({
        title: 'Time until ready (s)',
        left: ['p50', 'p90', 'Maximum'].map(
          (statistic) =>
            new Metric({
              namespace: resources.namespace,
              metricName: 'TimeToReady',
              label: statistic,
              dimensionsMap: { service: 'poll' },
              statistic,
              period: FIFTEEN_MINUTES,
            }),
        ),
        width: 12,
      }),
    );
    board.addWidgets(
      new GraphWidget({
        title: 'Calls and their results',
        left: [
          counted('provision', 'CallsAccepted', 'accepted'),
          counted('provision', 'CallsRejected', 'rejected'),
          counted('provision', 'Throttles', 'throttled'),
          counted('poll', 'DriftFound', 'drift found'),
          counted('poll', 'HealsHeldBack', 'healing held back'),
          counted('poll', 'ToolsChanged', 'tools changed by servers'),
          counted('poll', 'StoredDataUnreadable', 'stored data unreadable'),
          counted('notify', 'UploadsRefused', 'uploads refused'),
          counted('notify', 'MessagesFailed', 'messages not delivered'),
        ],
        width: 12,
      }),
      new GraphWidget({
        title: 'Synchronizations',
        left: [
          counted('sync', 'SyncsStarted', 'started'),
          counted('poll', 'SyncsProven', 'proven'),
          counted('poll', 'SyncsUnproven', 'unproven'),
        ],
        width: 12,
      }),
    );
    board.addWidgets(
      new TextWidget({
        markdown:
          'Runbook: `docs/runbook.md`. Reconcile a workspace whose execution failed: `npx gateloop reconcile WORKSPACE`. Handle dead letters: `npx gateloop redrive dead-letters`.',
        width: 24,
        height: 1,
      }),
    );
  }
}
