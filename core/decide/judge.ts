import { attemptsAt, withoutAttempts } from './attempts.ts';
import { awaitsConsent, consentSyncIsDue, listsTools, resyncIsDue } from './consent.ts';
import { attemptsBeforeRollback, calm, longestMoving, mostAttempts, slow } from './limits.ts';
import {
  type Attempts,
  type Memory,
  type Operation,
  withoutApplied,
  withoutOperation,
  withoutRequest,
  withoutResource,
} from './memory.ts';
import { type Move, moves } from './moves.ts';
import type { Observed } from './observed.ts';
import { approvalReasons, closedReasons, standingOf, withoutOtherQuestion } from './standing.ts';
import { type Verdict, verdict } from './verdict.ts';
import { compare, fixedChanges, type Wanted } from './want.ts';

/** Everything that the judgement of one resource rests on. Memory has been brought up to what was observed. */
export interface Case {
  readonly observed: Observed | undefined;
  readonly memory: Memory;
  /** Our operation is under way, whatever the list says. */
  readonly moving: boolean;
  /** Since when it is, or would be, in ms since the epoch. */
  readonly movingSince: number;
  /** An operation has failed for want of a person's consent. */
  readonly lapsed: boolean;
  /** Other resources belong to this one, such as targets to a gateway. */
  readonly hasChildren: boolean;
  readonly now: number;
}

/** Judges a resource that is wanted, by the table of `moves` and by what earlier attempts have taught. */
export function judge(given: Case, wanted: Wanted): Verdict {
  const { observed, moving, lapsed } = given;
  if (moving) return wait(given);
  if (lapsed) return awaitPerson(given, wanted);
  const { want, memory, note } = compare(wanted, observed, given.memory);
  if (want === 'unknown') {
    return verdict(memory, 'in-progress', ['The present configuration could not be read yet.'], {
      read: true,
    });
  }
  const mayBeFixed = want === 'changed' && wanted.fixed.length > 0;
  const fixed = mayBeFixed ? fixedChanges(wanted, observed) : [];
  if (fixed.length > 0) return verdict(memory, 'refused', fixed);
  const move = moves[observed?.status ?? 'ABSENT'][want];
  const judged =
    want === 'changed' && wanted.needsApproval
      ? approveFirst(move, { ...given, memory }, wanted, note)
      : carryOut(move, { ...given, memory: withoutApproval(memory) }, wanted, note);
  return mayBeFixed && !observed?.config ? { ...judged, read: true } : judged;
}

/** What changes what agents rely on waits for the owner's yes; until then what is there stays. */
function approveFirst(move: Move, given: Case, wanted: Wanted, note: string | undefined): Verdict {
  const { fingerprint } = wanted;
  if (given.memory.approved === fingerprint || move === 'ask' || move === 'wait') {
    return carryOut(move, given, wanted, note);
  }
  const memory = withoutOtherQuestion(given.memory, fingerprint, 'approval');
  if (memory.request?.answeredAt !== undefined) {
    return carryOut(
      move,
      { ...given, memory: { ...withoutRequest(memory), approved: fingerprint } },
      wanted,
      note,
    );
  }
  const standing = standingOf(memory, given.observed, given.now);
  if (standing === 'closed') {
    return verdict(memory, 'refused', [approvalReasons[memory.request?.closed ?? 'expired']]);
  }
  return verdict(memory, 'awaiting-approval', [approvalReasons.asked], { ask: standing === 'ask' });
}

/** Nothing is left to approve: the change was taken back, or breaks nothing any more. */
function withoutApproval(memory: Memory): Memory {
  return memory.request?.kind === 'approval' ? withoutRequest(memory) : memory;
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

function awaitPerson(given: Case, wanted: Wanted): Verdict {
  const { observed, now } = given;
  const memory = withoutOtherQuestion(given.memory, wanted.fingerprint, 'authorization');
  const reasons = observed?.reasons ?? [];
  const standing = standingOf(memory, observed, now);
  switch (standing) {
    case 'closed':
      return verdict(memory, 'failed', [...reasons, closedReasons[memory.request?.closed ?? 'expired']]);
    case 'restart':
      // What waits for a link that has lapsed is not under way: the call that begins it afresh must be made.
      return repair({ ...given, memory: withoutOperation(afresh(memory)) }, wanted);
    case 'ask':
    case 'wait':
      return verdict(memory, 'awaiting-authorization', reasons, { ask: standing === 'ask' });
  }
}

/** What failed before somebody clicked is no reason not to try now that they are there. */
function afresh(memory: Memory): Memory {
  const { attempts, request } = memory;
  return attempts && attempts.firstAt < (request?.clickedAt ?? 0) ? withoutAttempts(memory) : memory;
}

/** A synchronisation by schedule that would park the target until somebody consents: they are asked first. */
function askToSynchronize(given: Case, wanted: Wanted, notes: readonly string[]): Verdict {
  const { observed, now } = given;
  const memory = withoutOtherQuestion(given.memory, wanted.fingerprint, 'authorization');
  const standing = standingOf(memory, observed, now);
  const due = 'Its tools are due to be synchronised, which needs the consent of a person.';
  switch (standing) {
    case 'restart':
      return attempt('sync', { ...given, memory: afresh(memory) }, wanted.fingerprint);
    case 'closed':
      return isDueAnew(memory, wanted, now)
        ? verdict(withoutRequest(memory), 'ready', [...notes, due], { ask: true })
        : verdict(memory, 'ready', notes);
    case 'ask':
    case 'wait':
      return verdict(memory, 'ready', [...notes, due], { ask: standing === 'ask' });
  }
}

/** Who said no is asked again when the next synchronisation falls due. */
function isDueAnew({ request }: Memory, { resync }: Wanted, now: number): boolean {
  return request !== undefined && resync !== 'never' && now - request.askedAt >= resync * 1000;
}

function keep({ observed, memory, now, ...rest }: Case, wanted: Wanted, note: string | undefined): Verdict {
  const attempts = attemptsAt(memory, wanted.fingerprint);
  const quietSince = Math.max(memory.since, attempts?.nextAt ?? 0);
  const isCalm = memory.state === 'ready' && now - quietSince >= calm;
  const notes = note === undefined ? [] : [note];
  if (observed && consentSyncIsDue(wanted, observed, now)) {
    return askToSynchronize({ observed, memory, ...rest, now }, wanted, notes);
  }
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

/**
 * A failed resource is updated, since that keeps its id. Where the service refuses to update it, it is replaced. An
 * update that keeps failing is taken back to the last configuration that was ready.
 */
function repair(given: Case, wanted: Wanted): Verdict {
  const attempts = attemptsAt(given.memory, wanted.fingerprint);
  if (attempts && isToBeTakenBack(given.memory, wanted, attempts)) return rollBack(given.memory, attempts);
  if (attempts?.escalation !== 'replace') return attempt('update', given, wanted.fingerprint);
  if (!given.hasChildren) return remove(given, wanted.fingerprint);
  return verdict(given.memory, 'failed', [
    ...attempts.reasons,
    'The service refuses to update it, and it cannot be replaced as long as it has targets.',
  ]);
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

function remove(given: Case, fingerprint: string): Verdict {
  return attempt('delete', { ...given, memory: withoutApplied(given.memory) }, fingerprint);
}

/** Makes the call when its time has come, unless this configuration has failed too often. */
function attempt(operation: Operation, { observed, memory, now }: Case, fingerprint: string): Verdict {
  const attempts = attemptsAt(memory, fingerprint);
  if (!attempts) return verdict(memory, 'in-progress', observed?.reasons ?? [], { operation });
  if (attempts.rolledBack || attempts.count >= mostAttempts) {
    return verdict(memory, 'failed', gaveUp(attempts));
  }
  const { nextAt: notBefore, reasons, deferrals } = attempts;
  const isHeld = notBefore > now && deferrals === 0;
  return verdict(memory, isHeld ? 'failed' : 'in-progress', reasons, { operation, notBefore });
}

function gaveUp({ count, rolledBack, reasons }: Attempts): string[] {
  const why = rolledBack
    ? `Taken back to the last configuration that was ready, after ${count} attempts`
    : `Gave up after ${count} attempts`;
  return [...reasons, `${why}; upload a change to try again.`];
}
