import { defined } from '../../core/objects.ts';
import type { TrippedBreaker } from '../../core/ports/ledger.ts';
import type { HealingRule } from '../../core/reconcile/breaker.ts';
import { decide } from '../../core/reconcile/decide.ts';
import type { ReconcileInput, ReconcileResult } from '../../core/reconcile/plan.ts';
import { logger } from '../runtime/observability.ts';
import { readConfigurations, readTags } from './observeWorkspace.ts';
import type { DecisionPorts, PartOfState } from './pollState.ts';
import { type ToolContractChanges, toolContractChanges } from './toolContractChanges.ts';

/** The configuration is read first; once it is known to be right, the tags are. */
const READ_ROUNDS = 2;

type Decided = PartOfState<'decision' | 'observed' | 'toolChanges'>;

/**
 * Decides what to do next. Where the decision needs configurations that the Lists do not show, reads those and decides
 * again: most polls need none, and a Get of every target would take ten seconds for a hundred of them. Where it reverts
 * changes made outside Gateloop, asks the ledger whether the fleet has too many of them.
 */
export async function decideWithReads(
  state: PartOfState<
    | 'event'
    | 'desired'
    | 'records'
    | 'ledgerEntries'
    | 'commands'
    | 'workspaceRecord'
    | 'suspension'
    | 'observed'
    | 'ownership'
    | 'sharing'
    | 'claimed'
    | 'listedParents'
    | 'reads'
    | 'dependencies'
    | 'toolReadings'
    | 'rolloutHolds'
  >,
  ports: Pick<
    DecisionPorts,
    'controlPlane' | 'specBucket' | 'catalog' | 'ledger' | 'healLimits' | 'deploymentId'
  >,
): Promise<Decided & PartOfState<'breaker'>> {
  const { event, desired, records, commands, workspaceRecord, suspension } = state;
  const { dependencies, ownership, sharing, claimed, listedParents, toolReadings, rolloutHolds } = state;
  const { unread, failed: failedReads } = state.reads;
  const { checkRequests } = workspaceRecord;
  const newer = [...state.ledgerEntries].filter(([, { isNewer }]) => isNewer);
  const leftAlone = new Set(newer.map(([address]) => address));
  const { controlPlane, specBucket, catalog, ledger, healLimits: limits } = ports;
  const contractsOf = (observed: ReconcileInput['observed']) =>
    toolContractChanges({ desired, recorded: records, observed }, specBucket);
  const decideOn = (
    observed: ReconcileInput['observed'],
    { changes, ...approvals }: ToolContractChanges,
    healing: HealingRule,
  ): Decided => {
    const input = { desired, recorded: records, observed };
    const owners = { ownership, sharing, claimed, listedParents };
    const { deploymentId } = ports;
    const isNewDeployment = deploymentId !== undefined && deploymentId !== workspaceRecord.deploymentId;
    const rest = {
      isNewDeployment,
      commands,
      toolReadings,
      rolloutHolds,
      leftAlone,
      unread,
      failedReads,
      ...owners,
      now: event.now,
      healing,
    };
    const events = defined({
      secretVersions: dependencies?.secretVersions,
      runtimeUpdates: dependencies?.runtimeUpdates,
      tagsChangedAt: checkRequests?.tags,
    });
    const decided = decide(
      { ...input, ...approvals, ...rest, ...events, ...(suspension && { suspension }) },
      catalog,
    );
    const awaited = dependencies?.isChanging ? awaitChange(decided) : decided;
    const decision = unread.size > 0 ? awaitReads(awaited, state.reads.retryAfterSeconds) : awaited;
    return { decision, observed, toolChanges: changes };
  };
  // The leave of an operator ends when the workspace has settled, which it does within hours.
  const isAllowed = workspaceRecord.healingAllowedAt !== undefined;
  const rule: HealingRule = { limits, ...(isAllowed && { verdict: 'allowed' }) };
  let contracts = await contractsOf(state.observed);
  let decided = decideOn(state.observed, contracts, rule);
  for (let round = 0; round < READ_ROUNDS; round += 1) {
    const { reads, tagReads } = decided.decision;
    if (reads.length + tagReads.length === 0) break;
    const configured = await readConfigurations(decided.observed, reads, controlPlane, state.reads);
    const observed = await readTags(configured, tagReads, controlPlane, state.reads);
    // Tags say nothing about tools: the contracts are compared again where a configuration was read.
    if (reads.length > 0) contracts = await contractsOf(observed);
    decided = decideOn(observed, contracts, rule);
  }
  for (const { address, defect } of decided.decision.plans)
    if (defect !== undefined) logger.error('A resource could not be planned', { address, error: defect });
  const { resources, breaker } = decided.decision.healing;
  // Nothing is healed anyway, and the operators know of a breaker that was tripped before.
  if (suspension) return { ...decided, breaker: workspaceRecord.breaker };
  if (resources.length === 0 || rule.verdict) return { ...decided, breaker: undefined };
  if (breaker) return { ...decided, breaker: trippedBreaker(state, decided) };
  const { workspace, now } = event;
  const { granted, trippedBy } = await ledger.reserveHeals(workspace, resources, limits.fleetMaximum, now);
  if (granted) return { ...decided, breaker: undefined };
  const held = decideOn(decided.observed, contracts, { limits, verdict: 'held' });
  return { ...held, breaker: trippedBreaker(state, held, trippedBy !== workspace) };
}

/** @returns what is known of the breaker already, if it was tripped before */
function trippedBreaker(
  { event, workspaceRecord }: PartOfState<'event' | 'workspaceRecord'>,
  { decision: { healing } }: Decided,
  toldByAnother = false,
): TrippedBreaker | undefined {
  const { breaker: kind, resources } = healing;
  if (!kind) return undefined;
  if (workspaceRecord.breaker?.kind === kind) return workspaceRecord.breaker;
  return {
    kind,
    since: event.now,
    resources: resources.length,
    ...(toldByAnother && { toldByAnother: true }),
  };
}

/** How long a poll waits for a runtime of another owner, in seconds: an update settles within some ten of them. */
const CHANGE_DELAY_SECONDS = 5;

/** No resource of the workspace is in progress, but a runtime that serves its targets is. */
function awaitChange(decision: ReconcileResult): ReconcileResult {
  if (decision.next !== 'settled') return decision;
  return { ...decision, next: 'wait', requeueAfterSeconds: CHANGE_DELAY_SECONDS };
}

/** The next poll reads what this one could not. */
function awaitReads(decision: ReconcileResult, delay: number): ReconcileResult {
  const next = decision.next === 'settled' ? 'wait' : decision.next;
  const seconds = decision.next === 'settled' ? delay : decision.requeueAfterSeconds;
  const holdSeconds = Math.min(decision.holdSeconds, delay);
  return { ...decision, next, holdSeconds, requeueAfterSeconds: Math.min(seconds, delay) };
}
