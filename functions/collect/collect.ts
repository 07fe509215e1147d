import type { CopyStore, LedgerScan, StoredCopy } from '../../core/ports/copyStore.ts';
import { COLLECTION_AGE, PARSED_OVERDUE } from '../../core/storage/appliedCopies.ts';
import { logger } from '../runtime/observability.ts';

export interface CollectPorts {
  readonly copies: CopyStore;
  readonly ledgerScan: LedgerScan;
}

export interface CollectEvent {
  /** In ms since the epoch. */
  readonly now: number;
  /** Says what would be deleted, and deletes nothing. */
  readonly isDryRun: boolean;
}

export interface Collected {
  readonly copies: number;
  readonly old: number;
  readonly deleted: number;
  readonly bytes: number;
}

/** Reads and deletions at the same time. S3 takes 3,500 deletions a second of one prefix. */
const CONCURRENCY = 16;

/** Every name that a text may have of a copy. */
const HASHES = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g;

/**
 * Deletes the copies of schemas and configurations that nothing needs any more. A copy is needed while its hash stands anywhere in
 * the ledger, in the last outcome of a workspace, in a parsed upload that should have expired, or in a copy that these name: a
 * configuration names its schema. What needs a copy
 * for the first time stores it again where it is old (`RENEWAL_AGE`), so that only old copies can be without need for sure.
 *
 * The copies are listed before anything is read that names them, and only the listed versions are deleted: a copy that is stored
 * again meanwhile stays. A collection that is killed has deleted some of what the next one finds.
 */
export async function collect({ now, isDryRun }: CollectEvent, ports: CollectPorts): Promise<Collected> {
  const { copies } = ports;
  const stored = new Set<string>();
  const old: StoredCopy[] = [];
  for await (const copy of copies.listCopies()) {
    stored.add(copy.sha256);
    if (now - copy.storedAt >= COLLECTION_AGE) old.push(copy);
  }
  const needed = old.length > 0 ? await neededCopies(stored, now, ports) : new Set<string>();
  const unneeded = old.filter(({ sha256 }) => !needed.has(sha256));
  if (!isDryRun) await inTurns(unneeded, (copy) => copies.deleteCopy(copy));
  const bytes = unneeded.reduce((sum, copy) => sum + copy.bytes, 0);
  const collected = { copies: stored.size, old: old.length, deleted: isDryRun ? 0 : unneeded.length, bytes };
  const names = unneeded.slice(0, 20).map(({ sha256 }) => sha256);
  logger.info(isDryRun ? 'Copies that nothing needs' : 'Copies that nothing needs were deleted', {
    ...collected,
    names,
  });
  return collected;
}

async function neededCopies(
  stored: ReadonlySet<string>,
  now: number,
  { copies, ledgerScan }: CollectPorts,
): Promise<Set<string>> {
  const needed = new Set<string>();
  const note = (text: string) => {
    for (const [hash] of text.matchAll(HASHES)) needed.add(hash);
  };
  for await (const text of ledgerScan.scanTexts()) note(text);
  for await (const text of copies.readOutcomeTexts()) note(text);
  for await (const text of copies.readParsedTexts(now - PARSED_OVERDUE)) note(text);
  const named = [...needed].filter((hash) => stored.has(hash));
  await inTurns(named, async (sha256) => {
    const bytes = await copies.readApplied(sha256);
    if (bytes) note(new TextDecoder().decode(bytes));
  });
  return needed;
}

async function inTurns<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += CONCURRENCY)
    await Promise.all(items.slice(start, start + CONCURRENCY).map(work));
}
