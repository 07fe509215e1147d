import { defined } from '../objects.ts';
import type { Outcome } from '../outcome/outcome.ts';
import type { PublishedEvent } from '../ports/events.ts';
import { formatProblem } from '../problem.ts';

/** EventBridge accepts 256 KB for each entry; the outcome document in the spec bucket lists everything. */
const MAX_LISTED = 50;
/** Of each resource, so that fifty of them fit: a path may have some hundred characters. */
const MAX_DIFFERENCES = 10;

/** The event of a reconciliation's outcome: the number of resources in each state, and those that are not ready. */
export function outcomeEvent(
  { workspace, outcome, revision, problems, resources }: Outcome,
  now: number,
): PublishedEvent {
  const states: Record<string, number> = {};
  for (const { state } of resources) states[state] = (states[state] ?? 0) + 1;
  const notReady = resources.filter(({ state }) => state !== 'ready');
  return {
    detailType: outcome === 'refused' ? 'Reconcile Refused' : 'Reconcile Completed',
    detail: {
      workspace,
      time: new Date(now).toISOString(),
      outcome,
      revision,
      states,
      notReady: notReady.slice(0, MAX_LISTED).map(({ kind, name, state, reasons, differences }) => ({
        kind,
        name,
        state,
        reasons,
        ...defined({ differences: differences?.slice(0, MAX_DIFFERENCES) }),
      })),
      problems: problems.slice(0, MAX_LISTED).map(formatProblem),
    },
  };
}
