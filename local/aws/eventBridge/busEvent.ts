import type { JsonObject } from '../../../core/json.ts';

/** An event as rules see it and targets get it. */
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

/** What a publisher says of an event; the bus adds the rest. */
export interface EventEntry {
  /** The bus's name; `default`, where AWS's own services publish, if left out. */
  readonly bus?: string;
  readonly source: string;
  readonly detailType: string;
  readonly detail: JsonObject;
  readonly resources?: readonly string[];
  /** Milliseconds since the epoch; now, if left out. */
  readonly at?: number;
}
