import { GateloopError } from '../../core/errors.ts';
import type {
  RecordListing,
  RecordSummary,
  RegistryRecords,
  UnreadableRegistry,
} from '../../core/ports/registryRecords.ts';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import { serverAddress } from '../../core/registry/serverAddress.ts';
import {
  type CachedRecord,
  readRegistryRecords,
  writeRegistryRecords,
} from '../../core/storage/registryDocuments.ts';

/** What a registry was found to hold, before its records are read. */
export interface RegistryListing {
  readonly registryId: string;
  readonly listing: RecordListing;
  /** While not all of it can be read: what it held when that could be; absent where it never could. */
  readonly cached?: readonly CachedRecord[];
}

export interface RegistryPorts {
  readonly specBucket: SpecBucket;
  readonly records: RegistryRecords;
}

/** How many records are read at a time: the service does not publish how many reads a second it grants. */
const READ_CONCURRENCY = 4;

/** What a registry was found to hold, with its records. */
export interface RegistrySnapshot extends RegistryListing {
  readonly records: readonly CachedRecord[];
}

/** Lists a registry's approved records. One that does not answer for a moment is taken to hold what it held. */
export async function listRegistry(
  workspace: string,
  registryId: string,
  { records, specBucket }: RegistryPorts,
): Promise<RegistryListing> {
  const listing = await records.listApprovedServers(registryId);
  if (listing.kind === 'listed') return { registryId, listing };
  const cached = await readRegistryRecords(workspace, registryId, specBucket);
  return { registryId, ...fallBackToCache(listing, cached) };
}

/**
 * Reads the records that were found, each once a version; without those that were edited since. One that the registry
 * does not give stays what it was, and keeps no other from being read.
 */
export async function readRegistry(
  workspace: string,
  registry: RegistryListing,
  { records, specBucket }: RegistryPorts,
): Promise<RegistrySnapshot> {
  const { registryId, listing, cached } = registry;
  if (listing.kind === 'unreadable') return { ...registry, records: cached ?? [] };
  const cachedRecords = (await readRegistryRecords(workspace, registryId, specBucket)) ?? [];
  const cachedByVersion = new Map(cachedRecords.map((record) => [recordVersion(record), record]));
  const reads: (CachedRecord | UnreadableRegistry | undefined)[] = [];
  for (let start = 0; start < listing.records.length; start += READ_CONCURRENCY) {
    const batch = listing.records.slice(start, start + READ_CONCURRENCY);
    const pending = batch.map(
      (each) => cachedByVersion.get(recordVersion(each)) ?? readRecord(registryId, each, records),
    );
    reads.push(...(await Promise.all(pending)));
  }
  const cachedById = new Map(cachedRecords.map((record) => [record.recordId, record]));
  const available = listing.records.map(({ recordId }, index) => {
    const read = reads[index];
    return isUnreadable(read) ? cachedById.get(recordId) : read;
  });
  const all = available.filter((record) => record !== undefined);
  await writeRegistryRecords(workspace, registryId, all, specBucket);
  const failure = reads.find(isUnreadable);
  const isComplete = reads.every((read, index) => !isUnreadable(read) || available[index] !== undefined);
  const result = failure ? fallBackToCache(failure, isComplete ? all : undefined) : { listing };
  return { registryId, ...result, records: all };
}

function isUnreadable(read: CachedRecord | UnreadableRegistry | undefined): read is UnreadableRegistry {
  return read !== undefined && 'kind' in read;
}

/** A failure that may be gone at the next look is told to nobody, as long as it is known what was there before. */
function fallBackToCache(
  listing: UnreadableRegistry,
  cached: readonly CachedRecord[] | undefined,
): Pick<RegistryListing, 'listing' | 'cached'> {
  if (listing.transient && cached) return { listing: { kind: 'listed', records: cached } };
  return { listing, ...(cached && { cached }) };
}

/** Tells one version of a record from every other. */
export function recordVersion(record: Pick<CachedRecord, 'recordId' | 'version' | 'updatedAt'>): string {
  return `${record.recordId} ${record.version} ${record.updatedAt}`;
}

/**
 * @returns undefined for a record that was edited since it was listed: what it says now nobody has approved; the failure
 * for one that the registry does not give
 */
async function readRecord(
  registryId: string,
  { recordId, name, version, createdAt, updatedAt }: RecordSummary,
  records: RegistryRecords,
): Promise<CachedRecord | UnreadableRegistry | undefined> {
  const record = await records.get({ registryId, recordId }).catch(toUnreadable);
  if (record && 'kind' in record) return record;
  if (record?.status !== 'APPROVED' || record.version !== version) return undefined;
  return { recordId, name, version, createdAt, updatedAt, address: serverAddress(record.descriptors) };
}

function toUnreadable(error: unknown): UnreadableRegistry {
  if (!(error instanceof GateloopError)) throw error;
  return { kind: 'unreadable', code: error.code, transient: error.retryable };
}
