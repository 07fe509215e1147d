import { createHash } from 'node:crypto';
import type { Problem } from '../problem.ts';
import type { ResourceCondition } from '../reconcile/ledgerRecord.ts';
import type { ResourceReport } from '../reconcile/plan.ts';

/** The outcome of a reconciliation. */
export type OutcomeName = 'ready' | 'drifted' | 'awaiting' | 'suspended' | 'failed' | 'refused';

export interface Outcome {
  readonly workspace: string;
  readonly outcome: OutcomeName;
  /** The revision of the upload. */
  readonly revision: string;
  readonly problems: readonly Problem[];
  readonly resources: readonly ResourceReport[];
}

/** From worst to best: the worst resource determines the outcome of a workspace. */
const ranking: readonly { readonly outcome: OutcomeName; readonly states: readonly ResourceCondition[] }[] = [
  { outcome: 'failed', states: ['failed', 'refused', 'absent'] },
  { outcome: 'suspended', states: ['suspended'] },
  { outcome: 'awaiting', states: ['awaiting-authorization', 'awaiting-approval', 'in-progress'] },
  { outcome: 'drifted', states: ['drifted'] },
];

export function workspaceOutcome(resources: readonly ResourceReport[]): OutcomeName {
  const worst = ranking.find(({ states }) => resources.some(({ state }) => states.includes(state)));
  return worst?.outcome ?? 'ready';
}

/** @returns a digest that differs where owners see a different outcome; line numbers, which move with every edit, do not count */
export function outcomeDigest({ outcome, revision, problems, resources }: Outcome): string {
  const resourceStates = resources.map(({ address, state, reasons }) => [address, state, ...reasons]);
  const problemMessages = problems.map(({ path, message }) => [path, message]);
  const digestedProblems = outcome === 'refused' ? [revision, problems] : problemMessages;
  return createHash('sha256')
    .update(JSON.stringify([outcome, digestedProblems, resourceStates]))
    .digest('hex');
}
