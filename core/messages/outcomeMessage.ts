import type { ResourceState } from '../decide/memory.ts';
import { formatProblem } from '../manifest/problem.ts';
import type { Outcome, OutcomeName } from '../outcome/outcome.ts';
import { type Message, subjectOf } from './message.ts';

/** How many lines a message gives before it says how many more there are. */
const MOST_LINES = 30;

const headlines: Readonly<Record<OutcomeName, string>> = {
  ready: 'is in step',
  awaiting: 'waits for a person',
  failed: 'has resources that failed',
  refused: 'was refused, and nothing was changed',
};

const words: Readonly<Record<ResourceState, string>> = {
  ready: 'ready',
  'in-progress': 'still in progress',
  'awaiting-authorization': 'waits for a person to authorize it',
  'awaiting-approval': 'waits for a person to approve its change',
  failed: 'failed',
  refused: 'refused',
  absent: 'not there',
};

/** Tells owners what a reconciliation ended in, and what to do where something is to be done. */
export function outcomeMessage(given: Outcome): Message {
  const { workspace, outcome } = given;
  const subject = subjectOf(`Gateloop: ${workspace} ${headlines[outcome]}`);
  const lines = outcome === 'refused' ? refusal(given) : resources(given);
  const text = [`The workspace ${workspace} ${headlines[outcome]}.`, '', ...limited(lines)].join('\n');
  return { subject, text, about: { workspace, event: 'outcome' } };
}

function refusal({ problems }: Outcome): string[] {
  const errors = problems.filter(({ severity }) => severity === 'error');
  return [
    ...errors.map(formatProblem),
    '',
    'What was in place before stays in place. Correct the files and upload them again.',
  ];
}

function resources({ resources: reports, problems }: Outcome): string[] {
  const noteworthy = reports.filter(({ state, reasons }) => state !== 'ready' || reasons.length > 0);
  const rest = reports.length - noteworthy.length;
  return [
    ...noteworthy.map(({ address, state, reasons }) =>
      [`${address}: ${words[state]}`, ...reasons].join(' — '),
    ),
    ...(rest > 0 ? [`${rest} ${rest === 1 ? 'resource is' : 'resources are'} ready.`] : []),
    ...problems.map(formatProblem),
  ];
}

function limited(lines: readonly string[]): string[] {
  if (lines.length <= MOST_LINES) return [...lines];
  return [...lines.slice(0, MOST_LINES), `… and ${lines.length - MOST_LINES} more lines.`];
}
