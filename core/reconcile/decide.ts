import { parseAddress } from '../address.ts';
import type { ShapeCatalog } from '../api/shapes.ts';
import type { AuthorizationReason } from '../authorization/requestSubject.ts';
import type { Status } from '../status.ts';
import { defaultQuotas } from './concurrency.ts';
import { diffLedger } from './ledgerChanges.ts';
import type { ResourcePlan } from './planResource.ts';
import { planWorkspace } from './planWorkspace.ts';
import type { ReconcileInput } from './reconcileInput.ts';
import type { PlannedRequest, ReconcileResult, ResourceReport } from './reconcileResult.ts';
import { requeueAfter } from './requeue.ts';
import { planOperations, scheduleTurn } from './scheduleTurn.ts';

export type { ReconcileInput } from './reconcileInput.ts';
export type { PlannedOperation, PlannedRequest, ReconcileResult, ResourceReport } from './reconcileResult.ts';

/** Decides what to do next for a workspace. Pure and total: every world has a decision. */
export function decide(input: ReconcileInput, catalog: ShapeCatalog): ReconcileResult {
  const plans = planWorkspace(input, catalog);
  const schedule = scheduleTurn(plans, input, input.quotas ?? defaultQuotas);
  const planned = planOperations(schedule, plans, input);
  const requests = schedule.toAsk.map(requestFor);
  const { afterSeconds, latencies } = requeueAfter(plans, schedule, input);
  const acts = planned.length + requests.length > 0;
  return {
    next: acts ? 'act' : afterSeconds === undefined ? 'settled' : 'wait',
    operations: planned.filter(({ operation }) => operation !== 'sync'),
    syncs: planned.filter(({ operation }) => operation === 'sync'),
    requests,
    reads: plans.filter(({ needsRead }) => needsRead).map(({ address }) => address),
    requeueAfterSeconds: afterSeconds ?? 1,
    ...diffLedger(plans, input),
    latencies,
    resources: plans.map(report),
  };
}

function requestFor({ address, observed, fingerprint = '', record, state }: ResourcePlan): PlannedRequest {
  const reason = (observed && reasons[observed.status]) ?? (record.applied ? 'update' : 'create');
  const kind = state === 'awaiting-approval' ? 'approval' : 'authorization';
  return { address, kind, fingerprint, reason };
}

/** What a person's consent is for, by where the target stands. */
const reasons: Readonly<Partial<Record<Status, AuthorizationReason>>> = {
  CREATE_PENDING_AUTH: 'create',
  UPDATE_PENDING_AUTH: 'update',
  SYNCHRONIZE_PENDING_AUTH: 'sync',
  SYNCHRONIZE_UNSUCCESSFUL: 'sync',
  READY: 'sync',
};

function report({ address, record, state, reasons }: ResourcePlan): ResourceReport {
  const id = record.id;
  return { address, ...parseAddress(address), ...(id !== undefined && { id }), state, reasons };
}
