/** Times in ms. Each number has its reason; a quota that AWS can raise for an account is a setting, not here. */

/**
 * How long after the n-th failure that counts the next attempt may be made. The first three attempts fit into one
 * pass; after them only a drift pass that finds the time come tries again, so a resource that fails for good costs
 * seven attempts in some thirty hours, not one every fifteen minutes.
 */
export const backoff: readonly number[] = [15_000, 60_000, 900_000, 3_600_000, 21_600_000, 86_400_000];

/** After so many attempts at one configuration Gateloop gives up until the configuration changes. */
export const maxAttempts = backoff.length + 1;

/** The longest time that a pass stays for a backoff to end rather than leave it to the next one. */
export const maxInlineBackoff = 90_000;

/** After so many attempts a failed update is taken back to the last configuration that was ready. */
export const attemptsBeforeRollback = 3;

/**
 * How long a resource must have been ready before its earlier failures are forgotten, so that one which fails again
 * and again by itself is bounded too. Kubernetes forgets crashes after the same ten minutes.
 */
export const stableAfter = 600_000;

/** The nth deferral (throttling, a conflict, an error of the service) waits 2^(n-1) s, at most this long. */
export const maxDeferralDelay = 60_000;

/** After so many deferrals in a row a call counts as failed; the waits before that add up to about ten minutes. */
export const maxDeferrals = 14;

/**
 * So many conflicts in a row, over seven seconds, say that a failed resource will not take this call at all. The first
 * may only say that somebody else's operation is under way, and replacing a resource for that would be a pity.
 */
export const conflictsBeforeEscalation = 3;

/**
 * How long a refusal because of a role's permissions is taken for a role that is still spreading through IAM.
 * Users report seconds; two minutes is the bound that Terraform's AWS provider has settled on.
 */
export const rolePropagationTime = 120_000;

/** How long a List may lag behind an accepted write before what it shows is taken for the truth. */
export const maxListLag = 30_000;

/** How long a READY without a newer `lastSynchronizedAt` may be a sync that has not begun to show. */
export const syncProofTimeout = 60_000;

/** How long after a person could not be asked the next try may be made. */
export const notificationRetryDelay = 300_000;

/** How long after a click a fresh link is still worth the making: who waits longer has left, and clicks again. */
export const clickTimeout = 300_000;

/** How long after a person's consent a target may still show that it awaits it; users report seconds. */
export const consentTimeout = 120_000;

/** The longest time between two looks at something that moves: people watch, and estimates may be wrong. */
export const maxPollDelay = 30_000;

/** What moves for longer than this is slow enough to tell its owner. Operations that users report take minutes. */
export const slowAfter = 600_000;

/** What has moved for so long is left to the next drift pass: a pass must end, whatever the service does. */
export const operationTimeout = 7_200_000;

/**
 * How long it is remembered how often a resource was created that is gone. The service gives the answer to an old
 * client token once more; for how long is not published, and a day is what AWS promises where it promises anything.
 */
export const clientTokenLifetime = 86_400_000;
