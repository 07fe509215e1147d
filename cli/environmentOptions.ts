import { createInterface } from 'node:readline/promises';
import { Option } from 'commander';
import { terminalText } from '../core/text/encoders.ts';
import type { CommandIo, Given } from './commandSpec.ts';
import { invalidOption } from './errorReport.ts';

/** The options of every command that changes an environment on AWS. */
export interface EnvironmentOptions {
  readonly environment: string;
  /** Only report what the command would do. */
  readonly dryRun: boolean;
  /** Skip the confirmation. */
  readonly yes: boolean;
  readonly json: boolean;
}

export interface EnvironmentFlags {
  readonly env: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

const ENVIRONMENT = /^[a-z][a-z0-9-]{0,15}$/;

export const environmentOptions: readonly Option[] = [
  new Option('--env <name>', 'the environment').default('main'),
  new Option('--dry-run', 'report what the command would do, and change nothing'),
  new Option('-y, --yes', 'skip the confirmation'),
];

/** The exits that these commands have in common, for `CommandSpec.exits`. */
export const environmentExits = {
  refused: 'the command line is invalid, or the environment does not exist',
  notFollowed: 'no access to AWS',
  interrupted: 'the user declined the confirmation',
} as const;

/** @throws CommandError `InvalidOption` */
export function readEnvironment({ flags }: Given<EnvironmentFlags>): EnvironmentOptions {
  const { env, dryRun, yes, json } = flags;
  return { environment: readEnvironmentName(env), dryRun, yes, json };
}

/** @throws CommandError `InvalidOption` */
export function readEnvironmentName(name: string): string {
  if (ENVIRONMENT.test(name)) return name;
  throw invalidOption(
    `"${name}" is not a valid name of an environment: use up to 16 lower-case letters, digits and "-", with a letter first`,
  );
}

/** Output and confirmation of a command that changes an environment. */
export interface Prompt {
  /** Writes one line of progress. */
  readonly say: (line: string) => void;
  /** Asks a yes-or-no question on the terminal. @throws CommandError `InvalidOption` without a terminal */
  readonly confirm: (question: string) => Promise<boolean>;
}

/** @param json whether stdout is reserved for JSON, so that progress and questions go to stderr */
export function openPrompt({ stdout, stderr }: CommandIo, json: boolean): Prompt {
  const output = json ? stderr : stdout;
  return {
    say: (line) => void output.write(`${terminalText(line)}\n`),
    confirm: (question) => confirmOn(output, question),
  };
}

async function confirmOn(output: NodeJS.WritableStream, question: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw invalidOption('There is no terminal for the confirmation', 'Give --yes to skip it.');
  const terminal = createInterface({ input: process.stdin, output });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
