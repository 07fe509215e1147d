import { Argument, Option } from 'commander';
import { defineCommand, wholeNumber } from '../commandSpec.ts';
import {
  checkedWorkspace,
  jsonOutput,
  type ReadFlags,
  readExits,
  readFrom,
  readOptions,
} from '../fleet/readOptions.ts';
import type { HistoryOptions } from './history.ts';

const MAX_LIMIT = 1000;

/** `gateloop history`. */
export const historyCommand = defineCommand<ReadFlags & { readonly limit: number }, HistoryOptions>({
  name: 'history',
  summary: 'show who uploaded what to a workspace, when, and what came of it',
  description:
    'Lists the uploads of a workspace, the latest first: the files that changed, the uploader and the commit as "push" stored them, and the last outcome before the next upload. The bucket keeps replaced versions of files for a year. It needs the right to list and get versions of objects.',
  words: [new Argument('<workspace>', 'its name')],
  options: [
    ...readOptions,
    new Option('--limit <n>', 'show at most this many uploads')
      .argParser(wholeNumber('--limit', MAX_LIMIT))
      .default(20),
  ],
  jsonOutput: jsonOutput('the uploads', 'history'),
  examples: {
    'history payments': 'the latest 20 uploads',
    'history payments --limit 100 --json': 'more, for a program',
  },
  exits: { done: 'shown', ...readExits },
  read: (given) => ({
    ...readFrom(given),
    workspace: checkedWorkspace(given.words[0] ?? ''),
    limit: given.flags.limit,
  }),
  run: async (options, io) => {
    const [{ runRead }, { readHistory, historyText }] = await Promise.all([
      import('../fleet/runRead.ts'),
      import('./history.ts'),
    ]);
    return runRead(options, io, (fleet) => readHistory(options, fleet), historyText);
  },
});
