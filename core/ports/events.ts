/** An event that Gateloop publishes: `events/published/` holds the schema and a sample of each detail type. */
export interface PublishedEvent {
  readonly detailType: DetailType;
  readonly detail: Readonly<Record<string, unknown>>;
}

export type DetailType =
  | 'Resource Ready'
  | 'Resource Failed'
  | 'Resource Removed'
  | 'Authorization Required'
  | 'Authorization Closed'
  | 'Reconcile Requested'
  | 'Record Review Requested'
  | 'Reconcile Completed'
  | 'Reconcile Refused';

/** The bus on which Gateloop says what happened. */
export interface Events {
  /** At least once each; order is not promised. */
  publish(events: readonly PublishedEvent[]): Promise<void>;
}
