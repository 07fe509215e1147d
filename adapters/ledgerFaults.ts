import type { StorageFault } from '../core/ports/ledger.ts';
import { brokenItemProblem, newerItemProblem } from '../core/storage/ledgerItems.ts';
import type { DynamoTable, Item } from './dynamoTable.ts';
import { type LedgerKey, ledgerTable } from './ledgerTable.ts';

/** An item that could not be read as it is. */
interface FoundItem {
  readonly key: LedgerKey;
  readonly fault: StorageFault;
  /** Of a broken item: the item as it was read, and what is to replace it. Absent for one of a newer format. */
  readonly repair?: { readonly before: Item; readonly after: Item | undefined };
}

/** The sort key of a copy, in the partition of the broken item. */
const SET_ASIDE = 'setAside#';
/** DynamoDB takes 1024 bytes for a sort key, and a character has up to four. */
const MAX_COPIED_KEY = 240;
/** How long a copy is kept for diagnosis: 30 days, in seconds. */
const RETENTION_SECONDS = 30 * 86_400;
/** DynamoDB takes 400 KB for an item; of a broken one that is nearly as large, the copy has the beginning as text. */
const MAX_COPIED_LENGTH = 100_000;

/**
 * The items that the ledger could not read as they are, until poll has told and repaired them. They are only remembered:
 * a process that ends before loses nothing, since the next read finds them again.
 */
export class LedgerFaults {
  readonly #table: DynamoTable;
  /** In ms since the epoch: DynamoDB deletes the copies by its own clock. */
  readonly #now: () => number;
  readonly #found = new Map<string, FoundItem>();

  constructor(table: DynamoTable, now: () => number) {
    this.#table = table;
    this.#now = now;
  }

  /**
   * Notes a broken item.
   *
   * @param broken the names of the broken attributes or members
   * @param after what replaces the item; undefined where nothing can be saved
   * @returns whether the item is broken: one of its members, or its format
   */
  noteIfBroken(key: LedgerKey, before: Item, broken: readonly string[], after: Item | undefined): boolean {
    const all = this.#table.formatOf(before) === 'broken' ? [...broken, 'format'] : broken;
    if (all.length === 0) return false;
    const fault = { place: placeOf(key), problem: brokenItemProblem(all) };
    this.#note({ key, fault, repair: { before, after } });
    return true;
  }

  /** Notes an item of a newer format. @returns whether it is one */
  isNewer(key: LedgerKey, item: Item): boolean {
    if (this.#table.formatOf(item) !== 'newer') return false;
    const problem = newerItemProblem(item.format, this.#table.format);
    this.#note({ key, fault: { place: placeOf(key), problem, isNewer: true } });
    return true;
  }

  /** An item that was repaired already, with nothing worth a copy. */
  noteRepaired(key: LedgerKey, broken: readonly string[]): void {
    this.#note({ key, fault: { place: placeOf(key), problem: brokenItemProblem(broken) } });
  }

  /** @returns what concerns the workspace, and what concerns all of them */
  find(workspace: string): readonly StorageFault[] {
    return this.#of(workspace).map(({ fault }) => fault);
  }

  async repair(workspace: string): Promise<void> {
    for (const { key, repair } of this.#of(workspace)) {
      this.#found.delete(placeOf(key));
      if (repair) await this.#setAside(key, repair);
    }
  }

  /** Repairs an item at once, which a step cannot go on without. Poll still finds the fault, to tell it. */
  async repairNow(key: LedgerKey): Promise<void> {
    const found = this.#found.get(placeOf(key));
    if (!found?.repair) return;
    const { repair, ...told } = found;
    await this.#setAside(key, repair);
    this.#note(told);
  }

  async #setAside(key: LedgerKey, { before, after }: FoundItem['repair'] & object): Promise<void> {
    const now = this.#now();
    const text = JSON.stringify(before);
    await this.#table.put({
      workspace: key.workspace,
      item: `${SET_ASIDE}${key.item.slice(0, MAX_COPIED_KEY)}#${now}`,
      content: text.length > MAX_COPIED_LENGTH ? text.slice(0, MAX_COPIED_LENGTH) : before,
      [ledgerTable.timeToLiveAttribute]: Math.ceil(now / 1000) + RETENTION_SECONDS,
    });
    await this.#table.replace(key, before, after);
  }

  #of(workspace: string): readonly FoundItem[] {
    // The name of a workspace holds no `#`: the other partitions belong to all workspaces.
    return [...this.#found.values()].filter(
      ({ key }) => key.workspace === workspace || key.workspace.includes('#'),
    );
  }

  #note(found: FoundItem): void {
    this.#found.set(placeOf(found.key), found);
  }
}

function placeOf({ workspace, item }: LedgerKey): string {
  return `ledger: ${workspace}/${item}`;
}
