/** What limits the time of one call of an SDK client. Times in ms. */
export interface CallLimits {
  /** How long an attempt waits for a response, and then for each further part of it. */
  readonly requestTimeout: number;
  readonly maxAttempts: number;
}

/** A connection to an endpoint of AWS in the same Region takes some 10 ms; a lost packet costs one second or three. */
const CONNECTION_TIMEOUT = 3_000;

/** Longer than the pauses of the SDK between the attempts of one call, which are random up to 0.1, 0.2 and 0.4 s. In ms. */
const RETRY_PAUSE = 1_000;

/**
 * The limits by service. Without them the SDK waits for a response as long as the function runs: the call then outlives
 * the step that was allowed to make it. A call with all its attempts fits into every function that makes it, so that the
 * function can still record what became of it.
 */
export const callLimits = {
  /**
   * One attempt: poll defers a throttled call visibly, while the SDK would sleep in a billed function. The answers of AWS
   * that are on record came within a second.
   */
  agentCoreControl: { requestTimeout: 20_000, maxAttempts: 1 },
  /** Reads of registries, and decisions about their records, which may be made twice. */
  registryRecords: { requestTimeout: 10_000, maxAttempts: 3 },
  /**
   * AgentCore exchanges a code at the identity provider meanwhile, and the person's browser waits 25 s at most. One
   * attempt: before each further one, the pages check that the session has not become void.
   */
  agentCore: { requestTimeout: 8_000, maxAttempts: 1 },
  /** DynamoDB answers within 10 ms. */
  dynamoDb: { requestTimeout: 3_000, maxAttempts: 3 },
  /** A schema of 10 MB is read and written in one second. */
  s3: { requestTimeout: 10_000, maxAttempts: 3 },
  /** What a page shows, at most 1 MB, while the person's browser waits 25 s at most. */
  requestDetails: { requestTimeout: 4_000, maxAttempts: 2 },
  secretsManager: { requestTimeout: 5_000, maxAttempts: 3 },
  eventBridge: { requestTimeout: 4_000, maxAttempts: 3 },
  sns: { requestTimeout: 5_000, maxAttempts: 3 },
  stepFunctions: { requestTimeout: 4_000, maxAttempts: 3 },
} as const satisfies Readonly<Record<string, CallLimits>>;

/** @returns the longest time that one call takes, with all its attempts, in ms */
export function longestCall({ requestTimeout, maxAttempts }: CallLimits): number {
  return maxAttempts * (CONNECTION_TIMEOUT + requestTimeout) + (maxAttempts - 1) * RETRY_PAUSE;
}

/** The settings of an SDK client that keeps to the limits. A call that exceeds them fails with a `TimeoutError`. */
export function clientSettings({ requestTimeout, maxAttempts }: CallLimits) {
  return {
    maxAttempts,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT,
      requestTimeout,
      // The SDK only logs a warning otherwise.
      throwOnRequestTimeout: true,
      // A response whose body stops coming.
      socketTimeout: requestTimeout,
    },
  };
}
