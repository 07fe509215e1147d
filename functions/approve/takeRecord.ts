import { reconcileRequested } from '../../core/events/reconcileRequested.ts';
import type { RecordId } from '../../core/ports/registryRecords.ts';
import { keepApproved, recordAlias } from './approvedRecord.ts';
import { type ApprovePorts, nothingToAsk, type Taken } from './approvePorts.ts';
import { askAboutRecord } from './askAboutRecord.ts';
import { homeOf } from './homeOf.ts';
import { withdraw } from './withdraw.ts';
import { workspacesDrawing } from './workspacesDrawing.ts';

/**
 * A record of a registry has changed. The event carries ids alone, and may be late: what counts is how the record
 * stands now. One that waits for approval is asked about. Of every other a request is withdrawn, and whoever draws
 * targets from its registry looks again.
 */
export async function takeRecord(id: RecordId, now: number, ports: ApprovePorts): Promise<Taken> {
  const record = await ports.records.get(id);
  if (record?.status === 'PENDING_APPROVAL') return askAboutRecord(record, now, ports);
  await withdrawOpen(id, now, ports);
  const drawing = await workspacesDrawing(id, ports);
  if (drawing.length > 0) await ports.events.publish(drawing.map(reconcileRequested));
  // Approved in the console, it is what the next version is compared with all the same.
  if (record?.status === 'APPROVED' && (await homeOf(id, ports)))
    await keepApproved(record, ports.specBucket);
  return nothingToAsk;
}

async function withdrawOpen(id: RecordId, now: number, ports: ApprovePorts): Promise<void> {
  const reference = await ports.ledger.findAlias(recordAlias(id));
  if (reference !== undefined)
    await withdraw(reference, 'The record does not wait for approval any more.', now, ports);
}
