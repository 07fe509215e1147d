import type { JsonObject } from '../../core/json.ts';
import { invalidEvent, readMapping, readText, readTime } from '../runtime/eventFields.ts';

/** Comes every fifteen minutes: every workspace is due. */
export interface DriftEvent {
  readonly reason: 'drift';
  /** The id of the schedule's execution. */
  readonly execution: string;
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
export function parseScheduleEvent(event: unknown): DriftEvent | ResyncEvent | ChangeEvent {
  const fields = readMapping(event, 'a mapping with "now", and with "reason" or "input"');
  const now = readTime(fields.now);
  if (fields.reason === 'resync') return { reason: 'resync', now };
  const { reason, detail } = readMapping(fields.input, 'the input of the execution under "input"');
  if (detail !== undefined) return { detail: readMapping(detail, 'a mapping under "detail"'), now };
  const execution = readText(fields.execution, 'the id of the execution');
  if (reason !== 'drift') throw invalidEvent('"drift" under "reason", or an event with "detail"', reason);
  return { reason, execution, now };
}
