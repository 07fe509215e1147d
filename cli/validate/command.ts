import { Argument, Option } from 'commander';
import { defineCommand } from '../commandSpec.ts';
import { readEnvironmentName } from '../environmentOptions.ts';
import type { ValidateOptions, ValidationFormat } from './validate.ts';

interface ValidateFlags {
  readonly format: ValidationFormat;
  readonly guardrails?: string;
  readonly env: string;
}

/** `gateloop validate`. */
export const validateCommand = defineCommand<ValidateFlags, ValidateOptions>({
  name: 'validate',
  summary: 'check the files of workspaces, without a connection',
  description:
    "Checks manifests and schemas as Gateloop checks an upload: against the shapes of AWS's API, the rules of the service, and the guardrails where a file with them is given. It sends nothing, and needs no credentials.",
  words: [new Argument('<folder...>', 'folders: each is a workspace, or holds workspaces as folders')],
  options: [
    new Option('--format <format>', 'how to report: SARIF 2.1.0 for code scanning, or annotations of GitHub')
      .choices(['text', 'sarif', 'github'])
      .default('text'),
    new Option('--guardrails <file>', "check against the operators' guardrails, too"),
    new Option('--env <name>', 'the environment whose parameters the manifests get').default('main'),
  ],
  jsonOutput: 'print one JSON object on stdout (docs/cli.schema.json, #/$defs/validation)',
  examples: {
    'validate payments': 'check one workspace',
    'validate workspaces': 'check every workspace in a folder',
    'validate workspaces --format sarif > gateloop.sarif': 'for code scanning',
    'validate workspaces --format github': 'show problems beside the lines of a pull request',
  },
  exits: {
    done: 'valid; there may be warnings',
    refused: 'a workspace or the command line has errors',
  },
  read: ({ flags: { format, guardrails, env, json }, words }) => ({
    folders: words,
    environment: readEnvironmentName(env),
    format: json ? 'json' : format,
    ...(guardrails !== undefined && { guardrails }),
  }),
  run: async (options, { stdout, environment }) => {
    const { validateFolders } = await import('./validate.ts');
    return validateFolders(options, { stdout, environment });
  },
});
