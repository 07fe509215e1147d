import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import {
  bucketPlace,
  eventLogGroupName,
  functionLogGroupName,
  LOCAL_ENVIRONMENT,
} from '../../core/deployedNames.ts';
import { jsonText } from '../../core/text/encoders.ts';
import { type FunctionName, functionCatalog } from '../../functions/functionCatalog.ts';
import { explainedAwsError } from '../awsErrors.ts';
import type { CommandIo } from '../commandSpec.ts';
import { type Screen, screenOn } from '../display/screen.ts';
import type { RequestTo } from '../request/destination.ts';
import { embeddedCredentials, runningEndpoint, simulatedNow } from '../start/endpointFile.ts';
import { eventLine, eventText, type LogLevel, logLevels, logLine, logText } from './logLines.ts';
import { LogReader, type RawLine } from './logReader.ts';

export interface FollowOptions {
  readonly from: RequestTo;
  readonly follow: boolean;
  /** How far to look back, in ms. */
  readonly since: number;
  readonly workspace?: string;
  readonly isWide: boolean;
  readonly json: boolean;
  /** The type of the events. */
  readonly type?: string;
}

export interface LogOptions extends FollowOptions {
  /** Absent for all functions. */
  readonly functionName?: FunctionName;
  readonly level: LogLevel;
}

type Output = Pick<CommandIo, 'stdout' | 'environment'>;
/** Waits until the next read. @returns false to end */
type Pause = () => Promise<boolean>;

/** Shows what the functions logged. @throws CommandError `AwsTrouble`, `NotFollowed` */
export function showLogs(options: LogOptions, io: Output, pause: Pause): Promise<void> {
  const { workspace, functionName, level, isWide } = options;
  const names = Object.keys(functionCatalog).filter((name) => (functionName ?? name) === name);
  const hidden: readonly string[] = logLevels.slice(0, logLevels.indexOf(level));
  return show(
    options,
    (environment) => names.map((name) => functionLogGroupName(environment, name)),
    (raw, screen) => {
      const line = logLine(raw);
      if (!line || (workspace ?? line.workspace) !== line.workspace) return undefined;
      // A level that the logger does not know is shown.
      if (hidden.includes(line.level)) return undefined;
      return { line, text: () => logText(line, isWide, screen) };
    },
    { io, pause },
  );
}

/** Shows the events of the bus. @throws CommandError `AwsTrouble`, `NotFollowed` */
export function showEvents(options: FollowOptions, io: Output, pause: Pause): Promise<void> {
  const { workspace, type, isWide } = options;
  return show(
    options,
    (environment) => [eventLogGroupName(environment)],
    (raw, screen) => {
      const line = eventLine(raw);
      if (!line || (workspace ?? line.workspace) !== line.workspace) return undefined;
      if ((type ?? line.type) !== line.type) return undefined;
      return { line, text: () => eventText(line, isWide, screen) };
    },
    { io, pause },
  );
}

interface Shown {
  readonly line: object;
  readonly text: () => string;
}

async function show(
  { from, since, follow, json }: FollowOptions,
  groupsOf: (environment: string) => readonly string[],
  shownOf: (line: RawLine, screen: Screen) => Shown | undefined,
  { io: { stdout, environment: variables }, pause }: { readonly io: Output; readonly pause: Pause },
): Promise<void> {
  const { client, environment, now } = sourceOf(from);
  const screen = screenOn(stdout, variables);
  const reader = new LogReader(client, groupsOf(environment), now - since);
  try {
    do {
      for (const raw of await reader.read()) {
        const shown = shownOf(raw, screen);
        if (!shown) continue;
        if (json) stdout.write(`${jsonText(shown.line)}\n`);
        else screen.say(shown.text());
      }
    } while (follow && (await pause()));
  } catch (error) {
    throw explainedAwsError(error);
  }
}

function sourceOf(from: RequestTo): {
  readonly client: CloudWatchLogsClient;
  readonly environment: string;
  /** ms since the epoch. */
  readonly now: number;
} {
  if ('data' in from) {
    const endpoint = runningEndpoint(from.data);
    const { region, logs } = endpoint;
    const client = new CloudWatchLogsClient({ region, endpoint: logs, credentials: embeddedCredentials });
    return { client, environment: LOCAL_ENVIRONMENT, now: Math.floor(simulatedNow(endpoint)) };
  }
  const { region, environment = from.environment } = bucketPlace(from.bucket ?? '');
  const client = new CloudWatchLogsClient({ ...(region !== undefined && { region }) });
  return { client, environment, now: Date.now() };
}
