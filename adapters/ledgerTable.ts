/**
 * The key and the time-to-live attribute of the ledger's DynamoDB table. The adapter, the deployed table and the
 * embedded table all take them from here.
 */
export const ledgerTable = {
  /** A workspace's name, or `request#…`, `alias#…`, `account#`. A string. */
  partitionKey: 'workspace',
  /** Which item of the partition: `lease`, `workspace`, `resource#<address>` and so on. A string. */
  sortKey: 'item',
  /**
   * When DynamoDB may delete the item, in seconds since the epoch. Not the lease's `expiresAt`: that one is in
   * milliseconds, and DynamoDB must not delete a lease that its holder still renews.
   */
  timeToLiveAttribute: 'deleteAt',
} as const;

/** The primary key of one item. */
export type LedgerKey = Readonly<
  Record<typeof ledgerTable.partitionKey | typeof ledgerTable.sortKey, string>
>;
