import { approveFirst, withoutApproval } from './approval.ts';
import { attempt, gaveUp, remove } from './attempt.ts';
import { attemptsAt, withoutAttempts } from './attempts.ts';
import { askToSynchronize, awaitPerson, withoutEarlyQuestion } from './authorization.ts';
import type { Case } from './case.ts';
import { awaitsConsent, consentSyncIsDue, listsTools, resyncIsDue } from './consent.ts';
import { calm, longestMoving, mostAttempts, slow } from './limits.ts';
import { withoutResource } from './memory.ts';
import { type Move, moves } from './moves.ts';
import { repair } from './repair.ts';
import { type Verdict, verdict } from './verdict.ts';
import { compare, fixedChanges, type Wanted } from './want.ts';

/** Judges a resource that is wanted, by the table of `moves` and by what earlier attempts have taught. */
export function judge(given: Case, wanted: Wanted): Verdict {
  const { observed, moving, lapsed } = given;
  if (moving) return wait(given);
  if (lapsed) return awaitPerson(given, wanted);
  const { want, memory, note } = compare(wanted, observed, given.memory);
  if (want === 'unknown' || (want === 'changed' && wanted.unreadContract)) {
    return verdict(memory, 'in-progress', ['The present configuration could not be read yet.'], {
      read: true,
    });
  }
  const mayBeFixed = want === 'changed' && wanted.fixed.length > 0;
  const fixed = mayBeFixed ? fixedChanges(wanted, observed) : [];
  if (fixed.length > 0) return verdict(memory, 'refused', fixed);
  const move = moves[observed?.status ?? 'ABSENT'][want];
  const approval =
    want === 'changed' && wanted.needsApproval
      ? approveFirst({ ...given, memory }, wanted)
      : { granted: withoutApproval(memory) };
  const judged =
    'awaited' in approval
      ? approval.awaited
      : carryOut(move, { ...given, memory: approval.granted }, wanted, note);
  return mayBeFixed && !observed?.config ? { ...judged, read: true } : judged;
}

/** Judges a resource that left the manifest, in a workspace that prunes. */
export function judgeLeftover(given: Case): Verdict {
  const { observed, memory, moving } = given;
  if (moving) return wait(given);
  const move = moves[observed?.status ?? 'ABSENT'].unwanted;
  if (move === 'keep') return verdict(withoutResource(memory), 'absent', []);
  if (move === 'wait') return wait(given);
  if (move === 'delete') return remove(given, '');
  return verdict(memory, 'awaiting-authorization', [
    'It left the manifest, but the service deletes nothing that awaits an authorization.',
  ]);
}

function carryOut(move: Move, given: Case, wanted: Wanted, note: string | undefined): Verdict {
  switch (move) {
    case 'wait':
      return wait(given);
    case 'keep':
      return keep(given, wanted, note);
    case 'ask':
      return awaitPerson(given, wanted);
    case 'create':
      return create(given, wanted);
    case 'update':
      return attempt('update', given, wanted.fingerprint);
    case 'sync':
      return synchronize(given, wanted);
    case 'repair':
      return repair(given, wanted);
    case 'delete':
      return remove(given, wanted.fingerprint);
  }
}

function wait({ memory, observed, movingSince, now }: Case): Verdict {
  const time = now - movingSince;
  if (time < slow) return verdict(memory, 'in-progress', []);
  const what = observed?.status ?? 'not listed';
  const reason =
    time < longestMoving
      ? `It is still ${what} after ${slow / 60_000} minutes.`
      : `It is still ${what} after ${longestMoving / 3_600_000} hours, and is not waited for any longer.`;
  return verdict(memory, 'in-progress', [reason]);
}

function keep(given: Case, wanted: Wanted, note: string | undefined): Verdict {
  const { observed, now } = given;
  const notes = note === undefined ? [] : [note];
  if (observed && consentSyncIsDue(wanted, observed, now)) return askToSynchronize(given, wanted, notes);
  const memory = withoutEarlyQuestion(given.memory);
  const attempts = attemptsAt(memory, wanted.fingerprint);
  const quietSince = Math.max(memory.since, attempts?.nextAt ?? 0);
  const isCalm = memory.state === 'ready' && now - quietSince >= calm;
  if (!observed || !resyncIsDue(wanted, observed, now)) {
    return verdict(isCalm ? withoutAttempts(memory) : memory, 'ready', notes);
  }
  if (attempts && attempts.count >= mostAttempts) return verdict(memory, 'ready', gaveUp(attempts));
  const reasons = [...notes, ...(attempts?.reasons ?? [])];
  return verdict(memory, 'ready', reasons, { operation: 'sync', notBefore: attempts?.nextAt ?? 0 });
}

/**
 * A resource that was there, ready, and is gone was deleted by hand: that is a change by hand like any other. What
 * Gateloop deletes itself it has ceased to call applied before it makes the call.
 */
function create(given: Case, wanted: Wanted): Verdict {
  const { memory } = given;
  const deletedByHand = memory.applied?.fingerprint === wanted.fingerprint;
  if (deletedByHand && !wanted.selfHeal) {
    return verdict(memory, 'absent', [
      'Somebody deleted it by hand; settings.selfHeal is off, so it stays away.',
    ]);
  }
  return attempt('create', { ...given, memory: withoutResource(memory) }, wanted.fingerprint);
}

/** A sync that needs a person's consent is never begun behind their back: the request comes first. */
function synchronize(given: Case, wanted: Wanted): Verdict {
  if (awaitsConsent(wanted.config)) return awaitPerson(given, wanted);
  const isRefused = attemptsAt(given.memory, wanted.fingerprint)?.escalation !== undefined;
  // The service synchronises no static tools: a target that has come to have them is mended by an update.
  if (isRefused || !listsTools(wanted.config)) return repair(given, wanted);
  return attempt('sync', given, wanted.fingerprint);
}
