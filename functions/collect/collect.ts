import type { LedgerRows, ObjectVersions, StoredVersions } from '../../core/ports/collectedStorage.ts';
import type { CollectionReport, Ledger } from '../../core/ports/ledger.ts';
import { COLLECTION_AGE } from '../../core/storage/appliedCopies.ts';
import {
  type CollectedObjects,
  collectedObjects,
  hashInKey,
  isApprovedRecordKey,
  workspaceDocuments,
  workspaceOfDocument,
} from '../../core/storage/collectedObjects.ts';
import { appliedKey, outcomeKey, prefixes } from '../../core/storage/keys.ts';
import { logger } from '../runtime/observability.ts';
import { HASHES, LedgerSurvey } from './ledgerSurvey.ts';

export interface CollectPorts {
  readonly objects: ObjectVersions;
  readonly ledgerRows: LedgerRows;
  readonly ledger: Pick<Ledger, 'takeLease' | 'abandonLease' | 'noteCollection'>;
}

export interface CollectEvent {
  /** In ms since the epoch. */
  readonly now: number;
  /** Says what would be deleted, and deletes nothing. */
  readonly isDryRun: boolean;
}

/** Reads and deletions at the same time. S3 takes 3,500 deletions a second of one prefix. */
const CONCURRENCY = 16;

/** Who holds the lease of a workspace that is gone while its documents and items are deleted. */
const HOLDER = 'collect';
/** In ms. The deletions of one workspace take less than a second. */
const LEASE_DURATION = 60_000;

/**
 * Deletes what nothing needs any more: objects of the spec bucket that only a hash names, items of the ledger whose time is over,
 * and what workspaces that are gone have left.
 *
 * An object is needed while its hash stands anywhere in the ledger, in the last outcome of a workspace, in a parsed upload that
 * should have expired, in the document that says which revision of a record was approved last, or in a copy that these name: a
 * configuration names its schema. What needs an object for the first time stores it again where it is old, so that only old ones can
 * be without need for sure.
 *
 * The objects are listed before anything is read that names them, and only the listed versions are deleted: an object that is
 * stored again meanwhile stays. Items of the ledger are deleted as they were read, or not at all. A collection that is killed has
 * deleted some of what the next one finds.
 *
 * @returns what was found, and deleted unless it is a dry run
 */
export async function collect(
  { now, isDryRun }: CollectEvent,
  ports: CollectPorts,
): Promise<CollectionReport> {
  const { objects, ledgerRows, ledger } = ports;
  const listed = await listObjects(now, objects);
  const survey = new LedgerSurvey(now);
  for await (const row of ledgerRows.scanRows()) survey.note(row);
  const needed = await neededHashes(listed, survey, objects);
  const unneeded = [
    ...listed.named.filter(({ key }) => !needed.has(hashInKey(key) ?? '')),
    ...listed.overdue,
  ];
  const rows = [...survey.expiredRows, ...survey.releasedClaims()];
  const gone = await goneWorkspaces(listed, survey, now, objects);
  if (!isDryRun) {
    await inTurns(unneeded, (object) => objects.deleteVersions(object));
    await inTurns(rows, (row) => ledgerRows.deleteRow(row));
    await inTurns(gone, (workspace) =>
      forget(workspace, listed.documents.get(workspace) ?? [], survey, now, ports),
    );
  }
  const report: CollectionReport = {
    ranAt: now,
    listed: listed.count,
    objects: unneeded.length,
    bytes: unneeded.reduce((sum, { bytes }) => sum + bytes, 0),
    rows: rows.length,
    workspaces: gone.length,
  };
  if (!isDryRun) await ledger.noteCollection(report);
  const message = isDryRun ? 'What nothing needs' : 'What nothing needs was deleted';
  const examples = [...gone, ...unneeded.map(({ key }) => key)].slice(0, 20);
  logger.info(message, { ...report, examples });
  return report;
}

/** The objects of the bucket by what the collection does about them. */
class ListedObjects {
  count = 0;
  /** Old enough to be deleted, if nothing names them. */
  readonly named: StoredVersions[] = [];
  /** To be deleted in any case. */
  readonly overdue: StoredVersions[] = [];
  /** The keys of documents that say which revision of a record was approved last. */
  readonly approvedRecords: string[] = [];
  /** By workspace. */
  readonly documents = new Map<string, StoredVersions[]>();
  /** The names of the immutable copies. */
  readonly copies = new Set<string>();

  noteCollected({ age, isNamed }: CollectedObjects, object: StoredVersions, now: number): void {
    const { key, storedAt } = object;
    const hash = hashInKey(key);
    this.count += 1;
    if (key.startsWith(prefixes.applied) && hash !== undefined) this.copies.add(hash);
    if (isApprovedRecordKey(key)) this.approvedRecords.push(key);
    if (now - storedAt < age) return;
    if (!isNamed) this.overdue.push(object);
    else if (hash !== undefined) this.named.push(object);
  }

  noteDocument(object: StoredVersions): void {
    const workspace = workspaceOfDocument(object.key);
    if (workspace === undefined) return;
    this.count += 1;
    this.documents.set(workspace, [...(this.documents.get(workspace) ?? []), object]);
  }
}

async function listObjects(now: number, objects: ObjectVersions): Promise<ListedObjects> {
  const listed = new ListedObjects();
  for (const row of collectedObjects)
    for await (const object of objects.listVersions(row.prefix)) listed.noteCollected(row, object, now);
  for (const prefix of workspaceDocuments)
    for await (const object of objects.listVersions(prefix)) listed.noteDocument(object);
  return listed;
}

async function neededHashes(
  { named, overdue, approvedRecords, documents, copies }: ListedObjects,
  survey: LedgerSurvey,
  objects: ObjectVersions,
): Promise<ReadonlySet<string>> {
  const needed = survey.hashes;
  const note = async (key: string) => {
    const text = await objects.readText(key);
    for (const [hash] of text?.matchAll(HASHES) ?? []) needed.add(hash);
    return text;
  };
  // The outcomes say as well which resources were there, which released claims depend on.
  await inTurns([...documents.keys()], async (workspace) => {
    const text = await note(outcomeKey(workspace));
    if (text !== undefined) survey.noteOutcome(workspace, text);
  });
  if (named.length === 0) return needed;
  const parsed = overdue.filter(({ key }) => key.startsWith(prefixes.parsed)).map(({ key }) => key);
  await inTurns([...parsed, ...approvedRecords], note);
  await inTurns(
    [...needed].filter((hash) => copies.has(hash)).map((hash) => appliedKey(hash)),
    note,
  );
  return needed;
}

/**
 * A workspace is gone where no file of it is in the bucket, neither the ledger nor its last outcome has a resource of it, and
 * nothing was written about it for as long as an object is kept. Before that, its resources have been deleted or given away.
 */
async function goneWorkspaces(
  { documents }: ListedObjects,
  survey: LedgerSurvey,
  now: number,
  objects: ObjectVersions,
): Promise<readonly string[]> {
  const isOld = (workspace: string) =>
    (documents.get(workspace) ?? []).every(({ storedAt }) => now - storedAt >= COLLECTION_AGE);
  const candidates = new Set([...documents.keys(), ...survey.workspaces()]);
  const gone: string[] = [];
  await inTurns(
    [...candidates].filter((workspace) => survey.isAtRest(workspace) && isOld(workspace)),
    async (workspace) => {
      if (!(await objects.hasUploads(workspace))) gone.push(workspace);
    },
  );
  return gone.sort();
}

/**
 * Deletes what a workspace has left, under its lease: a poll of a new upload begins before or afterwards. Where one wants to begin
 * meanwhile, the item of the lease stays, and the next scan of the fleet has the workspace reconciled.
 */
async function forget(
  workspace: string,
  documents: readonly StoredVersions[],
  survey: LedgerSurvey,
  now: number,
  { objects, ledgerRows, ledger }: CollectPorts,
): Promise<void> {
  const lease = await ledger.takeLease({ workspace, holder: HOLDER, now, duration: LEASE_DURATION });
  if (lease.kind !== 'taken') return;
  // The upload that another client has made since is what the lease waits for.
  if (!(await objects.hasUploads(workspace))) {
    for (const document of documents) await objects.deleteVersions(document);
    for (const row of survey.rowsOf(workspace)) await ledgerRows.deleteRow(row);
  }
  if (!(await ledgerRows.deleteLease(workspace, HOLDER))) await ledger.abandonLease(workspace, HOLDER);
}

async function inTurns<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < items.length; start += CONCURRENCY)
    await Promise.all(items.slice(start, start + CONCURRENCY).map(work));
}
