import { resolve } from 'node:path';
import { Argument, Option } from 'commander';
import { jsonText } from '../../core/text/encoders.ts';
import { defineCommand } from '../commandSpec.ts';
import { screenOn } from '../display/screen.ts';
import type { MigrateOptions } from './migrate.ts';

/** `gateloop migrate`. */
export const migrateCommand = defineCommand<{ readonly write: boolean }, MigrateOptions>({
  name: 'migrate',
  summary: 'rewrite manifests of an older shape',
  description:
    'Shows what of manifests has a shape that this version refuses or AWS has closed, and how to write it now. With --write it changes the files; comments stay. It makes no request.',
  words: [new Argument('<folders...>', 'workspaces, or folders of workspaces')],
  options: [new Option('--write', 'change the files')],
  jsonOutput:
    'print the changes by manifest as one line of JSON on stdout (docs/cli.schema.json, #/$defs/migration)',
  examples: {
    'migrate payments': 'show what is due',
    'migrate workspaces --write': 'rewrite the manifests of all workspaces in a folder',
  },
  exits: {
    done: 'nothing has an older shape, or it was rewritten',
    refused: 'the command line is invalid, or something has to be changed by hand',
    changes: 'without --write: changes are due',
  },
  read: ({ flags: { write, json }, words }) => ({
    folders: words.map((folder) => resolve(folder)),
    write,
    json,
  }),
  run: async (options, { stdout, stderr }) => {
    const [{ migrate }, { manifestMigrations }] = await Promise.all([
      import('./migrate.ts'),
      import('../../core/manifest/oldShapes.ts'),
    ]);
    const result = migrate(options, manifestMigrations, screenOn(options.json ? stderr : stdout));
    if (options.json) stdout.write(`${jsonText(result)}\n`);
    return result.exitCode;
  },
});
