import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Measurement, MetricName } from './measurements.ts';
import { metrics } from './step.ts';

/** The metrics that are no counts. */
const TIMES: readonly MetricName[] = ['TimeToReady', 'LongestWaitForPerson'];

/** Publishes measurements with the invocation, as part of its log: no call, no wait, no right that it would need. */
export function measure(measurements: readonly Measurement[]): void {
  for (const { name, value } of measurements) {
    metrics.addMetric(name, TIMES.includes(name) ? MetricUnit.Seconds : MetricUnit.Count, value);
  }
}
