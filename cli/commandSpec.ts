import { type Argument, Command, Option } from 'commander';
import type { ScreenStream } from './display/screen.ts';
import { invalidOption } from './errorReport.ts';
import { type ExitCodeName, exitCodes } from './exitCodes.ts';

/** Where a command reads and writes. */
export interface CommandIo {
  readonly environment: NodeJS.ProcessEnv;
  /** Takes the result; with `--json`, one line of JSON and nothing else. */
  readonly stdout: ScreenStream;
  /** Takes errors; with `--json`, progress too. */
  readonly stderr: ScreenStream;
}

/** The parsed command line that a command reads its options from. */
export interface Given<Flags> {
  readonly flags: Flags & { readonly json: boolean };
  readonly words: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/** What the help, the manual and the completion of shells say of a command. */
export interface CommandManual {
  readonly name: string;
  /** Its line in the list of commands. */
  readonly summary: string;
  readonly description: string;
  readonly words?: readonly Argument[];
  readonly options: readonly Option[];
  /** What `--json` prints on stdout. Every command of `gateloop` has one; scripts of the repository need none. */
  readonly jsonOutput?: string;
  /** Command lines without the program's name, each with its effect. */
  readonly examples: Readonly<Record<string, string>>;
  readonly exits: Readonly<Partial<Record<ExitCodeName, string>>>;
}

/** The specification of one command: its arguments, its help text and its implementation. */
export interface CommandSpec<Flags, Options> extends CommandManual {
  /** Validates the command line. @throws CommandError `InvalidOption`, `FolderMissing` */
  read(given: Given<Flags>): Options;
  /** Imports slow modules only when it runs: help and usage errors must not wait for the SDK to load. */
  run(options: Options, io: CommandIo): Promise<number>;
}

/** A row of the table of commands. It hides the types of the command's flags. */
export interface CommandRow<Options> {
  readonly name: string;
  readonly manual: CommandManual;
  /** @param use receives the options and the function that runs the command with them */
  build(io: CommandIo, program: string, use: (run: () => Promise<number>, options: Options) => void): Command;
}

export function defineCommand<Flags extends object, Options>(
  spec: CommandSpec<Flags, Options>,
): CommandRow<Options> {
  return {
    name: spec.name,
    manual: spec,
    build: (io, program, use) => {
      const command = new Command(spec.name).summary(spec.summary).description(spec.description);
      for (const word of spec.words ?? []) command.addArgument(word);
      for (const option of allOptions(spec)) {
        command.addOption(option);
        // Set as a value, because help would show a default of Commander as `(default: false)`.
        if (option.isBoolean()) command.setOptionValueWithSource(option.attributeName(), false, 'default');
      }
      return command
        .helpOption('-h, --help', 'show this help')
        .addHelpText('after', helpEnd(spec, program))
        .action(() => {
          const given = { flags: command.opts<Given<Flags>['flags']>(), words: command.args };
          const options = spec.read({ ...given, environment: io.environment });
          use(() => spec.run(options, io), options);
        });
    },
  };
}

/** @returns the options of a command, and `--json` where it has one */
export function allOptions({ options, jsonOutput }: Pick<CommandManual, 'options' | 'jsonOutput'>): Option[] {
  return [...options, ...(jsonOutput === undefined ? [] : [new Option('--json', jsonOutput)])];
}

function helpEnd({ examples, exits }: Pick<CommandManual, 'examples' | 'exits'>, program: string): string {
  const width = Math.max(...Object.keys(examples).map((line) => line.length));
  const names = Object.keys(exits) as ExitCodeName[]; // The table's own keys.
  return [
    '',
    'Examples:',
    ...Object.entries(examples).map(([line, what]) => `  ${program}${line.padEnd(width)}  # ${what}`),
    '',
    'Exit codes:',
    ...names.map((name) => `  ${String(exitCodes[name]).padEnd(3)}  ${exits[name]}`),
  ].join('\n');
}

/** @returns a parser of an option's number. It throws CommandError `InvalidOption` for a number out of range. */
export function numberBetween(name: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && value <= most) return value;
    const range = most === Number.POSITIVE_INFINITY ? `of at least ${least}` : `from ${least} to ${most}`;
    throw invalidOption(`${name} takes a number ${range}, not "${text}"`);
  };
}

export function wholeNumber(name: string, most: number): (text: string) => number {
  const read = numberBetween(name, 0, most);
  return (text) => {
    const value = read(text);
    if (!Number.isInteger(value)) throw invalidOption(`${name} takes a whole number, not "${text}"`);
    return value;
  };
}

const HOST_NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

/** The option for names by which browsers reach this machine, as in a forwarded port of a cloud workspace. */
export function allowHostOption(): Option {
  return new Option(
    '--allow-host <name>',
    'answer browsers that reach this machine by this host name as well as by 127.0.0.1 and localhost; repeatable',
  )
    .argParser((text, before: readonly string[]) => {
      const name = text.toLowerCase();
      if (!HOST_NAME.test(name))
        throw invalidOption(`--allow-host takes a host name without a port, not "${text}"`);
      return [...before, name];
    })
    .default([], 'none');
}
