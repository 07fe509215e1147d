import type { PublishedEvent } from '../ports/events.ts';
import type { RecordId } from '../ports/registryRecords.ts';

/** The event that starts a reconciliation of a workspace now. */
export function reconcileRequestedEvent(workspace: string): PublishedEvent {
  return { detailType: 'Reconcile Requested', detail: { workspace } };
}

/** The event that starts a review of a registry's record now, as the registry's own events do. */
export function recordReviewRequestedEvent({ registryId, recordId }: RecordId): PublishedEvent {
  return { detailType: 'Record Review Requested', detail: { registryId, registryRecordId: recordId } };
}
