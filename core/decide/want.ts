import type { JsonObject } from '../manifest/json.ts';
import type { FixedMember } from '../resources/resourceKind.ts';
import { type Phase, phases } from '../status.ts';
import { isApplied, isWithin } from './compareConfig.ts';
import type { Memory } from './memory.ts';
import type { Want } from './moves.ts';
import type { Observed } from './observed.ts';

/** What a resource is to be. */
export interface Wanted {
  /** With references resolved. */
  readonly config: JsonObject;
  readonly fingerprint: string;
  /** The members that an update of this kind takes. */
  readonly updatable: ReadonlySet<string>;
  readonly fixed: readonly FixedMember[];
  readonly selfHeal: boolean;
  /** The change of its tools must not be made without a person's yes. */
  readonly needsApproval: boolean;
  /** Whether they must not is not known before the observed configuration has been read. */
  readonly unreadContract: boolean;
  /** Seconds between synchronisations. */
  readonly resync: number | 'never';
}

export interface Comparison {
  /** `unknown`: the observed configuration must be read first. */
  readonly want: Want | 'unknown';
  readonly memory: Memory;
  /** What a person should know though nothing is done about it. */
  readonly note?: string;
}

/** Nothing can be told of a configuration that is on its way, nor done about it. */
const isSettled: Readonly<Record<Phase, boolean>> = {
  moving: false,
  'awaiting-authorization': false,
  ready: true,
  failed: true,
};

/** Compares what is wanted with what was last applied, by `updatedAt` alone where that suffices. */
export function compare(wanted: Wanted, observed: Observed | undefined, memory: Memory): Comparison {
  if (!observed || !isSettled[phases[observed.status]]) return { want: 'inStep', memory };
  const { applied } = memory;
  if (applied && applied.fingerprint !== wanted.fingerprint) return { want: 'changed', memory };
  if (applied?.updatedAt === observed.updatedAt) return { want: 'inStep', memory };
  if (applied && memory.drift === observed.updatedAt) return drifted(wanted, memory);
  const isReady = phases[observed.status] === 'ready';
  if (!observed.config) return { want: isReady ? 'unknown' : 'inStep', memory };
  if (isApplied(wanted.config, observed.config, wanted.updatable)) {
    return { want: 'inStep', memory: isReady ? adopt(wanted, observed, memory) : memory };
  }
  return applied ? drifted(wanted, { ...memory, drift: observed.updatedAt }) : { want: 'changed', memory };
}

/** @returns why the change cannot be made, one reason for each member that the API fixes at creation */
export function fixedChanges(wanted: Wanted, observed: Observed | undefined): string[] {
  const config = observed?.config;
  if (!config) return [];
  return wanted.fixed
    .filter(({ member }) => {
      const asked = wanted.config[member];
      return asked !== undefined && !isWithin(asked, config[member]);
    })
    .map(
      ({ member, why }) =>
        `${member} cannot be changed: ${why}. Give the resource another name, or delete it first.`,
    );
}

/** Takes a resource that already is as wanted for one that Gateloop applied. */
function adopt({ fingerprint }: Wanted, { updatedAt }: Observed, memory: Memory): Memory {
  const { drift: _, ...known } = memory;
  return { ...known, applied: { fingerprint, updatedAt }, lastGood: fingerprint };
}

function drifted({ selfHeal }: Wanted, memory: Memory): Comparison {
  if (selfHeal) return { want: 'changed', memory };
  const note = 'Somebody changed it by hand; settings.selfHeal is off, so it stays as it is.';
  return { want: 'inStep', memory, note };
}
