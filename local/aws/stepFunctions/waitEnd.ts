import type { JsonObject, JsonValue } from '../../../core/json.ts';
import { TaskFailure } from './taskFailure.ts';

/**
 * When a Wait state that starts now ends, in milliseconds since the epoch.
 *
 * @param evaluate evaluates a path of the state
 * @throws TaskFailure `States.Runtime` when the value is neither a number of seconds nor a time
 */
export async function waitEndTime(
  {
    Seconds: seconds,
    SecondsPath: secondsPath,
    Timestamp: timestamp,
    TimestampPath: timestampPath,
  }: JsonObject,
  now: number,
  evaluate: (path: string) => Promise<JsonValue>,
): Promise<number> {
  if (seconds !== undefined) return now + secondsOf(seconds) * 1000;
  if (typeof secondsPath === 'string') return now + secondsOf(await evaluate(secondsPath)) * 1000;
  if (timestamp !== undefined) return timeOf(timestamp);
  return timeOf(await evaluate(String(timestampPath)));
}

function secondsOf(value: JsonValue): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw new TaskFailure('States.Runtime', `A Wait state got ${JSON.stringify(value)} for its seconds.`);
}

function timeOf(value: JsonValue): number {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new TaskFailure('States.Runtime', `A Wait state got ${JSON.stringify(value)} for its time.`);
}
