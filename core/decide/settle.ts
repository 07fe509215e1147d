import { issueOf } from '../authorization/freshness.ts';
import { phases } from '../status.ts';
import { countFailure, succeeded } from './attempts.ts';
import { consentPatience, listLag, syncProofPatience } from './limits.ts';
import {
  type Memory,
  type OpenOperation,
  type Operation,
  withoutOperation,
  withoutRequest,
  withoutResource,
} from './memory.ts';
import type { Observed } from './observed.ts';

/** How the operation that memory holds as open stands, now that the control plane was read. */
export interface Settlement {
  readonly memory: Memory;
  /** The operation is still under way, whatever the (possibly stale) list says. */
  readonly moving: boolean;
  /** It stopped at a person's consent, and failed before anyone gave it: the link has lapsed. */
  readonly lapsed: boolean;
  /** The operation that came to an end by itself, with its time in ms. */
  readonly ended?: Ended;
}

export interface Ended {
  readonly operation: Operation;
  readonly startedAt: number;
}

/**
 * Brings memory up to what was observed: closes the open operation when it has settled, and counts its failure.
 *
 * @param consents whether what is wanted stops at a person's consent; without that a failure is never a lapsed link
 */
export function settle(
  memory: Memory,
  observed: Observed | undefined,
  consents: boolean,
  now: number,
): Settlement {
  const { operation: open } = memory;
  if (!open) return settleIdle(memory, observed, consents, now);
  if (!observed) return settleAbsent(memory, open, now);
  if (isStale(open, observed, now)) return moving(memory);
  const known = noteObserved(memory, observed, now);
  switch (phases[observed.status]) {
    case 'moving':
      return moving(known);
    case 'awaiting-authorization':
      return settlePending({ ...known, operation: { ...open, pended: true } }, now);
    case 'ready':
      return settleReady(known, open, observed, now);
    case 'failed':
      return consents && isUnanswered(known) ? lapsed(known) : settleFailed(known, open, observed, now);
  }
}

/** Nothing of ours is open. A resource that was ready and has failed by itself has used up an attempt. */
function settleIdle(
  memory: Memory,
  observed: Observed | undefined,
  consents: boolean,
  now: number,
): Settlement {
  if (!observed) return still(memory);
  const known = noteObserved(memory, observed, now);
  switch (phases[observed.status]) {
    case 'moving':
      return still(known);
    case 'awaiting-authorization':
      return settlePending(known, now);
    case 'ready':
      return still(isStillAsked(known, observed) ? known : withoutRequest(known));
    case 'failed':
      if (consents && isUnanswered(known)) return lapsed(known);
      return still(memory.state === 'ready' ? failedByItself(known, observed, now) : withoutRequest(known));
  }
}

/** A target that is ready may wait for somebody to approve a change, or to have its tools synchronised. */
function isStillAsked({ request }: Memory, { lastSynchronizedAt }: Observed): boolean {
  if (request?.kind === 'approval') return true;
  if (request?.reason !== 'sync' || request.answeredAt !== undefined) return false;
  return !isNewer(lastSynchronizedAt, request.askedAt);
}

function failedByItself(memory: Memory, { reasons }: Observed, now: number): Memory {
  return countFailure(withoutRequest(memory), memory.applied?.fingerprint ?? '', reasons, now);
}

function settleAbsent(memory: Memory, open: OpenOperation, now: number): Settlement {
  if (open.operation === 'delete') return ended(withoutResource(memory), open);
  if (open.operation !== 'create') return still(withoutOperation(memory));
  if (now - open.startedAt < listLag) return moving(memory);
  const reason = 'The service accepted its creation, but does not list it any more.';
  return still(countFailure(withoutResource(memory), open.fingerprint, [reason], now));
}

/** A consent that was given takes a while to show; one that never shows must be asked for again. */
function settlePending(memory: Memory, now: number): Settlement {
  const answeredAt = memory.request?.answeredAt;
  if (answeredAt === undefined) return still(memory);
  return now - answeredAt < consentPatience ? moving(memory) : still(withoutRequest(memory));
}

function settleReady(memory: Memory, open: OpenOperation, observed: Observed, now: number): Settlement {
  if (open.operation === 'delete') {
    if (now - open.startedAt < listLag) return moving(memory);
    return unproven(memory, open, 'The service accepted its deletion, but it is READY as before.', now);
  }
  if (open.operation === 'sync' && !isNewer(observed.lastSynchronizedAt, open.baseline)) {
    if (now - open.startedAt < syncProofPatience) return moving(memory);
    const reason = 'It is READY, but its lastSynchronizedAt is not newer than before the synchronisation.';
    return unproven(memory, open, reason, now);
  }
  const { drift: _, approved, ...known } = withoutRequest(withoutOperation(memory));
  const fingerprint = open.configuration ?? memory.applied?.fingerprint;
  const settled: Memory = {
    ...known,
    // A yes is to one change: should the same be made once more after another, it is another one.
    ...(approved !== undefined && approved !== fingerprint && { approved }),
    ...(fingerprint !== undefined && {
      applied: { fingerprint, updatedAt: observed.updatedAt },
      lastGood: fingerprint,
    }),
  };
  return ended(succeeded(settled), open);
}

function settleFailed(memory: Memory, open: OpenOperation, observed: Observed, now: number): Settlement {
  const closed = withoutRequest(withoutOperation(memory));
  // A rollback that fails leaves the attempts at what is wanted as they are: they were given up already.
  if (open.operation === 'rollback') return ended(closed, open);
  return ended(countFailure(closed, open.fingerprint, observed.reasons, now), open);
}

function unproven(memory: Memory, open: OpenOperation, reason: string, now: number): Settlement {
  return still(countFailure(withoutRequest(withoutOperation(memory)), open.fingerprint, [reason], now));
}

/** Notes what may be referred to, and since when the link for a person is known. */
function noteObserved(memory: Memory, observed: Observed, now: number): Memory {
  const { id, outputs, link: session, updatedAt } = observed;
  const known = { ...memory, id, outputs };
  if (session === undefined || memory.link?.session === session) return known;
  const beganAt = memory.operation?.startedAt ?? updatedAt;
  return { ...known, link: issueOf({ session }, { seen: memory.link ? [memory.link] : [], beganAt }, now) };
}

/** A person's consent is, or was, what the operation hung on, and nobody has given it. */
function isUnanswered({ operation, request }: Memory): boolean {
  return request ? request.answeredAt === undefined : operation?.pended === true;
}

/** The service's own times tell, since both come from one clock. */
function isStale(open: OpenOperation, observed: Observed, now: number): boolean {
  return (
    open.updatedAt !== undefined && observed.updatedAt < open.updatedAt && now - open.startedAt < listLag
  );
}

function isNewer(time: number | undefined, baseline: number | undefined): boolean {
  return time !== undefined && (baseline === undefined || time > baseline);
}

function moving(memory: Memory): Settlement {
  return { memory, moving: true, lapsed: false };
}

function still(memory: Memory): Settlement {
  return { memory, moving: false, lapsed: false };
}

function lapsed(memory: Memory): Settlement {
  return { memory, moving: false, lapsed: true };
}

function ended(memory: Memory, { operation, startedAt, pended }: OpenOperation): Settlement {
  return { ...still(memory), ...(!pended && { ended: { operation, startedAt } }) };
}
