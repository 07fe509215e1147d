import type { JsonObject } from '../../../core/json.ts';
import { AwsError } from '../http/awsError.ts';
import type { Operations } from '../http/awsJson.ts';
import { optionalNumber, optionalString, requiredString } from '../http/requestMembers.ts';

/** One event of a log group. */
export interface LogGroupEvent {
  /** ms since the epoch. */
  readonly timestamp: number;
  readonly message: string;
  readonly stream: string;
}

/** Finds the events of a log group, oldest first; undefined for a group that does not exist. */
export type LogGroups = (name: string) => readonly LogGroupEvent[] | undefined;

const MAX_EVENTS = 10_000;

/** The operations `Logs_20140328.*` that readers of logs need. */
export function logsApi(groups: LogGroups): Operations {
  return { FilterLogEvents: (input) => filterLogEvents(groups, input) };
}

function filterLogEvents(groups: LogGroups, input: JsonObject): object {
  const name = requiredString(input, 'logGroupName');
  const events = groups(name);
  if (!events)
    throw new AwsError('ResourceNotFoundException', `The specified log group does not exist: ${name}`);
  if (optionalString(input, 'filterPattern'))
    throw new AwsError('NotImplemented', 'The local CloudWatch Logs has no filter patterns.', 501);
  const start = optionalNumber(input, 'startTime') ?? 0;
  const end = optionalNumber(input, 'endTime') ?? Number.POSITIVE_INFINITY;
  const limit = Math.min(optionalNumber(input, 'limit') ?? MAX_EVENTS, MAX_EVENTS);
  const from = Number(optionalString(input, 'nextToken') ?? 0);
  const found = withIds(events).filter(({ timestamp }) => timestamp >= start && timestamp <= end);
  const next = from + limit;
  return {
    events: found.slice(from, next),
    searchedLogStreams: [],
    ...(next < found.length ? { nextToken: String(next) } : {}),
  };
}

/** The ids stay the same, since events are only added at the end. */
function withIds(events: readonly LogGroupEvent[]) {
  const counts = new Map<number, number>();
  return events.map(({ timestamp, message, stream }) => {
    const count = counts.get(timestamp) ?? 0;
    counts.set(timestamp, count + 1);
    return {
      eventId: `${timestamp}-${count}`,
      logStreamName: stream,
      timestamp,
      ingestionTime: timestamp,
      message,
    };
  });
}
