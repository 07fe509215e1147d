import type { Address } from '../core/address.ts';
import type { CallResult } from '../core/ports/controlPlane.ts';
import type { Ledger, VersionedResourceRecord } from '../core/ports/ledger.ts';
import { applyCallResult } from '../core/reconcile/applyCallResult.ts';
import type { PlannedOperation } from '../core/reconcile/decide.ts';

/** Stores how a call went, under the version that was read before it. */
export async function recordCallResult(
  workspace: string,
  planned: PlannedOperation,
  ledgerEntries: ReadonlyMap<Address, VersionedResourceRecord>,
  result: CallResult,
  now: number,
  ledger: Ledger,
): Promise<void> {
  const { record: resourceRecord, version } = ledgerEntries.get(planned.address) ?? {
    record: { address: planned.address, state: 'in-progress' as const, reasons: [], since: now },
    version: 0,
  };
  await ledger.writeResource(workspace, applyCallResult(resourceRecord, planned, result, now), version);
}
