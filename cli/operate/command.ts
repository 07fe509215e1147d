import { Argument, Option } from 'commander';
import { jsonText, terminalText } from '../../core/text/encoders.ts';
import { type CommandSpec, defineCommand, type Given } from '../commandSpec.ts';
import { checkedWorkspace } from '../fleet/readOptions.ts';
import { type PlaceFlags, placeOptions, readRequestTo } from '../request/requestOptions.ts';
import type { OperateOptions } from './operate.ts';

interface OperateFlags extends PlaceFlags {
  readonly reason?: string;
}

const options = placeOptions('change');
const oneOrAll = [new Argument('[workspace]', 'its name (default: all workspaces)')];

/** What the three commands have in common. */
const common = {
  jsonOutput:
    'print the result as one line of JSON on stdout (docs/cli.schema.json, #/$defs/operation), progress on stderr',
  run: async (given, { stdout, stderr }) => {
    const [{ operate }, { connect }] = await Promise.all([import('./operate.ts'), import('./connect.ts')]);
    const output = given.json ? stderr : stdout;
    const say = (line: string) => void output.write(`${terminalText(line)}\n`);
    const result = await operate(given, { ...connect(given.to), say, now: Date.now });
    if (given.json) stdout.write(`${jsonText(result)}\n`);
    return result.exitCode;
  },
} satisfies Partial<CommandSpec<OperateFlags, OperateOptions>>;

const exits = {
  failed: 'the command failed',
  refused:
    'the command line is invalid, or names no environment or workspace that exists; nothing was changed',
  notFollowed: 'no access to AWS',
} as const;

/** `gateloop suspend`. */
export const suspendCommand = defineCommand<OperateFlags, OperateOptions>({
  ...common,
  name: 'suspend',
  summary: 'stop all changes of AgentCore, of all workspaces or of one',
  description:
    'Stops all changes: Gateloop creates, updates, deletes, tags and synchronizes nothing, and asks no person anything new, until "resume". It still reads, and reports what is due. A call that a step has begun ends, and people can finish what they have begun.',
  words: oneOrAll,
  options: [...options, new Option('--reason <text>', 'why; outcomes and messages show it')],
  examples: {
    'suspend --reason "incident 7"': 'stop all changes of the environment main',
    'suspend payments --env staging': 'stop the changes of one workspace',
  },
  exits: { done: 'suspended', ...exits },
  read: (given) => {
    const { reason } = given.flags;
    return { ...readOptions(given), action: 'suspend', ...(reason !== undefined && { reason }) };
  },
});

/** `gateloop resume`. */
export const resumeCommand = defineCommand<OperateFlags, OperateOptions>({
  ...common,
  name: 'resume',
  summary: 'end what suspend started, and make the changes that are due',
  description:
    'Ends a suspension and starts a pass. The suspension of all workspaces and that of one are two: each ends by itself.',
  words: oneOrAll,
  options,
  examples: {
    resume: 'end the suspension of all workspaces, and start a pass over each of them',
    'resume payments': 'end the suspension of one workspace',
  },
  exits: { done: 'resumed, or not suspended', ...exits },
  read: (given) => ({ ...readOptions(given), action: 'resume' }),
});

/** `gateloop heal`. */
export const healCommand = defineCommand<OperateFlags, OperateOptions>({
  ...common,
  name: 'heal',
  summary: 'revert the changes of a workspace that the breaker holds back',
  description:
    'Lets Gateloop revert, once, the changes made outside it that the breaker holds back, because too many resources differ. What differs later counts for the breaker again.',
  words: [new Argument('<workspace>', 'its name')],
  options,
  examples: {
    'heal payments': 'revert what is held back in the workspace payments',
    'heal payments --local': 'the same in a running npm start',
  },
  exits: { done: 'Gateloop goes on, or nothing is held back', ...exits },
  read: (given) => ({ ...readOptions(given), action: 'heal' }),
});

function readOptions(given: Given<OperateFlags>): Omit<OperateOptions, 'action'> {
  const [workspace] = given.words;
  return {
    to: readRequestTo(given),
    ...(workspace !== undefined && { workspace: checkedWorkspace(workspace) }),
    json: given.flags.json,
  };
}
