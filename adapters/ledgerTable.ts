/**
 * The primary key and the time-to-live attribute of the ledger's DynamoDB table. The adapter, the CDK stack and the
 * embedded DynamoDB use this definition.
 */
export const ledgerTable = {
  /** The partition key, a string: the name of a workspace, `request#…`, `alias#…` or `account#`. */
  partitionKey: 'workspace',
  /** The sort key, a string: `lease`, `workspace`, `resource#<address>`, `command#…` and so on. */
  sortKey: 'item',
  /**
   * When DynamoDB may delete the item, in seconds since the epoch. The lease's `expiresAt` is a separate attribute in
   * milliseconds, because DynamoDB must not delete a lease that its holder still renews.
   */
  timeToLiveAttribute: 'deleteAt',
  /**
   * The index of the workspaces that have a synchronization to come: only their items have its two attributes. One query
   * finds those that are due, without a look at the others. It holds the keys of the items.
   */
  dueIndex: { name: 'due', partitionKey: 'dueFor', sortKey: 'dueAt' },
} as const;

/** The primary key of one item. */
export type LedgerKey = Readonly<
  Record<typeof ledgerTable.partitionKey | typeof ledgerTable.sortKey, string>
>;
