import { attemptsAt, countFailure, defer, escalate } from './attempts.ts';
import type { PlannedOperation } from './decision.ts';
import { conflictsBeforeEscalation, rolePropagation } from './limits.ts';
import { type Escalation, type Memory, withoutOperation } from './memory.ts';

/** How the service answered one call. Times in ms since the epoch. */
export type Answer =
  | {
      readonly kind: 'accepted';
      readonly id?: string;
      readonly updatedAt?: number;
    }
  | {
      readonly kind: 'rejected';
      /** The exception's name, such as `ValidationException`. */
      readonly code: string;
      readonly message: string;
      /** The call may succeed later without anyone changing anything: throttling, an error of the service, a cut connection. */
      readonly transient: boolean;
    };

type Acceptance = Extract<Answer, { kind: 'accepted' }>;
type Rejection = Extract<Answer, { kind: 'rejected' }>;

/** Remembers how a call went, so that the next decision knows: what was begun, what was put off, what failed. */
export function record(memory: Memory, planned: PlannedOperation, answer: Answer, now: number): Memory {
  if (answer.kind === 'accepted') return accepted(memory, planned, answer, now);
  const isGone = answer.code === 'ResourceNotFoundException';
  if (planned.operation === 'delete' && isGone) return accepted(memory, planned, { kind: 'accepted' }, now);
  return rejected(withoutOperation(memory), planned, answer, now);
}

function accepted(memory: Memory, planned: PlannedOperation, answer: Acceptance, now: number): Memory {
  const { operation, fingerprint, configuration, baseline } = planned;
  const { attempts: _, ...rest } = memory;
  const attempts = attemptsAt(memory, fingerprint);
  return {
    ...rest,
    // What is taken back is not tried again: it would break a target that works, every few hours.
    ...(attempts && {
      attempts: { ...attempts, deferrals: 0, ...(operation === 'rollback' && { rolledBack: true }) },
    }),
    ...(answer.id !== undefined && { id: answer.id }),
    ...(operation === 'create' && { generation: (memory.generation ?? 0) + 1 }),
    operation: {
      operation,
      fingerprint,
      startedAt: now,
      ...(configuration !== undefined && { configuration }),
      ...(answer.updatedAt !== undefined && { updatedAt: answer.updatedAt }),
      ...(baseline !== undefined && { baseline }),
    },
  };
}

function rejected(memory: Memory, planned: PlannedOperation, answer: Rejection, now: number): Memory {
  const { fingerprint } = planned;
  const reason = `${answer.code}: ${answer.message}`;
  const escalation = escalationAfter(memory, planned, answer);
  if (escalation) return escalate(memory, fingerprint, escalation, reason, now);
  return mayPass(memory, planned, answer, now)
    ? defer(memory, fingerprint, reason, now)
    : countFailure(memory, fingerprint, [reason], now);
}

/** What is tried next where the service will not do this to a failed resource. */
const NEXT: Readonly<Partial<Record<PlannedOperation['operation'], Escalation>>> = {
  sync: 'update',
  update: 'replace',
};

/** The service's words for a call that the status of the resource forbids, not its configuration. */
const STATE_REFUSAL = /\b(status|state)\b/i;

/**
 * A resource is replaced only for being in a state that the service will not update, never for a configuration that
 * the service will not take: a target that failed to update still works with the configuration it had.
 */
function escalationAfter(
  memory: Memory,
  { repair, operation, fingerprint }: PlannedOperation,
  { code, message, transient }: Rejection,
): Escalation | undefined {
  if (!repair || transient) return undefined;
  const conflicts = (attemptsAt(memory, fingerprint)?.deferrals ?? 0) + 1;
  const isRefusal =
    code === 'ConflictException'
      ? conflicts >= conflictsBeforeEscalation
      : code === 'ValidationException' && STATE_REFUSAL.test(message);
  return isRefusal ? NEXT[operation] : undefined;
}

/** The service's words for a role whose permissions it cannot see, which may be a role that was made a moment ago. */
const ROLE_REFUSAL = /role.*(lacks permission|cannot be assumed|not authorized|unable to assume)/i;

function mayPass(
  memory: Memory,
  { fingerprint }: PlannedOperation,
  { code, message, transient }: Rejection,
  now: number,
): boolean {
  if (transient || code === 'ConflictException' || code === 'ResourceNotFoundException') return true;
  if (code !== 'ValidationException' && code !== 'AccessDeniedException') return false;
  const since = attemptsAt(memory, fingerprint)?.firstAt ?? now;
  return ROLE_REFUSAL.test(message) && now - since < rolePropagation;
}
