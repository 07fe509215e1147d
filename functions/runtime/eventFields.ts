import { GateloopError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { isWorkspaceName, workspaceNameRule } from '../../core/storage/uploads.ts';

/** Makes the error for an event that a step cannot read. It is not retryable: a retry brings the same event. */
export function invalidEvent(expected: string, found: unknown): GateloopError {
  const kind = found === null ? 'null' : Array.isArray(found) ? 'a list' : typeof found;
  return new GateloopError('InvalidEvent', `Expected ${expected}, but the event has ${kind} there.`);
}

/** @throws GateloopError `InvalidEvent` */
export function readMapping(value: unknown, expected: string): JsonObject {
  if (!isJsonObject(value)) throw invalidEvent(expected, value);
  return value;
}

/**
 * In characters. A request of an HTTP API has at most 10,240 bytes before its body, and a task token 2,048. An event of the
 * bus has up to 256 KB, and a text of that length would not fit into an item of the ledger.
 */
const MAX_TEXT_LENGTH = 10_240;

/** @throws GateloopError `InvalidEvent` */
export function readText(value: unknown, expected: string): string {
  if (typeof value !== 'string' || value === '') throw invalidEvent(expected, value);
  if (value.length > MAX_TEXT_LENGTH)
    throw new GateloopError(
      'InvalidEvent',
      `Expected ${expected}, but the event has a text of ${value.length} characters there; at most ${MAX_TEXT_LENGTH} are read.`,
    );
  return value;
}

/**
 * Reads the name of a workspace, which is a part of keys of the bucket and of the ledger.
 *
 * @throws GateloopError `InvalidEvent`
 */
export function readWorkspaceName(value: unknown, expected: string): string {
  const name = readText(value, expected);
  if (!isWorkspaceName(name)) throw invalidEvent(`${expected}, which has ${workspaceNameRule}`, value);
  return name;
}

/** @throws GateloopError `InvalidEvent` */
export function readCount(value: unknown, expected: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw invalidEvent(expected, value);
  return value;
}

/**
 * Reads the time that a state machine passes as `$$.State.EnteredTime`. It is the same in every retry: `lambdaStep` moves it
 * to the time at which the step runs.
 *
 * @returns ms since the epoch
 * @throws GateloopError `InvalidEvent`
 */
export function readTime(value: unknown): number {
  const time = Date.parse(readText(value, 'a time in ISO 8601 under "now"'));
  if (Number.isNaN(time)) throw invalidEvent('a time in ISO 8601 under "now"', value);
  return time;
}
