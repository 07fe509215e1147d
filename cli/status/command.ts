import { setTimeout } from 'node:timers/promises';
import { Argument, Option } from 'commander';
import { defineCommand } from '../commandSpec.ts';
import { exitCodes } from '../exitCodes.ts';
import {
  checkedWorkspace,
  jsonOutput,
  type ReadFlags,
  readExits,
  readFrom,
  readOptions,
} from '../fleet/readOptions.ts';
import type { StatusOptions } from './status.ts';

interface StatusFlags extends ReadFlags {
  readonly watch: boolean;
  readonly detailedExitcode: boolean;
}

/** How often `--watch` reads. A poll of a reconciliation takes as long. */
const WATCH_MS = 2000;

/** `gateloop status`. */
export const statusCommand = defineCommand<StatusFlags, StatusOptions>({
  name: 'status',
  summary: 'show whether everything is in step, and what waits for whom',
  description:
    'Shows each workspace with its state, its resources, the questions that wait for a person, and its last and next pass; with the name of a workspace, its problems, resources and questions. It needs the rights to read the bucket and the ledger, and no right to upload. Without the right to read the ledger, it shows the last outcome.',
  words: [new Argument('[workspace]', 'its name (default: all workspaces)')],
  options: [
    ...readOptions,
    new Option('-w, --watch', 'go on, and show each change until Ctrl-C'),
    new Option('--detailed-exitcode', 'exit with the code of the worst state'),
  ],
  jsonOutput: jsonOutput('the fleet or the workspace', 'fleet and #/$defs/workspace'),
  examples: {
    status: 'all workspaces of the environment main',
    'status payments -w': 'follow one workspace',
    'status -o wide --local': 'all of a running npm start, with owners and problems',
    'status payments --json --detailed-exitcode': 'let a pipeline know the state',
  },
  exits: {
    done: 'shown; with --detailed-exitcode: ready',
    failed: 'the command failed; with --detailed-exitcode: a workspace has failed',
    refused: `${readExits.refused}; with --detailed-exitcode: an upload is refused`,
    notFollowed: readExits.notFollowed,
    awaiting: 'with --detailed-exitcode: a workspace waits for a person, or has no outcome yet',
    drifted: 'with --detailed-exitcode: a resource was changed outside Gateloop, and is not reverted',
    suspended: 'with --detailed-exitcode: a change is due, but operators have suspended all changes',
    interrupted: 'with --watch: ended with Ctrl-C',
  },
  read: (given) => {
    const { watch, detailedExitcode } = given.flags;
    const [workspace] = given.words;
    return {
      ...readFrom(given),
      ...(workspace !== undefined && { workspace: checkedWorkspace(workspace) }),
      watch,
      detailedExitCode: detailedExitcode,
    };
  },
  run: async (options, io) => {
    const { status, watchStatus } = await import('./status.ts');
    if (!options.watch) return status(options, io);
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort());
    const pause = () =>
      setTimeout(WATCH_MS, undefined, { signal: stop.signal }).then(
        () => true,
        () => false,
      );
    await watchStatus(options, io, pause);
    return exitCodes.interrupted;
  },
});
