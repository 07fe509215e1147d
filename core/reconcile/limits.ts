/** Times in ms. Each number states its reason. A quota that AWS can raise for an account is a setting and not here. */

/** A drift pass over every workspace begins this often: what no event tells is found within this time. */
export const DRIFT_PASS_MINUTES = 15;

/**
 * The delay after the n-th failure. The first three attempts fit into one reconciliation. Each later attempt waits for
 * the drift detection that follows its delay, so a resource that always fails costs seven attempts in about thirty
 * hours, not one every fifteen minutes.
 */
export const backoff: readonly number[] = [15_000, 60_000, 900_000, 3_600_000, 21_600_000, 86_400_000];

/** After this many failed attempts at one configuration Gateloop gives up until the configuration changes. */
export const maxAttempts = backoff.length + 1;

/** The longest backoff that a reconciliation waits for. A longer one is left to a later reconciliation. */
export const maxInlineBackoff = 90_000;

/** After this many failed attempts an update is rolled back to the last configuration that was ready. */
export const attemptsBeforeRollback = 3;

/**
 * How long a resource must be ready before its failures are forgotten, so that the number of attempts is bounded even
 * if it fails repeatedly without a change. Kubernetes resets a crash backoff after the same ten minutes.
 */
export const stableAfter = 600_000;

/** The n-th deferral (throttling, a conflict, an error of the service) waits 2^(n-1) s, at most this long. */
export const maxDeferralDelay = 60_000;

/** After this many deferrals in a row the call counts as failed. The delays before that add up to ten minutes. */
export const maxDeferrals = 14;

/**
 * This many conflicts in a row, within seven seconds, prove that a failed resource rejects the call. The first
 * conflict may only mean that another client's operation is in progress, which is no reason to replace a resource.
 */
export const conflictsBeforeEscalation = 3;

/**
 * How long a rejected role is taken for one that IAM still propagates. Users report seconds; two minutes is the bound
 * of Terraform's AWS provider.
 */
export const rolePropagationTime = 120_000;

/** The delay after an operation that failed for such a role: eight operations fit into `rolePropagationTime`. */
export const rolePropagationDelay = 15_000;

/** How long a List may lag behind an accepted write before its content is trusted. */
export const maxListLag = 30_000;

/** How long a READY resource without a newer `lastSynchronizedAt` may have a sync that has not begun to show. */
export const syncProofTimeout = 60_000;

/**
 * How long a list that a server gave out before a synchronization counts for it. A server may list other tools at any
 * moment; ten minutes are enough for the synchronizations of a thousand targets, five in a turn.
 */
export const upcomingListLifetime = 600_000;

/** How long a list that a person refused is not read again, unless a synchronization is due before. */
export const refusedListDelay = 86_400_000;

/** The lists that one turn reads. The step takes 20 s at most for each of ten at a time. */
export const toolReadsPerTurn = 40;

/** The delay after a message that could not be delivered to a person. */
export const notificationRetryDelay = 300_000;

/**
 * How long a reconciliation polls again for a resource whose read fails by throttling, an error of the service or a lost
 * connection. Deferred calls are repeated for the same ten minutes. Afterwards the resource is failed until a later
 * reconciliation reads it.
 */
export const readRetryTime = 600_000;

/**
 * How often the tags of a resource are read, which no List shows, and its configuration, whether or not its `updatedAt`
 * has changed.
 */
export const tagCheckInterval = 3_600_000;

/**
 * How often the versions of secrets, and the agent runtimes behind endpoints that no manifest declares, are read. Events
 * have them read at once.
 */
export const dependencyCheckInterval = 3_600_000;

/**
 * What a poll reads once an hour is read at least this often, by a pass that the scan of the fleet starts for it: a poll that
 * runs anyway, for whatever reason, spares that pass. Twelve passes a day cost a third of what one workspace costs.
 */
export const slowCheckLimit = 7_200_000;

/**
 * The age from which the scan has that pass started, in ms. A scan reaches a workspace some seconds or minutes earlier or later
 * than the scan before did. Half a scan's interval before the limit, it is the eighth scan for certain; at the limit, it would be
 * the ninth for half of the workspaces, and two hours would be 135 minutes.
 */
export const slowCheckAge = slowCheckLimit - (DRIFT_PASS_MINUTES * 60_000) / 2;

/** How long after a click a new link is still useful: a person who waits longer has left, and clicks again. */
export const clickTimeout = 300_000;

/** How long after consent a target may still show that it awaits it. Users report seconds. */
export const consentTimeout = 120_000;

/**
 * How long after its start an operation that waits for a consent is over in any case: the service was seen to fail it
 * about ten minutes after it issued the link. The eleventh minute bridges differences of clocks.
 */
export const linkLapse = 660_000;

/** The least delay after a rejected call to a target whose link is in use: a person may wait in front of a page. */
export const lapseRetryDelay = 30_000;

/** The longest delay between two polls of an operation in progress: people watch, and estimates may be wrong. */
export const maxPollDelay = 30_000;

/** An operation that takes longer is reported to the owner as slow. Users report that operations take minutes. */
export const slowAfter = 600_000;

/** An operation that takes longer is left to the next drift detection: a reconciliation must end in any case. */
export const operationTimeout = 7_200_000;

/**
 * How long the ledger keeps the `generation` of a deleted resource. The service answers a repeated client token with
 * the old result; it does not publish for how long, and a day is what other AWS APIs document.
 */
export const clientTokenLifetime = 86_400_000;
