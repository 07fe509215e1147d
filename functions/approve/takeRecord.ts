import { reconcileRequested } from '../../core/events/reconcileRequested.ts';
import type { RecordId } from '../../core/ports/registryRecords.ts';
import { keepApproved, recordAlias } from './approvedRecord.ts';
import { type ApprovePorts, nothingToAsk, type Taken } from './approvePorts.ts';
import { askAboutRecord } from './askAboutRecord.ts';
import { homeOf } from './homeOf.ts';
import { withdraw } from './withdraw.ts';

/**
 * A record of a registry has changed. The event carries ids alone, and may be late: what counts is how the record
 * stands now. One that waits for approval is asked about. Of every other a request is withdrawn, and whoever draws
 * targets from its registry looks again.
 */
export async function takeRecord(id: RecordId, now: number, ports: ApprovePorts): Promise<Taken> {
  const record = await ports.records.get(id);
  if (record?.status === 'PENDING_APPROVAL') return askAboutRecord(record, now, ports);
  await withdrawOpen(id, now, ports);
  // Approved in the console, it is what the next version is compared with all the same.
  if (record?.status === 'APPROVED' && (await homeOf(id, ports)))
    await keepApproved(record, ports.specBucket);
  await haveLookedAt(id, ports);
  return nothingToAsk;
}

async function withdrawOpen(id: RecordId, now: number, ports: ApprovePorts): Promise<void> {
  const reference = await ports.ledger.findAlias(recordAlias(id));
  if (reference !== undefined)
    await withdraw(reference, 'The record does not wait for approval any more.', now, ports);
}

/** Asks for a look at each workspace whose gateways draw targets from the registry. */
async function haveLookedAt(
  { registryId }: RecordId,
  { ledger, specBucket, events }: ApprovePorts,
): Promise<void> {
  for (const workspace of await specBucket.listWorkspaces()) {
    const { registries = [] } = await ledger.readWorkspace(workspace);
    if (registries.includes(registryId)) await events.publish([reconcileRequested(workspace)]);
  }
}
