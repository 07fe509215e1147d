import { maxAttempts } from './limits.ts';
import type { ResourceContext } from './resourceContext.ts';
import { type ResourceDecision, resourceDecision } from './resourceDecision.ts';
import { type Operation, type RetryState, withoutApplied } from './resourceRecord.ts';
import { retryStateOf } from './retries.ts';

/** Deletes a resource. What is created in its place later is not taken for one that somebody deleted by hand. */
export function tryDelete(context: ResourceContext, fingerprint: string): ResourceDecision {
  return tryOperation('delete', { ...context, record: withoutApplied(context.record) }, fingerprint);
}

/** Makes the call when its time has come, unless this configuration has failed too often. */
export function tryOperation(
  operation: Operation,
  { observed, record, now }: ResourceContext,
  fingerprint: string,
): ResourceDecision {
  const retry = retryStateOf(record, fingerprint);
  if (!retry) return resourceDecision(record, 'in-progress', observed?.reasons ?? [], { operation });
  if (retry.rolledBack || retry.count >= maxAttempts) {
    return resourceDecision(record, 'failed', gaveUpReasons(retry));
  }
  const { nextAt: notBefore, reasons, deferrals } = retry;
  const isBackingOff = notBefore > now && deferrals === 0;
  return resourceDecision(record, isBackingOff ? 'failed' : 'in-progress', reasons, { operation, notBefore });
}

/** Why no further attempt is made, after the reasons of the last one. */
export function gaveUpReasons({ count, rolledBack, reasons }: RetryState): string[] {
  const conclusion = rolledBack
    ? `Taken back to the last configuration that was ready, after ${count} attempts`
    : `Gave up after ${count} attempts`;
  return [...reasons, `${conclusion}; upload a change to try again.`];
}
