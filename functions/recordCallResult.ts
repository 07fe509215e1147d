import type { Address } from '../core/address.ts';
import type { CallResult } from '../core/ports/controlPlane.ts';
import type { Ledger, VersionedResourceRecord } from '../core/ports/ledger.ts';
import { applyCallResult } from '../core/reconcile/applyCallResult.ts';
import type { PlannedOperation } from '../core/reconcile/plan.ts';

/**
 * Writes the result of a call to the ledger, under the version that was read before the call.
 *
 * @throws GateloopError `LedgerConflict`, retryable, when another step wrote the record meanwhile
 */
export async function recordCallResult(
  workspace: string,
  planned: PlannedOperation,
  ledgerEntries: ReadonlyMap<Address, VersionedResourceRecord>,
  result: CallResult,
  now: number,
  ledger: Ledger,
): Promise<void> {
  const { record, version } = ledgerEntries.get(planned.address) ?? {
    record: { address: planned.address, state: 'in-progress' as const, reasons: [], since: now },
    version: 0,
  };
  await ledger.writeResource(workspace, applyCallResult(record, planned, result, now), version);
}
