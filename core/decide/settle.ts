import { phases } from '../status.ts';
import { backoff, listLag, syncProofPatience } from './limits.ts';
import type { Attempts, Memory, OpenOperation, Operation } from './memory.ts';
import type { Observed } from './observed.ts';

/** How the operation that memory holds as open stands, now that the control plane was read. */
export interface Settlement {
  readonly memory: Memory;
  /** The operation is still under way, whatever the (possibly stale) list says. */
  readonly moving: boolean;
  /** The operation that came to an end by itself, with the time it took in ms. */
  readonly ended?: { readonly operation: Operation; readonly took: number };
}

/** Brings memory up to what was observed: closes the open operation when it has settled, and counts its failure. */
export function settle(memory: Memory, observed: Observed | undefined, now: number): Settlement {
  const { operation: open } = memory;
  if (!open) return { memory, moving: false };
  if (!observed) return settleAbsent(memory, open, now);
  if (isStale(open, observed, now)) return { memory, moving: true };
  switch (phases[observed.status]) {
    case 'moving':
      return { memory, moving: true };
    case 'awaiting-authorization':
      return { memory, moving: false };
    case 'ready':
      return settleReady(memory, open, observed, now);
    case 'failed':
      // A rollback that fails leaves the attempts at what is wanted as they are: they were given up already.
      return open.operation === 'rollback'
        ? ended(withoutOperation(memory), open, now)
        : ended(
            countFailure(withoutOperation(memory), fingerprintOf(memory), observed.reasons, now),
            open,
            now,
          );
  }
}

/** Counts one more failed attempt at a configuration, and says when the next may be made. */
export function countFailure(
  memory: Memory,
  fingerprint: string,
  reasons: readonly string[],
  now: number,
): Memory {
  const before = memory.attempts?.fingerprint === fingerprint ? memory.attempts : undefined;
  const count = (before?.count ?? 0) + 1;
  const attempts: Attempts = {
    fingerprint,
    count,
    deferrals: 0,
    firstAt: before?.firstAt ?? now,
    nextAt: now + (backoff[Math.min(count, backoff.length) - 1] ?? 0),
    reasons,
    ...(before?.updateRefused && { updateRefused: true }),
  };
  return { ...memory, attempts };
}

export function withoutOperation({ operation: _, ...memory }: Memory): Memory {
  return memory;
}

export function withoutAttempts({ attempts: _, ...memory }: Memory): Memory {
  return memory;
}

function settleAbsent(memory: Memory, open: OpenOperation, now: number): Settlement {
  if (open.operation === 'create' && now - open.startedAt < listLag) return { memory, moving: true };
  if (open.operation !== 'delete') return { memory: withoutOperation(memory), moving: false };
  const { id: _id, applied: _applied, outputs: _outputs, ...rest } = withoutOperation(memory);
  return ended(rest, open, now);
}

function settleReady(memory: Memory, open: OpenOperation, observed: Observed, now: number): Settlement {
  if (open.operation === 'delete') return { memory, moving: true };
  if (open.operation === 'sync' && !isNewer(observed.lastSynchronizedAt, open.baseline)) {
    if (now - open.startedAt < syncProofPatience) return { memory, moving: true };
    const unproven =
      'The target is READY, but its lastSynchronizedAt is not newer than before the synchronisation.';
    return {
      memory: countFailure(withoutOperation(memory), fingerprintOf(memory), [unproven], now),
      moving: false,
    };
  }
  const fingerprint = open.fingerprint ?? memory.applied?.fingerprint;
  const settled: Memory = {
    ...(open.operation === 'rollback' ? memory : withoutAttempts(memory)),
    ...(fingerprint && { applied: { fingerprint, updatedAt: observed.updatedAt }, lastGood: fingerprint }),
  };
  return ended(withoutOperation(settled), open, now);
}

function ended(memory: Memory, { operation, startedAt }: OpenOperation, now: number): Settlement {
  return { memory, moving: false, ended: { operation, took: now - startedAt } };
}

/** A failure that memory knows no configuration for is counted under the empty one, so that it is bounded too. */
function fingerprintOf(memory: Memory): string {
  return memory.operation?.fingerprint ?? memory.applied?.fingerprint ?? '';
}

function isStale(open: OpenOperation, observed: Observed, now: number): boolean {
  return (
    open.updatedAt !== undefined && observed.updatedAt < open.updatedAt && now - open.startedAt < listLag
  );
}

function isNewer(time: number | undefined, baseline: number | undefined): boolean {
  return time !== undefined && (baseline === undefined || time > baseline);
}
