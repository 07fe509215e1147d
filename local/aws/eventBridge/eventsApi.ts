import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import { AwsError } from '../http/awsError.ts';
import type { Operations } from '../http/awsJson.ts';
import { objectList, optionalNumber, optionalString, requiredString } from '../http/requestMembers.ts';
import type { EventEntry } from './busEvent.ts';
import type { EventBus } from './eventBus.ts';
import { compilePattern } from './eventPattern.ts';

const MAX_ENTRIES = 10;
const MAX_ENTRY_BYTES = 256 * 1024;

/** The operations `AWSEvents.*` that publishers use. */
export function eventsApi(bus: EventBus): Operations {
  return {
    PutEvents: (input) => putEvents(bus, objectList(input, 'Entries')),
    TestEventPattern: (input) => ({
      Result: compilePattern(JSON.parse(requiredString(input, 'EventPattern')))(
        JSON.parse(requiredString(input, 'Event')),
      ),
    }),
  };
}

/** Publishes the valid entries, and returns an error in the place of each invalid one. */
export function putEvents(bus: EventBus, entries: readonly JsonObject[]): JsonObject {
  if (entries.length === 0 || entries.length > MAX_ENTRIES) {
    throw new AwsError(
      'ValidationException',
      `PutEvents takes 1 to ${MAX_ENTRIES} entries, not ${entries.length}.`,
    );
  }
  const results = entries.map((entry) => {
    try {
      return { EventId: bus.publish(parseEntry(entry)).id };
    } catch (error) {
      if (error instanceof AwsError) return { ErrorCode: error.code, ErrorMessage: error.message };
      throw error;
    }
  });
  return { FailedEntryCount: results.filter((answer) => 'ErrorCode' in answer).length, Entries: results };
}

function parseEntry(entry: JsonObject): EventEntry {
  const source = requiredMember(entry, 'Source');
  const detailType = requiredMember(entry, 'DetailType');
  const resources = entry.Resources ?? [];
  const bus = optionalString(entry, 'EventBusName');
  const seconds = optionalNumber(entry, 'Time');
  if (source.startsWith('aws.')) {
    throw new AwsError('NotAuthorizedForSourceException', 'Sources that start with aws. belong to AWS.');
  }
  if (Buffer.byteLength(JSON.stringify(entry)) > MAX_ENTRY_BYTES) {
    throw new AwsError('ValidationException', `An entry is larger than ${MAX_ENTRY_BYTES} bytes.`);
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

function requiredMember(entry: JsonObject, member: string): string {
  const value = optionalString(entry, member);
  if (!value)
    throw new AwsError('InvalidArgument', `Parameter ${member} is not valid. Reason: ${member} is empty.`);
  return value;
}

function parseDetail(entry: JsonObject): JsonObject {
  const text = requiredMember(entry, 'Detail');
  let detail: unknown;
  try {
    detail = JSON.parse(text);
  } catch {
    throw new AwsError('MalformedDetail', 'Detail is malformed.');
  }
  if (!isJsonObject(detail)) throw new AwsError('MalformedDetail', 'Detail is not a JSON object.');
  return detail;
}
