import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { metrics } from './lambdaStep.ts';
import type { Measurement, MetricName } from './measurements.ts';

/** The metrics that are no counts. */
const METRICS_IN_SECONDS: readonly MetricName[] = ['TimeToReady', 'LongestWaitForPerson'];

/** Publishes measurements with the invocation, as part of its log: no call, no wait, no right that it would need. */
export function measure(measurements: readonly Measurement[]): void {
  for (const { name, value } of measurements) {
    metrics.addMetric(name, METRICS_IN_SECONDS.includes(name) ? MetricUnit.Seconds : MetricUnit.Count, value);
  }
}
