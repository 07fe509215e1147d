import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { alarmDefinitions, type MonitoredResources } from './alarmDefinitions.ts';

/** The alarms, all of which tell the operators. */
export class Alarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, watched: MonitoredResources, topic: ITopic) {
    super(scope, id);
    const action = new SnsAction(topic);
    this.alarms = alarmDefinitions(watched).map((row) => {
      const alarm = new Alarm(this, row.name, {
        alarmName: `gateloop-${watched.environment}-${row.name}`,
        alarmDescription: `What it means and what to do: docs/runbook.md#${row.runbookSection}`,
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
