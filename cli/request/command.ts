import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Argument, Option } from 'commander';
import type { Address } from '../../core/address.ts';
import { readAddress } from '../../core/resources/resourceKinds.ts';
import { isWorkspaceName, workspaceNameRule } from '../../core/storage/uploads.ts';
import { jsonText } from '../../core/text/encoders.ts';
import { type CommandSpec, defineCommand, type Given, numberBetween } from '../commandSpec.ts';
import { screenOn } from '../display/screen.ts';
import { readEnvironmentName } from '../environmentOptions.ts';
import { invalidOption } from '../errorReport.ts';
import { DEFAULT_DATA } from '../start/endpointFile.ts';
import type { RequestedAction, RequestOptions } from './request.ts';

/** A reconciliation takes at least some seconds. */
const POLL_MS = 2000;

interface RequestFlags {
  readonly env: string;
  readonly bucket?: string;
  readonly local: boolean;
  readonly data: string;
  readonly workspace?: string;
  readonly minutes: number;
  readonly detach: boolean;
}

const workspaceOption = new Option(
  '--workspace <name>',
  'the workspace that has the resource (default: the one whose outcome names it)',
);
const options: readonly Option[] = [
  new Option('--env <name>', 'the environment on AWS').default('main'),
  new Option(
    '--bucket <name>',
    'the spec bucket, for users who may not read the stack (default: GATELOOP_BUCKET, or the output of the stack)',
  ),
  new Option('--local', 'ask a running npm start instead of AWS'),
  new Option('--data <dir>', 'data directory of that npm start').default(DEFAULT_DATA),
  new Option('--minutes <n>', 'stop following after this many minutes')
    .argParser(numberBetween('--minutes', 0.01, Number.POSITIVE_INFINITY))
    .default(30),
  new Option('--detach', 'send the request, and do not wait for its outcome'),
];

/** What the three commands have in common. */
const common = {
  jsonOutput: 'print the request and the outcome as one line of JSON on stdout, progress on stderr',
  exits: {
    done: 'ready, or with --detach: the request was sent',
    failed: 'a resource or the command failed',
    refused: 'the command line is invalid, or no workspace has this resource; nothing was requested',
    notFollowed: 'outcome unknown: no access to AWS, an upload in the meantime, or a timeout',
    awaiting: 'the workspace waits for a person',
    drifted: 'a resource was changed outside Gateloop, and is not reverted',
    suspended: 'a change is due, but operators have suspended all changes',
  },
  run: async (given, { stdout, stderr }) => {
    const [{ request }, { openDestination }] = await Promise.all([
      import('./request.ts'),
      import('./destination.ts'),
    ]);
    const screen = screenOn(given.json ? stderr : stdout);
    const pause = () => setTimeout(POLL_MS);
    const result = await request(given, () => openDestination(given.to), { screen, pause, now: Date.now });
    if (given.json) stdout.write(`${jsonText(result)}\n`);
    return result.exitCode;
  },
} satisfies Partial<CommandSpec<RequestFlags, RequestOptions>>;

/** `gateloop retry`. */
export const retryCommand = defineCommand<RequestFlags, RequestOptions>({
  ...common,
  name: 'retry',
  summary: 'try a failed resource again now',
  description:
    'Makes Gateloop try a resource again now: one that it gave up, rolled back, or waits to repeat. A person who refused a request, or let it expire, is asked again.',
  words: [new Argument('<resource>', 'gateway/payments, or payments/ledger for a target')],
  options: [workspaceOption, ...options],
  examples: {
    'retry payments/ledger': 'try the target ledger of the gateway payments again',
    'retry agentRuntime/search --env staging': 'try a runtime of another environment again',
    'retry payments/ledger --local': 'ask a running npm start',
  },
  read: (given) => readResource('retry', given),
});

/** `gateloop sync`. */
export const syncCommand = defineCommand<RequestFlags, RequestOptions>({
  ...common,
  name: 'sync',
  summary: 'synchronize the tools of a target now',
  description:
    'Makes Gateloop synchronize the tools of an MCP server target now, whatever its schedule says. Where that needs the consent of a person, the person is asked first.',
  words: [new Argument('<target>', 'payments/ledger: the target ledger of the gateway payments')],
  options: [workspaceOption, ...options],
  examples: {
    'sync payments/search': 'read the tools of the target search again',
    'sync payments/search --detach --json': 'send the request and exit',
  },
  read: (given) => readResource('sync', given),
});

/** `gateloop reconcile`. */
export const reconcileCommand = defineCommand<RequestFlags, RequestOptions>({
  ...common,
  name: 'reconcile',
  summary: 'reconcile a workspace now',
  description:
    'Makes Gateloop compare a workspace with AWS now, and do what is due. It tries nothing again that it gave up: that is "retry".',
  words: [new Argument('<workspace>', 'its name')],
  options,
  examples: {
    'reconcile payments': 'look for drift now',
    'reconcile payments --local': 'ask a running npm start',
  },
  read: (given) => ({
    ...readOptions(given),
    action: 'reconcile',
    workspace: checkedWorkspace(given.words[0]),
  }),
});

function readResource(
  action: Exclude<RequestedAction, 'reconcile'>,
  given: Given<RequestFlags>,
): RequestOptions {
  const { workspace } = given.flags;
  return {
    ...readOptions(given),
    action,
    resource: checkedResource(action, given.words[0] ?? ''),
    ...(workspace !== undefined && { workspace: checkedWorkspace(workspace) }),
  };
}

function readOptions({ flags, environment }: Given<RequestFlags>): Omit<RequestOptions, 'action'> {
  const { env, bucket, local, data, minutes, detach, json } = flags;
  if (local && bucket !== undefined)
    throw invalidOption('--bucket and --local exclude each other', 'Give one of the two.');
  const name = bucket ?? environment.GATELOOP_BUCKET;
  return {
    to: local
      ? { data: resolve(data) }
      : { environment: readEnvironmentName(env), ...(name && { bucket: name }) },
    minutes,
    detach,
    json,
  };
}

function checkedWorkspace(name = ''): string {
  if (isWorkspaceName(name)) return name;
  throw invalidOption(`"${name}" is not a valid name of a workspace: it has ${workspaceNameRule}`);
}

/** Takes the address of a resource, or the short form of a target's. */
function checkedResource(action: RequestedAction, text: string): Address {
  const address = readAddress(text) ?? readAddress(`gatewayTarget/${text}`);
  if (address === undefined)
    throw invalidOption(
      `"${text}" names no resource`,
      'Name a target as GATEWAY/TARGET, and any other resource by its address, such as gateway/payments or agentRuntime/search.',
    );
  if (action === 'sync' && !address.startsWith('gatewayTarget/'))
    throw invalidOption(
      `${address} is no target`,
      'Only targets are synchronized: name one as GATEWAY/TARGET.',
    );
  return address;
}
