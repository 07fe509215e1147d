import { backoff, maxDeferralDelay, maxDeferrals } from './limits.ts';
import type { Escalation, ResourceRecord, RetryState } from './resourceRecord.ts';

/** The attempts at this configuration; those at another one count for nothing. */
export function retryStateOf({ retry }: ResourceRecord, fingerprint: string): RetryState | undefined {
  return retry?.fingerprint === fingerprint ? retry : undefined;
}

/** Counts one more failed attempt at a configuration, and says when the next may be made. */
export function recordFailure(
  record: ResourceRecord,
  fingerprint: string,
  reasons: readonly string[],
  now: number,
): ResourceRecord {
  const before = retryStateOrNew(record, fingerprint, now);
  const count = before.count + 1;
  const nextAt = now + (backoff[Math.min(count, backoff.length) - 1] ?? 0);
  return { ...record, retry: { ...before, count, nextAt, deferrals: 0, reasons } };
}

/** Puts a call off without counting it as failed, ever longer, until it has been put off too often. */
export function recordDeferral(
  record: ResourceRecord,
  fingerprint: string,
  reason: string,
  now: number,
): ResourceRecord {
  const before = retryStateOrNew(record, fingerprint, now);
  const deferrals = before.deferrals + 1;
  if (deferrals > maxDeferrals) return recordFailure(record, fingerprint, [reason], now);
  const nextAt = now + Math.min(maxDeferralDelay, 2 ** (deferrals - 1) * 1000);
  return { ...record, retry: { ...before, deferrals, nextAt, reasons: [reason] } };
}

/** Counts a refusal of a failed resource to take a gentle call; the harsher one may be made at once. */
export function recordEscalation(
  record: ResourceRecord,
  fingerprint: string,
  escalation: Escalation,
  reason: string,
  now: number,
): ResourceRecord {
  const failed = recordFailure(record, fingerprint, [reason], now);
  const retry = retryStateOf(failed, fingerprint);
  return retry ? { ...failed, retry: { ...retry, escalation, nextAt: now } } : failed;
}

/** What is kept of attempts when one has succeeded: their number, until the resource has been ready for a while. */
export function recordSuccess(record: ResourceRecord): ResourceRecord {
  const { retry, ...rest } = record;
  if (!retry || retry.count === 0) return rest;
  const { escalation: _, ...kept } = retry;
  return { ...rest, retry: { ...kept, deferrals: 0 } };
}

export function withoutRetryState({ retry: _, ...record }: ResourceRecord): ResourceRecord {
  return record;
}

function retryStateOrNew(record: ResourceRecord, fingerprint: string, now: number): RetryState {
  return (
    retryStateOf(record, fingerprint) ?? {
      fingerprint,
      count: 0,
      firstAt: now,
      nextAt: now,
      deferrals: 0,
      reasons: [],
    }
  );
}
