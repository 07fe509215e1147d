import type { ControlPlane } from '../../core/ports/controlPlane.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import { measure } from '../measure.ts';
import { remember } from '../remember.ts';
import type { TurnEvent } from '../turn.ts';

export interface SyncPorts {
  readonly ledger: Ledger;
  readonly controlPlane: ControlPlane;
}

/**
 * Synchronises one target a call, as the service demands. The `lastSynchronizedAt` from before goes into the ledger
 * with the operation: only READY and a newer one proves that the synchronisation happened.
 */
export async function sync(
  { turn, now }: TurnEvent,
  { ledger, controlPlane }: SyncPorts,
): Promise<{ started: number }> {
  const { workspace, syncs } = turn;
  const remembered = await ledger.readResources(workspace);
  let started = 0;
  for (const planned of syncs) {
    // Begun by an earlier try of this very step.
    if (remembered.get(planned.address)?.memory.operation) continue;
    const { id = '', parentId = '' } = planned;
    const answer = await controlPlane.synchronize({ id, parentId });
    await remember(workspace, planned, remembered, answer, now, ledger);
    if (answer.kind === 'accepted') started += 1;
  }
  measure([{ name: 'SyncsStarted', value: started }]);
  return { started };
}
