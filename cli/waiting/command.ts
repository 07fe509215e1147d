import { Option } from 'commander';
import { defineCommand } from '../commandSpec.ts';
import {
  checkedWorkspace,
  jsonOutput,
  type ReadFlags,
  type ReadOptions,
  readExits,
  readFrom,
  readOptions,
} from '../fleet/readOptions.ts';

interface WaitingOptions extends ReadOptions {
  readonly workspace?: string;
}

/** `gateloop waiting`. */
export const waitingCommand = defineCommand<ReadFlags & { readonly workspace?: string }, WaitingOptions>({
  name: 'waiting',
  summary: 'show who is asked what, since when and until when',
  description:
    'Lists the questions that wait for a person, the oldest first: consents, approvals of changed tools, of deletions, and of records. It shows no link: only the person who was asked has it. "answer" takes the first 8 characters of the reference.',
  options: [...readOptions, new Option('--workspace <name>', 'of one workspace alone')],
  jsonOutput: jsonOutput('the questions', 'waiting'),
  examples: {
    waiting: 'all questions of the environment main',
    'waiting --workspace payments --local': 'those of one workspace of a running npm start',
    'waiting --json': 'for a program',
  },
  exits: { done: 'shown', ...readExits },
  read: (given) => {
    const { workspace } = given.flags;
    return {
      ...readFrom(given),
      ...(workspace !== undefined && { workspace: checkedWorkspace(workspace) }),
    };
  },
  run: async (options, io) => {
    const [{ runRead }, { readWaiting, waitingText }] = await Promise.all([
      import('../fleet/runRead.ts'),
      import('./waiting.ts'),
    ]);
    return runRead(options, io, (fleet) => readWaiting(options.workspace, fleet), waitingText);
  },
});
