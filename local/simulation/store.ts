import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { MemoryBackend } from './memoryBackend.ts';
import { openDatabase } from './sqlite.ts';
import type { Table } from './table.ts';

interface Backend {
  table<T>(name: string): Table<T>;
  transaction<T>(work: () => T): T;
  close(): void;
}

/**
 * The state of the embedded AWS: one SQLite file, or memory. In a file, a write is on disk when the call returns and
 * survives `kill -9`. A `transaction` is atomic.
 */
export class Store {
  readonly #backend: Backend;

  /** @param file a path, or `:memory:` for a store that ends with the process */
  constructor(file: string) {
    this.#backend = file === ':memory:' ? new MemoryBackend() : new SqliteBackend(file);
  }

  table<T>(name: string): Table<T> {
    return this.#backend.table(name);
  }

  transaction<T>(work: () => T): T {
    return this.#backend.transaction(work);
  }

  close(): void {
    this.#backend.close();
  }
}

class SqliteBackend implements Backend {
  readonly #database: DatabaseSync;

  constructor(file: string) {
    this.#database = openDatabase(file);
    // WAL with NORMAL: a killed process loses nothing; a power cut may lose the last writes, which is acceptable here.
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000');
    this.#database.exec(
      'CREATE TABLE IF NOT EXISTS entry (bucket TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (bucket, key)) WITHOUT ROWID',
    );
  }

  table<T>(name: string): Table<T> {
    return new SqliteTable<T>(this.#database, name);
  }

  transaction<T>(work: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }
}

class SqliteTable<T> implements Table<T> {
  readonly #name: string;
  readonly #get: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #list: StatementSync;
  readonly #count: StatementSync;
  readonly #clear: StatementSync;

  constructor(database: DatabaseSync, name: string) {
    this.#name = name;
    this.#get = database.prepare('SELECT value FROM entry WHERE bucket = ? AND key = ?');
    this.#put = database.prepare('INSERT OR REPLACE INTO entry VALUES (?, ?, ?)');
    this.#delete = database.prepare('DELETE FROM entry WHERE bucket = ? AND key = ?');
    // One lower bound: of two, SQLite searches by the first and filters by the second, so that a list by prefix read every key
    // before it. That was two thirds of a month of fifty workspaces.
    this.#list = database.prepare(
      'SELECT key, value FROM entry WHERE bucket = ?1 AND key >= max(?2, ?3) AND key <> ?2 AND key < ?4 ORDER BY key LIMIT ?5',
    );
    this.#count = database.prepare(
      'SELECT count(*) AS n FROM entry WHERE bucket = ? AND key >= ? AND key < ?',
    );
    this.#clear = database.prepare('DELETE FROM entry WHERE bucket = ? AND key >= ? AND key < ?');
  }

  get(key: string): T | undefined {
    const row = this.#get.get(this.#name, key);
    return row ? (JSON.parse(String(row.value)) as T) : undefined;
  }

  put(key: string, value: T): void {
    this.#put.run(this.#name, key, JSON.stringify(value));
  }

  delete(key: string): void {
    this.#delete.run(this.#name, key);
  }

  list({
    prefix = '',
    after = '',
    limit = -1,
  }: {
    prefix?: string;
    after?: string;
    limit?: number;
  } = {}): [string, T][] {
    return this.#list
      .all(this.#name, after, prefix, prefixEnd(prefix), limit)
      .map((row) => [String(row.key), JSON.parse(String(row.value)) as T]);
  }

  count(prefix = ''): number {
    return Number(this.#count.get(this.#name, prefix, prefixEnd(prefix))?.n);
  }

  clear(prefix = ''): void {
    this.#clear.run(this.#name, prefix, prefixEnd(prefix));
  }
}

/** The first key after all those that start with `prefix`; U+10FFFF sorts last among code points. */
function prefixEnd(prefix: string): string {
  return `${prefix}\u{10FFFF}`;
}
