import { isDeepStrictEqual } from 'node:util';
import type { ShapeCatalogue } from '../../core/api/shapes.ts';
import { type Decision, decide, type World } from '../../core/decide/decide.ts';
import type { Memory } from '../../core/decide/memory.ts';
import { nextResyncAt } from '../../core/decide/nextResync.ts';
import { resourceEvents } from '../../core/events/resourceEvents.ts';
import type { ControlPlane } from '../../core/ports/controlPlane.ts';
import type { Events } from '../../core/ports/events.ts';
import type { Ledger, Remembered, WorkspaceMemory } from '../../core/ports/ledger.ts';
import type { RegistryRecords } from '../../core/ports/registryRecords.ts';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import type { WaitingTasks } from '../../core/ports/waitingTasks.ts';
import type { Address } from '../../core/resources/address.ts';
import { keepContracts, leaveChanges } from '../contracts.ts';
import { LEASE_DURATION, turnsPerExecution } from '../limits.ts';
import { measure } from '../measure.ts';
import { decisionMeasurements } from '../measurements.ts';
import type { Next, Turn } from '../turn.ts';
import { continuationName } from './continuationName.ts';
import { type ContractChanges, contractChanges } from './contractChanges.ts';
import { drawTargets, registriesOf } from './drawTargets.ts';
import { memoryOf, observeWorkspace, readConfigurations } from './observeWorkspace.ts';
import type { PollEvent } from './pollEvent.ts';
import { readDesired } from './readDesired.ts';
import { tellProgress } from './tellProgress.ts';
import { withdrawRequests } from './withdrawRequests.ts';
import { withRequests } from './withRequests.ts';

export interface PollPorts {
  readonly ledger: Ledger;
  readonly specBucket: SpecBucket;
  readonly controlPlane: ControlPlane;
  readonly records: RegistryRecords;
  readonly events: Events;
  readonly waitingTasks: WaitingTasks;
  readonly catalogue: ShapeCatalogue;
}

/** One look: take or renew the lease, read what is wanted, seen and remembered, decide, remember. */
export async function poll(event: PollEvent, ports: PollPorts): Promise<Turn> {
  const { ledger, specBucket, events, catalogue } = ports;
  const { workspace, holder, now } = event;
  if (!(await ledger.takeLease({ workspace, holder, now, duration: LEASE_DURATION })))
    return turn(event, 'busy');
  const upload = await readDesired(workspace, specBucket, catalogue);
  if (!upload.desired) return turn(event, 'refused', upload.revision);
  const [remembered, memory] = await Promise.all([
    ledger.readResources(workspace),
    ledger.readWorkspace(workspace),
  ]);
  const whole = { ...upload, desired: upload.desired };
  const before = memoryOf(remembered);
  const { desired, revision } = await drawTargets(whole, before, ports);
  const world = { desired, memory: await withRequests(before, ledger), latencies: memory.latencies, now };
  const seen = await observeWorkspace(world, event.turn, ports);
  const { decision, observed, changes } = await decideReading({ ...world, ...seen }, ports);
  await keepContracts(desired, decision, specBucket);
  await leaveChanges(workspace, decision, changes, specBucket);
  await withdrawRequests(before, decision, now, ports);
  measure(decisionMeasurements(world.memory, decision, now));
  await events.publish(resourceEvents(workspace, world.memory, decision, now));
  await rememberDecision(workspace, decision, remembered, ledger);
  await tellProgress(event, revision, decision, specBucket);
  const after = memoryAfter(world.memory, decision);
  const nextResync = nextResyncAt(desired, observed, after);
  const registries = registriesOf(desired, after);
  if (memory.accepted !== upload.revision || isNews(decision, memory, nextResync, registries)) {
    const { told } = memory;
    await ledger.writeWorkspace(workspace, {
      latencies: decision.latencies,
      accepted: upload.revision,
      ...(told && { told }),
      ...(nextResync !== undefined && { nextResyncAt: nextResync }),
      ...(registries.length > 0 && { registries }),
    });
  }
  return decided(event, revision, decision);
}

/** Decides; where that asks for more to be read, reads it and decides once more. */
async function decideReading(
  world: World,
  { controlPlane, specBucket, catalogue }: PollPorts,
): Promise<Pick<World, 'observed'> & { decision: Decision; changes: ContractChanges['changes'] }> {
  const before = await contractChanges(world, specBucket);
  const first = decide({ ...world, ...before }, catalogue);
  const { observed: seen } = world;
  if (first.reads.length === 0) return { decision: first, observed: seen, changes: before.changes };
  const observed = await readConfigurations(seen, first.reads, controlPlane);
  const after = await contractChanges({ ...world, observed }, specBucket);
  return { decision: decide({ ...world, ...after, observed }, catalogue), observed, changes: after.changes };
}

function memoryAfter(
  memory: ReadonlyMap<Address, Memory>,
  { remember }: Decision,
): ReadonlyMap<Address, Memory> {
  return new Map([...memory, ...remember.map((known) => [known.address, known] as const)]);
}

/** Stores what changed of each resource, under the version that the decision rests on. */
async function rememberDecision(
  workspace: string,
  { remember, forget }: Decision,
  remembered: ReadonlyMap<Address, Remembered>,
  ledger: Ledger,
): Promise<void> {
  const versionOf = (address: Address) => remembered.get(address)?.version ?? 0;
  await Promise.all([
    ...remember.map((memory) => ledger.writeResource(workspace, memory, versionOf(memory.address))),
    ...forget.map((address) => ledger.forgetResource(workspace, address, versionOf(address))),
  ]);
}

/** Whether what is known of the workspace as a whole has changed. While things move, the next resync still moves too. */
function isNews(
  { next, latencies }: Decision,
  memory: WorkspaceMemory,
  nextResync: number | undefined,
  registries: readonly string[],
): boolean {
  return (
    !isDeepStrictEqual(latencies, memory.latencies) ||
    !isDeepStrictEqual(registries, memory.registries ?? []) ||
    (next === 'settled' && nextResync !== memory.nextResyncAt)
  );
}

function decided(event: PollEvent, revision: string, decision: Decision): Turn {
  const { operations, syncs, requests, waitSeconds } = decision;
  const made = { ...turn(event, nextOf(decision), revision), operations, syncs, requests, waitSeconds };
  if (made.next === 'settled' || event.turn < turnsPerExecution) return made;
  return { ...made, next: 'continue', continueAs: continuationName(event.holder, event.now) };
}

/** People first, since they take longest; synchronisations last, since nobody waits for them. */
function nextOf({ next, operations, syncs, requests }: Decision): Next {
  if (next !== 'act') return next;
  if (requests.length > 0) return 'ask';
  if (operations.length > 0) return 'provision';
  return syncs.length > 0 ? 'sync' : 'wait';
}

function turn({ workspace, holder, turn: count }: PollEvent, next: Next, revision = ''): Turn {
  return {
    workspace,
    holder,
    turn: count,
    revision,
    next,
    waitSeconds: 1,
    operations: [],
    syncs: [],
    requests: [],
  };
}
