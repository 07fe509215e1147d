import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { invalidEvent, readCount, readMapping, readTime, readWorkspaceName } from '../runtime/eventFields.ts';
import { type Measurement, metricNames } from '../runtime/measurements.ts';

/** A turn of a scan of the fleet, which comes every fifteen minutes. */
export interface ScanEvent {
  readonly reason: 'drift';
  /** The workspace that the turn before ended with; absent in the first turn. */
  readonly after?: string;
  /** What the turns before have counted. */
  readonly looked: number;
  readonly started: number;
  readonly measurements: readonly Measurement[];
  /** In ms since the epoch. */
  readonly now: number;
}

/** Comes every minute: a workspace is due when it has a synchronization due. */
export interface ResyncEvent {
  readonly reason: 'resync';
  /** In ms since the epoch. */
  readonly now: number;
}

/** A management event of CloudTrail, for which an earlier version started an execution. */
export interface ChangeEvent {
  readonly detail: JsonObject;
  /** In ms since the epoch. */
  readonly now: number;
}

/** @throws GateloopError `InvalidEvent` */
export function parseScheduleEvent(event: unknown): ScanEvent | ResyncEvent | ChangeEvent {
  const fields = readMapping(event, 'a mapping with "now", and with "reason" or "input"');
  const now = readTime(fields.now);
  if (fields.reason === 'resync') return { reason: 'resync', now };
  const { reason, detail } = readMapping(fields.input, 'the input of the execution under "input"');
  if (detail !== undefined) return { detail: readMapping(detail, 'a mapping under "detail"'), now };
  if (reason !== 'drift') throw invalidEvent('"drift" under "reason", or an event with "detail"', reason);
  return { reason, now, ...parseScanState(fields.previous) };
}

/** The state of the turn before. In the first turn it is the input of the execution, which has none of these members. */
function parseScanState(previous: JsonValue | undefined): Omit<ScanEvent, 'reason' | 'now'> {
  const { after, looked, started, measurements } = isJsonObject(previous) ? previous : {};
  if (after === undefined) return { looked: 0, started: 0, measurements: [] };
  const measured = Array.isArray(measurements) ? measurements.filter(isJsonObject) : [];
  return {
    after: readWorkspaceName(after, 'the name of a workspace under "previous.after"'),
    looked: readCount(looked, 'a count under "previous.looked"'),
    started: readCount(started, 'a count under "previous.started"'),
    measurements: metricNames.flatMap((name) => {
      const value = measured.find((each) => each.name === name)?.value;
      return typeof value === 'number' && value >= 0 ? [{ name, value }] : [];
    }),
  };
}
