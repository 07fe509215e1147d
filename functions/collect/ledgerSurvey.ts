import { isJsonObject } from '../../core/json.ts';
import type { LedgerRow } from '../../core/ports/collectedStorage.ts';
import { mayExist } from '../../core/reconcile/prune.ts';
import { COLLECTION_AGE } from '../../core/storage/appliedCopies.ts';
import { readAddress, readResourceRecord } from '../../core/storage/ledgerItems.ts';

const DAY = 86_400_000;

/**
 * How long after its time an item is deleted, in ms. DynamoDB does that within days; an embedded table never does, nor does one
 * that was restored from a backup before it is deployed again.
 */
const OVERDUE = 7 * DAY;

/** Every hash that a text may name. */
export const HASHES = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g;

/** A text that may be the address of a resource, such as `gateway/payments`. */
const ADDRESSES = /"([A-Za-z]+\/[^"\\]+)"/g;

const CLAIM = 'claim#';
const RESOURCE = 'resource#';
const SUBJECT = 'subject#';
const CONCERNED = 'workspace#';

/** The items that a workspace has even if it has no resource. */
const AT_REST: ReadonlySet<string> = new Set(['workspace', 'lease']);

/** What one reading of the whole ledger tells the collection. */
export class LedgerSurvey {
  /** Every hash that stands anywhere in it. */
  readonly hashes = new Set<string>();
  /** Items whose time is over. */
  readonly expiredRows: LedgerRow[] = [];
  readonly #now: number;
  readonly #claims = new Map<string, LedgerRow[]>();
  /** The addresses that a record or an outcome knows. */
  readonly #addresses = new Set<string>();
  /** The items that each workspace leaves. */
  readonly #rows = new Map<string, LedgerRow[]>();
  /** Workspaces that have others as well. */
  readonly #busy = new Set<string>();

  /** @param now in ms since the epoch */
  constructor(now: number) {
    this.#now = now;
  }

  note(row: LedgerRow): void {
    const { partition, item, text, deleteAt } = row;
    if (deleteAt !== undefined && this.#now - deleteAt >= OVERDUE) {
      this.expiredRows.push(row);
      return;
    }
    for (const [hash] of text.matchAll(HASHES)) this.hashes.add(hash);
    if (partition.startsWith(CLAIM)) add(this.#claims, partition.slice(CLAIM.length), row);
    else if (partition.startsWith(SUBJECT)) add(this.#rows, item.slice(CONCERNED.length), row);
    // The name of a workspace holds no `#`.
    else if (!partition.includes('#')) this.#noteOfWorkspace(row);
  }

  #noteOfWorkspace(row: LedgerRow): void {
    const { partition, item } = row;
    if (item.startsWith(RESOURCE)) this.#addresses.add(item.slice(RESOURCE.length));
    if (AT_REST.has(item) || this.#isOldDeletion(row)) add(this.#rows, partition, row);
    else this.#busy.add(partition);
  }

  /** Whether a record says of a resource only that it is gone: polls keep it a while for the tokens of new creations. */
  #isOldDeletion({ item, text }: LedgerRow): boolean {
    const address = item.startsWith(RESOURCE) ? readAddress(item.slice(RESOURCE.length)) : undefined;
    if (address === undefined) return false;
    const content: unknown = JSON.parse(text);
    const { value, broken } = readResourceRecord(address, isJsonObject(content) ? content.record : undefined);
    if (broken.length > 0 || value.state !== 'absent' || value.request || mayExist(value)) return false;
    return this.#now - value.since >= COLLECTION_AGE;
  }

  /**
   * Notes the resources that the last outcome of a workspace names: where the ledger was lost, it proves whose they are. A workspace
   * that has some, or whose outcome cannot be read, is not at rest.
   */
  noteOutcome(workspace: string, text: string): void {
    for (const [, address = ''] of text.matchAll(ADDRESSES)) this.#addresses.add(address);
    if (!/"applied":\{\}/.test(text)) this.#busy.add(workspace);
  }

  /**
   * The claims of names that a workspace has given up and that no record and no outcome knows: a released claim says that older
   * records prove nothing, and there are none. A name that another workspace has shared keeps its item.
   */
  releasedClaims(): LedgerRow[] {
    return [...this.#claims].flatMap(([address, rows]) =>
      rows.every(isReleased) && !this.#addresses.has(address) ? rows : [],
    );
  }

  /** @returns the workspaces that the ledger has items of */
  workspaces(): Iterable<string> {
    return this.#rows.keys();
  }

  /** @returns whether neither the ledger nor the outcome has a resource of a workspace, nor the ledger a command or suspension */
  isAtRest(workspace: string): boolean {
    return !this.#busy.has(workspace);
  }

  /** @returns the items that a workspace at rest leaves, without its lease */
  rowsOf(workspace: string): readonly LedgerRow[] {
    return (this.#rows.get(workspace) ?? []).filter(({ item }) => item !== 'lease');
  }
}

function isReleased({ item, text }: LedgerRow): boolean {
  const content: unknown = JSON.parse(text);
  return (
    item === 'claim' &&
    isJsonObject(content) &&
    content.claimedBy === undefined &&
    content.releasedBy !== undefined
  );
}

function add<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
