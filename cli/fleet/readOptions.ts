import { Option } from 'commander';
import { isWorkspaceName, workspaceNameRule } from '../../core/storage/uploads.ts';
import type { Given } from '../commandSpec.ts';
import { invalidOption } from '../errorReport.ts';
import type { RequestTo } from '../request/destination.ts';
import { type PlaceFlags, placeOptions, readRequestTo } from '../request/requestOptions.ts';

/** How a command shows what it has read. `wide`: the text with more columns. */
export type OutputFormat = 'text' | 'wide' | 'json' | 'yaml';

/** The flags of every command that reads an environment. */
export interface ReadFlags extends PlaceFlags {
  readonly output?: 'wide' | 'json' | 'yaml';
}

export interface ReadOptions {
  readonly from: RequestTo;
  readonly format: OutputFormat;
}

/** Where a command reads. */
export const sourceOptions = placeOptions('read');

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
export function readFrom(given: Given<ReadFlags>): ReadOptions {
  const { output, json } = given.flags;
  if (json && output !== undefined && output !== 'json')
    throw invalidOption(`--json and --output ${output} exclude each other`, 'Give one of the two.');
  return { from: readRequestTo(given), format: json ? 'json' : (output ?? 'text') };
}

/** @throws CommandError `InvalidOption` */
export function checkedWorkspace(name: string): string {
  if (isWorkspaceName(name)) return name;
  throw invalidOption(`"${name}" is not a valid name of a workspace: it has ${workspaceNameRule}`);
}
