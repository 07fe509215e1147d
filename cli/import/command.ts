import { resolve } from 'node:path';
import { Argument, Option } from 'commander';
import { defined } from '../../core/objects.ts';
import { jsonText } from '../../core/text/encoders.ts';
import { defineCommand } from '../commandSpec.ts';
import { screenOn } from '../display/screen.ts';
import { invalidOption } from '../errorReport.ts';
import { DEFAULT_DATA } from '../start/endpointFile.ts';
import type { ImportOptions } from './importGateways.ts';

interface ImportFlags {
  readonly all: boolean;
  readonly out: string;
  readonly files: boolean;
  readonly owner?: string;
  readonly local: boolean;
  readonly data: string;
}

/** `gateloop import`. */
export const importCommand = defineCommand<ImportFlags, ImportOptions>({
  name: 'import',
  summary: 'write the manifest of gateways that were made by hand',
  description: `Reads gateways with their targets and writes the folder of a workspace for each, whose plan then only adopts them: every member stays as it is. It changes nothing on AWS.

A credential provider whose secret is one of your own in Secrets Manager becomes a part of the manifest. One whose secret AgentCore keeps is named by its ARN, since no response shows the secret. Agent runtimes are named by the URL of the target.

Schemas stay where they are, inline or in S3. With --files they become files of the workspace, which one update of each target then puts in place of the old ones.`,
  words: [
    new Argument('<kind>', 'what to import').choices(['gateway']),
    new Argument('[id]', 'the id or the name of a gateway'),
  ],
  options: [
    new Option('--all', 'import every gateway of the account and Region that no workspace owns'),
    new Option('--out <dir>', 'the folder in which a folder for each gateway is written').default('.'),
    new Option('--files', 'write the schemas to files of the workspace'),
    new Option('--owner <email>', 'who is asked and told about the workspace'),
    new Option('--local', 'read from a running npm start instead of AWS'),
    new Option('--data <dir>', 'data directory of that npm start').default(DEFAULT_DATA),
  ],
  jsonOutput:
    'print the folders and what could not be imported as one line of JSON on stdout (docs/cli.schema.json, #/$defs/import)',
  examples: {
    'import gateway payments-a1b2c3d4e5': 'write ./payments/manifest.yaml',
    'import gateway payments --files --owner payments@example.com': 'with the schemas as files, and an owner',
    'import gateway --all --out workspaces': 'write a folder for each gateway',
  },
  exits: {
    done: 'written',
    failed: 'a gateway could not be imported',
    refused: 'the command line is invalid, there is no such gateway, or a workspace owns it',
    notFollowed: 'no access to AWS',
  },
  read: ({ flags, words: [, id] }) => {
    const { all, out, files, owner, local, data, json } = flags;
    if (all === (id !== undefined))
      throw invalidOption(
        all ? 'An id and --all exclude each other' : 'No gateway is named',
        'Name one by its id or its name, or give --all.',
      );
    return {
      out: resolve(out),
      files,
      json,
      ...defined({ id, owner, data: local ? resolve(data) : undefined }),
    };
  },
  run: async (options, { stdout, stderr }) => {
    const [{ importGateways }, { importPortsOf }] = await Promise.all([
      import('./importGateways.ts'),
      import('./importPorts.ts'),
    ]);
    const screen = screenOn(options.json ? stderr : stdout);
    const result = await importGateways(options, importPortsOf(options.data), screen);
    if (options.json) stdout.write(`${jsonText(result)}\n`);
    return result.exitCode;
  },
});
