import { resolve } from 'node:path';
import { Option } from 'commander';
import { isWorkspaceName, workspaceNameRule } from '../../core/storage/uploads.ts';
import type { Given } from '../commandSpec.ts';
import { readEnvironmentName } from '../environmentOptions.ts';
import { invalidOption } from '../errorReport.ts';
import type { RequestTo } from '../request/destination.ts';
import { DEFAULT_DATA } from '../start/endpointFile.ts';

/** How a command shows what it has read. `wide`: the text with more columns. */
export type OutputFormat = 'text' | 'wide' | 'json' | 'yaml';

/** The flags of every command that reads an environment. */
export interface ReadFlags {
  readonly env: string;
  readonly bucket?: string;
  readonly local: boolean;
  readonly data: string;
  readonly output?: 'wide' | 'json' | 'yaml';
}

export interface ReadOptions {
  readonly from: RequestTo;
  readonly format: OutputFormat;
}

/** Where a command reads. */
export const sourceOptions: readonly Option[] = [
  new Option('--env <name>', 'the environment on AWS').default('main'),
  new Option(
    '--bucket <name>',
    'the spec bucket, for users who may not read the stack (default: GATELOOP_BUCKET, or the output of the stack)',
  ),
  new Option('--local', 'read a running npm start instead of AWS'),
  new Option('--data <dir>', 'data directory of that npm start').default(DEFAULT_DATA),
];

/** Where a command reads, and how it shows what it has read. */
export const readOptions: readonly Option[] = [
  new Option('-o, --output <format>', 'the format, in place of a text').choices(['wide', 'json', 'yaml']),
  ...sourceOptions,
];

/** The exits that the reading commands have in common, for `CommandSpec.exits`. */
export const readExits = {
  failed: 'the command failed',
  refused: 'the command line is invalid, or names nothing that exists',
  notFollowed: 'no access to AWS, or no right to read',
} as const;

/** @returns what `--json` prints, for `CommandSpec.jsonOutput` */
export function jsonOutput(what: string, definition: string): string {
  return `print ${what} as one line of JSON on stdout (docs/cli.schema.json, #/$defs/${definition})`;
}

/** @throws CommandError `InvalidOption` */
export function readFrom({ flags, environment }: Given<ReadFlags>): ReadOptions {
  const { env, bucket, local, data, output, json } = flags;
  if (local && bucket !== undefined)
    throw invalidOption('--bucket and --local exclude each other', 'Give one of the two.');
  if (json && output !== undefined && output !== 'json')
    throw invalidOption(`--json and --output ${output} exclude each other`, 'Give one of the two.');
  const name = bucket ?? environment.GATELOOP_BUCKET;
  return {
    from: local
      ? { data: resolve(data) }
      : { environment: readEnvironmentName(env), ...(name && { bucket: name }) },
    format: json ? 'json' : (output ?? 'text'),
  };
}

/** @throws CommandError `InvalidOption` */
export function checkedWorkspace(name: string): string {
  if (isWorkspaceName(name)) return name;
  throw invalidOption(`"${name}" is not a valid name of a workspace: it has ${workspaceNameRule}`);
}
