import { parseAddress } from '../../core/address.ts';
import type { DesiredResource } from '../../core/desired/desired.ts';
import { GateloopError } from '../../core/errors.ts';
import type { ControlPlane } from '../../core/ports/controlPlane.ts';
import type { WorkspaceRecord } from '../../core/ports/ledger.ts';
import type { SecretVersionReader } from '../../core/ports/secrets.ts';
import { dependencyCheckInterval, slowAfter } from '../../core/reconcile/limits.ts';
import { observedRuntime, partsUpdatedAt } from '../../core/reconcile/runtimeUpdates.ts';
import { secretNamesIn } from '../../core/reconcile/secretRotation.ts';
import { type Backend, backendKey, backendsOf } from '../../core/resources/backends.ts';
import { type ObservedResource, observe } from '../../core/resources/observe.ts';
import { resourceKinds } from '../../core/resources/resourceKinds.ts';
import { phases } from '../../core/status.ts';
import { logger } from '../runtime/observability.ts';
import { inBatches } from './observeWorkspace.ts';
import type { DecisionPorts, PartOfState, PollState } from './pollState.ts';
import type { ResourceReads } from './throttledReads.ts';

/**
 * Reads what resources depend on and no List shows: the versions of secrets, and the agent runtimes and gateways that serve
 * targets and records without being part of the workspace. That is once an hour, and at once after an event told of a change. What cannot be
 * read for now, the next pass reads.
 */
export async function checkDependencies(
  {
    event,
    desired,
    records,
    workspaceRecord,
    observed,
    reads,
  }: PartOfState<'event' | 'desired' | 'records' | 'workspaceRecord' | 'observed' | 'reads'>,
  { secrets, controlPlane }: Pick<DecisionPorts, 'secrets' | 'controlPlane'>,
): Promise<PartOfState<'dependencies'>> {
  const { resources } = desired;
  const names = new Set(resources.flatMap(({ config }) => secretNamesIn(config)));
  const backends = foreignBackends(resources, observed);
  const isUnknown = resources.some(({ address, config }) => {
    const record = records.get(address);
    return record?.id !== undefined && record.secrets === undefined && secretNamesIn(config).length > 0;
  });
  if (names.size + backends.size === 0) return { dependencies: undefined };
  if (!isUnknown && !isCheckDue(workspaceRecord, event.now)) return { dependencies: undefined };
  const secretVersions = await versionsOf([...names], secrets);
  const backendReads = await readBackends([...backends.values()], controlPlane, reads);
  const runtimeUpdates = new Map(
    backendReads.found.flatMap(({ key, parts }): [string, number][] => {
      const updatedAt = isSettled(parts) ? partsUpdatedAt(parts) : undefined;
      return updatedAt === undefined ? [] : [[key, updatedAt]];
    }),
  );
  const isChanging = backendReads.found.some(({ parts }) =>
    parts.some(({ status, updatedAt }) => phases[status] === 'moving' && event.now - updatedAt < slowAfter),
  );
  const isComplete = !isChanging && secretVersions.isComplete && backendReads.isComplete;
  return { dependencies: { secretVersions: secretVersions.found, runtimeUpdates, isChanging, isComplete } };
}

/** A request as old as the check may be of a change that the check did not see yet. */
function isCheckDue({ dependenciesCheckedAt: checkedAt = 0, checkRequests }: WorkspaceRecord, now: number) {
  return now - checkedAt >= dependencyCheckInterval || (checkRequests?.dependencies ?? -1) >= checkedAt;
}

/** @returns by key, what serves targets and records and is not part of the workspace */
function foreignBackends(resources: readonly DesiredResource[], observed: PollState['observed']) {
  const backends = new Map<string, Backend>();
  for (const { config } of resources)
    for (const backend of backendsOf(config))
      if (!isObserved(backend, observed)) backends.set(backendKey(backend), backend);
  return backends;
}

function isObserved(backend: Backend, observed: PollState['observed']): boolean {
  if (backend.kind === 'agentRuntime') return observedRuntime(backend, observed.values()) !== undefined;
  return [...observed.values()].some(
    ({ address, id }) => id === backend.id && parseAddress(address).kind === 'gateway',
  );
}

function isSettled([first]: readonly BackendPart[]): boolean {
  return first !== undefined && phases[first.status] === 'ready';
}

/** What was found, and whether all of it was read that can be read at all. */
interface DependencyReads<Found> {
  readonly found: Found;
  readonly isComplete: boolean;
}

/** A secret that cannot be read keeps its version: what was sent of it stays in AWS, and the next update reports it. */
async function versionsOf(
  names: readonly string[],
  secrets: SecretVersionReader,
): Promise<DependencyReads<ReadonlyMap<string, string>>> {
  const found = new Map<string, string>();
  let isComplete = true;
  await inBatches(names, async (name) => {
    try {
      found.set(name, await secrets.currentVersion(name));
    } catch (error) {
      if (!(error instanceof GateloopError)) throw error;
      if (error.retryable) isComplete = false;
      logger.warn('The version of a secret could not be read', { secret: name, code: error.code });
    }
  });
  return { found, isComplete };
}

type BackendPart = Pick<ObservedResource, 'status' | 'updatedAt' | 'lastSynchronizedAt'>;

/** A backend with its parts: a runtime has one, a gateway has its targets besides. */
interface BackendRead {
  readonly key: string;
  readonly parts: readonly BackendPart[];
}

/** What another account or Region has cannot be read: what it serves is synchronized by schedule only. */
async function readBackends(
  backends: readonly Backend[],
  controlPlane: ControlPlane,
  reads: ResourceReads,
): Promise<DependencyReads<readonly BackendRead[]>> {
  const found: BackendRead[] = [];
  let isComplete = true;
  await inBatches(backends, async (backend) => {
    const key = backendKey(backend);
    let parts: readonly BackendPart[] = [];
    const failure = await reads.run(`get ${backend.kind}`, [], async () => {
      parts = await partsOf(backend, controlPlane);
    });
    if (failure) {
      if (failure.transient) isComplete = false;
      logger.warn('What is behind targets and records could not be read', {
        backend: key,
        reason: failure.reason,
      });
    }
    if (parts.length > 0) found.push({ key, parts });
  });
  return { found, isComplete };
}

async function partsOf(backend: Backend, controlPlane: ControlPlane): Promise<BackendPart[]> {
  const { kind, id } = backend;
  const response = await controlPlane.get(kind, { id });
  const isOther = kind === 'agentRuntime' && response?.agentRuntimeArn !== backend.arn;
  if (!response || isOther) return [];
  if (backend.kind === 'agentRuntime' && backend.endpoint !== undefined) {
    const named = { id: backend.endpoint, parentId: id };
    const endpoint = await controlPlane.get('agentRuntimeEndpoint', named);
    if (endpoint)
      return [
        observe(resourceKinds.agentRuntimeEndpoint, 'agentRuntimeEndpoint/other/other', endpoint, false),
      ];
  }
  const targets = kind === 'gateway' ? await controlPlane.list('gatewayTarget', id) : [];
  return [
    observe(resourceKinds[kind], `${kind}/other`, response, false),
    ...targets.map((target) =>
      observe(resourceKinds.gatewayTarget, 'gatewayTarget/other/other', target, false),
    ),
  ];
}
