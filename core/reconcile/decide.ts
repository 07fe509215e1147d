import { isDeepStrictEqual } from 'node:util';
import type { Address } from '../address.ts';
import type { ShapeCatalog } from '../api/shapes.ts';
import type { AuthorizationReason } from '../authorization/requestSubject.ts';
import { namedAddresses } from '../desired/desired.ts';
import { omit } from '../objects.ts';
import type { Suspension } from '../ports/ledger.ts';
import type { Status } from '../status.ts';
import { defaultHealLimits, exceedsWorkspaceLimit, type Healing } from './breaker.ts';
import { defaultQuotas, planOperations, scheduleTurn } from './concurrency.ts';
import { driftText, reportOf } from './differenceReport.ts';
import { longestQueue } from './hold.ts';
import { newRecord, type ResourceRecord, withoutDeletionRequest } from './ledgerRecord.ts';
import { clientTokenLifetime, toolReadsPerTurn } from './limits.ts';
import { claimsToRelease } from './ownership.ts';
import type {
  PlannedOperation,
  PlannedRequest,
  ReconcileInput,
  ReconcileResult,
  ResourcePlan,
} from './plan.ts';
import { planWorkspace } from './planWorkspace.ts';
import { forPrunedResource, mayExist } from './prune.ts';
import { requeueAfter } from './requeue.ts';

/** Decides the next step for a workspace. Pure and total: every input has a result, and the same one each time. */
export function decide(input: ReconcileInput, catalog: ShapeCatalog): ReconcileResult {
  const { plans: intended, healing } = planWithBreaker(input, catalog);
  const { suspension } = input;
  const allowed = suspension ? intended.map((plan) => suspendPlan(plan, suspension)) : intended;
  const plans = allowed.map((plan) => (input.leftAlone?.has(plan.address) ? leaveAlone(plan, input) : plan));
  const schedule = scheduleTurn(plans, input, input.quotas ?? defaultQuotas);
  const planned = planOperations(schedule.selected, plans, input);
  const waiting = [...schedule.deferred, ...schedule.queued].filter(({ operation }) => operation !== 'sync');
  const queued = planOperations(waiting.slice(0, longestQueue), plans, input);
  const requests = schedule.toAsk.map(requestFor);
  const { afterSeconds, holdSeconds } = requeueAfter(plans, schedule, input);
  const toolReads = plans.flatMap(({ toolRead, blocked }) => (toolRead && !blocked ? [toolRead] : []));
  const hasWork = planned.length + requests.length + toolReads.length > 0;
  return {
    next: hasWork ? 'act' : afterSeconds === undefined ? 'settled' : 'wait',
    operations: planned.filter(({ operation }) => operation !== 'sync'),
    syncs: planned.filter(({ operation }) => operation === 'sync'),
    queued,
    requests,
    toolReads: toolReads.slice(0, toolReadsPerTurn),
    reads: plans.filter(({ needsRead }) => needsRead).map(({ address }) => address),
    tagReads: plans.filter(({ needsTags }) => needsTags).map(({ address }) => address),
    requeueAfterSeconds: afterSeconds ?? 1,
    holdSeconds,
    ...diffLedger(plans, planned, input),
    healing,
    resources: plans.map(({ address, record, state, reasons }) =>
      reportOf(address, { ...record, state, reasons }),
    ),
    plans,
  };
}

/** The plan of a resource whose record cannot be read by this version: the record says why, and stays as it is. */
function leaveAlone({ address, observed }: ResourcePlan, { recorded, now }: ReconcileInput): ResourcePlan {
  const record = recorded.get(address) ?? newRecord(address, now);
  const { state, reasons } = record;
  return {
    ...{ address, observed, record, state, reasons, notBefore: 0 },
    ...{ blocked: false, askPerson: false, needsRead: false },
  };
}

/**
 * The plan while operators have suspended all writes: it makes no call and asks nobody. Operations that are under way, and
 * requests that a person has already, go on.
 */
function suspendPlan(plan: ResourcePlan, suspension: Suspension): ResourcePlan {
  const { operation, askPerson, blocked, state, reasons, toolRead } = plan;
  // The read after a synchronization is no part of a change.
  const comesBefore = toolRead?.moment === 'before';
  if (!operation && !askPerson && !blocked && !comesBefore) return plan;
  const unchanged = omit({ ...plan, askPerson: false }, 'operation', 'heals', 'tagChange');
  const left = comesBefore ? omit(unchanged, 'toolRead') : unchanged;
  const { drift, request, syncWantedAt } = plan.record;
  // A ready resource stays ready: it only misses a synchronization of its schedule, which nobody waits for.
  if (state === 'ready' && syncWantedAt === undefined) return left;
  const isDue = state === 'ready' || state === 'in-progress' || (askPerson && !request);
  // The reasons of a change that is due do not name the drift that it would revert.
  const found = isDue && operation === 'update' && drift ? [driftText(drift)] : [];
  return {
    ...left,
    state: isDue ? 'suspended' : state,
    reasons: [...reasons, ...found, suspensionText(suspension, plan.record)],
  };
}

/** Why nothing is changed, with the words of the operator, and what ends that. */
function suspensionText({ since, reason }: Suspension, { request }: ResourceRecord): string {
  const words = reason === undefined ? '' : ` (${reason})`;
  const waiting =
    request?.clickedAt === undefined
      ? ''
      : ' A person has opened the request and needs a new authorization link, which the service gives only with a change.';
  return `Operators have suspended all changes since ${new Date(since).toISOString()}${words}.${waiting} What is due follows when an operator runs gateloop resume.`;
}

/**
 * Plans the workspace, unless that reverts more changes made outside Gateloop than the breaker lets pass: then it reverts
 * none. What `selfHeal` adds to a plan is what reverts such changes, so that a change of the manifest is never held back.
 */
function planWithBreaker(
  input: ReconcileInput,
  catalog: ShapeCatalog,
): { readonly plans: readonly ResourcePlan[]; readonly healing: Healing } {
  const { desired, recorded, now } = input;
  const { limits, verdict } = input.healing ?? { limits: defaultHealLimits };
  const plans = planWorkspace(input, catalog);
  // The plans differ only if something is to be done: most polls plan once.
  if (!desired.settings.selfHeal || plans.every(({ operation, askPerson }) => !operation && !askPerson))
    return { plans, healing: { resources: [] } };
  const breaker = verdict === 'held' ? 'fleet' : 'workspace';
  const held = planWorkspace(input, catalog, breaker);
  const heldPlans = new Map(held.map((plan) => [plan.address, plan]));
  // A person who is asked for the consent to a change counts as the change.
  const healed = plans.filter(({ address, operation, askPerson }) => {
    const other = heldPlans.get(address);
    return operation !== other?.operation || (askPerson && !other?.askPerson);
  });
  const resources = healed.map(({ address }) => address);
  if (resources.length === 0 || verdict === 'allowed') return { plans, healing: { resources } };
  if (verdict === 'held' || exceedsWorkspaceLimit(resources, recorded, desired.resources.length, limits, now))
    return { plans: held, healing: { resources, breaker } };
  const counted = plans.map((plan) => (healed.includes(plan) ? { ...plan, heals: true as const } : plan));
  return { plans: counted, healing: { resources } };
}

function requestFor(plan: ResourcePlan): PlannedRequest {
  const { address, observed, fingerprint = '', record, state, consentReason, aboutList, deletions } = plan;
  const byStatus = observed && consentReasons[observed.status];
  const reason = consentReason ?? byStatus ?? (record.applied ? 'update' : 'create');
  if (deletions !== undefined) return { address, kind: 'deletion', fingerprint: deletions, reason };
  const kind = state === 'awaiting-approval' ? 'approval' : 'authorization';
  const question =
    aboutList === undefined ? { fingerprint } : { fingerprint: aboutList, aboutList: true as const };
  return { address, kind, ...question, reason };
}

/** What a person's consent is for, by the status of the target. */
const consentReasons: Readonly<Partial<Record<Status, AuthorizationReason>>> = {
  CREATE_PENDING_AUTH: 'create',
  UPDATE_PENDING_AUTH: 'update',
  SYNCHRONIZE_PENDING_AUTH: 'sync',
  SYNCHRONIZE_UNSUCCESSFUL: 'sync',
  READY: 'sync',
};

/** Compares the new records with the stored ones: a workspace that is up to date costs no write. */
function diffLedger(
  plans: readonly ResourcePlan[],
  planned: readonly PlannedOperation[],
  input: ReconcileInput,
): Pick<ReconcileResult, 'upserts' | 'deletes' | 'releases'> {
  const { desired, recorded, now } = input;
  const desiredAddresses = namedAddresses(desired);
  const created = new Set(
    planned.filter(({ operation }) => operation === 'create').map(({ address }) => address),
  );
  const after = new Map(
    plans.map((plan): [Address, ResourceRecord] => {
      const record = nextRecord(plan, input);
      // Stored before the call: a step that is killed after it leaves no other trace of what it made.
      return [plan.address, created.has(plan.address) ? { ...record, creating: true } : record];
    }),
  );
  // Nothing is pruned while a part of the upload cannot be read, and what a person was asked about stays open until then.
  const unplanned = (record: ResourceRecord) =>
    desired.isPruningSuspended ? record : withoutDeletionRequest(record);
  const undesired = [...recorded.values()].filter(
    ({ address }) => !desiredAddresses.has(address) && !input.leftAlone?.has(address),
  );
  for (const record of undesired)
    after.set(record.address, forPrunedResource(after.get(record.address) ?? unplanned(record)));
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
    releases: claimsToRelease(input, after),
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
