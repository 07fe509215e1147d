import type { RecordListing, RecordSummary, RegistryRecords } from '../../core/ports/registryRecords.ts';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import type { ServerRecord } from '../../core/records/recordTargets.ts';
import { serverAddress } from '../../core/records/serverAddress.ts';

/** A record as it was read, and of which version it is: an edited one is read anew. */
export type KeptRecord = ServerRecord & Pick<RecordSummary, 'updatedAt'>;

/** What a registry was found to hold, before its records are read. */
export interface Found {
  readonly registryId: string;
  readonly listing: RecordListing;
  /** While the registry cannot be read: what it held when it could; absent where it never could. */
  readonly kept?: readonly KeptRecord[];
}

export interface StockPorts {
  readonly specBucket: SpecBucket;
  readonly records: RegistryRecords;
}

/** How many records are read at a time: the service does not publish how many reads a second it grants. */
const READS_AT_ONCE = 4;

/** Lists a registry's approved records. */
export async function findRecords(
  workspace: string,
  registryId: string,
  { records, specBucket }: StockPorts,
): Promise<Found> {
  const listing = await records.listApprovedServers(registryId);
  if (listing.kind === 'listed') return { registryId, listing };
  const kept = await readKept(workspace, registryId, specBucket);
  return { registryId, listing, ...(kept && { kept }) };
}

/** @returns the records that were found, each read once a version; without those that were edited since */
export async function readRecords(
  workspace: string,
  { registryId, listing, kept }: Found,
  { records, specBucket }: StockPorts,
): Promise<readonly KeptRecord[]> {
  if (listing.kind === 'unreadable') return kept ?? [];
  const before = (await readKept(workspace, registryId, specBucket)) ?? [];
  const known = new Map(before.map((record) => [identityOf(record), record]));
  const read: KeptRecord[] = [];
  for (let start = 0; start < listing.records.length; start += READS_AT_ONCE) {
    const some = listing.records.slice(start, start + READS_AT_ONCE);
    const now = some.map((each) => known.get(identityOf(each)) ?? readRecord(registryId, each, records));
    for (const record of await Promise.all(now)) if (record) read.push(record);
  }
  await specBucket.writeDocument(keptKey(workspace, registryId), read);
  return read;
}

/** Tells one version of a record from every other. */
export function identityOf(record: Pick<KeptRecord, 'recordId' | 'version' | 'updatedAt'>): string {
  return `${record.recordId} ${record.version} ${record.updatedAt}`;
}

/** Beside what was applied, which does not expire: it must be there when a registry cannot be read. */
function keptKey(workspace: string, registryId: string): string {
  return `desired/${workspace}/records/${registryId}.json`;
}

async function readKept(
  workspace: string,
  registryId: string,
  bucket: SpecBucket,
): Promise<readonly KeptRecord[] | undefined> {
  // Only `readRecords` writes these keys.
  return (await bucket.readDocument(keptKey(workspace, registryId))) as readonly KeptRecord[] | undefined;
}

/** @returns undefined for a record that was edited since it was listed: what it says now nobody has approved */
async function readRecord(
  registryId: string,
  { recordId, name, version, createdAt, updatedAt }: RecordSummary,
  records: RegistryRecords,
): Promise<KeptRecord | undefined> {
  const record = await records.get({ registryId, recordId });
  if (record?.status !== 'APPROVED' || record.version !== version) return undefined;
  return { recordId, name, version, createdAt, updatedAt, address: serverAddress(record.descriptors) };
}
