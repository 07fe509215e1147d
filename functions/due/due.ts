import type { Ledger } from '../../core/ports/ledger.ts';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import { invalidEvent, readMapping, readTime } from '../invalidEvent.ts';
import { measureFleet } from './measureFleet.ts';

/** `drift`: look at every workspace. `resync`: only at those in which a synchronisation is due. */
export type Reason = 'drift' | 'resync';

export interface DueEvent {
  readonly reason: Reason;
  /** In ms since the epoch. */
  readonly now: number;
}

/** @throws GateloopError `InvalidEvent` */
export function parseDueEvent(event: unknown): DueEvent {
  const { reason, now } = readMapping(event, 'a mapping with "reason" and "now"');
  if (reason !== 'drift' && reason !== 'resync')
    throw invalidEvent('"drift" or "resync" under "reason"', reason);
  return { reason, now: readTime(now) };
}

export interface DuePorts {
  readonly ledger: Ledger;
  readonly specBucket: SpecBucket;
}

/** Lists the workspaces in the bucket and keeps those that are due. */
export async function due(
  { reason, now }: DueEvent,
  { ledger, specBucket }: DuePorts,
): Promise<{ workspaces: { workspace: string }[] }> {
  const names = await specBucket.listWorkspaces();
  if (reason === 'drift') await measureFleet(names, now, ledger);
  const chosen: string[] = [];
  for (const name of names) {
    const isDue =
      reason === 'drift' ||
      ((await ledger.readWorkspace(name)).nextResyncAt ?? Number.POSITIVE_INFINITY) <= now;
    if (isDue) chosen.push(name);
  }
  return { workspaces: chosen.map((workspace) => ({ workspace })) };
}
