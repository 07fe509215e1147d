import { resolve } from 'node:path';
import { GateloopError } from '../../core/errors.ts';
import { parseTyped } from './parseTyped.ts';

export interface StartOptions {
  /** The folder whose folders are workspaces. */
  readonly workspaces: string;
  /** Converge, then exit. */
  readonly once: boolean;
  /** The last line on stdout is the result as JSON; everything else goes to stderr. */
  readonly json: boolean;
  /** Simulated seconds per real second. */
  readonly speed: number;
  /** Where the console and the pages for people are. */
  readonly port: number;
  /** Whether the port was asked for by name. */
  readonly portGiven: boolean;
  readonly data: string;
  readonly help: boolean;
}

export const help = `Runs Gateloop on an embedded AWS: uploads a folder of workspaces to its bucket, and keeps
the emulated AgentCore in step with it from there on. Nothing leaves this machine.

It stays, uploads what is saved in the folder, and runs the schedules, until Ctrl-C. A further start
goes on where this one was stopped, or cut.

Usage: npm start -- [options]

  --workspaces DIR  the folder whose folders are workspaces (examples/workspaces)
  --once            converge, then exit: 0 everything is ready or waits for a person,
                    1 something failed, 2 input was refused
  --json            the last line on stdout is the result as one JSON object;
                    everything else goes to stderr
  --speed N         simulated seconds per real second, 0.1 to 1000 (10)
  --port N          of the console and the pages for people, 0 for any (4700)
  --data DIR        what the embedded AWS holds, kept from start to start (.gateloop)
  --help            this text
`;

/**
 * Reads the command line.
 *
 * @throws GateloopError `InvalidOption`
 */
export function parseOptions(args: readonly string[]): StartOptions {
  const { values, positionals } = parse(args);
  if (positionals.length > 0) throw invalid(`"${positionals[0]}" is no option`);
  return {
    workspaces: resolve(values.workspaces ?? 'examples/workspaces'),
    once: values.once ?? false,
    json: values.json ?? false,
    speed: numberBetween('--speed', values.speed ?? '10', 0.1, 1000),
    port: wholeNumber('--port', values.port ?? '4700', 65_535),
    portGiven: values.port !== undefined,
    data: resolve(values.data ?? '.gateloop'),
    help: values.help ?? false,
  };
}

function parse(args: readonly string[]) {
  return parseTyped(
    {
      args: [...args],
      allowPositionals: true,
      options: {
        workspaces: { type: 'string' },
        once: { type: 'boolean' },
        json: { type: 'boolean' },
        speed: { type: 'string' },
        port: { type: 'string' },
        data: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    },
    invalid,
  );
}

function numberBetween(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= least && value <= most)) {
    throw invalid(`${name} takes a number from ${least} to ${most}, not "${text}"`);
  }
  return value;
}

function wholeNumber(name: string, text: string, most: number): number {
  const value = numberBetween(name, text, 0, most);
  if (!Number.isInteger(value)) throw invalid(`${name} takes a whole number, not "${text}"`);
  return value;
}

function invalid(message: string): GateloopError {
  return new GateloopError('InvalidOption', `${message}. See npm start -- --help.`);
}
