import { Duration } from 'aws-cdk-lib';
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
import type { MetricName } from '../functions/runtime/measurements.ts';
import { fleetStatusMessages } from '../functions/schedule/fleetStatusMessages.ts';
import type { MonitoredResources } from './alarmDefinitions.ts';

const FIFTEEN_MINUTES = Duration.minutes(15);

/** Answers at a glance: is everything in step, and if not, what waits for whom? */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, watched: MonitoredResources, alarms: readonly Alarm[]) {
    super(scope, id);
    const fleet = (metricName: MetricName, label: string, color?: string) =>
      new Metric({
        namespace: watched.namespace,
        metricName,
        label,
        dimensionsMap: { service: 'schedule' },
        statistic: 'Maximum',
        period: FIFTEEN_MINUTES,
        ...(color !== undefined && { color }),
      });
    const counted = (service: FunctionName, metricName: MetricName, label: string) =>
      new Metric({
        namespace: watched.namespace,
        metricName,
        label,
        dimensionsMap: { service },
        statistic: 'Sum',
        period: FIFTEEN_MINUTES,
      });
    const states = [
      fleet('ResourcesReady', 'ready', Color.GREEN),
      fleet('ResourcesInProgress', 'in progress', Color.BLUE),
      fleet('ResourcesAwaitingPeople', 'awaiting a person', Color.ORANGE),
      fleet('ResourcesFailed', 'failed or refused', Color.RED),
      fleet('WorkspacesRefused', 'uploads refused', Color.PURPLE),
    ];
    const board = new CloudWatchDashboard(this, 'Dashboard', {
      dashboardName: `gateloop-${watched.environment}`,
      defaultInterval: Duration.hours(12),
    });
    board.addWidgets(
      new SingleValueWidget({ title: 'Is everything in step?', metrics: states, width: 16, height: 4 }),
      new SingleValueWidget({
        title: 'How long a person has been awaited, at most (s)',
        metrics: [fleet('LongestWaitForPerson', 'longest wait')],
        width: 8,
        height: 4,
      }),
    );
    board.addWidgets(
      new LogQueryWidget({
        title: 'What waits for whom, and what failed',
        logGroupNames: [`/gateloop/${watched.environment}/schedule`],
        queryLines: [
          `filter message in ["${fleetStatusMessages.notInStep}", "${fleetStatusMessages.inStep}"]`,
          'stats latest(state) as now, latest(waitingSince) as since, latest(owner) as waitsFor, latest(reasons.0) as why by workspace, resource',
          // What came in step since is no news; without its line, its last one would stay for twelve hours.
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
              namespace: watched.namespace,
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
        title: 'Changes and what came of them',
        left: [
          counted('provision', 'CallsAccepted', 'accepted'),
          counted('provision', 'CallsRejected', 'rejected'),
          counted('provision', 'Throttles', 'throttled'),
          counted('poll', 'DriftFound', 'drift found'),
          counted('notify', 'UploadsRefused', 'uploads refused'),
          counted('notify', 'MessagesFailed', 'messages not taken'),
        ],
        width: 12,
      }),
      new GraphWidget({
        title: 'Synchronisations',
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
          'Runbook: `docs/runbook.md`. Redrive failed executions and dead letters: `npm run redrive`.',
        width: 24,
        height: 1,
      }),
    );
  }
}
