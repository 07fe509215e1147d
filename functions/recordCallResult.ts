import type { Address } from '../core/address.ts';
import type { CallResult } from '../core/ports/controlPlane.ts';
import type { Ledger, VersionedResourceRecord } from '../core/ports/ledger.ts';
import { applyCallResult } from '../core/reconcile/applyCallResult.ts';
import type { PlannedOperation } from '../core/reconcile/plan.ts';

/**
 * Writes the result of a call to the ledger, under the version that was read before the call, with the link for a person that
 * only this answer has.
 *
 * @returns the record as the ledger has it now
 * @throws GateloopError `LedgerConflict`, retryable, when another step wrote the record meanwhile
 */
export async function recordCallResult(
  workspace: string,
  planned: PlannedOperation,
  ledgerEntries: ReadonlyMap<Address, VersionedResourceRecord>,
  result: CallResult,
  now: number,
  ledger: Ledger,
): Promise<VersionedResourceRecord> {
  const { record, version } = ledgerEntries.get(planned.address) ?? newEntry(planned.address, now);
  const after = applyCallResult(record, planned, result, now);
  // The link comes first: a record that awaits a person without it costs the person another round.
  if (result.kind === 'accepted' && result.link)
    await ledger.keepLink(workspace, planned.address, result.link);
  await ledger.writeResource(workspace, after, version);
  return { record: after, version: version + 1 };
}

/** What a call has before its first record. */
export function newEntry(address: Address, now: number): VersionedResourceRecord {
  return { record: { address, state: 'in-progress', reasons: [], since: now }, version: 0 };
}
