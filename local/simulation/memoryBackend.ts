import type { Table } from './table.ts';

type Undo = () => void;

/**
 * Tables in memory, for a store that ends with the process. SQLite in memory takes three times as long, which was a third
 * of the time of a whole-system test.
 */
export class MemoryBackend {
  readonly #tables = new Map<string, MemoryTable>();
  /** What takes back the changes of the open transaction, in order. */
  #undo: Undo[] | undefined;

  table<T>(name: string): Table<T> {
    const known = this.#tables.get(name) ?? new MemoryTable((undo) => this.#undo?.push(undo));
    this.#tables.set(name, known);
    // A table holds texts, as SQLite does: the caller says of which type.
    return known as unknown as Table<T>;
  }

  transaction<T>(work: () => T): T {
    if (this.#undo) throw new Error('A transaction is open already.');
    this.#undo = [];
    const undo = this.#undo;
    try {
      return work();
    } catch (error) {
      this.#undo = undefined;
      for (const takeBack of undo.reverse()) takeBack();
      throw error;
    } finally {
      this.#undo = undefined;
    }
  }

  close(): void {
    this.#tables.clear();
  }
}

class MemoryTable implements Table<unknown> {
  /** Values as JSON: no later change of a stored or returned value changes the table. */
  readonly #values = new Map<string, string>();
  /** In the order of the keys. */
  #keys: string[] = [];
  readonly #onChange: (undo: Undo) => void;

  constructor(onChange: (undo: Undo) => void) {
    this.#onChange = onChange;
  }

  get(key: string): unknown {
    const value = this.#values.get(key);
    return value === undefined ? undefined : JSON.parse(value);
  }

  put(key: string, value: unknown): void {
    this.#onChange(this.#restoring(key));
    this.#set(key, JSON.stringify(value));
  }

  delete(key: string): void {
    if (!this.#values.has(key)) return;
    this.#onChange(this.#restoring(key));
    this.#remove(key);
  }

  list({
    prefix = '',
    after = '',
    limit = -1,
  }: {
    prefix?: string;
    after?: string;
    limit?: number;
  } = {}): [string, unknown][] {
    const entries: [string, unknown][] = [];
    const first = compareKeys(after, prefix) < 0 ? prefix : after;
    for (let index = this.#positionOf(first); entries.length !== limit; index += 1) {
      const key = this.#keys[index];
      if (!key?.startsWith(prefix)) break;
      if (key !== after) entries.push([key, this.get(key)]);
    }
    return entries;
  }

  count(prefix = ''): number {
    if (prefix === '') return this.#keys.length;
    return this.#positionOf(`${prefix}\u{10FFFF}`) - this.#positionOf(prefix);
  }

  clear(prefix = ''): void {
    const first = this.#positionOf(prefix);
    for (const key of this.#keys.slice(first, first + this.count(prefix))) this.delete(key);
  }

  #restoring(key: string): Undo {
    const before = this.#values.get(key);
    return () => (before === undefined ? this.#remove(key) : this.#set(key, before));
  }

  #set(key: string, value: string): void {
    if (!this.#values.has(key)) this.#keys.splice(this.#positionOf(key), 0, key);
    this.#values.set(key, value);
  }

  #remove(key: string): void {
    this.#values.delete(key);
    this.#keys.splice(this.#positionOf(key), 1);
  }

  /** The position of the first key that is not before `key`. */
  #positionOf(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareKeys(this.#keys[middle] ?? '', key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Compares by code points, which is the order of UTF-8 bytes: JavaScript compares UTF-16, which sorts surrogates before U+E000. */
function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const [left, right] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (left !== right) return rankOf(left) - rankOf(right);
  }
  return a.length - b.length;
}

function rankOf(codeUnit: number): number {
  const isSurrogate = codeUnit >= 0xd800 && codeUnit < 0xe000;
  return isSurrogate ? codeUnit + 0x10000 : codeUnit;
}
