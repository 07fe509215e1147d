import type { PlannedOperation } from './decide.ts';
import { longestDeferral, mostAttempts, mostDeferrals, rolePropagation } from './limits.ts';
import type { Attempts, Memory } from './memory.ts';
import { countFailure, withoutOperation } from './settle.ts';

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

/** Remembers how a call went, so that the next decision knows: what was begun, what was put off, what failed. */
export function record(memory: Memory, planned: PlannedOperation, answer: Answer, now: number): Memory {
  if (answer.kind === 'accepted') return accepted(memory, planned, answer, now);
  if (planned.operation === 'delete' && answer.code === 'ResourceNotFoundException') {
    return accepted(memory, planned, { kind: 'accepted' }, now);
  }
  return mayPass(memory, planned, answer, now)
    ? defer(memory, planned.fingerprint, answer.message, now)
    : refuse(memory, planned, answer, now);
}

type Rejection = Extract<Answer, { kind: 'rejected' }>;

function accepted(
  memory: Memory,
  planned: PlannedOperation,
  answer: Extract<Answer, { kind: 'accepted' }>,
  now: number,
): Memory {
  const { operation, configuration, baseline } = planned;
  const { attempts, ...rest } = memory;
  const kept = attempts && (attempts.fingerprint === planned.fingerprint ? attempts : undefined);
  // What was taken back is not tried again: it would break a target that works, every few hours.
  const after = kept && operation === 'rollback' ? { ...kept, count: mostAttempts } : kept;
  return {
    ...rest,
    ...(after && { attempts: { ...after, deferrals: 0 } }),
    ...(answer.id !== undefined && { id: answer.id }),
    ...(operation === 'create' && { generation: (memory.generation ?? 0) + 1 }),
    operation: {
      operation,
      startedAt: now,
      ...(configuration !== undefined && { fingerprint: configuration }),
      ...(answer.updatedAt !== undefined && { updatedAt: answer.updatedAt }),
      ...(baseline !== undefined && { baseline }),
    },
  };
}

/** The service's words for a role whose permissions it cannot see, which may be a role that was made a moment ago. */
const ROLE_REFUSAL = /role.*(lacks permission|cannot be assumed|not authorized|unable to assume)/i;

function mayPass(
  memory: Memory,
  { repair }: PlannedOperation,
  { code, message, transient }: Rejection,
  now: number,
): boolean {
  if (transient) return true;
  if (code === 'ConflictException') return !repair;
  if (code === 'ResourceNotFoundException') return true;
  if (code !== 'ValidationException' && code !== 'AccessDeniedException') return false;
  return ROLE_REFUSAL.test(message) && now - (memory.attempts?.firstAt ?? now) < rolePropagation;
}

/** Puts a call off without counting it as failed, ever longer, until it has been put off too often. */
function defer(memory: Memory, fingerprint: string, reason: string, now: number): Memory {
  const before = memory.attempts?.fingerprint === fingerprint ? memory.attempts : undefined;
  const deferrals = (before?.deferrals ?? 0) + 1;
  if (deferrals > mostDeferrals) return countFailure(withoutOperation(memory), fingerprint, [reason], now);
  const attempts: Attempts = {
    fingerprint,
    count: before?.count ?? 0,
    firstAt: before?.firstAt ?? now,
    ...(before?.updateRefused && { updateRefused: true }),
    deferrals,
    nextAt: now + Math.min(longestDeferral, 2 ** (deferrals - 1) * 1000),
    reasons: [reason],
  };
  return { ...withoutOperation(memory), attempts };
}

function refuse(
  memory: Memory,
  { fingerprint, operation, repair }: PlannedOperation,
  answer: Rejection,
  now: number,
): Memory {
  const reason = `${answer.code}: ${answer.message}`;
  const failed = countFailure(withoutOperation(memory), fingerprint, [reason], now);
  if (!repair || operation !== 'update' || !failed.attempts) return failed;
  // The failed resource will not be updated: replacing it may be tried at once.
  return { ...failed, attempts: { ...failed.attempts, updateRefused: true, nextAt: now } };
}
