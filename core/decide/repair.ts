import { attempt, remove } from './attempt.ts';
import { attemptsAt } from './attempts.ts';
import type { Case } from './case.ts';
import { awaitsConsent } from './consent.ts';
import { attemptsBeforeRollback, mostAttempts } from './limits.ts';
import type { Attempts, Memory } from './memory.ts';
import { needsReplacement, replacementReason } from './replacement.ts';
import { type Verdict, verdict } from './verdict.ts';
import type { Wanted } from './want.ts';

/**
 * A failed resource is updated, since that keeps its id. Where the service refuses to update it, it is replaced; one
 * that needs consent and may still serve, only once a person who was told so wants it. An
 * update that keeps failing is taken back to the last configuration that was ready.
 */
export function repair(given: Case, wanted: Wanted): Verdict {
  const attempts = attemptsAt(given.memory, wanted.fingerprint);
  if (attempts && isToBeTakenBack(given.memory, wanted, attempts)) return rollBack(given.memory, attempts);
  if (attempts?.escalation !== 'replace') return attempt('update', given, wanted.fingerprint);
  if (mustBeAsked(given.memory, wanted)) {
    const reasons = [...attempts.reasons, replacementReason];
    return verdict(given.memory, 'awaiting-authorization', reasons, { ask: !given.memory.request });
  }
  if (!given.hasChildren) return remove(given, wanted.fingerprint);
  return verdict(given.memory, 'failed', [
    ...attempts.reasons,
    'The service refuses to update it, and it cannot be replaced as long as it has targets.',
  ]);
}

/** What is made again without anybody's consent works again in seconds, and is not asked about. */
function mustBeAsked(memory: Memory, { config, fingerprint }: Wanted): boolean {
  return awaitsConsent(config) && needsReplacement(memory, fingerprint) && !memory.request?.mayReplace;
}

/** Nobody is asked to consent to a step back. */
function isToBeTakenBack({ lastGood }: Memory, wanted: Wanted, attempts: Attempts): boolean {
  if (attempts.rolledBack || attempts.escalation === 'replace') return false;
  if (attempts.count < attemptsBeforeRollback || attempts.count >= mostAttempts) return false;
  return lastGood !== undefined && lastGood !== wanted.fingerprint && !awaitsConsent(wanted.config);
}

/** The step back is made at once; only where it fails or is put off in its turn does it wait for its time. */
function rollBack(memory: Memory, { count, deferrals, nextAt, reasons }: Attempts): Verdict {
  const isFirst = count === attemptsBeforeRollback && deferrals === 0;
  return verdict(memory, 'in-progress', reasons, { operation: 'rollback', notBefore: isFirst ? 0 : nextAt });
}
