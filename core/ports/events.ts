/** An event that Gateloop publishes. `events/published/` contains the schema and a sample of each detail type. */
export interface PublishedEvent {
  readonly detailType: DetailType;
  readonly detail: Readonly<Record<string, unknown>>;
}

export type DetailType =
  | 'Resource Ready'
  | 'Resource Failed'
  | 'Resource Drifted'
  | 'Resource Removed'
  | 'Healing Held Back'
  | 'Tools Changed'
  | 'Authorization Required'
  | 'Authorization Closed'
  | 'Authorization Voided'
  | 'Authorization Disputed'
  | 'Stored Data Unreadable'
  | 'Reconcile Requested'
  | 'Record Review Requested'
  | 'Reconcile Completed'
  | 'Reconcile Refused';

/** Gateloop's event bus. */
export interface Events {
  /** Publishes each event at least once, in any order. */
  publish(events: readonly PublishedEvent[]): Promise<void>;
}
