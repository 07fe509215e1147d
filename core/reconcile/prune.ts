import type { Address } from '../address.ts';
import { parentOf } from '../resources/resourceKinds.ts';
import { childrenOf } from './children.ts';
import { isDependencyReady } from './dependencies.ts';
import type { ResourcePlan } from './planResource.ts';
import type { ReconcileInput } from './reconcileInput.ts';
import { type ResourceRecord, withoutApplied, withoutRequest } from './resourceRecord.ts';

/** Resources that Gateloop made or took over, and that have left the manifest. */
export function resourcesToPrune({ recorded, desired }: ReconcileInput): ResourceRecord[] {
  const desiredAddresses = new Set(desired.resources.map(({ address }) => address));
  return [...recorded.values()].filter((known) => mayExist(known) && !desiredAddresses.has(known.address));
}

/** Whether memory has the resource for one that is there, or is coming; else there is nothing to delete. */
export function mayExist({ id, operation }: ResourceRecord): boolean {
  return id !== undefined || operation !== undefined;
}

/**
 * What is remembered of a resource that left the manifest. Were it to come back, it must not be taken for one that
 * somebody deleted by hand, nor be held to what was tried and asked before.
 */
export function forPrunedResource(record: ResourceRecord): ResourceRecord {
  const { lastGood: _, approvedFingerprint: __, retry, ...rest } = withoutApplied(withoutRequest(record));
  return retry?.fingerprint === '' ? { ...rest, retry } : rest;
}

type BlockedBy = Pick<ResourcePlan, 'state' | 'reasons'>;

/**
 * Holds back deletions that must come later: a gateway's after those of its targets, and that of anything that others
 * may refer to after all that is wanted is ready, since until then a target may still use the provider that left.
 */
export function orderPrunes(
  prunePlans: readonly ResourcePlan[],
  desiredPlans: readonly ResourcePlan[],
  observed: ReconcileInput['observed'],
): ResourcePlan[] {
  const prunedAddresses = new Set(prunePlans.map(({ address }) => address));
  const inProgress = new Set(
    [...prunePlans, ...desiredPlans]
      .filter(({ inProgressSince }) => inProgressSince !== undefined)
      .map(({ address }) => address),
  );
  const unreadyPlan = desiredPlans.find((plan) => !isDependencyReady(plan));
  return prunePlans.map((plan) => {
    if (plan.operation !== 'delete') return plan;
    const parent = parentOf(plan.address);
    const blocker = parent
      ? blockedByParent(parent, inProgress)
      : (blockedByChildren(plan.address, prunedAddresses, observed) ?? blockedByDesired(unreadyPlan));
    return blocker ? { ...plan, ...blocker, blocked: true } : plan;
  });
}

function blockedByParent(parent: Address, inProgress: ReadonlySet<Address>): BlockedBy | undefined {
  if (!inProgress.has(parent)) return undefined;
  return { state: 'in-progress', reasons: [`It left the manifest, and waits for ${parent}.`] };
}

function blockedByChildren(
  address: Address,
  prunedAddresses: ReadonlySet<Address>,
  observed: ReconcileInput['observed'],
): BlockedBy | undefined {
  const children = childrenOf(address, observed);
  if (children.length === 0) return undefined;
  const unmanaged = children.filter((child) => !prunedAddresses.has(child));
  if (unmanaged.length === 0) {
    return { state: 'in-progress', reasons: ['It left the manifest, and goes after its targets.'] };
  }
  return {
    state: 'refused',
    reasons: [
      `It left the manifest, but has targets that Gateloop did not make: ${unmanaged.join(', ')}. Delete them first.`,
    ],
  };
}

function blockedByDesired(unreadyPlan: ResourcePlan | undefined): BlockedBy | undefined {
  if (!unreadyPlan) return undefined;
  return {
    state: 'in-progress',
    reasons: [`It left the manifest, and goes once ${unreadyPlan.address} is ready.`],
  };
}
