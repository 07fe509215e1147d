import { isDeepStrictEqual } from 'node:util';
import { parseAddress } from '../address.ts';
import type { ShapeCatalog } from '../api/shapes.ts';
import type { AuthorizationReason } from '../authorization/requestSubject.ts';
import { defined } from '../objects.ts';
import type { Status } from '../status.ts';
import { defaultQuotas, planOperations, scheduleTurn } from './concurrency.ts';
import type { ResourceRecord } from './ledgerRecord.ts';
import { clientTokenLifetime } from './limits.ts';
import type {
  PlannedRequest,
  ReconcileInput,
  ReconcileResult,
  ResourcePlan,
  ResourceReport,
} from './plan.ts';
import { planWorkspace } from './planWorkspace.ts';
import { forPrunedResource, mayExist } from './prune.ts';
import { requeueAfter } from './requeue.ts';

/** Decides the next step for a workspace. Pure and total: every input has a result, and the same one each time. */
export function decide(input: ReconcileInput, catalog: ShapeCatalog): ReconcileResult {
  const plans = planWorkspace(input, catalog);
  const schedule = scheduleTurn(plans, input, input.quotas ?? defaultQuotas);
  const planned = planOperations(schedule, plans, input);
  const requests = schedule.toAsk.map(requestFor);
  const { afterSeconds, latencies } = requeueAfter(plans, schedule, input);
  const hasWork = planned.length + requests.length > 0;
  return {
    next: hasWork ? 'act' : afterSeconds === undefined ? 'settled' : 'wait',
    operations: planned.filter(({ operation }) => operation !== 'sync'),
    syncs: planned.filter(({ operation }) => operation === 'sync'),
    requests,
    reads: plans.filter(({ needsRead }) => needsRead).map(({ address }) => address),
    tagReads: plans.filter(({ needsTags }) => needsTags).map(({ address }) => address),
    requeueAfterSeconds: afterSeconds ?? 1,
    ...diffLedger(plans, input),
    latencies,
    resources: plans.map(reportOf),
  };
}

function requestFor({ address, observed, fingerprint = '', record, state }: ResourcePlan): PlannedRequest {
  const reason = (observed && consentReasons[observed.status]) ?? (record.applied ? 'update' : 'create');
  const kind = state === 'awaiting-approval' ? 'approval' : 'authorization';
  return { address, kind, fingerprint, reason };
}

/** What a person's consent is for, by the status of the target. */
const consentReasons: Readonly<Partial<Record<Status, AuthorizationReason>>> = {
  CREATE_PENDING_AUTH: 'create',
  UPDATE_PENDING_AUTH: 'update',
  SYNCHRONIZE_PENDING_AUTH: 'sync',
  SYNCHRONIZE_UNSUCCESSFUL: 'sync',
  READY: 'sync',
};

function reportOf({ address, record: { id }, state, reasons }: ResourcePlan): ResourceReport {
  return { address, ...parseAddress(address), ...defined({ id }), state, reasons };
}

/** Compares the new records with the stored ones: a workspace that is up to date costs no write. */
function diffLedger(
  plans: readonly ResourcePlan[],
  input: ReconcileInput,
): Pick<ReconcileResult, 'upserts' | 'deletes'> {
  const { desired, recorded, now } = input;
  const desiredAddresses = new Set(desired.resources.map(({ address }) => address));
  const after = new Map(plans.map((plan) => [plan.address, nextRecord(plan, input)]));
  const undesired = [...recorded.values()].filter(({ address }) => !desiredAddresses.has(address));
  for (const record of undesired)
    after.set(record.address, forPrunedResource(after.get(record.address) ?? record));
  const changed = [...after.values()].filter(
    (record) => !isDeepStrictEqual(record, recorded.get(record.address)),
  );
  return {
    upserts: changed.filter((record) => desiredAddresses.has(record.address) || !isDeletable(record, now)),
    deletes: undesired
      .map(({ address }) => address)
      .filter((address) => {
        const record = after.get(address);
        return record && isDeletable(record, now);
      }),
  };
}

/** The record of a deleted resource is kept only for its `generation`, as long as old client tokens may be valid. */
function isDeletable(record: ResourceRecord, now: number): boolean {
  if (mayExist(record)) return false;
  return record.generation === undefined || now - record.since >= clientTokenLifetime;
}

function nextRecord(
  { address, record, state, reasons }: ResourcePlan,
  { recorded, now }: ReconcileInput,
): ResourceRecord {
  const before = recorded.get(address);
  const since = before?.state === state ? before.since : now;
  return { ...record, state, reasons, since };
}
