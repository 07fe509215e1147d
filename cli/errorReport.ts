import { CommanderError } from 'commander';
import { GateloopError } from '../core/errors.ts';
import { jsonText, terminalText } from '../core/text/encoders.ts';

/** An error that a command ends with. */
export interface ErrorReport {
  /** Stable; it determines the exit code. */
  readonly code: string;
  readonly what: string;
  /** The command, file, bucket or environment that caused the error. */
  readonly where: string;
  /** Absent where `what` contains it, or where none is known. */
  readonly remedy?: string;
  /** Only for an unexpected error. */
  readonly stack?: string;
}

export interface CommandErrorParts {
  /** A sentence. */
  readonly what: string;
  /** Defaults to the command. */
  readonly where?: string;
  /** The action that the user can take, in sentences. */
  readonly remedy?: string;
  readonly cause?: unknown;
}

/** An error for the user of a command, with problem, place and remedy as separate parts. */
export class CommandError extends GateloopError {
  readonly parts: CommandErrorParts;

  constructor(code: string, parts: CommandErrorParts) {
    const { what, remedy, cause } = parts;
    super(code, remedy === undefined ? what : `${what} ${remedy}`, { cause });
    this.parts = parts;
  }
}

/** An invalid option or argument. The report adds a pointer to the help text. */
export function invalidOption(what: string, remedy?: string): CommandError {
  return new CommandError('InvalidOption', { what: sentence(what), ...(remedy !== undefined && { remedy }) });
}

/** @param command as the user typed it, such as `gateloop start` */
export function errorReport(error: unknown, command: string): ErrorReport {
  if (error instanceof CommanderError) return usageReport(error, command);
  if (error instanceof CommandError) {
    const { what, where = command, remedy } = error.parts;
    const help = error.code === 'InvalidOption' ? seeHelp(command) : '';
    const advice = [remedy, help].filter(Boolean).join(' ');
    return { code: error.code, what, where, ...(advice !== '' && { remedy: advice }) };
  }
  if (error instanceof GateloopError) return { code: error.code, what: error.message, where: command };
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return {
    code: name,
    what: `Unexpected error: ${message}`,
    where: command,
    remedy: 'This is a bug in Gateloop. Report it with the stack trace.',
    ...(stack !== undefined && { stack }),
  };
}

/** Commander puts the nearest option or command on a second line: `(Did you mean --speed?)`. */
function usageReport({ message }: CommanderError, command: string): ErrorReport {
  const [what = '', nearest] = message.replace(/^error: /, '').split('\n');
  const advice = nearest === undefined ? [] : [nearest.replace(/^\((.*)\)$/, '$1')];
  return {
    code: 'InvalidOption',
    what: sentence(what),
    where: command,
    remedy: [...advice, seeHelp(command)].join(' '),
  };
}

function seeHelp(command: string): string {
  return `See ${command} --help.`;
}

/** @returns the text with a capital letter and a full stop */
function sentence(text: string): string {
  const [first = '', ...rest] = text;
  return `${first.toUpperCase()}${rest.join('')}${/[.?!]$/.test(text) ? '' : '.'}`;
}

/** @returns lines for people, or one line of JSON */
export function reportText(report: ErrorReport, json: boolean): string {
  if (json) return `${jsonText({ error: report })}\n`;
  const { what, where, remedy, stack } = report;
  const lines = [`error: ${terminalText(what)}`, `  where: ${terminalText(where)}`];
  if (remedy !== undefined) lines.push(`  remedy: ${terminalText(remedy)}`);
  if (stack !== undefined) lines.push(...stack.split('\n').map((line) => `  ${terminalText(line)}`));
  return `${lines.join('\n')}\n`;
}
