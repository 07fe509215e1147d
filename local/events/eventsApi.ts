import { isJsonObject, type JsonObject } from '../../core/manifest/json.ts';
import { AwsError } from '../wire/awsError.ts';
import type { Operations } from '../wire/awsJson.ts';
import { objectsOf, optionalNumberOf, optionalTextOf, textOf } from '../wire/fields.ts';
import type { EventEntry } from './busEvent.ts';
import type { EventBus } from './eventBus.ts';
import { compilePattern } from './pattern.ts';

const MOST_ENTRIES = 10;
const LARGEST_ENTRY_BYTES = 256 * 1024;

/** The operations `AWSEvents.*` that publishers use. */
export function eventsApi(bus: EventBus): Operations {
  return {
    PutEvents: (input) => putEvents(bus, objectsOf(input, 'Entries')),
    TestEventPattern: (input) => ({
      Result: compilePattern(JSON.parse(textOf(input, 'EventPattern')))(JSON.parse(textOf(input, 'Event'))),
    }),
  };
}

/** Takes the entries that are in order and names, at their place, those that are not. */
export function putEvents(bus: EventBus, entries: readonly JsonObject[]): JsonObject {
  if (entries.length === 0 || entries.length > MOST_ENTRIES) {
    throw new AwsError(
      'ValidationException',
      `PutEvents takes 1 to ${MOST_ENTRIES} entries, not ${entries.length}.`,
    );
  }
  const answers = entries.map((entry) => {
    try {
      return { EventId: bus.publish(parseEntry(entry)).id };
    } catch (error) {
      if (error instanceof AwsError) return { ErrorCode: error.code, ErrorMessage: error.message };
      throw error;
    }
  });
  return { FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length, Entries: answers };
}

function parseEntry(entry: JsonObject): EventEntry {
  const source = required(entry, 'Source');
  const detailType = required(entry, 'DetailType');
  const resources = entry.Resources ?? [];
  const bus = optionalTextOf(entry, 'EventBusName');
  const seconds = optionalNumberOf(entry, 'Time');
  if (source.startsWith('aws.')) {
    throw new AwsError('NotAuthorizedForSourceException', 'Sources that start with aws. belong to AWS.');
  }
  if (Buffer.byteLength(JSON.stringify(entry)) > LARGEST_ENTRY_BYTES) {
    throw new AwsError('ValidationException', `An entry is larger than ${LARGEST_ENTRY_BYTES} bytes.`);
  }
  return {
    // The name may be an ARN: arn:aws:events:us-east-1:123456789012:event-bus/name
    ...(bus === undefined ? {} : { bus: bus.slice(bus.lastIndexOf('/') + 1) }),
    source,
    detailType,
    detail: parseDetail(entry),
    resources: Array.isArray(resources) ? resources.map(String) : [],
    ...(seconds === undefined ? {} : { at: seconds * 1000 }),
  };
}

function required(entry: JsonObject, member: string): string {
  const value = optionalTextOf(entry, member);
  if (!value)
    throw new AwsError('InvalidArgument', `Parameter ${member} is not valid. Reason: ${member} is empty.`);
  return value;
}

function parseDetail(entry: JsonObject): JsonObject {
  const text = required(entry, 'Detail');
  let detail: unknown;
  try {
    detail = JSON.parse(text);
  } catch {
    throw new AwsError('MalformedDetail', 'Detail is malformed.');
  }
  if (!isJsonObject(detail)) throw new AwsError('MalformedDetail', 'Detail is not a JSON object.');
  return detail;
}
