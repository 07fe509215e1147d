import { reconcileRequestedEvent } from '../../core/events/triggerEvents.ts';
import type { RecordId } from '../../core/ports/registryRecords.ts';
import { writeApprovedRecord } from '../../core/storage/registryDocuments.ts';
import { findOwningWorkspace } from './findOwningWorkspace.ts';
import { importingWorkspaces } from './importingWorkspaces.ts';
import { done, type RegistryApprovalPorts, type RegistryApprovalResult } from './registryApprovalPorts.ts';
import { recordAlias, requestRecordApproval } from './requestRecordApproval.ts';
import { withdrawRequest } from './withdrawRequest.ts';

/**
 * A record of a registry has changed. The event carries ids alone, and may be late: what counts is how the record
 * stands now. One that waits for approval is asked about. Of every other a request is withdrawn, and whoever draws
 * targets from its registry looks again.
 */
export async function handleRecordEvent(
  id: RecordId,
  now: number,
  ports: RegistryApprovalPorts,
): Promise<RegistryApprovalResult> {
  const record = await ports.records.get(id);
  if (record?.status === 'PENDING_APPROVAL') return requestRecordApproval(record, now, ports);
  await withdrawOpenRequest(id, now, ports);
  const importing = await importingWorkspaces(id, ports);
  if (importing.length > 0) await ports.events.publish(importing.map(reconcileRequestedEvent));
  // Approved in the console, it is what the next version is compared with all the same.
  if (record?.status === 'APPROVED' && (await findOwningWorkspace(id, ports)))
    await writeApprovedRecord(record, ports.specBucket);
  return done;
}

async function withdrawOpenRequest(id: RecordId, now: number, ports: RegistryApprovalPorts): Promise<void> {
  const reference = await ports.ledger.resolveAlias(recordAlias(id));
  if (reference !== undefined)
    await withdrawRequest(reference, 'The record does not wait for approval any more.', now, ports);
}
