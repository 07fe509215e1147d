/** The stored versions of one object of the spec bucket. */
export interface StoredVersions {
  readonly key: string;
  /** All versions that were listed, the newest first. */
  readonly versions: readonly string[];
  /** When the newest of them was stored, in ms since the epoch. */
  readonly storedAt: number;
  /** Of the newest version. */
  readonly bytes: number;
}

/** The objects of the spec bucket with their versions, as the collection of those that nothing needs sees them. */
export interface ObjectVersions {
  listVersions(prefix: string): AsyncIterable<StoredVersions>;
  /** @returns the current content, whatever it says; undefined where there is none */
  readText(key: string): Promise<string | undefined>;
  /** Deletes the listed versions of an object for good. A version that was stored since then stays, and is the current one. */
  deleteVersions(object: StoredVersions): Promise<void>;
  /** @returns whether a team has uploaded a file of the workspace that is still there */
  hasUploads(workspace: string): Promise<boolean>;
}

/** An item of the ledger, whatever it says. */
export interface LedgerRow {
  /** The partition: the name of a workspace, `request#…`, `claim#…` and so on. */
  readonly partition: string;
  /** The name within the partition, such as `resource#<address>`. */
  readonly item: string;
  /** The whole item as JSON. */
  readonly text: string;
  /** When DynamoDB may delete the item, in ms since the epoch. Absent for one that stays. */
  readonly deleteAt?: number;
}

/** The whole ledger, as the collection sees it. */
export interface LedgerRows {
  scanRows(): AsyncIterable<LedgerRow>;
  /**
   * Deletes an item, unless a step has written it since it was read.
   * @returns whether it was deleted
   */
  deleteRow(row: LedgerRow): Promise<boolean>;
  /**
   * Deletes the lease of a workspace, unless another execution holds it or has marked it.
   * @returns whether it was deleted
   */
  deleteLease(workspace: string, holder: string): Promise<boolean>;
}
