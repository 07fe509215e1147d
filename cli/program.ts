// Commander: types included, no dependencies, maintained; it also knows the nearest option, which util.parseArgs does not.
import { Command, CommanderError } from 'commander';
import type { CommandIo, CommandRow } from './commandSpec.ts';
import { errorReport, reportText } from './errorReport.ts';
import { exitCodeOfError, exitCodes } from './exitCodes.ts';
import { explainedFileError } from './fileErrors.ts';
import { version } from './version.ts';

/** Commander's error codes for requested text, such as help. */
const ASKED_FOR: ReadonlySet<string> = new Set(['commander.helpDisplayed', 'commander.version']);

/** The text above the list of commands. */
const DESCRIPTION = `Keeps Amazon Bedrock AgentCore in sync with an S3 bucket: on AWS, or on an embedded AWS on this machine.`;

/**
 * Runs `gateloop <command>`. Writes an error to stderr; with `--json`, as one line of JSON.
 *
 * @returns the exit code
 */
export async function runProgram(
  rows: readonly CommandRow<unknown>[],
  args: readonly string[],
  io: CommandIo,
): Promise<number> {
  const chosen = rows.find(({ name }) => name === args[0]);
  const command = chosen ? `gateloop ${chosen.name}` : 'gateloop';
  return reported(command, args, io, async () => {
    let run = async (): Promise<number> => exitCodes.done;
    const program = new Command('gateloop')
      .description(DESCRIPTION)
      .version(version, '-V, --version', 'show the version')
      .helpOption('-h, --help', 'show this help')
      .helpCommand(false)
      .addHelpText('after', '\ngateloop <command> --help shows options, examples and exit codes.');
    for (const row of rows)
      program.addCommand(
        row.build(io, 'gateloop ', (found) => {
          run = found;
        }),
      );
    quiet([program, ...program.commands], io).parse([...args], { from: 'user' });
    return run();
  });
}

/**
 * Runs one command outside `gateloop`, such as a script of this repository.
 *
 * @param name as the user types it, such as `npm run release --`
 */
export async function runAlone(
  row: CommandRow<unknown>,
  name: string,
  args: readonly string[],
  io: CommandIo,
): Promise<number> {
  return reported(name, args, io, async () => {
    let run = async (): Promise<number> => exitCodes.done;
    const command = row.build(io, '', (found) => {
      run = found;
    });
    quiet([command.name(name)], io).parse([...args], { from: 'user' });
    return run();
  });
}

/** Reads a command line without running it. @throws CommandError, CommanderError */
export function readCommandLine<Options>(
  row: CommandRow<Options>,
  args: readonly string[],
  io: CommandIo,
): Options {
  let read: { readonly options: Options } | undefined;
  const command = row.build(io, '', (_, options) => {
    read = { options };
  });
  quiet([command], io).parse([...args], { from: 'user' });
  if (!read) throw new TypeError(`${row.name} has no action`);
  return read.options;
}

/** Makes Commander throw errors: only `reported` writes them. */
function quiet([first, ...others]: readonly [Command, ...Command[]], { stdout, stderr }: CommandIo): Command {
  for (const command of [first, ...others])
    command.exitOverride().configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: () => {},
    });
  return first;
}

async function reported(
  command: string,
  args: readonly string[],
  { stderr }: CommandIo,
  main: () => Promise<number>,
): Promise<number> {
  try {
    return await main();
  } catch (error) {
    if (error instanceof CommanderError && ASKED_FOR.has(error.code)) return exitCodes.done;
    // Without a command, Commander has written its help to stderr.
    if (error instanceof CommanderError && error.code === 'commander.help') return exitCodes.refused;
    const report = errorReport(explainedFileError(error), command);
    stderr.write(reportText(report, args.includes('--json')));
    return exitCodeOfError(report.code);
  }
}

/**
 * Reports an error that no part of a command has caught, such as that of a disk which is full while the embedded AWS runs.
 *
 * @returns the exit code
 */
export function reportCrash(error: unknown, args: readonly string[], { stderr }: CommandIo): number {
  const report = errorReport(explainedFileError(error), `gateloop ${args[0] ?? ''}`.trimEnd());
  stderr.write(reportText(report, args.includes('--json')));
  return exitCodeOfError(report.code);
}

/** The process's own streams and environment. */
export const processIo: CommandIo = {
  environment: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
};
