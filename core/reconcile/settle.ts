import { observeLink } from '../authorization/linkExpiry.ts';
import { phases } from '../status.ts';
import { consentTimeout, maxListLag, syncProofTimeout } from './limits.ts';
import type { ObservedResource } from './observedResource.ts';
import {
  type OpenOperation,
  type Operation,
  type ResourceRecord,
  withoutOperation,
  withoutRequest,
  withoutResource,
} from './resourceRecord.ts';
import { recordFailure, recordSuccess } from './retries.ts';

/** How the operation that memory holds as open stands, now that the control plane was read. */
export interface Settlement {
  readonly record: ResourceRecord;
  /** The operation is still under way, whatever the (possibly stale) list says. */
  readonly inProgress: boolean;
  /** It stopped at a person's consent, and failed before anyone gave it: the link has lapsed. */
  readonly linkExpired: boolean;
  /** The operation that came to an end by itself, with its time in ms. */
  readonly completed?: CompletedOperation;
}

export interface CompletedOperation {
  readonly operation: Operation;
  readonly startedAt: number;
}

/**
 * Brings memory up to what was observed: closes the open operation when it has settled, and counts its failure.
 *
 * @param needsConsent whether what is wanted stops at a person's consent; without that a failure is never a lapsed link
 */
export function settle(
  record: ResourceRecord,
  observed: ObservedResource | undefined,
  needsConsent: boolean,
  now: number,
): Settlement {
  const { operation: open } = record;
  if (!open) return settleIdle(record, observed, needsConsent, now);
  if (!observed) return settleAbsent(record, open, now);
  if (isStale(open, observed, now)) return inProgress(record);
  const known = recordObservation(record, observed, now);
  switch (phases[observed.status]) {
    case 'moving':
      return inProgress(known);
    case 'awaiting-authorization':
      return settlePending({ ...known, operation: { ...open, awaitedConsent: true } }, now);
    case 'ready':
      return settleReady(known, open, observed, now);
    case 'failed':
      return needsConsent && isConsentMissing(known)
        ? linkExpired(known)
        : settleFailed(known, open, observed, now);
  }
}

/** Nothing of ours is open. A resource that was ready and has failed by itself has used up an attempt. */
function settleIdle(
  record: ResourceRecord,
  observed: ObservedResource | undefined,
  needsConsent: boolean,
  now: number,
): Settlement {
  if (!observed) return settled(record);
  const known = recordObservation(record, observed, now);
  switch (phases[observed.status]) {
    case 'moving':
      return settled(known);
    case 'awaiting-authorization':
      return settlePending(known, now);
    case 'ready':
      return settled(isRequestOutstanding(known, observed) ? known : withoutRequest(known));
    case 'failed':
      if (needsConsent && isConsentMissing(known)) return linkExpired(known);
      return settled(
        record.state === 'ready' ? recordSpontaneousFailure(known, observed, now) : withoutRequest(known),
      );
  }
}

/** A target that is ready may wait for somebody to approve a change, or to have its tools synchronised. */
function isRequestOutstanding(
  { request }: ResourceRecord,
  { lastSynchronizedAt }: ObservedResource,
): boolean {
  if (request?.kind === 'approval') return true;
  if (request?.reason !== 'sync' || request.answeredAt !== undefined) return false;
  return !isNewer(lastSynchronizedAt, request.askedAt);
}

function recordSpontaneousFailure(
  record: ResourceRecord,
  { reasons }: ObservedResource,
  now: number,
): ResourceRecord {
  return recordFailure(withoutRequest(record), record.applied?.fingerprint ?? '', reasons, now);
}

function settleAbsent(record: ResourceRecord, open: OpenOperation, now: number): Settlement {
  if (open.operation === 'delete') return completed(withoutResource(record), open);
  if (open.operation !== 'create') return settled(withoutOperation(record));
  if (now - open.startedAt < maxListLag) return inProgress(record);
  const reason = 'The service accepted its creation, but does not list it any more.';
  return settled(recordFailure(withoutResource(record), open.fingerprint, [reason], now));
}

/** A consent that was given takes a while to show; one that never shows must be asked for again. */
function settlePending(record: ResourceRecord, now: number): Settlement {
  const answeredAt = record.request?.answeredAt;
  if (answeredAt === undefined) return settled(record);
  return now - answeredAt < consentTimeout ? inProgress(record) : settled(withoutRequest(record));
}

function settleReady(
  record: ResourceRecord,
  open: OpenOperation,
  observed: ObservedResource,
  now: number,
): Settlement {
  if (open.operation === 'delete') {
    if (now - open.startedAt < maxListLag) return inProgress(record);
    return settleUnproven(record, open, 'The service accepted its deletion, but it is READY as before.', now);
  }
  if (open.operation === 'sync' && !isNewer(observed.lastSynchronizedAt, open.baseline)) {
    if (now - open.startedAt < syncProofTimeout) return inProgress(record);
    const reason = 'It is READY, but its lastSynchronizedAt is not newer than before the synchronisation.';
    return settleUnproven(record, open, reason, now);
  }
  const { drift: _, approvedFingerprint, ...known } = withoutRequest(withoutOperation(record));
  const fingerprint = open.configuration ?? record.applied?.fingerprint;
  const readyRecord: ResourceRecord = {
    ...known,
    // A yes is to one change: should the same be made once more after another, it is another one.
    ...(approvedFingerprint !== undefined && approvedFingerprint !== fingerprint && { approvedFingerprint }),
    ...(fingerprint !== undefined && {
      applied: { fingerprint, updatedAt: observed.updatedAt },
      lastGood: fingerprint,
    }),
  };
  return completed(recordSuccess(readyRecord), open);
}

function settleFailed(
  record: ResourceRecord,
  open: OpenOperation,
  observed: ObservedResource,
  now: number,
): Settlement {
  const closed = withoutRequest(withoutOperation(record));
  // A rollback that fails leaves the attempts at what is wanted as they are: they were given up already.
  if (open.operation === 'rollback') return completed(closed, open);
  return completed(recordFailure(closed, open.fingerprint, observed.reasons, now), open);
}

function settleUnproven(
  record: ResourceRecord,
  open: OpenOperation,
  reason: string,
  now: number,
): Settlement {
  return settled(recordFailure(withoutRequest(withoutOperation(record)), open.fingerprint, [reason], now));
}

/** Notes what may be referred to, and since when the link for a person is known. */
function recordObservation(record: ResourceRecord, observed: ObservedResource, now: number): ResourceRecord {
  const { id, outputs, linkSession: session, updatedAt } = observed;
  const known = { ...record, id, outputs };
  if (session === undefined || record.link?.session === session) return known;
  const beganAt = record.operation?.startedAt ?? updatedAt;
  return {
    ...known,
    link: observeLink(
      { session },
      { observedLinks: record.link ? [record.link] : [], operationStartedAt: beganAt },
      now,
    ),
  };
}

/** A person's consent is, or was, what the operation hung on, and nobody has given it. */
function isConsentMissing({ operation, request }: ResourceRecord): boolean {
  return request ? request.answeredAt === undefined : operation?.awaitedConsent === true;
}

/** The service's own times tell, since both come from one clock. */
function isStale(open: OpenOperation, observed: ObservedResource, now: number): boolean {
  return (
    open.updatedAt !== undefined && observed.updatedAt < open.updatedAt && now - open.startedAt < maxListLag
  );
}

function isNewer(time: number | undefined, baseline: number | undefined): boolean {
  return time !== undefined && (baseline === undefined || time > baseline);
}

function inProgress(record: ResourceRecord): Settlement {
  return { record, inProgress: true, linkExpired: false };
}

function settled(record: ResourceRecord): Settlement {
  return { record, inProgress: false, linkExpired: false };
}

function linkExpired(record: ResourceRecord): Settlement {
  return { record, inProgress: false, linkExpired: true };
}

function completed(
  record: ResourceRecord,
  { operation, startedAt, awaitedConsent }: OpenOperation,
): Settlement {
  return { ...settled(record), ...(!awaitedConsent && { completed: { operation, startedAt } }) };
}
