import type { Problem } from '../../problem.ts';
import type { ResourceReport } from '../../reconcile/plan.ts';
import type { Outcome } from '../outcome.ts';

/** @returns the report of a gateway */
export function report(
  state: ResourceReport['state'],
  name = 'front',
  reasons: readonly string[] = [],
): ResourceReport {
  return { address: `gateway/${name}`, kind: 'gateway', name, state, reasons };
}

export const problem: Problem = {
  severity: 'error',
  file: 'manifest.yaml',
  line: 3,
  column: 1,
  path: 'a',
  message: 'No.',
};

/** @returns the outcome of a reconciliation of the workspace `payments`, which is ready and has no resources */
export function outcomeWith(more: Partial<Outcome> = {}): Outcome {
  return {
    workspace: 'payments',
    outcome: 'ready',
    revision: 'r1',
    problems: [],
    resources: [],
    ...more,
  };
}
