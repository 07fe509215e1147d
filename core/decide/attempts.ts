import { backoff, longestDeferral, mostDeferrals } from './limits.ts';
import type { Attempts, Escalation, Memory } from './memory.ts';

/** The attempts at this configuration; those at another one count for nothing. */
export function attemptsAt({ attempts }: Memory, fingerprint: string): Attempts | undefined {
  return attempts?.fingerprint === fingerprint ? attempts : undefined;
}

/** Counts one more failed attempt at a configuration, and says when the next may be made. */
export function countFailure(
  memory: Memory,
  fingerprint: string,
  reasons: readonly string[],
  now: number,
): Memory {
  const before = begun(memory, fingerprint, now);
  const count = before.count + 1;
  const nextAt = now + (backoff[Math.min(count, backoff.length) - 1] ?? 0);
  return { ...memory, attempts: { ...before, count, nextAt, deferrals: 0, reasons } };
}

/** Puts a call off without counting it as failed, ever longer, until it has been put off too often. */
export function defer(memory: Memory, fingerprint: string, reason: string, now: number): Memory {
  const before = begun(memory, fingerprint, now);
  const deferrals = before.deferrals + 1;
  if (deferrals > mostDeferrals) return countFailure(memory, fingerprint, [reason], now);
  const nextAt = now + Math.min(longestDeferral, 2 ** (deferrals - 1) * 1000);
  return { ...memory, attempts: { ...before, deferrals, nextAt, reasons: [reason] } };
}

/** Counts a refusal of a failed resource to take a gentle call; the harsher one may be made at once. */
export function escalate(
  memory: Memory,
  fingerprint: string,
  escalation: Escalation,
  reason: string,
  now: number,
): Memory {
  const failed = countFailure(memory, fingerprint, [reason], now);
  const attempts = attemptsAt(failed, fingerprint);
  return attempts ? { ...failed, attempts: { ...attempts, escalation, nextAt: now } } : failed;
}

/** What is kept of attempts when one has succeeded: their number, until the resource has been ready for a while. */
export function succeeded(memory: Memory): Memory {
  const { attempts, ...rest } = memory;
  if (!attempts || attempts.count === 0) return rest;
  const { escalation: _, ...kept } = attempts;
  return { ...rest, attempts: { ...kept, deferrals: 0 } };
}

export function withoutAttempts({ attempts: _, ...memory }: Memory): Memory {
  return memory;
}

function begun(memory: Memory, fingerprint: string, now: number): Attempts {
  return (
    attemptsAt(memory, fingerprint) ?? {
      fingerprint,
      count: 0,
      firstAt: now,
      nextAt: now,
      deferrals: 0,
      reasons: [],
    }
  );
}
