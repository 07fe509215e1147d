import { createHash } from 'node:crypto';
import type { Address } from '../address.ts';
import type { Problem } from '../problem.ts';
import type { ResourceCondition } from '../reconcile/ledgerRecord.ts';
import type { ResourceReport } from '../reconcile/plan.ts';

export const outcomeNames = ['ready', 'drifted', 'awaiting', 'suspended', 'failed', 'refused'] as const;

/** The outcome of a reconciliation. */
export type OutcomeName = (typeof outcomeNames)[number];

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

/**
 * A digest that differs where owners see a different outcome. Line numbers, which move with every edit, do not count. A
 * person gets each question in a message of its own, so that what happens to the resource meanwhile is no news: its link
 * expires, or a click restarts the operation.
 *
 * @param askedToSync the targets with an open request for a synchronization: they are ready before and after it
 */
export function outcomeDigest(
  { outcome, revision, problems, resources }: Outcome,
  askedToSync: ReadonlySet<Address> = new Set(),
): string {
  const told = resources.map((report) => {
    const isPending = awaitingStates.has(report.state);
    if (askedToSync.has(report.address) && (isPending || report.state === 'ready'))
      return { ...report, state: 'ready' as const, reasons: [] };
    return isPending ? { ...report, reasons: [] } : report;
  });
  const resourceStates = told.map(({ address, state, reasons }) => [address, state, ...reasons]);
  const problemMessages = problems.map(({ path, message }) => [path, message]);
  const content =
    outcome === 'refused'
      ? [outcome, [revision, problems], resourceStates]
      : [askedToSync.size > 0 ? workspaceOutcome(told) : outcome, problemMessages, resourceStates];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

const awaitingStates: ReadonlySet<ResourceCondition> = new Set([
  'awaiting-authorization',
  'awaiting-approval',
]);
