import { rejection } from '../../adapters/awsError.ts';
import { GateloopError } from '../../core/errors.ts';
import { counted } from '../../core/text/counted.ts';
import { terminalText } from '../../core/text/encoders.ts';
import { explainedAwsError } from '../awsErrors.ts';
import type { Screen, Style } from '../display/screen.ts';
import { CommandError } from '../errorReport.ts';
import { exitCodes } from '../exitCodes.ts';

/** `unknown`: the caller may not read what the check is about. */
export type CheckState = 'ok' | 'warning' | 'failed' | 'unknown';

export interface Finding {
  readonly state: CheckState;
  /** A sentence. */
  readonly found: string;
  /** What to do, in sentences; absent with `ok`. */
  readonly remedy?: string;
}

/** One check. What it throws is a finding as well. */
export interface Check {
  readonly name: string;
  /** @returns at least one finding; undefined where there is nothing to check */
  run(): Promise<readonly Finding[] | undefined>;
  /** Without it, the checks after it would only repeat its failure. */
  readonly isEssential?: true;
}

export interface DoctorResult {
  readonly exitCode: number;
  readonly checks: readonly ({ readonly name: string } & Finding)[];
}

const marks: Readonly<Record<CheckState, { readonly mark: string; readonly style: Style }>> = {
  ok: { mark: '✓', style: 'green' },
  warning: { mark: '!', style: 'yellow' },
  failed: { mark: '✗', style: 'red' },
  unknown: { mark: '?', style: 'dim' },
};

/** Runs the checks one after the other, and shows each finding with its remedy. */
export async function doctor(checks: readonly Check[], screen: Screen): Promise<DoctorResult> {
  const found: ({ readonly name: string } & Finding)[] = [];
  for (const { name, run, isEssential } of checks) {
    const findings = (await run().catch(findingOf)) ?? [];
    for (const finding of findings) {
      found.push({ name, ...finding });
      screen.say(findingText(name, finding, screen));
    }
    if (isEssential && findings.some(({ state }) => state === 'failed')) break;
  }
  const failed = found.filter(({ state }) => state === 'failed').length;
  const warnings = found.filter(({ state }) => state === 'warning').length;
  screen.say(`${failed} failed, ${counted(warnings, 'warning')}.`);
  return { exitCode: failed > 0 ? exitCodes.failed : exitCodes.done, checks: found };
}

function findingText(name: string, { state, found, remedy }: Finding, screen: Screen): string {
  const { mark, style } = marks[state];
  const lines = [`${screen.paint(style, mark)} ${terminalText(name)}: ${terminalText(found)}`];
  if (remedy !== undefined) lines.push(`    ${terminalText(remedy)}`);
  return lines.join('\n');
}

/** @throws what is no answer of AWS, such as a fault of the program */
function findingOf(error: unknown): readonly Finding[] {
  const explained = explainedAwsError(error);
  const code = error instanceof GateloopError ? error.code : rejection(error).code;
  const isDenied = /AccessDenied|NotAuthorized/.test(code);
  if (explained instanceof CommandError) {
    const { what, remedy } = explained.parts;
    return [{ state: isDenied ? 'unknown' : 'failed', found: what, ...(remedy !== undefined && { remedy }) }];
  }
  if (error instanceof GateloopError)
    return [
      isDenied
        ? { state: 'unknown', found: error.message, remedy: 'Allow the action in IAM to have it checked.' }
        : { state: 'failed', found: error.message },
    ];
  if (!(error instanceof Error && '$metadata' in error)) throw error;
  return [{ state: 'failed', found: `${error.name}: ${error.message}`, remedy: 'Try again.' }];
}
