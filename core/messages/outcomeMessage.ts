import type { Outcome, OutcomeName } from '../outcome/outcome.ts';
import { formatProblem, type Problem } from '../problem.ts';
import type { ResourceCondition } from '../reconcile/ledgerRecord.ts';
import { type Message, plainMessage } from './message.ts';

/** The lines of a message; a last line gives the number of lines left out. */
const MAX_LINES = 30;

const WHAT_TO_DO_ABOUT_DRIFT =
  'To keep a change, write it into the manifest and upload it. To revert it, set selfHeal: true in the settings of the manifest, or undo it by hand.';

const headlines: Readonly<Record<OutcomeName, string>> = {
  ready: 'is up to date',
  drifted: 'was changed outside Gateloop',
  awaiting: 'waits for a person',
  suspended: 'waits, because operators have suspended all changes',
  failed: 'has resources that failed',
  refused: 'was refused, and nothing was changed',
};

const stateTexts: Readonly<Record<ResourceCondition, string>> = {
  ready: 'ready',
  drifted: 'changed outside Gateloop',
  'in-progress': 'still in progress',
  suspended: 'not changed yet',
  'awaiting-authorization': 'waits for a person to authorize it',
  'awaiting-approval': 'waits for a person to approve its change',
  failed: 'failed',
  refused: 'refused',
  absent: 'does not exist',
};

/** @returns the message to owners about the outcome of a reconciliation, with what they have to do */
export function outcomeMessage(result: Outcome): Message {
  const { workspace, outcome } = result;
  const lines = outcome === 'refused' ? refusalLines(result) : resourceLines(result);
  return plainMessage({
    subject: `Gateloop: ${workspace} ${headlines[outcome]}`,
    lines: [`The workspace ${workspace} ${headlines[outcome]}.`, '', ...truncateLines(lines)],
    about: { workspace, event: 'outcome' },
  });
}

function refusalLines({ problems }: Outcome): string[] {
  const errors = problems.filter(({ severity }) => severity === 'error');
  return [
    ...errors.map(problemLine),
    '',
    'Nothing was changed in AWS. Correct the files and upload them again.',
  ];
}

function resourceLines({ resources: reports, problems }: Outcome): string[] {
  const noteworthy = reports.filter(({ state, reasons }) => state !== 'ready' || reasons.length > 0);
  const readyCount = reports.length - noteworthy.length;
  // The errors of a resource are its reasons already.
  const told = new Set(reports.flatMap(({ reasons }) => reasons));
  const others = problems.filter((problem) => !told.has(formatProblem(problem))).map(problemLine);
  return [
    ...noteworthy.map(({ address, state, reasons }) =>
      [`${address}: ${stateTexts[state]}`, ...reasons].join(' — '),
    ),
    ...(readyCount > 0 ? [`${readyCount} ${readyCount === 1 ? 'resource is' : 'resources are'} ready.`] : []),
    ...others,
    ...(reports.some(({ state }) => state === 'drifted') ? ['', WHAT_TO_DO_ABOUT_DRIFT] : []),
  ];
}

/** The mark at its beginning is Gateloop's own: the name of a file comes from the upload. */
function problemLine(problem: Problem): string {
  return `- ${formatProblem(problem)}`;
}

function truncateLines(lines: readonly string[]): string[] {
  if (lines.length <= MAX_LINES) return [...lines];
  return [...lines.slice(0, MAX_LINES), `… and ${lines.length - MAX_LINES} more lines.`];
}
