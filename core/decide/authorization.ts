import { attempt } from './attempt.ts';
import { attemptsAt, withoutAttempts } from './attempts.ts';
import type { Case } from './case.ts';
import { type Memory, withoutOperation, withoutRequest } from './memory.ts';
import { synchronizationDueAt } from './nextResync.ts';
import { repair } from './repair.ts';
import { needsReplacement, replacementReason } from './replacement.ts';
import { closedReasons, standingOf, withoutOtherQuestion } from './standing.ts';
import { type Verdict, verdict } from './verdict.ts';
import type { Wanted } from './want.ts';

/** A target that stops at a person's consent: has them asked, waits for them, or begins afresh when they come. */
export function awaitPerson(given: Case, wanted: Wanted): Verdict {
  const { observed, now } = given;
  const memory = withoutOtherQuestion(given.memory, wanted.fingerprint, 'authorization');
  const reasons = observed?.reasons ?? [];
  const standing = standingOf(memory, observed, now);
  switch (standing) {
    case 'closed':
      return verdict(memory, 'failed', [...reasons, closedReasons[memory.request?.closed ?? 'expired']]);
    case 'restart':
      // What waits for a link that has lapsed is not under way: the call that begins it afresh must be made.
      return repair({ ...given, memory: withoutOperation(afresh(memory, wanted)) }, wanted);
    case 'ask':
    case 'wait':
      return verdict(memory, 'awaiting-authorization', [...reasons, ...obstacle(memory, wanted)], {
        ask: standing === 'ask',
      });
  }
}

function obstacle(memory: Memory, { fingerprint }: Wanted): string[] {
  return needsReplacement(memory, fingerprint) ? [replacementReason] : [];
}

/**
 * What failed before somebody clicked is no reason not to try now that they are there. Where they were told what it
 * takes, and want that, the gentler call is not tried once more.
 */
function afresh(memory: Memory, { fingerprint }: Wanted): Memory {
  const { attempts, request: { clickedAt = 0, mayReplace } = {} } = memory;
  if (!attempts || attempts.firstAt >= clickedAt) return memory;
  if (!mayReplace || !needsReplacement(memory, fingerprint)) return withoutAttempts(memory);
  return {
    ...memory,
    attempts: { ...attempts, count: 1, deferrals: 0, firstAt: clickedAt, nextAt: clickedAt },
  };
}

/**
 * A synchronisation by schedule that would park the target until somebody consents: they are asked first, once, and it
 * begins when they click. The target goes on as it is, so whatever becomes of it, the target stays ready.
 */
export function askToSynchronize(given: Case, wanted: Wanted, notes: readonly string[]): Verdict {
  const { observed, now } = given;
  const memory = withoutOtherQuestion(given.memory, wanted.fingerprint, 'authorization');
  const standing = standingOf(memory, observed, now);
  if (standing === 'restart') {
    const begun = attempt('sync', { ...given, memory: afresh(memory, wanted) }, wanted.fingerprint);
    return { ...begun, state: 'ready' };
  }
  const isOpen = memory.request !== undefined && standing !== 'closed';
  const isDue = now >= (synchronizationDueAt(wanted, observed, memory) ?? Number.POSITIVE_INFINITY);
  if (isOpen || isDue) {
    const open = isOpen ? memory : withoutRequest(memory);
    return verdict(open, 'ready', [...notes, synchronizationDue], { ask: isDue || standing === 'ask' });
  }
  const attempts = memory.request ? undefined : attemptsAt(memory, wanted.fingerprint);
  return verdict(memory, 'ready', [...notes, ...(attempts?.reasons ?? [])]);
}

/** Where the schedule was taken back or stretched since, nothing is left to answer; what was answered is remembered. */
export function withoutEarlyQuestion(memory: Memory): Memory {
  const { request } = memory;
  return request?.reason === 'sync' && !request.closed ? withoutRequest(memory) : memory;
}

const synchronizationDue = 'Its tools are due to be synchronised, which needs the consent of a person.';
