import type { Outcome } from '../outcome/outcome.ts';
import type { PublishedEvent } from '../ports/events.ts';
import { formatProblem } from '../problem.ts';

/** EventBridge takes 256 KB an entry; what does not fit is in the outcome document in the bucket. */
const MAX_LISTED = 50;

/** Says what a reconciliation ended in: how many resources are in which state, and the ones that need somebody. */
export function outcomeEvent(
  { workspace, outcome, revision, problems, resources }: Outcome,
  now: number,
): PublishedEvent {
  const states: Record<string, number> = {};
  for (const { state } of resources) states[state] = (states[state] ?? 0) + 1;
  const unsettled = resources.filter(({ state }) => state !== 'ready');
  return {
    detailType: outcome === 'refused' ? 'Reconcile Refused' : 'Reconcile Completed',
    detail: {
      workspace,
      time: new Date(now).toISOString(),
      outcome,
      revision,
      states,
      notReady: unsettled
        .slice(0, MAX_LISTED)
        .map(({ kind, name, state, reasons }) => ({ kind, name, state, reasons })),
      problems: problems.slice(0, MAX_LISTED).map(formatProblem),
    },
  };
}
