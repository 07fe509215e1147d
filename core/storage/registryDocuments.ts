import { defined } from '../objects.ts';
import type { RecordContent, RecordId, RecordSummary, RegistryRecord } from '../ports/registryRecords.ts';
import type { DocumentStore } from '../ports/specBucket.ts';
import type { ServerRecord } from '../registry/importTargets.ts';
import { approvedRecordKey, registryRecordsKey } from './keys.ts';
import { isList, isMapping } from './memberChecks.ts';
import { type ReadableStore, StoredDocument } from './storedDocument.ts';
import { storedFormats } from './storedFormats.ts';

/** A record as poll read it. A record with another version or time is read again. */
export type CachedRecord = ServerRecord & Pick<RecordSummary, 'updatedAt'>;

const registryDocument = new StoredDocument<{ readonly records: readonly CachedRecord[] }>(
  storedFormats.registryRecords,
  {
    records: isList,
  },
);

const approvedRecordDocument = new StoredDocument<{ readonly content: RecordContent }>(
  storedFormats.approvedRecord,
  {
    content: isMapping,
  },
);

export async function writeRegistryRecords(
  workspace: string,
  registryId: string,
  records: readonly CachedRecord[],
  bucket: Pick<DocumentStore, 'writeDocument'>,
): Promise<void> {
  await registryDocument.write(registryRecordsKey(workspace, registryId), { records }, bucket);
}

/**
 * @returns the records that a registry held when poll read it last; undefined where poll never read it, or the document
 * is broken or has another format: poll reads the registry again, and prunes nothing until it has
 */
export async function readRegistryRecords(
  workspace: string,
  registryId: string,
  bucket: ReadableStore,
): Promise<readonly CachedRecord[] | undefined> {
  const key = registryRecordsKey(workspace, registryId);
  return (await registryDocument.readIfSupported(key, bucket))?.records;
}

/** Stores the version of a record that was approved, to compare the next submission with it. */
export async function writeApprovedRecord(
  record: RegistryRecord,
  bucket: Pick<DocumentStore, 'writeDocument'>,
): Promise<void> {
  const { name, description, descriptorType, descriptors } = record;
  const content = defined({ name, description, descriptorType, descriptors });
  await approvedRecordDocument.write(approvedRecordKey(record), { content }, bucket);
}

/**
 * @returns the version that was approved last; undefined where no version was
 * @throws GateloopError `UnsupportedFormat` for a broken document or another format: nothing can rebuild it, and an
 * approver who sees no difference could approve what they would refuse
 */
export async function readApprovedRecord(
  id: RecordId,
  bucket: Pick<DocumentStore, 'readDocument'>,
): Promise<RecordContent | undefined> {
  return (await approvedRecordDocument.read(approvedRecordKey(id), bucket))?.content;
}
