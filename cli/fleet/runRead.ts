import type { JsonValue } from '../../core/json.ts';
import { jsonText } from '../../core/text/encoders.ts';
import { yamlText } from '../../core/text/yamlText.ts';
import { explainedAwsError, notDeployed } from '../awsErrors.ts';
import type { CommandIo } from '../commandSpec.ts';
import { type Screen, screenOn } from '../display/screen.ts';
import { exitCodes } from '../exitCodes.ts';
import { type Fleet, openFleet } from './openFleet.ts';
import type { OutputFormat, ReadOptions } from './readOptions.ts';

/** How a person reads a result. */
export interface TextContext {
  readonly screen: Screen;
  /** ms since the epoch, as Gateloop counts. */
  readonly now: number;
  readonly isWide: boolean;
}

export type TextOf<Result> = (result: Result, context: TextContext) => string;

/** Reads an environment. @throws CommandError with an explanation of what AWS answered */
export async function readFleetOf<Result>(
  { from }: Pick<ReadOptions, 'from'>,
  read: (fleet: Fleet) => Promise<Result>,
): Promise<{ readonly fleet: Fleet; readonly result: Result }> {
  try {
    const fleet = await openFleet(from);
    return { fleet, result: await read(fleet) };
  } catch (error) {
    const missing = notDeployed('environment' in from ? from.environment : 'of npm start');
    throw explainedAwsError(error, {
      // The table of the ledger, or the bucket.
      ResourceNotFoundException: missing,
      NoSuchBucket: missing,
    });
  }
}

/** Reads an environment once, and writes what it has read in the format that the user chose. */
export async function runRead<Result extends object>(
  options: ReadOptions,
  io: Pick<CommandIo, 'stdout' | 'environment'>,
  read: (fleet: Fleet) => Promise<Result>,
  textOf: TextOf<Result>,
): Promise<number> {
  const { fleet, result } = await readFleetOf(options, read);
  const screen = screenOn(io.stdout, io.environment);
  if (!writeData(result, options.format, io))
    screen.say(textOf(result, { screen, now: fleet.now(), isWide: options.format === 'wide' }));
  return exitCodes.done;
}

/** Writes data for programs. @returns whether the format is one for programs */
export function writeData(
  data: object,
  format: OutputFormat,
  { stdout }: Pick<CommandIo, 'stdout'>,
): boolean {
  if (format === 'json') stdout.write(`${jsonText(data)}\n`);
  // A view holds only what JSON has.
  else if (format === 'yaml') stdout.write(yamlText(data as JsonValue));
  else return false;
  return true;
}
