import type { CallResult } from '../ports/controlPlane.ts';
import { conflictsBeforeEscalation, rolePropagationTime } from './limits.ts';
import type { PlannedOperation } from './reconcileResult.ts';
import { type Escalation, type ResourceRecord, withoutOperation } from './resourceRecord.ts';
import { recordDeferral, recordEscalation, recordFailure, retryStateOf } from './retries.ts';

type AcceptedCall = Extract<CallResult, { kind: 'accepted' }>;
type RejectedCall = Extract<CallResult, { kind: 'rejected' }>;

/** Remembers how a call went, so that the next decision knows: what was begun, what was put off, what failed. */
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
  return applyRejected(withoutOperation(record), planned, result, now);
}

function applyAccepted(
  record: ResourceRecord,
  planned: PlannedOperation,
  result: AcceptedCall,
  now: number,
): ResourceRecord {
  const { operation, fingerprint, configuration, baseline } = planned;
  const { retry: _, ...rest } = record;
  const retry = retryStateOf(record, fingerprint);
  return {
    ...rest,
    // What is taken back is not tried again: it would break a target that works, every few hours.
    ...(retry && {
      retry: { ...retry, deferrals: 0, ...(operation === 'rollback' && { rolledBack: true }) },
    }),
    ...(result.id !== undefined && { id: result.id }),
    ...(operation === 'create' && { generation: (record.generation ?? 0) + 1 }),
    operation: {
      operation,
      fingerprint,
      startedAt: now,
      ...(configuration !== undefined && { configuration }),
      ...(result.updatedAt !== undefined && { updatedAt: result.updatedAt }),
      ...(baseline !== undefined && { baseline }),
    },
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
  if (escalation) return recordEscalation(record, fingerprint, escalation, reason, now);
  return isRetryable(record, planned, result, now)
    ? recordDeferral(record, fingerprint, reason, now)
    : recordFailure(record, fingerprint, [reason], now);
}

/** What is tried next where the service will not do this to a failed resource. */
const NEXT_ESCALATION: Readonly<Partial<Record<PlannedOperation['operation'], Escalation>>> = {
  sync: 'update',
  update: 'replace',
};

/** The service's words for a call that the status of the resource forbids, not its configuration. */
const STATE_REJECTION = /\b(status|state)\b/i;

/**
 * A resource is replaced only for being in a state that the service will not update, never for a configuration that
 * the service will not take: a target that failed to update still works with the configuration it had.
 */
function escalationAfter(
  record: ResourceRecord,
  { repair, operation, fingerprint }: PlannedOperation,
  { code, message, transient }: RejectedCall,
): Escalation | undefined {
  if (!repair || transient) return undefined;
  const conflicts = (retryStateOf(record, fingerprint)?.deferrals ?? 0) + 1;
  const isStateRejection =
    code === 'ConflictException'
      ? conflicts >= conflictsBeforeEscalation
      : code === 'ValidationException' && STATE_REJECTION.test(message);
  return isStateRejection ? NEXT_ESCALATION[operation] : undefined;
}

/** The service's words for a role whose permissions it cannot see, which may be a role that was made a moment ago. */
const ROLE_REJECTION = /role.*(lacks permission|cannot be assumed|not authorized|unable to assume)/i;

function isRetryable(
  record: ResourceRecord,
  { fingerprint }: PlannedOperation,
  { code, message, transient }: RejectedCall,
  now: number,
): boolean {
  if (transient || code === 'ConflictException' || code === 'ResourceNotFoundException') return true;
  if (code !== 'ValidationException' && code !== 'AccessDeniedException') return false;
  const since = retryStateOf(record, fingerprint)?.firstAt ?? now;
  return ROLE_REJECTION.test(message) && now - since < rolePropagationTime;
}
