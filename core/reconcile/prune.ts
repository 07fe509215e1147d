import type { Address } from '../address.ts';
import { namedAddresses } from '../desired/desired.ts';
import { omit } from '../objects.ts';
import { parentOf } from '../resources/resourceKinds.ts';
import { type Blocker, childrenOf, isUpToDate } from './dependencies.ts';
import { type ResourceRecord, withoutApplied, withoutRequest } from './ledgerRecord.ts';
import type { ReconcileInput, ResourcePlan } from './plan.ts';

/**
 * The resources that Gateloop created or adopted and that left the manifest. Without `settings.prune`, only the targets
 * that a moved target replaces.
 */
export function resourcesToPrune({
  recorded,
  desired,
}: Pick<ReconcileInput, 'recorded' | 'desired'>): ResourceRecord[] {
  const { resources, settings } = desired;
  const desiredAddresses = namedAddresses(desired);
  const replaced = new Set(resources.map(({ movedFrom }) => movedFrom));
  return [...recorded.values()].filter(
    (record) =>
      mayExist(record) &&
      !desiredAddresses.has(record.address) &&
      (settings.prune || replaced.has(record.address)),
  );
}

/** Whether the ledger says that the resource exists, or is being created. Otherwise there is nothing to delete. */
export function mayExist({ id, operation }: ResourceRecord): boolean {
  return id !== undefined || operation !== undefined;
}

/**
 * The record of a resource that left the manifest. If the resource returns to the manifest, it must not be taken for
 * one that was deleted outside Gateloop, nor be bound by earlier attempts and requests.
 */
export function forPrunedResource(record: ResourceRecord): ResourceRecord {
  const { retry, ...rest } = omit(
    withoutApplied(withoutRequest(record)),
    'lastGood',
    'approvedFingerprint',
    'syncWantedAt',
    'creating',
    'createUnanswered',
  );
  return retry?.fingerprint === '' ? { ...rest, retry } : rest;
}

/**
 * Blocks deletions that must come later. A gateway is deleted after its targets. Any other resource that may be
 * referred to is deleted after all desired resources are ready: until then a target may still use a removed provider.
 */
export function orderPrunes(
  prunePlans: readonly ResourcePlan[],
  desiredPlans: readonly ResourcePlan[],
  input: Pick<ReconcileInput, 'observed' | 'unread' | 'desired'>,
): ResourcePlan[] {
  const replacements = new Map(input.desired.resources.map(({ address, movedFrom }) => [movedFrom, address]));
  const prunedAddresses = new Set(prunePlans.map(({ address }) => address));
  const inProgress = new Set(
    [...prunePlans, ...desiredPlans]
      .filter(({ inProgressSince }) => inProgressSince !== undefined)
      .map(({ address }) => address),
  );
  const unreadyPlan = desiredPlans.find((plan) => !isUpToDate(plan));
  return prunePlans.map((plan) => {
    if (plan.operation !== 'delete') return plan;
    const parent = parentOf(plan.address);
    const replacement = desiredPlans.find(({ address }) => address === replacements.get(plan.address));
    const blocker = parent
      ? (blockedByParent(parent, inProgress) ?? blockedByReplacement(replacement))
      : (blockedByChildren(plan.address, prunedAddresses, input) ?? blockedByDesired(unreadyPlan));
    return blocker ? { ...plan, ...blocker, blocked: true } : plan;
  });
}

function blockedByParent(parent: Address, inProgress: ReadonlySet<Address>): Blocker | undefined {
  if (!inProgress.has(parent)) return undefined;
  return { state: 'in-progress', reasons: [`It left the manifest. Its deletion waits for ${parent}.`] };
}

/** A target that was moved is deleted once its replacement serves. */
function blockedByReplacement(replacement: ResourcePlan | undefined): Blocker | undefined {
  if (!replacement || isUpToDate(replacement)) return undefined;
  return { state: 'in-progress', reasons: [`It is deleted once ${replacement.address} is ready.`] };
}

function blockedByChildren(
  address: Address,
  prunedAddresses: ReadonlySet<Address>,
  input: Pick<ReconcileInput, 'observed' | 'unread'>,
): Blocker | undefined {
  const children = childrenOf(address, input);
  if (children.length === 0) return undefined;
  const unmanaged = children.filter((child) => !prunedAddresses.has(child));
  if (unmanaged.length === 0) {
    return { state: 'in-progress', reasons: ['It left the manifest. Its targets are deleted first.'] };
  }
  return {
    state: 'refused',
    reasons: [
      `It left the manifest, but has targets that Gateloop did not create: ${unmanaged.join(', ')}. Delete them first.`,
    ],
  };
}

function blockedByDesired(unreadyPlan: ResourcePlan | undefined): Blocker | undefined {
  if (!unreadyPlan) return undefined;
  return {
    state: 'in-progress',
    reasons: [`It left the manifest. It is deleted once ${unreadyPlan.address} is ready.`],
  };
}
