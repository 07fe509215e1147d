import type { ControlPlane } from '../../core/ports/controlPlane.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import { isLeaseLost, LeasedControlPlane } from '../leasedControlPlane.ts';
import { LedgerConflicts } from '../ledgerConflicts.ts';
import { freeGatewaySlots, readClaims, takeGatewaySlots } from '../ownClaims.ts';
import { recordCallResult } from '../recordCallResult.ts';
import { measure } from '../runtime/observability.ts';
import type { ReconcileStateEvent } from '../runtime/reconcileState.ts';

export interface SyncPorts {
  readonly ledger: Ledger;
  readonly controlPlane: ControlPlane;
}

/**
 * Starts the planned synchronizations, one target a call, as the service demands. The ledger stores the target's
 * `lastSynchronizedAt` from before the call: only READY with a newer one proves the synchronization.
 *
 * @returns how many synchronizations the service accepted
 * @throws GateloopError `LedgerConflict`, retryable, when another step wrote a record meanwhile; the other targets are
 * synchronized all the same
 */
export async function sync(
  { state, now }: ReconcileStateEvent,
  { ledger, controlPlane }: SyncPorts,
): Promise<{ started: number }> {
  const { workspace, leaseHolder, syncs } = state;
  if (!(await ledger.holdsLease(workspace, leaseHolder))) return { started: 0 };
  const leased = new LeasedControlPlane(controlPlane, ledger, state);
  const ledgerEntries = await ledger.readResources(workspace);
  const claims = await readClaims(workspace, syncs, ledgerEntries, ledger);
  const conflicts = new LedgerConflicts();
  let started = 0;
  for (const planned of syncs) {
    // A record with an open operation: an earlier try of this step made that call.
    if (ledgerEntries.get(planned.address)?.record.operation) continue;
    // An operator may suspend writes between two calls. The next poll plans the others again.
    if (await ledger.readSuspension(workspace)) break;
    // The window of a shared gateway is full: the next poll plans it again.
    const [granted] = await takeGatewaySlots(workspace, [planned], ledgerEntries, now, ledger);
    if (!granted) continue;
    const { id = '', parentId = '' } = planned;
    const result = claims.isOwn(planned)
      ? await leased.synchronize({ id, parentId })
      : claims.rejection(planned);
    // The other execution plans the rest as well.
    if (isLeaseLost(result)) break;
    await recordCallResult(workspace, planned, ledgerEntries, result, now, ledger).catch(conflicts.keep);
    if (result.kind === 'accepted') started += 1;
    else await freeGatewaySlots(workspace, [planned.address], ledgerEntries, now, ledger);
  }
  measure([{ name: 'SyncsStarted', value: started }]);
  conflicts.throwFirst();
  return { started };
}
