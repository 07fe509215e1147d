import { createInterface } from 'node:readline/promises';
import { GateloopError } from '../core/errors.ts';
import { failureText } from '../local/start/failureText.ts';
import { parseTyped } from '../local/start/parseTyped.ts';

/** What commands that change something have in common. */
export interface CommandOptions<Flag extends string> {
  readonly environment: string;
  /** Say what would be done, and do nothing. */
  readonly dryRun: boolean;
  /** Ask nobody. */
  readonly yes: boolean;
  readonly flags: ReadonlySet<Flag>;
  readonly words: readonly string[];
}

const ENVIRONMENT = /^[a-z][a-z0-9-]{0,15}$/;

/**
 * Reads the command line of an operator's command: --env, --dry-run, --yes, --help and flags of its own.
 *
 * @returns undefined where help is asked for
 * @throws GateloopError `InvalidOption`
 */
export function parseCommand<Flag extends string>(
  args: readonly string[],
  flags: readonly Flag[],
): CommandOptions<Flag> | undefined {
  const { values, positionals } = parse(args, flags);
  if (values.help) return undefined;
  const given: Readonly<Record<string, unknown>> = values;
  const environment = String(values.env);
  if (!ENVIRONMENT.test(environment))
    throw invalid(`"${environment}" is no name of an environment: lower-case letters, digits and "-"`);
  return {
    environment,
    dryRun: values['dry-run'] === true,
    yes: values.yes === true,
    flags: new Set(flags.filter((flag) => given[flag] === true)),
    words: positionals,
  };
}

function parse(args: readonly string[], flags: readonly string[]) {
  return parseTyped(
    {
      args: [...args],
      allowPositionals: true,
      options: {
        env: { type: 'string', default: 'main' },
        'dry-run': { type: 'boolean' },
        yes: { type: 'boolean', short: 'y' },
        help: { type: 'boolean', short: 'h' },
        ...Object.fromEntries(flags.map((flag) => [flag, { type: 'boolean' as const }])),
      },
    },
    invalid,
  );
}

export function invalid(what: string): GateloopError {
  return new GateloopError('InvalidOption', `${what}. See --help.`);
}

/** Asks a yes or no. @throws GateloopError `InvalidOption` where nobody can be asked */
export async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw invalid('nobody can be asked here; give --yes to go on without');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

/** Exit code 1 for what failed, 2 for what was asked for wrongly, 130 for what somebody thought better of. */
export async function runCommand(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    const isOurs = error instanceof GateloopError;
    process.stderr.write(`${failureText(error)}\n`);
    process.exitCode = isOurs && error.code === 'InvalidOption' ? 2 : 1;
  }
}

export const DECLINED = 130;
