import type { PublishedEvent } from '../ports/events.ts';
import type { RecordId } from '../ports/registryRecords.ts';

/** Asks for a record of a registry to be looked at now, as the registry's own events do. */
export function recordReviewRequestedEvent({ registryId, recordId }: RecordId): PublishedEvent {
  return { detailType: 'Record Review Requested', detail: { registryId, registryRecordId: recordId } };
}
