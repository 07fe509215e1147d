import type { JsonObject } from '../../../core/json.ts';

/** An event as rules match it and targets receive it. */
export type BusEvent = {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** To the second, as EventBridge gives it: `2026-01-01T00:00:00Z`. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: JsonObject;
};

/** The publisher's part of an event; the bus adds the rest. */
export interface EventEntry {
  /** The name of the bus; `default`, which AWS's own services publish to, if absent. */
  readonly bus?: string;
  readonly source: string;
  readonly detailType: string;
  readonly detail: JsonObject;
  readonly resources?: readonly string[];
  /** Milliseconds since the epoch; now, if absent. */
  readonly at?: number;
}
