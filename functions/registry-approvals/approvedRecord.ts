import { hashId } from '../../core/authorization/hashId.ts';
import type { RecordContent, RecordId, RegistryRecord } from '../../core/ports/registryRecords.ts';
import type { DocumentStore } from '../../core/ports/specBucket.ts';

/** The version of a record that was approved last, to be compared with what is submitted next. */
interface ApprovedRecord {
  readonly content: RecordContent;
}

/** Where it stands in the spec bucket, beside the outcomes. */
function approvedRecordKey({ registryId, recordId }: RecordId): string {
  return `outcomes/records/${registryId}/${recordId}.json`;
}

/** By which name the request about a record is found. */
export function recordAlias({ registryId, recordId }: RecordId): string {
  return hashId(`record ${registryId} ${recordId}`);
}

/** Keeps what was approved. */
export async function saveApprovedRecord(record: RegistryRecord, bucket: DocumentStore): Promise<void> {
  const { name, description, descriptorType, descriptors } = record;
  const content = { name, ...(description !== undefined && { description }), descriptorType, descriptors };
  const approved: ApprovedRecord = { content };
  await bucket.writeDocument(approvedRecordKey(record), approved);
}

/** @returns what was approved last; undefined where that is not known */
export async function readApprovedRecord(
  id: RecordId,
  bucket: DocumentStore,
): Promise<RecordContent | undefined> {
  // Only `keepApproved` writes these keys.
  const approved = (await bucket.readDocument(approvedRecordKey(id))) as Partial<ApprovedRecord> | undefined;
  return approved?.content;
}
