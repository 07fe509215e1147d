import type { JsonObject } from '../manifest/json.ts';
import { phases } from '../status.ts';
import { isApplied } from './compareConfig.ts';
import { awaitsConsent, resyncIsDue } from './consent.ts';
import { attemptsBeforeRollback, mostAttempts } from './limits.ts';
import type { Memory, Operation, ResourceState } from './memory.ts';
import { type Move, moves, type Want } from './moves.ts';
import type { Observed } from './observed.ts';

/** Everything that the judgement of one resource rests on. */
export interface Case {
  /** What is wanted, with references resolved; undefined for a resource that left the manifest. */
  readonly wanted?: Wanted;
  readonly observed: Observed | undefined;
  /** Settled: its open operation is one that still moves. */
  readonly memory: Memory;
  readonly moving: boolean;
  readonly now: number;
}

export interface Wanted {
  readonly config: JsonObject;
  readonly fingerprint: string;
  /** The members that an update of this kind takes. */
  readonly updatable: ReadonlySet<string>;
  /** Members that cannot be changed, with the service's reason. */
  readonly fixed: readonly { readonly member: string; readonly why: string }[];
  readonly selfHeal: boolean;
  /** Seconds between synchronisations. */
  readonly resync: number | 'never';
}

/** What is to be done about one resource, and what to tell about it. */
export interface Verdict {
  readonly state: ResourceState;
  readonly reasons: readonly string[];
  readonly memory: Memory;
  /** A call to make as soon as a slot is free. */
  readonly operation?: Operation;
  /** The earliest time for `operation`, in ms since the epoch; in the past for at once. */
  readonly notBefore: number;
  /** A person must be asked. */
  readonly ask: boolean;
}

/** Judges one resource by the table of `moves`, and by what earlier attempts have taught. */
export function judge(given: Case): Verdict {
  const { observed, memory, moving, wanted } = given;
  if (moving) return verdict(memory, 'in-progress', []);
  const { want, memory: known, note } = compare(given);
  if (want === 'unknown')
    return verdict(known, 'in-progress', ['The present configuration could not be read yet.']);
  const fixed = want === 'changed' ? fixedChanges(given) : [];
  if (fixed.length > 0) return verdict(known, 'refused', fixed);
  const move = moves[observed?.status ?? 'ABSENT'][want];
  return wanted ? carryOut(move, given, wanted, known, note) : remove(move, given);
}

function verdict(
  memory: Memory,
  state: ResourceState,
  reasons: readonly string[],
  more: Partial<Verdict> = {},
): Verdict {
  return { memory, state, reasons, notBefore: 0, ask: false, ...more };
}

interface Comparison {
  readonly want: Want | 'unknown';
  readonly memory: Memory;
  /** What a person should know though nothing is done about it. */
  readonly note?: string;
}

/** Compares what is wanted with what was last applied, by `updatedAt` alone where that suffices. */
function compare({ wanted, observed, memory }: Case): Comparison {
  if (!wanted) return { want: 'unwanted', memory };
  if (!observed) return { want: 'inStep', memory };
  if (phases[observed.status] !== 'ready' && phases[observed.status] !== 'failed')
    return { want: 'inStep', memory };
  const { applied } = memory;
  if (applied && applied.fingerprint !== wanted.fingerprint) return { want: 'changed', memory };
  if (applied?.updatedAt === observed.updatedAt) return { want: 'inStep', memory };
  if (!observed.config) return { want: phases[observed.status] === 'failed' ? 'inStep' : 'unknown', memory };
  if (isApplied(wanted.config, observed.config, wanted.updatable))
    return { want: 'inStep', memory: adopt(wanted, observed, memory) };
  if (!applied || wanted.selfHeal) return { want: 'changed', memory };
  return {
    want: 'inStep',
    memory,
    note: 'Somebody changed it by hand; settings.selfHeal is off, so it stays as it is.',
  };
}

/** Takes a resource that already is as wanted for one that Gateloop applied. */
function adopt({ fingerprint }: Wanted, { updatedAt, status }: Observed, memory: Memory): Memory {
  if (status !== 'READY') return memory;
  return { ...memory, applied: { fingerprint, updatedAt }, lastGood: fingerprint };
}

function fixedChanges({ wanted, observed }: Case): string[] {
  const config = observed?.config;
  if (!wanted || !config) return [];
  return wanted.fixed
    .filter(({ member }) => wanted.config[member] !== undefined && wanted.config[member] !== config[member])
    .map(
      ({ member, why }) =>
        `${member} cannot be changed: ${why}. Give the resource another name, or delete it first.`,
    );
}

function carryOut(
  move: Move,
  given: Case,
  wanted: Wanted,
  memory: Memory,
  note: string | undefined,
): Verdict {
  const notes = note ? [note] : [];
  switch (move) {
    case 'wait':
      return verdict(memory, 'in-progress', notes);
    case 'ask':
      return verdict(memory, 'awaiting-authorization', [], { ask: memory.request?.toldAt === undefined });
    case 'keep':
      return keep(given, wanted, memory, notes);
    case 'create':
      return create(given, wanted, memory);
    case 'update':
      return attempt('update', given, wanted, memory);
    case 'sync':
      // A sync that needs a person's consent is never begun behind their back: the request comes first.
      if (awaitsConsent(wanted.config))
        return verdict(memory, 'awaiting-authorization', [], { ask: memory.request?.toldAt === undefined });
      return attempt('sync', given, wanted, memory);
    case 'repair':
      return repair(given, wanted, memory);
    case 'delete':
      return attempt('delete', given, wanted, memory);
  }
}

function keep({ observed, now }: Case, wanted: Wanted, memory: Memory, notes: readonly string[]): Verdict {
  if (!observed || !resyncIsDue(wanted, observed, now)) return verdict(memory, 'ready', notes);
  const held = memory.attempts?.fingerprint === wanted.fingerprint ? memory.attempts : undefined;
  if (held && held.count >= mostAttempts) return verdict(memory, 'ready', held.reasons);
  return verdict(memory, 'ready', notes, { operation: 'sync', notBefore: held?.nextAt ?? 0 });
}

/** A resource that was there, ready, and is gone was deleted by hand: that is a change by hand like any other. */
function create(given: Case, wanted: Wanted, memory: Memory): Verdict {
  const deletedByHand = memory.applied?.fingerprint === wanted.fingerprint && !memory.attempts;
  if (deletedByHand && !wanted.selfHeal) {
    return verdict(memory, 'absent', [
      'Somebody deleted it by hand; settings.selfHeal is off, so it stays away.',
    ]);
  }
  return attempt('create', given, wanted, memory);
}

/**
 * A failed resource is updated, since that keeps its id. Where the service refuses to update it, it is replaced. An
 * update that keeps failing is taken back to the last configuration that was ready.
 */
function repair(given: Case, wanted: Wanted, memory: Memory): Verdict {
  const { observed } = given;
  // The link has lapsed and the target failed with it: nothing helps but the person, whose own link still stands.
  if (memory.request && memory.applied?.fingerprint !== wanted.fingerprint && awaitsConsent(wanted.config)) {
    if (memory.attempts?.fingerprint === wanted.fingerprint || !memory.attempts) {
      return verdict(memory, 'awaiting-authorization', []);
    }
  }
  const attempts = memory.attempts?.fingerprint === wanted.fingerprint ? memory.attempts : undefined;
  const isUpdateFailure = observed?.status === 'UPDATE_UNSUCCESSFUL' || observed?.status === 'UPDATE_FAILED';
  if (isUpdateFailure && memory.lastGood && memory.lastGood !== wanted.fingerprint) {
    if (attempts && attempts.count >= attemptsBeforeRollback && attempts.count < mostAttempts) {
      return verdict(memory, 'in-progress', attempts.reasons, { operation: 'rollback' });
    }
  }
  return attempt(attempts?.updateRefused ? 'delete' : 'update', given, wanted, memory);
}

/** Makes the call when its time has come, unless this configuration has failed too often. */
function attempt(operation: Operation, { observed, now }: Case, wanted: Wanted, memory: Memory): Verdict {
  const attempts = memory.attempts?.fingerprint === wanted.fingerprint ? memory.attempts : undefined;
  const reasons = attempts?.reasons ?? observed?.reasons ?? [];
  if (attempts && attempts.count >= mostAttempts) {
    return verdict(memory, 'failed', [
      ...reasons,
      `Gave up after ${attempts.count} attempts; upload a change to try again.`,
    ]);
  }
  const notBefore = attempts?.nextAt ?? 0;
  return verdict(memory, notBefore > now ? 'failed' : 'in-progress', reasons, { operation, notBefore });
}

/** A resource that left the manifest, in a workspace that prunes. */
function remove(move: Move, { observed, memory, now }: Case): Verdict {
  if (!observed) return verdict(memory, 'absent', []);
  if (move !== 'delete')
    return verdict(memory, move === 'ask' ? 'awaiting-authorization' : 'in-progress', observed.reasons);
  const attempts = memory.attempts;
  if (attempts && attempts.count >= mostAttempts) return verdict(memory, 'failed', attempts.reasons);
  const notBefore = attempts?.nextAt ?? 0;
  return verdict(memory, notBefore > now ? 'failed' : 'in-progress', [], { operation: 'delete', notBefore });
}
