import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import { logKeys } from './logKeys.ts';
import { stackTrace } from './stackTrace.ts';

/**
 * The one logger and metrics of a function; names and levels come from Powertools' environment variables. In a traced
 * invocation the logger adds `xray_trace_id`, which it reads from `_X_AMZN_TRACE_ID`.
 */
export const logger = new Logger();
export const metrics = new Metrics();

/** Powertools' own middleware warns at every invocation that had nothing to measure, which most have not. */
const flushMetrics = {
  after: () => {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  },
  onError: () => {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  },
};

/** Both the log and the execution's history say where in the sources a step failed. */
const mapStackTrace = {
  onError: ({ error }: { error: Error | null }) => {
    const stack = stackTrace(error);
    if (error && stack !== undefined) error.stack = stack;
  },
};

/**
 * A Lambda step: parses its event, does its work, gives back its result. Whatever is thrown fails the invocation, and
 * the state machine's Retry and Catch decide what then; the error's `name` is what they match.
 *
 * @param parse reads the event; throws a GateloopError `InvalidEvent` that says what is wrong with it
 */
export function lambdaStep<Event, Result>(
  parse: (event: unknown) => Event,
  handle: (event: Event) => Promise<Result>,
) {
  return middy<unknown, Result>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use(flushMetrics)
    .use(mapStackTrace)
    .handler((event: unknown) => {
      logger.appendKeys({ ...logKeys(event) });
      return handle(parse(event));
    });
}
