/**
 * How long a lease lasts without renewal, in ms. Each turn renews it; the longest one waits 90 s for a backoff and
 * then makes calls that the SDK retries for some 20 s each. What is left covers the retries of a failing step.
 */
export const LEASE_DURATION = 5 * 60_000;

/**
 * After so many turns a fresh execution goes on. A turn is at most five states of some five events each, and an
 * execution may have 25,000 events: 25 × 900 leaves a tenth of that for retries.
 */
export const ITERATIONS_PER_EXECUTION = 900;
