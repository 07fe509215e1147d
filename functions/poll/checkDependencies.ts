import type { DesiredResource } from '../../core/desired/desired.ts';
import { GateloopError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ControlPlane } from '../../core/ports/controlPlane.ts';
import type { WorkspaceRecord } from '../../core/ports/ledger.ts';
import type { SecretVersionReader } from '../../core/ports/secrets.ts';
import { dependencyCheckInterval, slowAfter } from '../../core/reconcile/limits.ts';
import { observedRuntime } from '../../core/reconcile/runtimeUpdates.ts';
import { secretNamesIn } from '../../core/reconcile/secretRotation.ts';
import { type ServingRuntime, servingRuntime } from '../../core/resources/gatewayTarget.ts';
import { type ObservedResource, observe } from '../../core/resources/observe.ts';
import { resourceKinds } from '../../core/resources/resourceKinds.ts';
import { phases } from '../../core/status.ts';
import { logger } from '../runtime/observability.ts';
import { inBatches } from './observeWorkspace.ts';
import type { DecisionPorts, PartOfState, PollState } from './pollState.ts';
import type { ResourceReads } from './throttledReads.ts';

/**
 * Reads what resources depend on and no List shows: the versions of secrets, and the agent runtimes that serve targets
 * without being part of the workspace. That is once an hour, and at once after an event told of a change. What cannot be
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
  const runtimes = foreignRuntimes(resources, observed);
  const isUnknown = resources.some(({ address, config }) => {
    const record = records.get(address);
    return record?.id !== undefined && record.secrets === undefined && secretNamesIn(config).length > 0;
  });
  if (names.size + runtimes.size === 0) return { dependencies: undefined };
  if (!isUnknown && !isCheckDue(workspaceRecord, event.now)) return { dependencies: undefined };
  const secretVersions = await versionsOf([...names], secrets);
  const runtimeReads = await readRuntimes([...runtimes.values()], controlPlane, reads);
  const runtimeUpdates = new Map(
    runtimeReads.found.flatMap(({ arn, status, updatedAt }): [string, number][] =>
      phases[status] === 'ready' ? [[arn, updatedAt]] : [],
    ),
  );
  const isChanging = runtimeReads.found.some(
    ({ status, updatedAt }) => phases[status] === 'moving' && event.now - updatedAt < slowAfter,
  );
  const isComplete = !isChanging && secretVersions.isComplete && runtimeReads.isComplete;
  return { dependencies: { secretVersions: secretVersions.found, runtimeUpdates, isChanging, isComplete } };
}

/** A request as old as the check may be of a change that the check did not see yet. */
function isCheckDue({ dependenciesCheckedAt: checkedAt = 0, checkRequests }: WorkspaceRecord, now: number) {
  return now - checkedAt >= dependencyCheckInterval || (checkRequests?.dependencies ?? -1) >= checkedAt;
}

/** @returns by ARN, the runtimes that serve targets and that the workspace does not observe anyway */
function foreignRuntimes(resources: readonly DesiredResource[], observed: PollState['observed']) {
  const runtimes = new Map<string, ServingRuntime>();
  for (const { config } of resources) {
    const runtime = servingRuntime(config);
    if (runtime && !observedRuntime(runtime, observed.values())) runtimes.set(runtime.arn, runtime);
  }
  return runtimes;
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

type RuntimeRead = Pick<ObservedResource, 'status' | 'updatedAt'> & { readonly arn: string };

/** A runtime of another account or Region cannot be read; its targets are synchronized by schedule only. */
async function readRuntimes(
  runtimes: readonly ServingRuntime[],
  controlPlane: ControlPlane,
  reads: ResourceReads,
): Promise<DependencyReads<readonly RuntimeRead[]>> {
  const found: RuntimeRead[] = [];
  let isComplete = true;
  await inBatches(runtimes, async ({ id, arn }) => {
    let response: JsonObject | undefined;
    const failure = await reads.run('get agentRuntime', [], async () => {
      response = await controlPlane.get('agentRuntime', { id });
    });
    if (failure) {
      if (failure.transient) isComplete = false;
      logger.warn('A runtime behind targets could not be read', { arn, reason: failure.reason });
    }
    if (!response || response.agentRuntimeArn !== arn) return;
    found.push({ arn, ...observe(resourceKinds.agentRuntime, 'agentRuntime/other', response, false) });
  });
  return { found, isComplete };
}
