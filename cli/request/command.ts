import { setTimeout } from 'node:timers/promises';
import { Argument, Option } from 'commander';
import type { Address } from '../../core/address.ts';
import { jsonText } from '../../core/text/encoders.ts';
import { type CommandSpec, defineCommand, type Given } from '../commandSpec.ts';
import { screenOn } from '../display/screen.ts';
import { invalidOption } from '../errorReport.ts';
import { checkedWorkspace } from '../fleet/readOptions.ts';
import type { RequestedAction, RequestOptions } from './request.ts';
import {
  checkedResource,
  type DeployedFlags,
  deployedOptions,
  readRequestTo,
  workspaceOfResource,
} from './requestOptions.ts';

/** A reconciliation takes at least some seconds. */
const POLL_MS = 2000;

interface RequestFlags extends DeployedFlags {
  readonly workspace?: string;
  readonly detach: boolean;
}

const options: readonly Option[] = [
  ...deployedOptions,
  new Option('--detach', 'send the request, and do not wait for its outcome'),
];

/** What the three commands have in common. */
const common = {
  jsonOutput:
    'print the request and the outcome as one line of JSON on stdout (docs/cli.schema.json, #/$defs/request), progress on stderr',
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
  options: [workspaceOfResource, ...options],
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
  options: [workspaceOfResource, ...options],
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
    workspace: checkedWorkspace(given.words[0] ?? ''),
  }),
});

function readResource(
  action: Exclude<RequestedAction, 'reconcile'>,
  given: Given<RequestFlags>,
): RequestOptions {
  const { workspace } = given.flags;
  const [name = ''] = given.words;
  return {
    ...readOptions(given),
    action,
    resource: action === 'sync' ? checkedTarget(name) : checkedResource(name),
    ...(workspace !== undefined && { workspace: checkedWorkspace(workspace) }),
  };
}

function readOptions(given: Given<RequestFlags>): Omit<RequestOptions, 'action'> {
  const { minutes, detach, json } = given.flags;
  return { to: readRequestTo(given), minutes, detach, json };
}

function checkedTarget(text: string): Address {
  const address = checkedResource(text);
  if (address.startsWith('gatewayTarget/')) return address;
  throw invalidOption(
    `${address} is no target`,
    'Only targets are synchronized: name one as GATEWAY/TARGET.',
  );
}
