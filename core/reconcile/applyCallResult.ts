import { parseAddress } from '../address.ts';
import { isLinkUsable } from '../authorization/linkExpiry.ts';
import { defined, omit } from '../objects.ts';
import type { CallResult } from '../ports/controlPlane.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';
import {
  type Escalation,
  type ResourceRecord,
  withoutApplied,
  withoutOperation,
  withoutResource,
} from './ledgerRecord.ts';
import { conflictsBeforeEscalation, lapseRetryDelay } from './limits.ts';
import type { PlannedOperation } from './plan.ts';
import { mayHaveTakenEffect, mayStillPropagate, rejectionCause } from './rejectionCause.ts';
import { recordDeferral, recordDenial, recordEscalation, recordFailure, retryStateOf } from './retries.ts';
import { withSentSecrets } from './secretRotation.ts';

type AcceptedCall = Extract<CallResult, { kind: 'accepted' }>;
type RejectedCall = Extract<CallResult, { kind: 'rejected' }>;

/** Updates the record with the result of a call: the operation started, was deferred, or failed. */
export function applyCallResult(
  record: ResourceRecord,
  planned: PlannedOperation,
  result: CallResult,
  now: number,
): ResourceRecord {
  if (result.kind === 'accepted') return applyAccepted(record, planned, result, now);
  const isGone = result.code === 'ResourceNotFoundException';
  if (planned.operation === 'delete' && isGone)
    return applyAccepted(record, planned, { kind: 'accepted' }, now);
  const idle = withoutOperation(record);
  const known = mayHaveCreated(record, planned, result) ? idle : omit(idle, 'creating');
  const isUnanswered = planned.operation === 'create' && mayHaveTakenEffect(result);
  const after: ResourceRecord = isUnanswered ? { ...known, createUnanswered: true } : known;
  return applyRejected(after, planned, result, now);
}

/**
 * Whether a rejected create, or one before it, may have made the resource all the same: after an error of the connection or
 * the service, and where the name exists and the API has no client token, so that a repeated create is no different from a
 * first one. A create with another configuration has another token: the service refuses the name that the first one took.
 */
function mayHaveCreated(
  { createUnanswered }: ResourceRecord,
  { address, operation }: PlannedOperation,
  { code, transient }: RejectedCall,
): boolean {
  if (operation !== 'create' || transient || createUnanswered) return true;
  const { clientToken } = resourceKinds[parseAddress(address).kind];
  return code === 'ConflictException' && !clientToken.includes('create');
}

function applyAccepted(
  record: ResourceRecord,
  { operation, fingerprint, configuration, baseline, wantedTags, heals }: PlannedOperation,
  { id, updatedAt, secretVersions, link }: AcceptedCall,
  now: number,
): ResourceRecord {
  const retry = retryStateOf(record, fingerprint);
  const healedAt = heals && now;
  if (operation === 'unmanage')
    return { ...omit(withoutResource(record), 'retry'), state: 'absent', reasons: [] };
  const tags = wantedTags && { applied: wantedTags, checkedAt: now, unverified: true as const };
  // A change of tags is done when the service accepts it.
  if (operation === 'tag')
    return { ...record, ...(retry && { retry: { ...retry, deferrals: 0 } }), ...defined({ tags, healedAt }) };
  const sendsConfiguration = configuration !== undefined;
  const before = operation === 'create' ? omit(withoutApplied(record), 'createUnanswered') : record;
  return {
    ...omit(sendsConfiguration ? withSentSecrets(before, secretVersions) : before, 'retry'),
    // A configuration that was rolled back is not tried again: it would break a working target every few hours.
    ...(retry && {
      retry: { ...retry, deferrals: 0, ...(operation === 'rollback' && { rolledBack: true }) },
    }),
    ...defined({ id }),
    ...defined({ tags, healedAt }),
    ...(link && { link: { session: link.session, issuedAt: link.issuedAt } }),
    ...(operation === 'create' && { generation: (record.generation ?? 0) + 1 }),
    operation: { operation, fingerprint, startedAt: now, ...defined({ configuration, updatedAt, baseline }) },
  };
}

function applyRejected(
  record: ResourceRecord,
  planned: PlannedOperation,
  result: RejectedCall,
  now: number,
): ResourceRecord {
  const { fingerprint } = planned;
  const reason = `${result.code}: ${result.message}`;
  const escalation = escalationAfter(record, planned, result);
  if (escalation)
    return isLinkInUse(record, now)
      ? recordDeferral(record, fingerprint, [reason], now, lapseRetryDelay)
      : recordEscalation(record, fingerprint, escalation, reason, now);
  if (isRetryable(record, planned, result, now)) return recordDeferral(record, fingerprint, [reason], now);
  const cause = rejectionCause(planned.address, result);
  return cause === 'denied' || cause === 'propagation'
    ? recordDenial(record, fingerprint, [reason], now)
    : recordFailure(record, fingerprint, [reason], now);
}

/**
 * Whether a person may be at the login with the link that a target waits with: a replacement would take it from them, and
 * the link will lapse by itself.
 */
function isLinkInUse({ link }: ResourceRecord, now: number): boolean {
  return link !== undefined && isLinkUsable(link, now);
}

/** The next call to a failed resource after the service rejected this one. */
const NEXT_ESCALATION: Readonly<Partial<Record<PlannedOperation['operation'], Escalation>>> = {
  sync: 'update',
  update: 'replace',
};

/**
 * Escalates only when the service rejects a call for the state of the resource, never for its configuration: a target
 * whose update failed still works with its previous configuration.
 */
function escalationAfter(
  record: ResourceRecord,
  { address, repair, operation, fingerprint }: PlannedOperation,
  result: RejectedCall,
): Escalation | undefined {
  const { code, transient } = result;
  if (!repair || transient) return undefined;
  const conflicts = (retryStateOf(record, fingerprint)?.deferrals ?? 0) + 1;
  const isStateRejection =
    code === 'ConflictException'
      ? conflicts >= conflictsBeforeEscalation
      : rejectionCause(address, result) === 'state';
  return isStateRejection ? NEXT_ESCALATION[operation] : undefined;
}

function isRetryable(
  record: ResourceRecord,
  { address, fingerprint }: PlannedOperation,
  result: RejectedCall,
  now: number,
): boolean {
  const { code, transient } = result;
  if (transient || code === 'ConflictException' || code === 'ResourceNotFoundException') return true;
  const cause = rejectionCause(address, result);
  const firstAt = retryStateOf(record, fingerprint)?.firstAt ?? now;
  return cause === 'busy' || (cause === 'propagation' && mayStillPropagate(firstAt, now));
}
