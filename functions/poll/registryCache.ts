import { GateloopError } from '../../core/errors.ts';
import { defined } from '../../core/objects.ts';
import type { RecordListing, RecordSummary, UnreadableRegistry } from '../../core/ports/registryRecords.ts';
import { serverAddress } from '../../core/registry/serverAddress.ts';
import {
  type CachedRecord,
  readRegistryRecords,
  writeRegistryRecords,
} from '../../core/storage/registryDocuments.ts';
import type { DecisionPorts } from './pollState.ts';

/** The List of a registry, before its records are read. */
export interface RegistryListing {
  readonly registryId: string;
  readonly listing: RecordListing;
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

/** Lists the approved records of a registry. After a transient failure, takes the cached records for the listed ones. */
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
 * Reads the listed records, each version once, and caches them. A record that was edited after the List is left out. A
 * record that cannot be read stays as it is cached, and the other records are read all the same.
 */
export async function readRegistry(
  workspace: string,
  registry: RegistryListing,
  ports: RegistryPorts,
): Promise<RegistrySnapshot> {
  const { registryId, listing, cached } = registry;
  if (listing.kind === 'unreadable') return { ...registry, records: cached ?? [] };
  const cachedRecords = (await readRegistryRecords(workspace, registryId, ports.specBucket)) ?? [];
  const cachedByVersion = new Map(cachedRecords.map((record) => [recordVersion(record), record]));
  const reads: (CachedRecord | UnreadableRegistry | undefined)[] = [];
  for (let start = 0; start < listing.records.length; start += READ_CONCURRENCY) {
    const batch = listing.records.slice(start, start + READ_CONCURRENCY);
    const pending = batch.map(
      (each) => cachedByVersion.get(recordVersion(each)) ?? readRecord(registryId, each, ports.records),
    );
    reads.push(...(await Promise.all(pending)));
  }
  const cachedById = new Map(cachedRecords.map((record) => [record.recordId, record]));
  const available = listing.records.map(({ recordId }, index) => {
    const read = reads[index];
    return isUnreadable(read) ? cachedById.get(recordId) : read;
  });
  const records = available.filter((record) => record !== undefined);
  await writeRegistryRecords(workspace, registryId, records, ports.specBucket);
  const failure = reads.find(isUnreadable);
  const isComplete = reads.every((read, index) => !isUnreadable(read) || available[index] !== undefined);
  const result = failure ? fallBackToCache(failure, isComplete ? records : undefined) : { listing };
  return { registryId, ...result, records };
}

function isUnreadable(read: CachedRecord | UnreadableRegistry | undefined): read is UnreadableRegistry {
  return read !== undefined && 'kind' in read;
}

/** A transient failure is reported to no one as long as the cache has the records of an earlier poll. */
function fallBackToCache(
  listing: UnreadableRegistry,
  cached: readonly CachedRecord[] | undefined,
): Pick<RegistryListing, 'listing' | 'cached'> {
  if (listing.transient && cached) return { listing: { kind: 'listed', records: cached } };
  return { listing, ...defined({ cached }) };
}

/** Identifies one version of a record; an edit changes it. */
export function recordVersion(record: Pick<CachedRecord, 'recordId' | 'version' | 'updatedAt'>): string {
  return `${record.recordId} ${record.version} ${record.updatedAt}`;
}

/**
 * @returns undefined for a record that was edited after the List, since nobody has approved its present content; the
 * failure for a record that cannot be read
 */
async function readRecord(
  registryId: string,
  { recordId, name, version, createdAt, updatedAt }: RecordSummary,
  records: RegistryPorts['records'],
): Promise<CachedRecord | UnreadableRegistry | undefined> {
  const record = await records.get({ registryId, recordId }).catch(unreadable);
  if (record && 'kind' in record) return record;
  if (record?.status !== 'APPROVED' || record.version !== version) return undefined;
  return { recordId, name, version, createdAt, updatedAt, address: serverAddress(record.descriptors) };
}

function unreadable(error: unknown): UnreadableRegistry {
  if (!(error instanceof GateloopError)) throw error;
  return { kind: 'unreadable', code: error.code, transient: error.retryable };
}
