import { createHash } from 'node:crypto';
import type { ReconcileResult } from '../../core/reconcile/plan.ts';
import { pacedControlPlane } from '../pacedControlPlane.ts';
import type { NextStep, ReconcileState } from '../runtime/reconcileState.ts';
import { boundState, writeUnread } from './boundState.ts';
import { storeDeployment } from './checkGrants.ts';
import { releaseClaims } from './claimResources.ts';
import { saveListChanges } from './compareToolReadings.ts';
import { decisionStages } from './decisionStages.ts';
import { saveDeletedResources } from './deletedResources.ts';
import { FaultRecordingBucket } from './documentFaults.ts';
import type { PollEvent } from './pollEvent.ts';
import { EarlyEnd, type PartOfState, type PollPorts, PollStages, type RunPorts } from './pollState.ts';
import { publishEvents, requestDependentPolls, writeProgress } from './publishChanges.ts';
import { repairStorage } from './repairStorage.ts';
import { requestRecordReviews } from './requestRecordReviews.ts';
import { reportRollout } from './rollOut.ts';
import { keepSharing, requestPollsOfOthers } from './shareGateways.ts';
import { ThrottledReads } from './throttledReads.ts';
import { saveToolContracts } from './toolContractChanges.ts';
import { withdrawStaleRequests } from './withdrawStaleRequests.ts';
import { cancelResync, deleteCommands, writeResourceRecords, writeWorkspaceRecord } from './writeLedger.ts';

/**
 * How long a lease lasts unless it is renewed, in ms. Each poll renews it. Between two polls lies a wait of 90 s at most and
 * one other step, which is stopped after 110 s; the rest covers the retries of a step that fails at once. A step that takes
 * longer may lose the lease: it asks before each write whether it holds the lease still.
 */
export const LEASE_DURATION = 5 * 60_000;

/**
 * How many polls one execution makes before a fresh execution continues. An execution may have 25,000 events; a poll and
 * what follows it is at most five states of some five events each: 25 x 900 leaves a tenth for retries.
 */
export const ITERATIONS_PER_EXECUTION = 900;

/**
 * The stages of a poll. Whatever is read and decided comes first, so that a poll that fails there has changed nothing but
 * claims and the empty records by which they are found.
 * The ledger is written after the effects that rest on its earlier state: a poll that is killed in between has the same
 * effects once more, and none is lost. A poll that has lost the lease meanwhile has no effect at all.
 */
const stages = decisionStages(
  PollStages.first<RunPorts>().stage(async ({ event: { isFull } }, { random }) => ({
    isFullPoll: isFull,
    reads: new ThrottledReads(random()),
  })),
)
  .stage(confirmLease)
  .effect(storeDeployment)
  .stage(repairStorage)
  .effect(saveToolContracts)
  .effect(saveDeletedResources)
  .effect(saveListChanges)
  .effect(withdrawStaleRequests)
  .effect(publishEvents)
  .effect(requestDependentPolls)
  .effect(requestRecordReviews)
  .effect(releaseClaims)
  .effect(keepSharing)
  .effect(requestPollsOfOthers)
  .effect(reportRollout)
  .effect(writeResourceRecords)
  .effect(deleteCommands)
  .effect(writeProgress)
  .effect(writeWorkspaceRecord);

/**
 * Compares a workspace with what it is to become, and decides what the state machine does next. Where another execution
 * holds the lease, that one polls once more.
 */
export async function poll(event: PollEvent, ports: PollPorts): Promise<ReconcileState> {
  const { workspace, leaseHolder, now } = event;
  const { ledger } = ports;
  await storeCommand(event, ports);
  const lease = await ledger.takeLease({ workspace, holder: leaseHolder, now, duration: LEASE_DURATION });
  if (lease.kind === 'held-elsewhere') return stateFor(event, 'busy', '');
  const { mark } = lease;
  const run: RunPorts = {
    ...ports,
    specBucket: new FaultRecordingBucket(ports.specBucket),
    controlPlane: pacedControlPlane(ports.controlPlane, ports),
  };
  const end = await stages.run({ ...event, isFull: event.isFull || mark !== undefined }, run);
  const isUnread = end instanceof EarlyEnd && end.next === 'wait';
  if (end instanceof EarlyEnd && end.next !== 'busy' && !isUnread) await cancelResync(workspace, ledger);
  // A poll that fails leaves the mark, so that its retry reads everything as well; so does one that has decided nothing.
  if (mark !== undefined && !isUnread) await ledger.clearMark(workspace, leaseHolder, mark);
  if (end instanceof EarlyEnd)
    return { ...stateFor(event, end.next, end.revision), ...(isUnread && { requeueAfterSeconds: 0 }) };
  return stateAfter(end.upload.isPartial ? { ...end, decision: goOnReading(end.decision) } : end);
}

/**
 * Stores what the event asks for before the lease is taken: where another execution holds it, that one carries out the
 * command in its next poll, and no lost execution loses it.
 */
async function storeCommand(
  { workspace, command }: PollEvent,
  { ledger }: Pick<PollPorts, 'ledger'>,
): Promise<void> {
  if (command) await ledger.putCommand(workspace, command);
}

/** Ends a poll that another execution has overtaken: what it decided rests on what it read before that execution. */
async function confirmLease(
  { event: { workspace, leaseHolder } }: PartOfState<'event'>,
  { ledger }: Pick<PollPorts, 'ledger'>,
): Promise<Record<never, never> | EarlyEnd> {
  return (await ledger.holdsLease(workspace, leaseHolder)) ? {} : new EarlyEnd('busy');
}

function stateAfter({
  event,
  revision,
  decision,
  reads: { unread },
}: PartOfState<'event' | 'revision' | 'decision' | 'reads'>): ReconcileState {
  const { operations, queued, holdSeconds, syncs, requests, toolReads, requeueAfterSeconds } = decision;
  const state = boundState({
    ...stateFor(event, nextStep(decision), revision),
    operations,
    ...(queued.length > 0 && { queued }),
    ...(holdSeconds > 0 && { holdSeconds }),
    syncs,
    requests,
    toolReads,
    requeueAfterSeconds,
    ...(unread.size > 0 && { unread: writeUnread(unread) }),
  });
  if (state.next === 'settled' || event.iteration < ITERATIONS_PER_EXECUTION) return state;
  return { ...state, next: 'continue', continueAs: continuationName(event) };
}

/** The workflow comes back at once where schemas are unread: no step waits for an operation, and nothing has settled. */
function goOnReading(decision: ReconcileResult): ReconcileResult {
  return {
    ...decision,
    ...(decision.next === 'settled' && { next: 'wait' }),
    holdSeconds: 0,
    requeueAfterSeconds: 0,
  };
}

/**
 * Requests come first, since a person takes longest to answer; synchronizations last, since no resource waits for them.
 * Lists of tools are read before, since a synchronization may wait for one. Provision waits for what is about to end.
 */
function nextStep({ next, holdSeconds, operations, syncs, requests, toolReads }: ReconcileResult): NextStep {
  if (next === 'wait' && holdSeconds > 0) return 'provision';
  if (next !== 'act') return next;
  if (requests.length > 0) return 'ask';
  if (operations.length > 0) return 'provision';
  if (toolReads.length > 0) return 'watch';
  return syncs.length > 0 ? 'sync' : 'wait';
}

/**
 * The name of the fresh execution that continues. A retried poll gives the same name, so that Step Functions starts that
 * execution once.
 *
 * @returns 64 hexadecimal characters; Step Functions takes 80
 */
function continuationName({ leaseHolder, now }: PollEvent): string {
  return createHash('sha256').update(`${leaseHolder} ${now}`).digest('hex');
}

function stateFor(
  { workspace, leaseHolder, iteration }: PollEvent,
  next: NextStep,
  revision: string,
): ReconcileState {
  return {
    workspace,
    leaseHolder,
    iteration,
    revision,
    next,
    requeueAfterSeconds: 1,
    operations: [],
    syncs: [],
    requests: [],
    toolReads: [],
  };
}
