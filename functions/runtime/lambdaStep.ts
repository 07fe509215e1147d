import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { logger, logKeys, metrics } from './observability.ts';
import { stackTrace } from './stackTrace.ts';

/** The clock of a step, in ms since the epoch. */
export interface StepClock {
  readonly clock: () => number;
}

/** Waits in a step, in ms. Lambda bills the time. */
export interface StepSleep {
  readonly sleep: (ms: number) => Promise<void>;
}

/** Publishes stored metrics. Powertools' own middleware warns at each invocation without metrics, which most are. */
const flushMetrics = {
  after: publishMetrics,
  onError: publishMetrics,
};

function publishMetrics(): void {
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}

/** Has the log and the execution's history show positions in the sources instead of the bundle. */
const mapStackTrace = {
  onError: ({ error }: { error: Error | null }) => {
    const stack = stackTrace(error);
    if (error && stack !== undefined) error.stack = stack;
  },
};

/**
 * Makes the Lambda handler of a step: it parses the event, runs the use case and returns its result. An error fails the
 * invocation; the state machine's Retry and Catch match its `name`.
 *
 * @param parse reads the event; throws a GateloopError `InvalidEvent` that says what is wrong with it
 */
export function lambdaStep<Event, Result>(
  parse: (event: unknown) => Event,
  handle: (event: Event) => Promise<Result>,
  clock: StepClock['clock'],
) {
  return middy<unknown, Result>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use(flushMetrics)
    .use(mapStackTrace)
    .handler((event: unknown) => {
      logger.appendKeys({ ...logKeys(event) });
      return handle(withTime(parse(event), clock));
    });
}

/**
 * Gives an event the time at which the step runs: the state machine passes when it entered the state, and enters it once for
 * all retries, which are up to 15 minutes apart. A lease of five minutes would be over when it is taken, and calls would be
 * counted in the rate of a past second. The clocks of two services differ: never earlier than the state was entered.
 */
function withTime<Event>(event: Event, clock: () => number): Event {
  if (typeof event !== 'object' || event === null || !('now' in event)) return event;
  return { ...event, now: Math.max(Number(event.now), clock()) };
}
