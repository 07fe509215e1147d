import type { Operation } from '../../core/reconcile/ledgerRecord.ts';
import type { Ownership, ResourcePlan } from '../../core/reconcile/plan.ts';
import { phases } from '../../core/status.ts';
import type { PlannedAction } from './planDocument.ts';

const byOperation: Readonly<Record<Operation, PlannedAction>> = {
  create: 'create',
  update: 'update',
  delete: 'delete',
  sync: 'sync',
  rollback: 'rollback',
  tag: 'tag',
  unmanage: 'unmanage',
  submit: 'submit',
  deprecate: 'deprecate',
};

/**
 * What becomes of a resource of the manifest until the workspace settles. A poll decides about its next step only: what
 * waits for a resource that is about to change is planned here all the same.
 */
export function actionOfDesired(plan: ResourcePlan, ownership: Ownership | undefined): PlannedAction {
  // What waits for a list of tools, or for its approval, is planned all the same.
  const { operation = plan.heldOperation, state, blocked, observed, askPerson, inProgressSince } = plan;
  if (state === 'refused') return operation ? byOperation[operation] : 'refused';
  // What it depends on is refused or failed, or missing for good.
  if (blocked && (state === 'failed' || state === 'absent')) return 'wait';
  if (inProgressSince !== undefined) return 'wait';
  const isAskedFirst = beginsAtClick(plan);
  if (state === 'awaiting-authorization' && !isAskedFirst) return 'wait';
  if (ownership?.kind === 'owned' && ownership.adopts && observed) return 'adopt';
  if (isAskedFirst) return 'update';
  if (operation === 'delete') return 'replace';
  if (operation) return byOperation[operation];
  // It refers to an output of a resource that does not exist yet, or a person must approve it.
  if (blocked || state === 'awaiting-approval') return observed ? 'update' : 'create';
  if (askPerson) return 'sync';
  return state === 'in-progress' ? 'wait' : 'nothing';
}

/** The update of a target that serves begins when a person opens the request. */
function beginsAtClick({ consentReason, observed }: ResourcePlan): boolean {
  return consentReason === 'update' && observed !== undefined && phases[observed.status] === 'ready';
}

/** What becomes of a resource that left the manifest, or that the manifest gives away. */
export function actionOfLeftover(plan: ResourcePlan, ownership: Ownership | undefined): PlannedAction {
  const { operation, state, observed, inProgressSince, pollAt } = plan;
  if (ownership && ownership.kind !== 'owned') return 'nothing';
  // A protected resource, and deletions that a person has refused or has to approve.
  if (!operation && observed && state === 'refused') return 'refused';
  if (state === 'awaiting-approval') return 'delete';
  if (operation) return state === 'refused' ? 'refused' : byOperation[operation];
  // The service deletes it once its authorization link has expired.
  if (pollAt !== undefined) return 'delete';
  if (inProgressSince !== undefined) return 'wait';
  return observed ? 'unmanage' : 'nothing';
}
