import type { Argument, Option } from 'commander';
import { type CommandSpec, defineCommand, type Given } from '../cli/commandSpec.ts';
import { processIo, runAlone } from '../cli/program.ts';

/** A script of this repository, which npm runs by its name in package.json. */
export interface ScriptSpec<Flags> {
  /** Such as `docs:manifest`. */
  readonly name: string;
  readonly summary: string;
  readonly words?: readonly Argument[];
  readonly options?: readonly Option[];
  /** Examples of options, each with its effect; without any option, the script does what the summary says. */
  readonly examples?: Readonly<Record<string, string>>;
  readonly exits: CommandSpec<never, never>['exits'];
  /** @returns the exit code */
  run(flags: Flags, words: readonly string[]): Promise<number> | number;
}

/** Runs a script with the help, the errors and the exit codes of `gateloop`, and sets the exit code of the process. */
export async function runScript<Flags extends object>(spec: ScriptSpec<Flags>): Promise<void> {
  const { name, summary, words, options = [], examples = {}, exits, run } = spec;
  const command = defineCommand<Flags, Given<Flags>>({
    name,
    summary,
    description: `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
    ...(words && { words }),
    options,
    examples: {
      [`npm run ${name}`]: summary,
      ...Object.fromEntries(
        Object.entries(examples).map(([given, what]) => [`npm run ${name} -- ${given}`, what]),
      ),
    },
    exits: { ...exits, refused: 'the command line is invalid' },
    read: (given) => given,
    run: async ({ flags, words: given }) => run(flags as Flags, given), // A script has no flags of the program.
  });
  // EPIPE: the reader of a pipe, such as `head`, has exited.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => process.exit(1));
  process.exitCode = await runAlone(command, `npm run ${name} --`, process.argv.slice(2), processIo);
}
