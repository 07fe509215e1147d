import { isDeepStrictEqual } from 'node:util';
import type { Address } from '../../core/address.ts';
import type { ShapeCatalog } from '../../core/api/shapes.ts';
import { resourceEvents } from '../../core/events/resourceEvents.ts';
import type { ControlPlane } from '../../core/ports/controlPlane.ts';
import type { Events } from '../../core/ports/events.ts';
import type { Ledger, VersionedResourceRecord, WorkspaceRecord } from '../../core/ports/ledger.ts';
import type { RegistryRecords } from '../../core/ports/registryRecords.ts';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import type { TaskCallbacks } from '../../core/ports/taskCallbacks.ts';
import { decide, type ReconcileInput, type ReconcileResult } from '../../core/reconcile/decide.ts';
import type { ResourceRecord } from '../../core/reconcile/resourceRecord.ts';
import { nextResyncAt } from '../../core/reconcile/resync.ts';
import { saveContracts, saveToolChanges } from '../../core/storage/toolContractDocuments.ts';
import { reconcileMeasurements } from '../runtime/measurements.ts';
import { measure } from '../runtime/observability.ts';
import type { NextStep, ReconcileState } from '../runtime/reconcileState.ts';
import { continuationName } from './continuationName.ts';
import { importedRegistries, importRegistryTargets } from './importRegistryTargets.ts';
import { mergeRequestStatus } from './mergeRequestStatus.ts';
import { observeWorkspace, readConfigurations, recordsOf } from './observeWorkspace.ts';
import type { PollEvent } from './pollEvent.ts';
import { readDesired } from './readDesired.ts';
import { type ToolContractChanges, toolContractChanges } from './toolContractChanges.ts';
import { withdrawStaleRequests } from './withdrawStaleRequests.ts';
import { writeProgress } from './writeProgress.ts';

/**
 * How long a lease lasts unless it is renewed, in ms. Each poll renews it. The longest time between two polls is a wait
 * of 90 s and then calls, which the SDK retries for some 20 s each; the rest covers the retries of a failing step.
 */
const LEASE_DURATION = 5 * 60_000;

/**
 * How many polls one execution makes before a fresh execution continues. An execution may have 25,000 events; a poll and
 * what follows it is at most five states of some five events each: 25 x 900 leaves a tenth for retries.
 */
const ITERATIONS_PER_EXECUTION = 900;

export interface PollPorts {
  readonly ledger: Ledger;
  readonly specBucket: SpecBucket;
  readonly controlPlane: ControlPlane;
  readonly records: RegistryRecords;
  readonly events: Events;
  readonly waitingTasks: TaskCallbacks;
  readonly catalog: ShapeCatalog;
}

/** One look: take or renew the lease, read what is wanted, seen and remembered, decide, remember. */
export async function poll(event: PollEvent, ports: PollPorts): Promise<ReconcileState> {
  const { ledger, specBucket, events, catalog } = ports;
  const { workspace, leaseHolder, now } = event;
  if (!(await ledger.takeLease({ workspace, holder: leaseHolder, now, duration: LEASE_DURATION })))
    return stateFor(event, 'busy');
  const upload = await readDesired(workspace, specBucket, catalog);
  if (!upload.desired) return stateFor(event, 'refused', upload.revision);
  const [ledgerEntries, workspaceRecord] = await Promise.all([
    ledger.readResources(workspace),
    ledger.readWorkspace(workspace),
  ]);
  const document = { ...upload, desired: upload.desired };
  const ledgerRecords = recordsOf(ledgerEntries);
  const { desired, revision } = await importRegistryTargets(document, ledgerRecords, ports);
  const input = {
    desired,
    recorded: await mergeRequestStatus(ledgerRecords, ledger),
    latencies: workspaceRecord.latencies,
    now,
  };
  const observation = await observeWorkspace(input, event.iteration, ports);
  const { decision, observed, changes } = await decideWithReads({ ...input, ...observation }, ports);
  await saveContracts(desired, decision, specBucket);
  await saveToolChanges(workspace, decision, changes, specBucket);
  await withdrawStaleRequests(ledgerRecords, decision, now, ports);
  measure(reconcileMeasurements(input.recorded, decision, now));
  await events.publish(resourceEvents(workspace, input.recorded, decision, now));
  await writeLedgerChanges(workspace, decision, ledgerEntries, ledger);
  await writeProgress(event, revision, decision, specBucket);
  const recordsAfterReconcile = recordsAfter(input.recorded, decision);
  const nextResync = nextResyncAt(desired, observed, recordsAfterReconcile);
  const registries = importedRegistries(desired, recordsAfterReconcile);
  if (
    workspaceRecord.acceptedRevision !== upload.revision ||
    workspaceRecordChanged(decision, workspaceRecord, nextResync, registries)
  ) {
    const { outcomeDelivery } = workspaceRecord;
    await ledger.writeWorkspace(workspace, {
      latencies: decision.latencies,
      acceptedRevision: upload.revision,
      ...(outcomeDelivery && { outcomeDelivery }),
      ...(nextResync !== undefined && { nextResyncAt: nextResync }),
      ...(registries.length > 0 && { registryIds: registries }),
    });
  }
  return stateAfter(event, revision, decision);
}

/** Decides; where that asks for more to be read, reads it and decides once more. */
async function decideWithReads(
  input: ReconcileInput,
  { controlPlane, specBucket, catalog }: PollPorts,
): Promise<
  Pick<ReconcileInput, 'observed'> & { decision: ReconcileResult; changes: ToolContractChanges['changes'] }
> {
  const changesBefore = await toolContractChanges(input, specBucket);
  const first = decide({ ...input, ...changesBefore }, catalog);
  const { observed: observedBefore } = input;
  if (first.reads.length === 0)
    return { decision: first, observed: observedBefore, changes: changesBefore.changes };
  const observed = await readConfigurations(observedBefore, first.reads, controlPlane);
  const changesAfter = await toolContractChanges({ ...input, observed }, specBucket);
  return {
    decision: decide({ ...input, ...changesAfter, observed }, catalog),
    observed,
    changes: changesAfter.changes,
  };
}

function recordsAfter(
  records: ReadonlyMap<Address, ResourceRecord>,
  { upserts }: ReconcileResult,
): ReadonlyMap<Address, ResourceRecord> {
  return new Map([...records, ...upserts.map((known) => [known.address, known] as const)]);
}

/** Stores what changed of each resource, under the version that the decision rests on. */
async function writeLedgerChanges(
  workspace: string,
  { upserts, deletes }: ReconcileResult,
  ledgerEntries: ReadonlyMap<Address, VersionedResourceRecord>,
  ledger: Ledger,
): Promise<void> {
  const versionOf = (address: Address) => ledgerEntries.get(address)?.version ?? 0;
  await Promise.all([
    ...upserts.map((memory) => ledger.writeResource(workspace, memory, versionOf(memory.address))),
    ...deletes.map((address) => ledger.deleteResource(workspace, address, versionOf(address))),
  ]);
}

/** Whether what is known of the workspace as a whole has changed. While things move, the next resync still moves too. */
function workspaceRecordChanged(
  { next, latencies }: ReconcileResult,
  workspaceRecord: WorkspaceRecord,
  nextResync: number | undefined,
  registries: readonly string[],
): boolean {
  return (
    !isDeepStrictEqual(latencies, workspaceRecord.latencies) ||
    !isDeepStrictEqual(registries, workspaceRecord.registryIds ?? []) ||
    (next === 'settled' && nextResync !== workspaceRecord.nextResyncAt)
  );
}

function stateAfter(event: PollEvent, revision: string, decision: ReconcileResult): ReconcileState {
  const { operations, syncs, requests, requeueAfterSeconds } = decision;
  const state: ReconcileState = {
    ...stateFor(event, nextStep(decision), revision),
    operations,
    syncs,
    requests,
    requeueAfterSeconds,
  };
  if (state.next === 'settled' || event.iteration < ITERATIONS_PER_EXECUTION) return state;
  return { ...state, next: 'continue', continueAs: continuationName(event.leaseHolder, event.now) };
}

/** People first, since they take longest; synchronisations last, since nobody waits for them. */
function nextStep({ next, operations, syncs, requests }: ReconcileResult): NextStep {
  if (next !== 'act') return next;
  if (requests.length > 0) return 'ask';
  if (operations.length > 0) return 'provision';
  return syncs.length > 0 ? 'sync' : 'wait';
}

function stateFor(
  { workspace, leaseHolder, iteration }: PollEvent,
  next: NextStep,
  revision = '',
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
  };
}
