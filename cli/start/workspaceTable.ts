import stringWidth from 'string-width';
import { addressOf } from '../../core/address.ts';
import type { Problem } from '../../core/problem.ts';
import { terminalText } from '../../core/text/encoders.ts';
import { padded } from '../display/resourceRow.ts';
import type { Screen } from '../display/screen.ts';
import { outcomeStyles, stateStyles } from '../display/stateStyles.ts';
import type { EndedPass } from './reconcileTracker.ts';
import type { ResourceResult, Result, WorkspaceResult } from './result.ts';

/** Indentation of the details below a line. */
const INDENT = '      ';

/** Finds the link of the open request of a resource. */
export type LinkOf = (workspace: string, resource: ResourceResult) => string | undefined;

/** Settings of a table. */
export interface TableSettings {
  readonly screen: Screen;
  readonly linkOf: LinkOf;
  /** Returns the path of a workspace's file, which terminals can open. */
  readonly placeOf: (workspace: string, file: string) => string;
}

/** One workspace after a reconciliation: a line for each resource with reasons and links below, then the problems. */
export function workspaceTable(
  name: string,
  { outcome, problems, resources }: WorkspaceResult,
  { screen, linkOf, placeOf }: TableSettings,
): string {
  const outcomeStyle = outcomeStyles[outcome];
  const addresses = resources.map((resource) => terminalText(addressOf(resource.kind, resource.name)));
  const room = Math.max(16, screen.width - 30);
  const width = Math.min(Math.max(0, ...addresses.map((address) => stringWidth(address))), room);
  const lines = resources.flatMap((resource, index) => {
    const { mark, style } = stateStyles[resource.state];
    const address = padded(addresses[index] ?? '', width);
    const link = linkOf(name, resource);
    return [
      `  ${screen.paint(style, mark)} ${address}  ${screen.paint(style, resource.state)}`,
      ...resource.reasons.map((reason) => INDENT + screen.paint('dim', `- ${terminalText(reason)}`)),
      ...(link === undefined ? [] : [INDENT + link]),
    ];
  });
  return [
    `${screen.paint(outcomeStyle.style, outcomeStyle.mark)} ${screen.paint('bold', terminalText(name))}  ${outcomeStyle.words}`,
    ...lines,
    ...problems.flatMap((problem) => problemLines({ ...problem, file: placeOf(name, problem.file) }, screen)),
  ].join('\n');
}

/** A problem in the format of compilers: first the place, which terminals and editors open, then message and remedy. */
function problemLines(problem: Problem, screen: Screen): string[] {
  const { severity, file, line, column, path, message, expected, suggestion } = problem;
  const style = severity === 'error' ? 'red' : 'yellow';
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return [
    `  ${screen.paint(style, severity === 'error' ? '✗' : '!')} ${screen.paint('bold', terminalText(place))}`,
    ...(path === '' ? [] : [INDENT + screen.paint('dim', `at ${terminalText(path)}`)]),
    `${INDENT}${severity}: ${terminalText(message)}`,
    ...(expected === undefined ? [] : [`${INDENT}expected ${terminalText(expected)}`]),
    ...(suggestion === undefined ? [] : [`${INDENT}did you mean "${terminalText(suggestion)}"?`]),
  ];
}

/** The number of calls and transitions of a run, in one line. */
export function summaryLine({ calls, transitions, simulatedSeconds, seconds }: Result): string {
  const total = Object.values(calls).reduce((sum, count) => sum + count, 0);
  return `${total} calls to the control plane, ${transitions} state transitions, ${simulatedSeconds} simulated seconds in ${seconds} s.`;
}

/** The output for finished reconciliations. */
export interface PassLines {
  /** Texts that stay on the screen. */
  readonly tables: readonly string[];
  /** Reports that there was nothing to do; the next line replaces it on a terminal. */
  readonly quiet?: string;
}

export interface PassReportOptions {
  readonly table: TableSettings;
  readonly resultOf: (workspace: string) => WorkspaceResult;
}

/**
 * Reports finished reconciliations: a table for each workspace where an operation ran or the outcome changed, and one line
 * for all others, because a drift check runs every 15 minutes.
 */
export class PassReport {
  readonly #options: PassReportOptions;
  readonly #before = new Map<string, string>();

  constructor(options: PassReportOptions) {
    this.#options = options;
  }

  linesOf(ended: readonly EndedPass[]): PassLines {
    const tables: string[] = [];
    const same: string[] = [];
    for (const { workspace, acted } of ended) {
      const result = this.#options.resultOf(workspace);
      const digest = JSON.stringify(result);
      const isSame = digest === this.#before.get(workspace);
      this.#before.set(workspace, digest);
      if (isSame && !acted) same.push(workspace);
      else tables.push(this.#table(workspace, result));
    }
    if (tables.length > 0) tables.push('');
    return {
      tables,
      ...(same.length > 0 && { quiet: `Reconciled ${terminalText(same.join(', '))}: nothing to do` }),
    };
  }

  #table(workspace: string, result: WorkspaceResult): string {
    return `\n${workspaceTable(workspace, result, this.#options.table)}`;
  }
}
