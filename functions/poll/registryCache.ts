import { GateloopError } from '../../core/errors.ts';
import { defined } from '../../core/objects.ts';
import type {
  RecordContent,
  RecordListing,
  RecordSummary,
  UnreadableRegistry,
} from '../../core/ports/registryRecords.ts';
import { recordFingerprint } from '../../core/registry/diffRecords.ts';
import type { ServerRecord } from '../../core/registry/importTargets.ts';
import { serverAddress } from '../../core/registry/serverAddress.ts';
import {
  type CachedRecord,
  readApprovedRecord,
  readRegistryRecords,
  writeRegistryRecords,
} from '../../core/storage/registryDocuments.ts';
import type { DecisionPorts } from './pollState.ts';

/** The List of a registry, before its records are read. */
export interface RegistryListing {
  readonly registryId: string;
  /** `cached`: it could not be read for now, and an earlier poll's records stand for it. */
  readonly listing: RecordListing | { readonly kind: 'cached'; readonly records: readonly CachedRecord[] };
  /** For an unreadable registry: the records of the last poll that could read it; absent where none could. */
  readonly cached?: readonly CachedRecord[];
}

/** The List of a registry with its records. */
export interface RegistrySnapshot extends RegistryListing {
  readonly records: readonly CachedRecord[];
}

export type RegistryPorts = Pick<DecisionPorts, 'specBucket' | 'records'>;

/** How many records are read at a time: the service does not publish how many reads a second it grants. */
const READ_CONCURRENCY = 4;

/** Lists the records of a registry. After a transient failure, takes the cached records for the listed ones. */
export async function listRegistry(
  workspace: string,
  registryId: string,
  { records, specBucket }: RegistryPorts,
): Promise<RegistryListing> {
  const listing = await records.listServers(registryId);
  if (listing.kind === 'listed') return { registryId, listing };
  const cached = await readRegistryRecords(workspace, registryId, specBucket);
  return { registryId, ...fallBackToCache(listing, cached) };
}

/**
 * Reads the listed records, each version once, and caches them. A record that cannot be read stays as it is cached, and the
 * other records are read all the same.
 */
export async function readRegistry(
  workspace: string,
  registry: RegistryListing,
  ports: RegistryPorts,
): Promise<RegistrySnapshot> {
  const { registryId, listing, cached } = registry;
  if (listing.kind === 'unreadable') return { ...registry, records: cached ?? [] };
  if (listing.kind === 'cached') return { ...registry, records: listing.records };
  const cachedRecords = (await readRegistryRecords(workspace, registryId, ports.specBucket)) ?? [];
  const cachedByVersion = new Map(cachedRecords.map((record) => [recordVersion(record), record]));
  const cachedById = new Map(cachedRecords.map((record) => [record.recordId, record]));
  const reads: (CachedRecord | UnreadableRegistry)[] = [];
  for (let start = 0; start < listing.records.length; start += READ_CONCURRENCY) {
    const batch = listing.records.slice(start, start + READ_CONCURRENCY);
    const pending = batch.map(
      (each) =>
        cachedByVersion.get(recordVersion(each)) ??
        readRecord(registryId, each, cachedById.get(each.recordId), ports),
    );
    reads.push(...(await Promise.all(pending)));
  }
  const available = listing.records.map(({ recordId }, index) => {
    const read = reads[index];
    return !read || isUnreadable(read) ? cachedById.get(recordId) : read;
  });
  const records = available.filter((record) => record !== undefined);
  await writeRegistryRecords(workspace, registryId, records, ports.specBucket);
  const failure = reads.find(isUnreadable);
  const isComplete = reads.every((read, index) => !isUnreadable(read) || available[index] !== undefined);
  const result = failure ? fallBackToCache(failure, isComplete ? records : undefined) : { listing };
  return { registryId, ...result, records };
}

function isUnreadable(read: CachedRecord | UnreadableRegistry): read is UnreadableRegistry {
  return 'kind' in read;
}

/** A transient failure is reported to no one as long as the cache has the records of an earlier poll. */
function fallBackToCache(
  listing: UnreadableRegistry,
  cached: readonly CachedRecord[] | undefined,
): Pick<RegistryListing, 'listing' | 'cached'> {
  if (listing.transient && cached) return { listing: { kind: 'cached', records: cached } };
  return { listing, ...defined({ cached }) };
}

/** Identifies one revision of a record and its state: an edit and a decision change it. */
export function recordVersion(
  record: Pick<CachedRecord, 'recordId' | 'version' | 'status' | 'updatedAt'>,
): string {
  return `${record.recordId} ${record.version} ${record.status} ${record.updatedAt}`;
}

/**
 * Reads which revision of a record can be discovered. That is the newest one if it is approved. While it is not, it is the
 * copy of the one that was approved last, which the service does not show: an edit takes nothing from agents until it is
 * approved, and neither does its refusal.
 *
 * @param before the record as poll read it last
 */
async function readRecord(
  registryId: string,
  { recordId, version, status, createdAt, updatedAt }: RecordSummary,
  before: CachedRecord | undefined,
  { records, specBucket }: RegistryPorts,
): Promise<CachedRecord | UnreadableRegistry> {
  const listed = { recordId, version, status, updatedAt };
  if (status === 'DEPRECATED') return { ...listed, isDeprecated: true };
  if (status === 'APPROVED') {
    const record = await records.get({ registryId, recordId }).catch(unreadable);
    if (record && 'kind' in record) return record;
    // An edit after the List leaves a draft: the List of the next poll has its time.
    if (record?.status === 'APPROVED' && record.version === version)
      return { ...listed, served: serverRecord(recordId, record, createdAt) };
  }
  if (before?.isDeprecated) return { ...listed, isDeprecated: true };
  const approved = await readApprovedRecord({ registryId, recordId }, specBucket);
  const served =
    approved && serverRecord(recordId, { ...approved.content, version: approved.version }, createdAt);
  return { ...listed, ...defined({ served: served ?? before?.served }) };
}

/** The number of digits of a fingerprint that tell revisions of one record apart. */
const REVISION_DIGITS = 8;

function serverRecord(
  recordId: string,
  record: RecordContent & { readonly version: string },
  createdAt: number,
): ServerRecord {
  const { name, version, descriptors } = record;
  const revision = recordFingerprint(record).slice(0, REVISION_DIGITS);
  return { recordId, name, version, revision, createdAt, address: serverAddress(descriptors) };
}

function unreadable(error: unknown): UnreadableRegistry {
  if (!(error instanceof GateloopError)) throw error;
  return { kind: 'unreadable', code: error.code, transient: error.retryable };
}
