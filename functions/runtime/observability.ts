import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { defined } from '../../core/objects.ts';
import { visibleMember } from '../../core/text/encoders.ts';
import type { Measurement, MetricName } from './measurements.ts';

/**
 * The logger and the metrics of a function; names and log levels come from Powertools' environment variables. In a
 * traced invocation the logger adds `xray_trace_id`, which it reads from `_X_AMZN_TRACE_ID`.
 */
export const logger = new Logger({ jsonReplacerFn: visibleMember });
export const metrics = new Metrics();

/** The keys that a function adds to every log line, so that one search finds all lines of a reconciliation. */
export interface LogKeys {
  readonly workspace?: string;
  /** The execution that holds the lease. It stays the same when a fresh execution continues the reconciliation. */
  readonly execution?: string;
  /** The SHA-256 of a request's id. The id itself is never logged, since it opens the request's page. */
  readonly reference?: string;
}

/**
 * Finds the log keys where the workflows pass them: in the state of the reconciliation, in the input of the execution,
 * or in the event itself.
 */
export function logKeys(event: unknown): LogKeys {
  if (!isJsonObject(event)) return {};
  const candidates = [event.state, event.previous, event.input, event].filter(isJsonObject);
  return defined({
    workspace: firstText(candidates, 'workspace'),
    execution: firstText(candidates, 'leaseHolder') ?? firstText(candidates, 'execution'),
    reference: firstText(candidates, 'reference'),
  });
}

function firstText(candidates: readonly JsonObject[], name: string): string | undefined {
  return candidates.map((candidate) => candidate[name]).find((value) => typeof value === 'string');
}

/** The metrics that are times; all others are counts. */
const METRICS_IN_SECONDS: readonly MetricName[] = ['TimeToReady', 'LongestWaitForPerson'];

/**
 * Adds measurements to the metrics of the invocation. The step publishes them in its log (embedded metric format), which
 * takes no call and no permission.
 */
export function measure(measurements: readonly Measurement[]): void {
  for (const { name, value } of measurements) {
    metrics.addMetric(name, METRICS_IN_SECONDS.includes(name) ? MetricUnit.Seconds : MetricUnit.Count, value);
  }
}
