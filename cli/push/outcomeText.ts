import { formatProblem, type Problem } from '../../core/problem.ts';
import type { OutcomeDocument, OwnedReport } from '../../core/storage/outcomeDocument.ts';
import { terminalText } from '../../core/text/encoders.ts';
import { padded } from '../display/resourceRow.ts';
import type { Screen } from '../display/screen.ts';
import { outcomeStyles, stateStyles } from '../display/stateStyles.ts';

/** A problem in the format of compilers, from which editors and CI systems open the place. */
export function problemText(problem: Problem, screen: Screen): string {
  return screen.paint(problem.severity === 'error' ? 'red' : 'yellow', terminalText(formatProblem(problem)));
}

/** The outcome of a reconciliation for people: each resource with its reasons and the person that it waits for. */
export function outcomeText(
  { workspace, outcome, problems, resources }: OutcomeDocument,
  screen: Screen,
): string {
  const { mark, style, words } = outcomeStyles[outcome];
  const width = Math.max(0, ...resources.map(({ address }) => terminalText(address).length));
  return [
    ...problems.map((problem) => problemText(problem, screen)),
    `${screen.paint(style, mark)} ${screen.paint('bold', terminalText(workspace))}  ${words}`,
    ...resources.flatMap((report) => reportLines(report, width, screen)),
  ].join('\n');
}

function reportLines(report: OwnedReport, width: number, screen: Screen): string[] {
  const { address, state, reasons, watch } = report;
  const notes = watch?.reason === undefined ? reasons : [...reasons, watch.reason];
  const { mark, style } = stateStyles[state];
  const waiting = awaitedText(report);
  return [
    `  ${screen.paint(style, mark)} ${padded(terminalText(address), width)}  ${screen.paint(style, state)}`,
    ...(waiting === undefined ? [] : [`      ${screen.paint('yellow', waiting)}`]),
    ...notes.map((reason) => `      ${screen.paint('dim', `- ${terminalText(reason)}`)}`),
  ];
}

/** Names the owner who has the link, never the link: anyone with the link can open the request. */
export function awaitedText({ state, owner, since }: OwnedReport): string | undefined {
  const asked = `waiting since ${since.replace(/\.\d+Z$/, 'Z')}`;
  if (state === 'awaiting-authorization')
    return `consent of ${terminalText(owner)} (owner), who has the link; ${asked}`;
  if (state === 'awaiting-approval')
    return `approval of ${terminalText(owner)} (owner), who has the link; ${asked}`;
  return undefined;
}
