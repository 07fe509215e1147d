/** The stored versions of an immutable copy. */
export interface StoredCopy {
  /** The name of the copy. */
  readonly sha256: string;
  /** All versions that were listed. */
  readonly versions: readonly string[];
  /** When the newest of them was stored, in ms since the epoch. */
  readonly storedAt: number;
  /** Of the newest version. */
  readonly bytes: number;
}

/** The immutable copies of the spec bucket, as the collection of those that nothing needs sees them. */
export interface CopyStore {
  listCopies(): AsyncIterable<StoredCopy>;
  readApplied(sha256: string): Promise<Uint8Array | undefined>;
  /** Deletes the listed versions of a copy for good. A version that was stored since then stays, and is the current one. */
  deleteCopy(copy: StoredCopy): Promise<void>;
  /** Yields the last outcome of each workspace as text, whatever it says. */
  readOutcomeTexts(): AsyncIterable<string>;
  /** Yields the parsed uploads and readings of schemas that were stored before a time, in ms since the epoch, as text. */
  readParsedTexts(storedBefore: number): AsyncIterable<string>;
}

/** The whole ledger, whatever its items say. */
export interface LedgerScan {
  /** Yields every item as JSON. */
  scanTexts(): AsyncIterable<string>;
}
