import { requiresConsent } from './consentGate.ts';
import type { ResolvedResource } from './diff.ts';
import { attemptsBeforeRollback, maxAttempts } from './limits.ts';
import { needsReplacement, replacementReason } from './replacement.ts';
import type { ResourceContext } from './resourceContext.ts';
import { type ResourceDecision, resourceDecision } from './resourceDecision.ts';
import type { ResourceRecord, RetryState } from './resourceRecord.ts';
import { retryStateOf } from './retries.ts';
import { tryDelete, tryOperation } from './tryOperation.ts';

/**
 * A failed resource is updated, since that keeps its id. Where the service refuses to update it, it is replaced; one
 * that needs consent and may still serve, only once a person who was told so wants it. An
 * update that keeps failing is taken back to the last configuration that was ready.
 */
export function repair(context: ResourceContext, desired: ResolvedResource): ResourceDecision {
  const retry = retryStateOf(context.record, desired.fingerprint);
  if (retry && shouldRollBack(context.record, desired, retry)) return rollBack(context.record, retry);
  if (retry?.escalation !== 'replace') return tryOperation('update', context, desired.fingerprint);
  if (needsPersonApproval(context.record, desired)) {
    const reasons = [...retry.reasons, replacementReason];
    return resourceDecision(context.record, 'awaiting-authorization', reasons, {
      askPerson: !context.record.request,
    });
  }
  if (!context.hasChildren) return tryDelete(context, desired.fingerprint);
  return resourceDecision(context.record, 'failed', [
    ...retry.reasons,
    'The service refuses to update it, and it cannot be replaced as long as it has targets.',
  ]);
}

/** What is made again without anybody's consent works again in seconds, and is not asked about. */
function needsPersonApproval(record: ResourceRecord, { config, fingerprint }: ResolvedResource): boolean {
  return requiresConsent(config) && needsReplacement(record, fingerprint) && !record.request?.mayReplace;
}

/** Nobody is asked to consent to a step back. */
function shouldRollBack({ lastGood }: ResourceRecord, desired: ResolvedResource, retry: RetryState): boolean {
  if (retry.rolledBack || retry.escalation === 'replace') return false;
  if (retry.count < attemptsBeforeRollback || retry.count >= maxAttempts) return false;
  return lastGood !== undefined && lastGood !== desired.fingerprint && !requiresConsent(desired.config);
}

/** The step back is made at once; only where it fails or is put off in its turn does it wait for its time. */
function rollBack(
  record: ResourceRecord,
  { count, deferrals, nextAt, reasons }: RetryState,
): ResourceDecision {
  const isFirst = count === attemptsBeforeRollback && deferrals === 0;
  return resourceDecision(record, 'in-progress', reasons, {
    operation: 'rollback',
    notBefore: isFirst ? 0 : nextAt,
  });
}
