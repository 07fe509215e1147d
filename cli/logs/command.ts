import { setTimeout } from 'node:timers/promises';
import { Option } from 'commander';
import { type FunctionName, functionCatalog } from '../../functions/functionCatalog.ts';
import { defineCommand, type Given } from '../commandSpec.ts';
import { invalidOption } from '../errorReport.ts';
import { exitCodes } from '../exitCodes.ts';
import {
  checkedWorkspace,
  type ReadFlags,
  readExits,
  readFrom,
  sourceOptions,
} from '../fleet/readOptions.ts';
import { type LogLevel, logLevels } from './logLines.ts';
import type { FollowOptions, LogOptions } from './logs.ts';

interface FollowFlags extends Omit<ReadFlags, 'output'> {
  readonly follow: boolean;
  readonly since: number;
  readonly workspace?: string;
  readonly wide: boolean;
}

/** Between two reads of a log. */
const FOLLOW_MS = 2000;
const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** @returns ms */
function readDuration(text: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return Number(count) * (UNITS[unit] ?? 0);
  throw invalidOption(`--since takes a time such as 30s, 10m, 2h or 7d, not "${text}"`);
}

const followOptions = (lines: string): readonly Option[] => [
  ...sourceOptions,
  new Option('-f, --follow', `go on, and show new ${lines} until Ctrl-C`),
  new Option('--since <time>', `${lines} of the last 30s, 10m, 2h or 7d`)
    .argParser(readDuration)
    .default(15 * 60_000, '15m'),
  new Option('--workspace <name>', `${lines} about one workspace alone`),
  new Option('--wide', 'show everything of each line'),
];

const functionNames = Object.keys(functionCatalog) as FunctionName[]; // The table's own keys.

const exits = {
  done: 'shown',
  ...readExits,
  interrupted: 'with --follow: ended with Ctrl-C',
} as const;

/** `gateloop logs`. */
export const logsCommand = defineCommand<
  FollowFlags & { readonly function?: FunctionName; readonly level: LogLevel },
  LogOptions
>({
  name: 'logs',
  summary: "show what Gateloop's functions log",
  description:
    'Shows the logs of the functions, in the order of their times, without metrics. Links, tokens, user ids and e-mail addresses are taken out. It needs the right logs:FilterLogEvents. An npm start keeps the latest 2000 lines of its run.',
  options: [
    ...followOptions('lines'),
    new Option('--function <name>', 'of one function alone').choices(functionNames),
    new Option('--level <level>', 'of this level or a more important one').choices(logLevels).default('INFO'),
  ],
  jsonOutput: 'print each line as one line of JSON on stdout (docs/cli.schema.json, #/$defs/logLine)',
  examples: {
    'logs -f': 'follow all functions of the environment main',
    'logs --workspace payments --since 2h': 'what was logged about one workspace',
    'logs --function provision --level WARN --local':
      'warnings and errors of one function of a running npm start',
  },
  exits,
  read: (given) => {
    const { function: name, level } = given.flags;
    return { ...readFollow(given), level, ...(name !== undefined && { functionName: name }) };
  },
  run: async (options, io) => {
    const { showLogs } = await import('./logs.ts');
    return untilInterrupted(options, (pause) => showLogs(options, io, pause));
  },
});

/** `gateloop events`. */
export const eventsCommand = defineCommand<FollowFlags & { readonly type?: string }, FollowOptions>({
  name: 'events',
  summary: 'show the events that Gateloop publishes and gets',
  description:
    "Shows the events on Gateloop's bus: what it publishes about workspaces, resources and requests, and what operators and other systems ask of it. Authorization Required is missing, since it has the link of a person: gateloop waiting shows who is asked. AWS keeps them in a log group of the environment, which takes the right logs:FilterLogEvents. Links, tokens, user ids and e-mail addresses are taken out.",
  options: [
    ...followOptions('events'),
    new Option('--type <type>', 'of one type alone, such as "Resource Ready"'),
  ],
  jsonOutput: 'print each event as one line of JSON on stdout (docs/cli.schema.json, #/$defs/eventLine)',
  examples: {
    'events -f': 'follow the events of the environment main',
    'events --workspace payments --since 2h --json': 'what was told of one workspace, for a program',
    'events --type "Resource Drifted" --since 7d': 'what was changed outside Gateloop',
  },
  exits,
  read: (given) => {
    const { type } = given.flags;
    return { ...readFollow(given), ...(type !== undefined && { type }) };
  },
  run: async (options, io) => {
    const { showEvents } = await import('./logs.ts');
    return untilInterrupted(options, (pause) => showEvents(options, io, pause));
  },
});

function readFollow(given: Given<FollowFlags>): FollowOptions {
  const { follow, since, workspace, wide, json } = given.flags;
  return {
    from: readFrom(given).from,
    follow,
    since,
    isWide: wide,
    json,
    ...(workspace !== undefined && { workspace: checkedWorkspace(workspace) }),
  };
}

/** Ends a command that follows with the exit code of Ctrl-C. */
async function untilInterrupted(
  { follow }: FollowOptions,
  show: (pause: () => Promise<boolean>) => Promise<void>,
): Promise<number> {
  const stop = new AbortController();
  if (follow) process.once('SIGINT', () => stop.abort());
  await show(() =>
    setTimeout(FOLLOW_MS, undefined, { signal: stop.signal }).then(
      () => true,
      () => false,
    ),
  );
  return follow ? exitCodes.interrupted : exitCodes.done;
}
