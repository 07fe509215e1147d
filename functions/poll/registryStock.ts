import { GateloopError } from '../../core/errors.ts';
import type {
  RecordListing,
  RecordSummary,
  RegistryRecords,
  Unreadable,
} from '../../core/ports/registryRecords.ts';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import type { ServerRecord } from '../../core/records/recordTargets.ts';
import { serverAddress } from '../../core/records/serverAddress.ts';

/** A record as it was read, and of which version it is: an edited one is read anew. */
export type KeptRecord = ServerRecord & Pick<RecordSummary, 'updatedAt'>;

/** What a registry was found to hold, before its records are read. */
export interface Found {
  readonly registryId: string;
  readonly listing: RecordListing;
  /** While not all of it can be read: what it held when that could be; absent where it never could. */
  readonly kept?: readonly KeptRecord[];
}

export interface StockPorts {
  readonly specBucket: SpecBucket;
  readonly records: RegistryRecords;
}

/** How many records are read at a time: the service does not publish how many reads a second it grants. */
const READS_AT_ONCE = 4;

/** What a registry was found to hold, with its records. */
export interface Stock extends Found {
  readonly records: readonly KeptRecord[];
}

/** Lists a registry's approved records. One that does not answer for a moment is taken to hold what it held. */
export async function findRecords(
  workspace: string,
  registryId: string,
  { records, specBucket }: StockPorts,
): Promise<Found> {
  const listing = await records.listApprovedServers(registryId);
  if (listing.kind === 'listed') return { registryId, listing };
  const kept = await readKept(workspace, registryId, specBucket);
  return { registryId, ...withKept(listing, kept) };
}

/**
 * Reads the records that were found, each once a version; without those that were edited since. One that the registry
 * does not give stays what it was, and keeps no other from being read.
 */
export async function readRecords(
  workspace: string,
  found: Found,
  { records, specBucket }: StockPorts,
): Promise<Stock> {
  const { registryId, listing, kept } = found;
  if (listing.kind === 'unreadable') return { ...found, records: kept ?? [] };
  const before = (await readKept(workspace, registryId, specBucket)) ?? [];
  const known = new Map(before.map((record) => [identityOf(record), record]));
  const reads: (KeptRecord | Unreadable | undefined)[] = [];
  for (let start = 0; start < listing.records.length; start += READS_AT_ONCE) {
    const some = listing.records.slice(start, start + READS_AT_ONCE);
    const now = some.map((each) => known.get(identityOf(each)) ?? readRecord(registryId, each, records));
    reads.push(...(await Promise.all(now)));
  }
  const earlier = new Map(before.map((record) => [record.recordId, record]));
  const held = listing.records.map(({ recordId }, index) => {
    const read = reads[index];
    return isWithheld(read) ? earlier.get(recordId) : read;
  });
  const all = held.filter((record) => record !== undefined);
  await specBucket.writeDocument(keptKey(workspace, registryId), all);
  const failure = reads.find(isWithheld);
  const isKnown = reads.every((read, index) => !isWithheld(read) || held[index] !== undefined);
  const whole = failure ? withKept(failure, isKnown ? all : undefined) : { listing };
  return { registryId, ...whole, records: all };
}

function isWithheld(read: KeptRecord | Unreadable | undefined): read is Unreadable {
  return read !== undefined && 'kind' in read;
}

/** A failure that may be gone at the next look is told to nobody, as long as it is known what was there before. */
function withKept(
  listing: Unreadable,
  kept: readonly KeptRecord[] | undefined,
): Pick<Found, 'listing' | 'kept'> {
  if (listing.transient && kept) return { listing: { kind: 'listed', records: kept } };
  return { listing, ...(kept && { kept }) };
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

/**
 * @returns undefined for a record that was edited since it was listed: what it says now nobody has approved; the failure
 * for one that the registry does not give
 */
async function readRecord(
  registryId: string,
  { recordId, name, version, createdAt, updatedAt }: RecordSummary,
  records: RegistryRecords,
): Promise<KeptRecord | Unreadable | undefined> {
  const record = await records.get({ registryId, recordId }).catch(unreadable);
  if (record && 'kind' in record) return record;
  if (record?.status !== 'APPROVED' || record.version !== version) return undefined;
  return { recordId, name, version, createdAt, updatedAt, address: serverAddress(record.descriptors) };
}

function unreadable(error: unknown): Unreadable {
  if (!(error instanceof GateloopError)) throw error;
  return { kind: 'unreadable', code: error.code, transient: error.retryable };
}
