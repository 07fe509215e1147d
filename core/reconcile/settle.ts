import { parseAddress } from '../address.ts';
import { observeLink } from '../authorization/linkExpiry.ts';
import { omit } from '../objects.ts';
import type { ObservedResource } from '../resources/observe.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';
import { phases } from '../status.ts';
import {
  hasSettled,
  type OpenOperation,
  ownRequest,
  type ResourceRecord,
  withoutOperation,
  withoutRequest,
  withoutResource,
} from './ledgerRecord.ts';
import { consentTimeout, maxListLag, rolePropagationDelay, syncProofTimeout } from './limits.ts';
import type { ResourceContext } from './plan.ts';
import { isDenial, isRolePropagation, mayStillPropagate } from './rejectionCause.ts';
import { recordDeferral, recordDenial, recordFailure, recordSuccess, retryStateOf } from './retries.ts';

/** The record and the open operation after the control plane was read. */
export interface Settlement extends Pick<ResourceContext, 'record' | 'inProgress' | 'linkExpired'> {
  /** The operation of Gateloop has ended by itself, with or without success. */
  readonly hasEnded: boolean;
}

/**
 * Updates the record with what was observed: closes the open operation when it ended, and counts its failure.
 *
 * @param needsConsent whether the desired configuration needs a person's consent: otherwise a failure is never an
 * expired link
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
  const current = recordObservation(record, observed, now);
  switch (phases[observed.status]) {
    case 'moving':
      return inProgress(current);
    case 'awaiting-authorization':
      return settlePending({ ...current, operation: { ...open, awaitedConsent: true } }, now);
    case 'ready':
      return settleReady(current, open, observed, now);
    case 'failed':
      return needsConsent && isConsentMissing(current)
        ? linkExpired(current)
        : settleFailed(current, open, observed, now);
  }
}

/** Settles a resource without an open operation. A ready resource that failed by itself counts one failed attempt. */
function settleIdle(
  record: ResourceRecord,
  observed: ObservedResource | undefined,
  needsConsent: boolean,
  now: number,
): Settlement {
  if (!observed) return settled(record);
  const current = recordObservation(countUnansweredCreate(record), observed, now);
  switch (phases[observed.status]) {
    case 'moving':
      return settled(current);
    case 'awaiting-authorization':
      return settlePending(current, now);
    case 'ready':
      return settled(isRequestOutstanding(current, observed) ? current : withoutOperationRequest(current));
    case 'failed':
      if (needsConsent && isConsentMissing(current)) return linkExpired(current);
      return settled(
        hasSettled(record)
          ? recordSpontaneousFailure(current, observed, now)
          : withoutConsentRequest(current),
      );
  }
}

/**
 * Counts a create whose answer was lost, once the resource is there: the next create needs another client token, and a
 * target that Gateloop has just made does not serve yet.
 */
function countUnansweredCreate(record: ResourceRecord): ResourceRecord {
  return record.creating ? { ...record, generation: (record.generation ?? 0) + 1 } : record;
}

/** What a failed target waits for is its repair, and an approval before that. */
function withoutConsentRequest(record: ResourceRecord): ResourceRecord {
  return record.request?.kind === 'authorization' ? withoutRequest(record) : record;
}

/** A ready target may await the approval of a change, or the consent to an update or a synchronization. */
function isRequestOutstanding(
  { request }: ResourceRecord,
  { lastSynchronizedAt }: ObservedResource,
): boolean {
  if (request?.kind === 'approval') return true;
  if (!request || request.answeredAt !== undefined) return false;
  // Whether there is anything to update, the comparison of the configurations says.
  if (request.reason === 'update') return true;
  return request.reason === 'sync' && !isNewer(lastSynchronizedAt, request.askedAt);
}

function recordSpontaneousFailure(
  record: ResourceRecord,
  { reasons }: ObservedResource,
  now: number,
): ResourceRecord {
  return recordFailure(withoutOperationRequest(record), record.applied?.fingerprint ?? '', reasons, now);
}

function settleAbsent(record: ResourceRecord, open: OpenOperation, now: number): Settlement {
  if (open.operation === 'delete') return ended(withoutResource(record));
  if (open.operation !== 'create') return settled(withoutOperation(record));
  if (now - open.startedAt < maxListLag) return inProgress(record);
  const reason = 'The service accepted its creation, but does not have it any more.';
  return settled(recordFailure(withoutResource(record), open.fingerprint, [reason], now));
}

/** Consent takes a while to show in the status. After `consentTimeout` the person must be asked again. */
function settlePending(record: ResourceRecord, now: number): Settlement {
  const answeredAt = ownRequest(record)?.answeredAt;
  if (answeredAt === undefined) return settled(record);
  return now - answeredAt < consentTimeout ? inProgress(record) : settled(withoutOperationRequest(record));
}

function settleReady(
  record: ResourceRecord,
  open: OpenOperation,
  observed: ObservedResource,
  now: number,
): Settlement {
  if (open.operation === 'delete') {
    if (now - open.startedAt < maxListLag) return inProgress(record);
    return settleUnproven(record, open, 'The service accepted its deletion, but it is still READY.', now);
  }
  if (open.operation === 'sync' && !isNewer(observed.lastSynchronizedAt, open.baseline)) {
    if (now - open.startedAt < syncProofTimeout) return inProgress(record);
    const reason = 'It is READY, but its lastSynchronizedAt is not newer than before the synchronization.';
    return settleUnproven(record, open, reason, now);
  }
  const settledRecord = withoutOperationRequest(withoutOperation(record));
  const { approvedFingerprint, ...rest } =
    open.operation === 'sync' ? omit(settledRecord, 'syncWantedAt') : settledRecord;
  const fingerprint = open.configuration ?? record.applied?.fingerprint;
  const readyRecord: ResourceRecord = {
    ...rest,
    // An approval holds for one change: if the same change returns after another one, it needs a new approval.
    ...(approvedFingerprint !== undefined && approvedFingerprint !== fingerprint && { approvedFingerprint }),
    // What the service made of the write is read back before the resource is ready. A synchronization sends no
    // configuration: its new `updatedAt` makes the comparison look for changes of other clients.
    ...(open.configuration !== undefined && hasSources(record) && { sourceReadAt: open.startedAt }),
    ...(open.configuration !== undefined &&
      open.verifiedAt !== observed.updatedAt && {
        applied: { fingerprint: open.configuration, updatedAt: observed.updatedAt, unverified: true },
      }),
  };
  return ended(recordSuccess(readyRecord));
}

/** Each write of a record also has its sources read. */
function hasSources({ address }: ResourceRecord): boolean {
  return resourceKinds[parseAddress(address).kind].sourced !== undefined;
}

function settleFailed(
  record: ResourceRecord,
  open: OpenOperation,
  observed: ObservedResource,
  now: number,
): Settlement {
  const closed = withoutOperationRequest(withoutOperation(record));
  // A failed rollback does not count as an attempt at the desired configuration, which was given up before it.
  if (open.operation === 'rollback') return ended(closed);
  const { reasons } = observed;
  const firstAt = retryStateOf(closed, open.fingerprint)?.firstAt ?? now;
  // Each repetition starts an operation, so that the delay of a rejected call, which starts at a second, is too short.
  if (reasons.some(isRolePropagation) && mayStillPropagate(firstAt, now))
    return ended(recordDeferral(closed, open.fingerprint, reasons, now, rolePropagationDelay));
  const recordAttempt = reasons.some(isDenial) ? recordDenial : recordFailure;
  return ended(recordAttempt(closed, open.fingerprint, reasons, now));
}

function settleUnproven(
  record: ResourceRecord,
  open: OpenOperation,
  reason: string,
  now: number,
): Settlement {
  return settled(
    recordFailure(withoutOperationRequest(withoutOperation(record)), open.fingerprint, [reason], now),
  );
}

/** Records the id, the outputs, and when the current link for a person was first seen. */
function recordObservation(record: ResourceRecord, observed: ObservedResource, now: number): ResourceRecord {
  const { id, outputs, linkSession: session, updatedAt } = observed;
  const isSynchronized = isNewer(observed.lastSynchronizedAt, record.syncWantedAt);
  const known = omit(record, 'creating', 'createUnanswered');
  const current = { ...(isSynchronized ? omit(known, 'syncWantedAt') : known), id, outputs };
  if (session === undefined || record.link?.session === session) return current;
  const history = {
    observedLinks: record.link ? [record.link] : [],
    operationStartedAt: record.operation?.startedAt ?? updatedAt,
  };
  return { ...current, link: observeLink({ session }, history, now) };
}

/** A request about deletions concerns other resources, too: what becomes of this one's operation does not end it. */
function withoutOperationRequest(record: ResourceRecord): ResourceRecord {
  return ownRequest(record) ? withoutRequest(record) : record;
}

/** Whether the operation waited for a person's consent that nobody gave. */
function isConsentMissing(record: ResourceRecord): boolean {
  const request = ownRequest(record);
  return request ? request.answeredAt === undefined : record.operation?.awaitedConsent === true;
}

/** Compares two times of the service, which come from one clock. */
function isStale(open: OpenOperation, observed: ObservedResource, now: number): boolean {
  return (
    open.updatedAt !== undefined && observed.updatedAt < open.updatedAt && now - open.startedAt < maxListLag
  );
}

function isNewer(time: number | undefined, baseline: number | undefined): boolean {
  return time !== undefined && (baseline === undefined || time > baseline);
}

function inProgress(record: ResourceRecord): Settlement {
  return { record, inProgress: true, linkExpired: false, hasEnded: false };
}

function settled(record: ResourceRecord): Settlement {
  return { record, inProgress: false, linkExpired: false, hasEnded: false };
}

function linkExpired(record: ResourceRecord): Settlement {
  return { record, inProgress: false, linkExpired: true, hasEnded: false };
}

function ended(record: ResourceRecord): Settlement {
  return { ...settled(record), hasEnded: true };
}
