import { attemptsAt } from './attempts.ts';
import type { Case } from './case.ts';
import { mostAttempts } from './limits.ts';
import { type Attempts, type Operation, withoutApplied } from './memory.ts';
import { type Verdict, verdict } from './verdict.ts';

/** Deletes a resource. What is created in its place later is not taken for one that somebody deleted by hand. */
export function remove(given: Case, fingerprint: string): Verdict {
  return attempt('delete', { ...given, memory: withoutApplied(given.memory) }, fingerprint);
}

/** Makes the call when its time has come, unless this configuration has failed too often. */
export function attempt(operation: Operation, { observed, memory, now }: Case, fingerprint: string): Verdict {
  const attempts = attemptsAt(memory, fingerprint);
  if (!attempts) return verdict(memory, 'in-progress', observed?.reasons ?? [], { operation });
  if (attempts.rolledBack || attempts.count >= mostAttempts) {
    return verdict(memory, 'failed', gaveUp(attempts));
  }
  const { nextAt: notBefore, reasons, deferrals } = attempts;
  const isHeld = notBefore > now && deferrals === 0;
  return verdict(memory, isHeld ? 'failed' : 'in-progress', reasons, { operation, notBefore });
}

/** Why no further attempt is made, after the reasons of the last one. */
export function gaveUp({ count, rolledBack, reasons }: Attempts): string[] {
  const why = rolledBack
    ? `Taken back to the last configuration that was ready, after ${count} attempts`
    : `Gave up after ${count} attempts`;
  return [...reasons, `${why}; upload a change to try again.`];
}
