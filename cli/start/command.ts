import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { Option } from 'commander';
import { GUARDRAILS_KEY } from '../../core/storage/keys.ts';
import { jsonText } from '../../core/text/encoders.ts';
import {
  allowHostOption,
  type CommandSpec,
  defineCommand,
  type Given,
  numberBetween,
  wholeNumber,
} from '../commandSpec.ts';
import { screenOn } from '../display/screen.ts';
import { invalidOption } from '../errorReport.ts';
import { exitCodes } from '../exitCodes.ts';
import { readSettings, settingsOption } from '../settingsFile.ts';
import { DEFAULT_PORT } from './consolePort.ts';
import { DEFAULT_DATA, FOLDERS } from './endpointFile.ts';
import { listenForInterruption } from './interruption.ts';
import { PLAYGROUND_WORKSPACES } from './playground.ts';
import type { StartOptions } from './run.ts';

interface StartFlags {
  readonly workspaces?: string;
  readonly guardrails?: string;
  readonly once: boolean;
  readonly speed: number;
  readonly port?: number;
  readonly data?: string;
  readonly allowHost: readonly string[];
  readonly settings?: string;
}

const startOptions: readonly Option[] = [
  new Option(
    '--workspaces <dir>',
    `the folder that contains one folder for each workspace (default: ${PLAYGROUND_WORKSPACES}, a copy of the examples)`,
  ),
  new Option(
    '--guardrails <file>',
    "the operators' guardrails: what workspaces may use (default: guardrails.yaml beside the folder)",
  ),
  new Option('--once', 'exit when all workspaces have settled'),
  new Option('--speed <n>', 'simulated seconds per real second, 0.1 to 1000')
    .argParser(numberBetween('--speed', 0.1, 1000))
    .default(10),
  new Option(
    '--port <n>',
    `port of the console and the authorization pages; 0 takes any free port (default: that of the last start, whose links then keep working; ${DEFAULT_PORT} at first)`,
  ).argParser(wholeNumber('--port', 65_535)),
  new Option(
    '--data <dir>',
    `directory for the state of the embedded AWS (default: ${DEFAULT_DATA}; for another folder of workspaces, a separate directory in ${DEFAULT_DATA}/${FOLDERS})`,
  ),
  allowHostOption(),
  settingsOption(),
];

/** What the two commands have in common. */
const common = {
  jsonOutput: 'print the result as one line of JSON on stdout when the command ends, progress on stderr',
  exits: {
    done: 'with --once: every workspace is ready or waits for a person; otherwise: stopped by Ctrl-C',
    failed: 'a resource or the command failed',
    refused: 'a workspace or the command line has errors',
    drifted: 'with --once: a resource was changed outside Gateloop, and is not reverted',
    suspended: 'with --once: a change is due, but an operator has suspended all changes',
    interrupted: 'stopped by Ctrl-C before --once was finished',
  },
  run: async (options: StartOptions, { stdout, stderr }) => {
    const interruption = listenForInterruption(process, () => process.exit(exitCodes.interrupted));
    const screen = screenOn(options.json ? stderr : stdout);
    screen.show(['Starting the embedded AWS']);
    const [{ run }, { exitCodeOf }] = await Promise.all([import('./run.ts'), import('./result.ts')]);
    const result = await run(options, screen, interruption);
    if (options.json) stdout.write(`${jsonText(result)}\n`);
    if (!options.once) return exitCodes.done;
    return interruption.isRequested ? exitCodes.interrupted : exitCodeOf(result);
  },
} satisfies Partial<CommandSpec<StartFlags, StartOptions>>;

/** `gateloop start`. */
export const startCommand = defineCommand<StartFlags, StartOptions>({
  ...common,
  name: 'start',
  summary: 'run Gateloop on an embedded AWS on this machine',
  description: `Runs Gateloop on an embedded AWS: uploads a folder of workspaces to its bucket, and keeps the emulated AgentCore in sync with it. Nothing leaves this machine.

The command uploads each saved file of the folder and runs the schedules until Ctrl-C. The next start continues with the stored state.`,
  options: startOptions,
  examples: {
    start: `reconcile ${PLAYGROUND_WORKSPACES} until Ctrl-C`,
    'start --once --json': 'reconcile once, print one JSON object, exit',
    'start --settings settings.json': 'take latencies, behaviors, quotas and faults of AgentCore from a file',
    'start --workspaces examples/refused --once': 'show the messages for invalid workspaces; exits with 2',
  },
  read: ({ flags }) => readStart(flags),
});

interface DevFlags extends StartFlags {
  readonly endpoint: Readonly<Record<string, string>>;
  readonly lambda: Readonly<Record<string, string>>;
  readonly secrets?: string;
}

/** `gateloop dev`. */
export const devCommand = defineCommand<DevFlags, StartOptions>({
  ...common,
  name: 'dev',
  summary: 'run Gateloop on this machine with your own MCP servers, functions and secrets',
  description: `Runs Gateloop as "start" does, and lets the emulated AgentCore reach servers on this machine: manifests keep the public URL, and --endpoint says where its server is. Tools are read from there, as AgentCore would.

With --lambda, a client that calls a tool at the URL of a gateway reaches a function on this machine: the handler of a module, or a container with AWS's Runtime Interface Emulator. The function gets what AgentCore gives it, apart from credentials. Other tools are only listed: AgentCore's emulator calls no REST API, no MCP server's tool and no agent runtime. Name any ARN, and for a runtime give the URL of its MCP endpoint with --endpoint.`,
  options: [
    ...startOptions,
    new Option(
      '--endpoint <name=url>',
      'the public host or URL that manifests name, and the URL of its server on this machine; repeatable',
    )
      .argParser((text, before: Readonly<Record<string, string>>) => ({ ...before, ...readEndpoint(text) }))
      .default({}, 'none'),
    new Option(
      '--lambda <arn=place>',
      'the ARN of a function that manifests name, and its module (a file that exports "handler") or its URL on this machine; repeatable',
    )
      .argParser((text, before: Readonly<Record<string, string>>) => ({ ...before, ...readLambda(text) }))
      .default({}, 'none'),
    new Option(
      '--secrets <file>',
      'the secrets that manifests name, in YAML or JSON: a text by name, or a mapping, which is stored as JSON',
    ),
  ],
  examples: {
    'dev --workspaces specs --endpoint https://mcp.example.com/search=http://127.0.0.1:3000/mcp':
      'reconcile specs with your own server',
    'dev --workspaces specs --lambda arn:aws:lambda:eu-west-1:123456789012:function:refunds=src/refunds.mjs':
      'with your own function behind a Lambda target',
    'dev --workspaces specs --secrets secrets.yaml': 'with your own secrets',
  },
  read: ({ flags: { endpoint: endpoints, lambda: lambdas, secrets, ...flags } }) => ({
    ...readStart(flags),
    endpoints,
    lambdas,
    ...(secrets !== undefined && { secretsFile: resolve(secrets) }),
  }),
});

function readStart(flags: Given<StartFlags>['flags']): StartOptions {
  const { workspaces = PLAYGROUND_WORKSPACES, guardrails, once, json, speed, port, data, ...more } = flags;
  return {
    workspaces: resolve(workspaces),
    ...(flags.workspaces === undefined && { playgroundIn: resolve('.') }),
    guardrails: guardrailsPath(workspaces, guardrails),
    once,
    json,
    speed,
    ...(port !== undefined && { port }),
    data: resolve(data ?? dataOf(workspaces)),
    allowedHosts: more.allowHost,
    settings: more.settings === undefined ? {} : readSettings(more.settings),
  };
}

/** A host name, perhaps with a path. */
const HOST = /^[a-z0-9-]+(\.[a-z0-9-]+)+(\/.*)?$/i;

/**
 * @param text such as `mcp.example.com=http://127.0.0.1:3000/mcp`, or
 *   `https://mcp.example.com/search=http://127.0.0.1:3000/mcp`
 * @returns the local URL by the public one
 * @throws CommandError `InvalidOption`
 */
export function readEndpoint(text: string): Readonly<Record<string, string>> {
  // A query may hold an equals sign: the local URL begins after the last one that a URL follows.
  const [, named = '', local = ''] = /^(.+)=(https?:\/\/.+)$/.exec(text) ?? [];
  const address = HOST.test(named) ? `https://${named}` : named;
  const isPublic = URL.canParse(address) && new URL(address).protocol === 'https:';
  if (isPublic && URL.canParse(local)) return { [address]: local };
  throw invalidOption(
    `--endpoint takes a public host or https URL and a local URL, not "${text}"`,
    'Write them as https://mcp.example.com/search=http://127.0.0.1:3000/mcp.',
  );
}

/** A function, perhaps with a version or an alias. */
const LAMBDA = /^(arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[\w.-]+(?::[\w$-]+)?)=(.+)$/;
const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * @param text such as `arn:aws:lambda:eu-west-1:123456789012:function:refunds=src/refunds.mjs`, or `…=http://127.0.0.1:9000`
 * @returns the absolute path or the URL by the ARN
 * @throws CommandError `InvalidOption`
 */
export function readLambda(text: string): Readonly<Record<string, string>> {
  const [, arn = '', place = ''] = LAMBDA.exec(text) ?? [];
  const isUrl = /^https?:/.test(place);
  const isLocal = isUrl && URL.canParse(place) && LOOPBACK.includes(new URL(place).hostname);
  if (isLocal) return { [arn]: place };
  if (arn !== '' && !isUrl && existsSync(place)) return { [arn]: resolve(place) };
  throw invalidOption(
    `--lambda takes the ARN of a function and its place on this machine, not "${text}"`,
    arn === ''
      ? 'Write them as arn:aws:lambda:eu-west-1:123456789012:function:refunds=src/refunds.mjs.'
      : 'Name a file that exists, or a URL on this machine such as http://127.0.0.1:9000.',
  );
}

/** @throws CommandError `InvalidOption` where the command line names a file that does not exist */
function guardrailsPath(workspaces: string, given: string | undefined): string {
  const path = resolve(given ?? join(workspaces, '..', GUARDRAILS_KEY));
  if (given === undefined || existsSync(path)) return path;
  throw invalidOption(`--guardrails names ${path}, where no file is`);
}

/** Each folder of workspaces has a separate data directory: trying an example does not change the state of another. */
function dataOf(workspaces: string): string {
  const path = relative(process.cwd(), resolve(workspaces));
  if (path === PLAYGROUND_WORKSPACES) return DEFAULT_DATA;
  const name = path
    .replaceAll('..', 'up')
    .split(/[^\w]+/)
    .filter(Boolean)
    .join('-');
  return `${DEFAULT_DATA}/${FOLDERS}/${name || 'this'}`;
}
