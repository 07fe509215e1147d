import { isDeepStrictEqual } from 'node:util';
import type { Address } from '../../core/address.ts';
import { defined } from '../../core/objects.ts';
import { nextResyncAt } from '../../core/reconcile/resync.ts';
import { importedRegistries } from './importRegistryTargets.ts';
import type { PartOfState, PollPorts } from './pollState.ts';

/**
 * Writes the records that the decision changes, each under the version that the decision rests on.
 *
 * @throws GateloopError `LedgerConflict`, retryable, when another step wrote one of them meanwhile
 */
export async function writeResourceRecords(
  { event: { workspace }, decision, ledgerEntries }: PartOfState<'event' | 'decision' | 'ledgerEntries'>,
  { ledger }: Pick<PollPorts, 'ledger'>,
): Promise<void> {
  const versionOf = (address: Address) => ledgerEntries.get(address)?.version ?? 0;
  await Promise.all([
    ...decision.upserts.map((record) => ledger.writeResource(workspace, record, versionOf(record.address))),
    ...decision.deletes.map((address) => ledger.deleteResource(workspace, address, versionOf(address))),
  ]);
}

/** Writes the record of the workspace as a whole, unless it has not changed: most polls change nothing in it. */
export async function writeWorkspaceRecord(
  {
    event: { workspace },
    upload,
    desired,
    records,
    observed,
    decision,
    breaker,
    workspaceRecord,
  }: PartOfState<
    'event' | 'upload' | 'desired' | 'records' | 'observed' | 'decision' | 'breaker' | 'workspaceRecord'
  >,
  { ledger }: Pick<PollPorts, 'ledger'>,
): Promise<void> {
  const { next, latencies, upserts } = decision;
  const { healingAllowedAt } = workspaceRecord;
  // An operator lets what has drifted be healed, and not what drifts later.
  if (healingAllowedAt !== undefined && next === 'settled')
    await ledger.endHealing(workspace, healingAllowedAt);
  const recordsAfter = new Map([...records, ...upserts.map((record) => [record.address, record] as const)]);
  const nextResync = nextResyncAt(desired, observed, recordsAfter);
  const registryIds = importedRegistries(desired, recordsAfter);
  const isChanged =
    workspaceRecord.acceptedRevision !== upload.revision ||
    !isDeepStrictEqual(workspaceRecord.latencies, latencies) ||
    !isDeepStrictEqual(workspaceRecord.registryIds ?? [], registryIds) ||
    !isDeepStrictEqual(workspaceRecord.breaker, breaker) ||
    // Until the workspace is settled, this time moves with every change.
    (next === 'settled' && workspaceRecord.nextResyncAt !== nextResync);
  if (!isChanged) return;
  await ledger.writeWorkspace(workspace, {
    latencies,
    acceptedRevision: upload.revision,
    ...defined({
      outcomeDelivery: workspaceRecord.outcomeDelivery,
      nextResyncAt: nextResync,
      breaker,
      registryIds: registryIds.length > 0 ? registryIds : undefined,
    }),
  });
}
