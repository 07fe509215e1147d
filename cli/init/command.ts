import { basename, relative, resolve } from 'node:path';
import { Argument, Option } from 'commander';
import { isWorkspaceName, workspaceNameRule } from '../../core/storage/uploads.ts';
import { jsonText } from '../../core/text/encoders.ts';
import { defineCommand } from '../commandSpec.ts';
import { invalidOption } from '../errorReport.ts';
import { exitCodes } from '../exitCodes.ts';
import { type InitOptions, writeStarter } from './init.ts';

interface InitFlags {
  readonly owner: string;
}

/** `gateloop init`. */
export const initCommand = defineCommand<InitFlags, InitOptions>({
  name: 'init',
  summary: 'write a new workspace to begin with',
  description:
    'Writes a folder with a manifest of one gateway and one target, and its schema. Where there are no guardrails beside the folder of workspaces, it writes some that allow just this.',
  words: [new Argument('<folder>', 'the folder of the new workspace; its name is the name of the workspace')],
  options: [
    new Option('--owner <address>', 'the mail address of the owner, whom Gateloop asks and tells').default(
      'owner@example.com',
    ),
  ],
  jsonOutput: 'print the files as one line of JSON on stdout (docs/cli.schema.json, #/$defs/init)',
  examples: {
    'init workspaces/payments': 'write a workspace named payments',
    'init workspaces/payments --owner payments@example.com': 'with its owner',
  },
  exits: { done: 'written', refused: 'the folder has a manifest, or the command line has errors' },
  read: ({ flags: { owner, json }, words: [folder = ''] }) => {
    const name = basename(resolve(folder));
    if (!isWorkspaceName(name))
      throw invalidOption(`"${name}" is no name of a workspace: ${workspaceNameRule}`);
    if (!/^[^\s@"]+@[^\s@"]+\.[^\s@"]+$/.test(owner))
      throw invalidOption(`--owner takes a mail address, not "${owner}"`);
    return { folder, owner, json };
  },
  run: async ({ json, ...options }, { stdout }) => {
    const result = writeStarter(options);
    const folder = relative(process.cwd(), resolve(options.folder)) || '.';
    const parent = relative(process.cwd(), resolve(options.folder, '..')) || '.';
    stdout.write(
      json
        ? `${jsonText(result)}\n`
        : [
            ...result.written.map((file) => `Wrote ${file}`),
            `Next: npx gateloop validate ${folder}, then npx gateloop dev --workspaces ${parent}`,
            '',
          ].join('\n'),
    );
    return exitCodes.done;
  },
});
