import { createInterface } from 'node:readline/promises';
import { Option } from 'commander';
import type { CommandIo, Given } from './commandSpec.ts';
import { invalidOption } from './errorReport.ts';

/** What commands that change an environment on AWS have in common. */
export interface EnvironmentOptions {
  readonly environment: string;
  /** Say what would be done, and do nothing. */
  readonly dryRun: boolean;
  /** Do not ask. */
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
  new Option('--dry-run', 'say what would be done, and do nothing'),
  new Option('-y, --yes', 'do not ask'),
];

/** @throws CommandError `InvalidOption` */
export function readEnvironment({ flags }: Given<EnvironmentFlags>): EnvironmentOptions {
  const { env, dryRun, yes, json } = flags;
  if (!ENVIRONMENT.test(env))
    throw invalidOption(
      `"${env}" is not the name of an environment: it has lower-case letters, digits and "-"`,
    );
  return { environment: env, dryRun, yes, json };
}

/** Writes lines: progress goes to stderr where stdout is for JSON alone. */
export function sayTo({ stdout, stderr }: CommandIo, json: boolean): (line: string) => void {
  const stream = json ? stderr : stdout;
  return (line) => void stream.write(`${line}\n`);
}

/** Asks a yes or no on the terminal. @throws CommandError `InvalidOption` where there is no terminal */
export function confirmOn(output: NodeJS.WritableStream): (question: string) => Promise<boolean> {
  return async (question) => {
    if (!process.stdin.isTTY)
      throw invalidOption('There is no terminal to ask on', 'Give --yes to go on without a question.');
    const terminal = createInterface({ input: process.stdin, output });
    try {
      return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
    } finally {
      terminal.close();
    }
  };
}
