/** An event for the account's default bus; the bus adds id, account and Region. */
export interface RegistryEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: { readonly registryRecordId: string; readonly registryId: string };
  /** ARNs. */
  readonly resources: readonly string[];
  /** Milliseconds since the epoch, simulated time. */
  readonly at: number;
}
