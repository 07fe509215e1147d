import type { Address } from '../address.ts';
import { omit } from '../objects.ts';
import {
  type Escalation,
  type Operation,
  type ResourceRecord,
  type RetryState,
  withoutApplied,
} from './ledgerRecord.ts';
import { backoff, maxAttempts, maxDeferralDelay, maxDeferrals } from './limits.ts';
import { type ResourceContext, type ResourcePlan, resourcePlan } from './plan.ts';

/** Plans a call for the time when its backoff ends, unless this configuration failed too often. */
export function tryOperation(
  operation: Operation,
  context: ResourceContext,
  fingerprint: string,
): ResourcePlan {
  const { observed, record, now } = context;
  const retry = retryStateOf(record, fingerprint);
  if (!retry) return resourcePlan(context, 'in-progress', observed?.reasons ?? [], { operation });
  if (retry.rolledBack || retry.count >= maxAttempts) {
    return resourcePlan(context, 'failed', gaveUpReasons(retry, context.address));
  }
  const { nextAt: notBefore, reasons, deferrals } = retry;
  const isBackingOff = notBefore > now && deferrals === 0;
  return resourcePlan(context, isBackingOff ? 'failed' : 'in-progress', reasons, { operation, notBefore });
}

/** Plans a deletion. It clears `applied`, so that the missing resource is not taken for one deleted outside Gateloop. */
export function tryDelete(context: ResourceContext, fingerprint: string): ResourcePlan {
  return tryOperation('delete', { ...context, record: withoutApplied(context.record) }, fingerprint);
}

/** The reasons of the last attempt, and why Gateloop makes no further one. */
export function gaveUpReasons({ count, rolledBack, reasons }: RetryState, address: Address): string[] {
  const conclusion = rolledBack
    ? `Rolled back to the last configuration that was ready, after ${count} attempts.`
    : `Gave up after ${count} attempts.`;
  return [...reasons, `${conclusion} To try again, upload a change or run: ${retryCommand(address)}`];
}

/** The command that makes Gateloop try a resource again, for people. */
export function retryCommand(address: Address): string {
  return `npx gateloop retry ${address}`;
}

/** The attempts at this configuration. Attempts at another configuration do not count. */
export function retryStateOf({ retry }: ResourceRecord, fingerprint: string): RetryState | undefined {
  return retry?.fingerprint === fingerprint ? retry : undefined;
}

/** Counts one more failed attempt at a configuration, and sets the time of the next one. */
export function recordFailure(
  record: ResourceRecord,
  fingerprint: string,
  reasons: readonly string[],
  now: number,
): ResourceRecord {
  const before = retryStateOrNew(record, fingerprint, now);
  const count = before.count + 1;
  const nextAt = now + (backoff[Math.min(count, backoff.length) - 1] ?? 0);
  return { ...record, retry: { ...omit(before, 'denied'), count, nextAt, deferrals: 0, reasons } };
}

/**
 * Counts a call that AWS denied a right, and waits longer each time. The attempts never end: after the last backoff, each
 * waits as long as the one before.
 */
export function recordDenial(
  record: ResourceRecord,
  fingerprint: string,
  reasons: readonly string[],
  now: number,
): ResourceRecord {
  const failed = recordFailure(record, fingerprint, reasons, now);
  const retry = retryStateOf(failed, fingerprint);
  if (!retry) return failed;
  return { ...failed, retry: { ...retry, count: Math.min(retry.count, backoff.length), denied: true } };
}

/**
 * Defers a call without counting a failure. The delay doubles each time; after `maxDeferrals` the call has failed.
 *
 * @param minDelay the shortest delay, in ms
 */
export function recordDeferral(
  record: ResourceRecord,
  fingerprint: string,
  reasons: readonly string[],
  now: number,
  minDelay = 0,
): ResourceRecord {
  const before = retryStateOrNew(record, fingerprint, now);
  const deferrals = before.deferrals + 1;
  if (deferrals > maxDeferrals) return recordFailure(record, fingerprint, reasons, now);
  const nextAt = now + Math.max(minDelay, Math.min(maxDeferralDelay, 2 ** (deferrals - 1) * 1000));
  return { ...record, retry: { ...before, deferrals, nextAt, reasons } };
}

/** Counts a rejected repair and escalates immediately: the next, more drastic call needs no backoff. */
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

/** Keeps the number of failures after a success, until the resource has been ready for `stableAfter`. */
export function recordSuccess(record: ResourceRecord): ResourceRecord {
  const { retry, ...rest } = record;
  if (!retry || retry.count === 0) return rest;
  return { ...rest, retry: { ...omit(retry, 'escalation'), deferrals: 0 } };
}

export function withoutRetryState({ retry: _, ...record }: ResourceRecord): ResourceRecord {
  return record;
}

function retryStateOrNew(record: ResourceRecord, fingerprint: string, now: number): RetryState {
  const none = { fingerprint, count: 0, firstAt: now, nextAt: now, deferrals: 0, reasons: [] };
  return retryStateOf(record, fingerprint) ?? none;
}
