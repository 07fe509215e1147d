import type { RecordContent, RecordId, RecordSummary, RegistryRecord } from '../ports/registryRecords.ts';
import type { DocumentStore } from '../ports/specBucket.ts';
import { contentOf, recordFingerprint } from '../registry/diffRecords.ts';
import type { ServerRecord } from '../registry/importTargets.ts';
import { approvedRecordKey, approvedRevisionKey, registryRecordsKey } from './keys.ts';
import { isList, isMapping, isText, optional } from './memberChecks.ts';
import { type ReadableStore, StoredDocument, unsupportedFormat } from './storedDocument.ts';
import { storedFormats } from './storedFormats.ts';

/** A record as poll read it. A record with another version, status or time is read again. */
export interface CachedRecord extends Pick<RecordSummary, 'recordId' | 'version' | 'status' | 'updatedAt'> {
  /** The revision that can be discovered: the newest one that was approved. Absent where there is none. */
  readonly served?: ServerRecord;
  /** It was deprecated, and no later revision was approved since: what was approved before is not discoverable. */
  readonly isDeprecated?: true;
}

/** The revision of a record that was approved last. */
export interface ApprovedRecord {
  readonly content: RecordContent;
  readonly version: string;
}

const registryDocument = new StoredDocument<{ readonly records: readonly CachedRecord[] }>(
  storedFormats.registryRecords,
  {
    records: isList,
  },
);

/** Points to the revision that counts; absent `fingerprint`: the record was deprecated since. */
const approvedRecordDocument = new StoredDocument<{ readonly fingerprint?: string }>(
  storedFormats.approvedRecord,
  {
    fingerprint: optional(isText),
  },
);

/** Never changed: its key has the fingerprint of the content and the version. */
const approvedRevisionDocument = new StoredDocument<ApprovedRecord>(storedFormats.approvedRevision, {
  content: isMapping,
  version: isText,
});

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

/**
 * Stores the revision of a record that was approved: the service shows only the newest one, which may be a draft. The copy
 * never changes; the next submission is compared with it, and gateways are given what it says until then.
 */
export async function writeApprovedRecord(
  record: RegistryRecord,
  bucket: Pick<DocumentStore, 'writeDocument'>,
): Promise<void> {
  const { version } = record;
  const fingerprint = recordFingerprint(record);
  const revision = { content: contentOf(record), version };
  await approvedRevisionDocument.write(approvedRevisionKey(record, fingerprint), revision, bucket);
  await approvedRecordDocument.write(approvedRecordKey(record), { fingerprint }, bucket);
}

/** Notes that nothing of a record is discoverable any more. */
export async function forgetApprovedRecord(
  id: RecordId,
  bucket: Pick<DocumentStore, 'writeDocument'>,
): Promise<void> {
  await approvedRecordDocument.write(approvedRecordKey(id), {}, bucket);
}

/**
 * @returns the revision that was approved last; undefined where none was, or where the record was deprecated since
 * @throws GateloopError `UnsupportedFormat` for a broken document or another format, or a copy that is not what was approved:
 * nothing can rebuild it, and an approver who sees no difference could approve what they would refuse
 */
export async function readApprovedRecord(
  id: RecordId,
  bucket: Pick<DocumentStore, 'readDocument'>,
): Promise<ApprovedRecord | undefined> {
  const { fingerprint } = (await approvedRecordDocument.read(approvedRecordKey(id), bucket)) ?? {};
  if (fingerprint === undefined) return undefined;
  const key = approvedRevisionKey(id, fingerprint);
  const revision = await approvedRevisionDocument.read(key, bucket);
  const isApproved =
    revision && recordFingerprint({ ...revision.content, version: revision.version }) === fingerprint;
  if (isApproved) return revision;
  throw unsupportedFormat(
    `The object ${key} of the spec bucket`,
    undefined,
    storedFormats.approvedRevision.format,
  );
}
