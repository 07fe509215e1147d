import type { Address } from '../address.ts';
import type { ResourceRecord } from './ledgerRecord.ts';

/**
 * The bounds of the breaker. Healing can do harm while it is right: a new default of the service, or a new model of its
 * API, looks like a change made outside Gateloop in every resource. Beyond a bound nothing is healed until an operator
 * allows it, or until fewer resources differ.
 */
export interface HealLimits {
  /** More than this share of a workspace's resources, from 0 to 1, is too much. */
  readonly workspaceShare: number;
  /** Fewer resources of a workspace than this are never too many: in a small workspace, one change is a large share. */
  readonly workspaceMinimum: number;
  /** More resources of all workspaces together are too many. */
  readonly fleetMaximum: number;
}

/**
 * One person changes a few resources in the console. Half of a workspace at once is a script or the service itself, and
 * so are more than twenty resources of a fleet.
 */
export const defaultHealLimits: HealLimits = { workspaceShare: 0.5, workspaceMinimum: 5, fleetMaximum: 20 };

/**
 * How long a drifted resource counts, in ms. Two drift passes of 15 minutes see each resource at least once in it, so that
 * resources that are healed one after another are counted together.
 */
export const healWindow = 1_800_000;

/** Which bound holds healing back. */
export type HealBreaker = 'workspace' | 'fleet';

/** What the poll knows about healing before it decides. */
export interface HealingRule {
  readonly limits: HealLimits;
  /** `allowed`: an operator lets this healing go on. `held`: too many resources of the fleet differ. */
  readonly verdict?: 'allowed' | 'held';
}

/** The resources that differ and that `selfHeal` reverts. */
export interface Healing {
  readonly resources: readonly Address[];
  /** Present where nothing is healed. */
  readonly breaker?: HealBreaker;
}

/** @param resources that are to be healed now */
export function exceedsWorkspaceLimit(
  resources: readonly Address[],
  recorded: ReadonlyMap<Address, ResourceRecord>,
  total: number,
  { workspaceShare, workspaceMinimum }: HealLimits,
  now: number,
): boolean {
  const healed = [...recorded.values()].filter(
    ({ healedAt }) => healedAt !== undefined && isRecent(healedAt, now),
  );
  const { size } = new Set([...resources, ...healed.map(({ address }) => address)]);
  return size >= workspaceMinimum && size > total * workspaceShare;
}

/** The resources of all workspaces that were healed, or were to be healed, within `healWindow`. */
export interface FleetHeals {
  /** The time in ms since the epoch, by workspace and address. */
  readonly times: Readonly<Record<string, number>>;
  /** The workspace whose resources exceeded the bound: it tells the operators. Absent while the bound is kept. */
  readonly trippedBy?: string;
}

/**
 * Counts the resources of a workspace among those of the fleet. A resource counts once, however often it is planned. One
 * that is held back counts from the last time that it was seen, so that the breaker stays tripped while it still differs.
 */
export function countFleetHeals(
  known: FleetHeals,
  workspace: string,
  resources: readonly Address[],
  maximum: number,
  now: number,
): FleetHeals & { readonly granted: boolean } {
  const recent = Object.entries(known.times).filter(([, time]) => isRecent(time, now));
  const times = new Map(recent);
  const keys = resources.map((address) => `${workspace} ${address}`);
  for (const key of keys) times.set(key, times.get(key) ?? now);
  if (times.size <= maximum) return { granted: true, times: Object.fromEntries(times) };
  for (const key of keys) times.set(key, now);
  // One more than the bound holds the breaker; a fleet of thousands would exceed the size of the ledger's item.
  const latest = [...times].sort(([, one], [, other]) => other - one).slice(0, maximum + 1);
  return { granted: false, times: Object.fromEntries(latest), trippedBy: known.trippedBy ?? workspace };
}

function isRecent(time: number, now: number): boolean {
  return time > now - healWindow;
}

/** Why a change made outside Gateloop is not reverted, or a deleted resource not created again. */
export function notHealedText(
  workspace: string,
  breaker: HealBreaker | undefined,
  action: 'reverted' | 'created again' = 'reverted',
): string {
  if (!breaker) return `It is not ${action} because settings.selfHeal is off.`;
  const whose = breaker === 'workspace' ? 'this workspace' : 'all workspaces';
  return `It is not ${action} now: too many resources of ${whose} were changed outside Gateloop at once. An operator lets it go on with gateloop heal ${workspace}.`;
}
