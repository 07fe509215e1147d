import stringWidth from 'string-width';
import { addressOf } from '../../core/address.ts';
import type { Problem } from '../../core/problem.ts';
import type { ResourceResult, Result, WorkspaceResult } from './result.ts';
import { oneLine, padded } from './rowLine.ts';
import type { Screen } from './screen.ts';
import { outcomeLooks, stateLooks } from './stateLook.ts';

/** How far what belongs to a line is set in, in characters. */
const INDENT = '      ';

/** Finds what a person can open about a resource. */
export type LinkOf = (workspace: string, resource: ResourceResult) => string | undefined;

/** What a table is drawn with. */
export interface TableSettings {
  readonly screen: Screen;
  readonly linkOf: LinkOf;
  /** Where a workspace's file is, so that a person, or a terminal, can open it. */
  readonly placeOf: (workspace: string, file: string) => string;
}

/** One workspace as a pass has left it: a line for each resource, reasons and links below it, then the problems. */
export function workspaceTable(
  name: string,
  { outcome, problems, resources }: WorkspaceResult,
  { screen, linkOf, placeOf }: TableSettings,
): string {
  const look = outcomeLooks[outcome];
  const addresses = resources.map((resource) => addressOf(resource.kind, resource.name));
  const room = Math.max(16, screen.width - 30);
  const width = Math.min(Math.max(0, ...addresses.map((address) => stringWidth(address))), room);
  const lines = resources.flatMap((resource, index) => {
    const { mark, style } = stateLooks[resource.state];
    const address = padded(addresses[index] ?? '', width);
    const link = linkOf(name, resource);
    return [
      `  ${screen.paint(style, mark)} ${address}  ${screen.paint(style, resource.state)}`,
      ...resource.reasons.map((reason) => INDENT + screen.paint('dim', oneLine(reason))),
      ...(link === undefined ? [] : [INDENT + link]),
    ];
  });
  return [
    `${screen.paint(look.style, look.mark)} ${screen.paint('bold', name)}  ${look.words}`,
    ...lines,
    ...problems.flatMap((problem) => problemLines({ ...problem, file: placeOf(name, problem.file) }, screen)),
  ].join('\n');
}

/** A problem as a compiler would show it: the place first, which terminals and editors open, then what to do about it. */
function problemLines(problem: Problem, screen: Screen): string[] {
  const { severity, file, line, column, path, message, expected, suggestion } = problem;
  const style = severity === 'error' ? 'red' : 'yellow';
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return [
    `  ${screen.paint(style, severity === 'error' ? '✗' : '!')} ${screen.paint('bold', place)}`,
    ...(path === '' ? [] : [INDENT + screen.paint('dim', path)]),
    `${INDENT}${severity === 'warning' ? 'warning: ' : ''}${message}`,
    ...(expected === undefined ? [] : [`${INDENT}expected ${expected}`]),
    ...(suggestion === undefined ? [] : [`${INDENT}did you mean "${suggestion}"?`]),
  ];
}

/** What a run has cost, in one line. */
export function summaryLine({ calls, transitions, simulatedSeconds, seconds }: Result): string {
  const total = Object.values(calls).reduce((sum, count) => sum + count, 0);
  return `${total} calls to the control plane, ${transitions} state transitions, ${simulatedSeconds} simulated seconds in ${seconds} s.`;
}
