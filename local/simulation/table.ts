/** A map from keys to JSON values. Keys sort by their UTF-8 bytes. */
export interface Table<T> {
  get(key: string): T | undefined;
  put(key: string, value: T): void;
  delete(key: string): void;
  /** Entries whose key starts with `prefix`, in key order, after the key `after`, at most `limit` of them. */
  list(options?: { prefix?: string; after?: string; limit?: number }): [key: string, value: T][];
  count(prefix?: string): number;
  /** Deletes the entries whose key starts with `prefix`. */
  clear(prefix?: string): void;
}
