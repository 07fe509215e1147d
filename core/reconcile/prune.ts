import { type Address, parseAddress } from '../address.ts';
import { fingerprint, namedAddresses } from '../desired/desired.ts';
import type { JsonObject } from '../json.ts';
import { omit } from '../objects.ts';
import { inWords, localNameOf, nameInput, parentOf, resourceKinds } from '../resources/resourceKinds.ts';
import { type Blocker, childrenOf, isUpToDate } from './dependencies.ts';
import { guestsOf } from './gatewaySharing.ts';
import { type ResourceRecord, withoutApplied, withoutRequest } from './ledgerRecord.ts';
import type { ReconcileInput, ResourcePlan } from './plan.ts';

/**
 * The resources that Gateloop created or adopted and that left the manifest. Without `settings.prune`, only the targets
 * that a moved target replaces.
 */
export function resourcesToPrune(
  input: Pick<ReconcileInput, 'recorded' | 'desired' | 'observed' | 'ownership'>,
): ResourceRecord[] {
  const { recorded, desired } = input;
  const { resources, settings } = desired;
  const desiredAddresses = namedAddresses(desired);
  const replaced = new Set(resources.map(({ movedFrom }) => movedFrom));
  return [...recorded.values()].filter(
    (record) =>
      (mayExist(record) || isRebuilt(record, input)) &&
      !desiredAddresses.has(record.address) &&
      (settings.prune || replaced.has(record.address)),
  );
}

/** Whether the ledger says that the resource exists, or is being created. Otherwise there is nothing to delete. */
export function mayExist({ id, operation }: ResourceRecord): boolean {
  return id !== undefined || operation !== undefined;
}

/**
 * Whether the record was broken and says nothing, while the last outcome proves that the resource is the workspace's own.
 * The record of a resource that Gateloop has deleted keeps its generation: a List may still show that one.
 */
function isRebuilt(
  { address, generation }: ResourceRecord,
  { observed, ownership }: Pick<ReconcileInput, 'observed' | 'ownership'>,
): boolean {
  return generation === undefined && observed.has(address) && ownership?.get(address)?.kind === 'owned';
}

/** Keeps what was applied last, as far as the deletion depends on it, and the request about the deletion. */
function leavingRecord(record: ResourceRecord): ResourceRecord {
  const configuration = record.applied?.fingerprint ?? record.deletion?.configuration;
  const left = withoutApplied(record.request?.kind === 'deletion' ? record : withoutRequest(record));
  return configuration === undefined ? left : { ...left, deletion: { ...left.deletion, configuration } };
}

/**
 * The record of a resource that left the manifest. If the resource returns to the manifest, it must not be taken for
 * one that was deleted outside Gateloop, nor be bound by earlier attempts and requests.
 */
export function forPrunedResource(record: ResourceRecord): ResourceRecord {
  const { retry, ...rest } = omit(
    leavingRecord(record),
    'lastGood',
    'approvedFingerprint',
    'syncWantedAt',
    'creating',
    'createUnanswered',
  );
  return retry?.fingerprint === '' ? { ...rest, retry } : rest;
}

/** So many pairs of an old and a new target are compared in one poll: a configuration may have a megabyte. */
const MAX_PAIRS = 2500;

/**
 * Finds the targets that have another name or another gateway now, and the configuration that they had: they are created
 * under the new name before the old ones are deleted. Where an upload has too many of them, `movedFrom` says it.
 *
 * @param left the plans of the resources that are to be pruned
 * @param added the resolved configurations of targets that were never applied
 * @returns the new address of each old one
 */
export function findRenames(
  left: readonly Pick<ResourcePlan, 'record'>[],
  added: ReadonlyMap<Address, JsonObject>,
): Map<Address, Address> {
  const renames = new Map<Address, Address>();
  const addedByPart = Map.groupBy(
    [...added].flatMap(([address, config]) =>
      [parentOf(address), localNameOf(address)].map((part) => ({ part, address, config })),
    ),
    ({ part }) => part,
  );
  let pairs = 0;
  for (const { record } of left) {
    const { address: before } = record;
    const applied = record.applied?.fingerprint ?? record.deletion?.configuration;
    if (applied === undefined || parseAddress(before).kind !== 'gatewayTarget') continue;
    // With another name on its gateway, or with its name on another gateway.
    const candidates = [parentOf(before), localNameOf(before)].flatMap((part) => addedByPart.get(part) ?? []);
    const found = candidates.slice(0, MAX_PAIRS - pairs).find(({ config }) => {
      pairs += 1;
      return (
        fingerprint({ ...config, ...nameInput(resourceKinds.gatewayTarget, localNameOf(before)) }) === applied
      );
    });
    if (found) renames.set(before, found.address);
  }
  return renames;
}

/**
 * Blocks deletions that must come later. A gateway is deleted after its targets, a runtime after its endpoints. These wait
 * until all desired resources are ready: the gateway may have another name now. Any other resource that may be referred to is deleted after all
 * desired resources are ready: until then a target may still use a removed provider.
 */
export function orderPrunes(
  prunePlans: readonly ResourcePlan[],
  desiredPlans: readonly ResourcePlan[],
  input: Pick<ReconcileInput, 'observed' | 'unread' | 'desired' | 'sharing'>,
  renames: ReadonlyMap<Address, Address> = new Map(),
): ResourcePlan[] {
  const moves = input.desired.resources.map(({ address, movedFrom }) => [movedFrom, address] as const);
  const replacements = new Map<Address | undefined, Address>([...renames, ...moves]);
  const desiredByAddress = new Map(desiredPlans.map((plan) => [plan.address, plan]));
  const prunedAddresses = new Set(prunePlans.map(({ address }) => address));
  const inProgress = new Set(
    [...prunePlans, ...desiredPlans]
      .filter(({ inProgressSince }) => inProgressSince !== undefined)
      .map(({ address }) => address),
  );
  const unreadyPlan = desiredPlans.find((plan) => !isUpToDate(plan));
  return prunePlans.map((given) => {
    const replacedBy = replacements.get(given.address);
    const replacement = replacedBy && desiredByAddress.get(replacedBy);
    const plan = replacement ? { ...given, replacedBy: replacement.address } : given;
    if (plan.operation !== 'delete') return plan;
    const parent = parentOf(plan.address);
    const isWithGateway = parent !== undefined && prunedAddresses.has(parent);
    const blocker = parent
      ? (blockedByParent(parent, inProgress) ??
        blockedByReplacement(replacement) ??
        (isWithGateway ? blockedByDesired(unreadyPlan) : undefined))
      : (blockedByChildren(plan.address, prunedAddresses, input) ?? blockedByDesired(unreadyPlan));
    const held = blocker ?? blockedByUsers(plan.address, [...prunePlans, ...desiredPlans]);
    return held ? { ...plan, ...held, blocked: true } : plan;
  });
}

function blockedByParent(parent: Address, inProgress: ReadonlySet<Address>): Blocker | undefined {
  if (!inProgress.has(parent)) return undefined;
  return { state: 'in-progress', reasons: [`It left the manifest. Its deletion waits for ${parent}.`] };
}

/** A target that was moved or renamed is deleted once its replacement serves. */
function blockedByReplacement(replacement: ResourcePlan | undefined): Blocker | undefined {
  if (!replacement || isUpToDate(replacement)) return undefined;
  return { state: 'in-progress', reasons: [`It is deleted once ${replacement.address} is ready.`] };
}

function blockedByChildren(
  address: Address,
  prunedAddresses: ReadonlySet<Address>,
  input: Pick<ReconcileInput, 'observed' | 'unread' | 'desired' | 'sharing'>,
): Blocker | undefined {
  const children = childrenOf(address, input);
  if (children.length === 0) return undefined;
  const sharing = input.sharing?.get(address);
  const guests = sharing ? [...guestsOf(sharing, input.desired.workspace)] : [];
  if (guests.length > 0) {
    const list = guests.map(([workspace, names]) => `${workspace} (${names.join(', ')})`).join('; ');
    return {
      state: 'refused',
      reasons: [
        `It left the manifest, but other workspaces have targets on it: ${list}. It is deleted once they have removed them; Gateloop has told them.`,
      ],
    };
  }
  const unmanaged = children.filter((child) => !prunedAddresses.has(child));
  if (unmanaged.length === 0) {
    return {
      state: 'in-progress',
      reasons: [`It left the manifest. Its ${sectionsOf(children)} are deleted first.`],
    };
  }
  return {
    state: 'refused',
    reasons: [
      `It left the manifest, but has ${sectionsOf(unmanaged)} that Gateloop did not create: ${unmanaged.join(', ')}. Delete them first.`,
    ],
  };
}

/** @returns what parts are called in a manifest: "targets and rate limits" */
function sectionsOf(addresses: readonly Address[]): string {
  const sections = addresses.map((address) => inWords(resourceKinds[parseAddress(address).kind].section));
  return [...new Set(sections)].join(' and ');
}

/**
 * Whether a resource that is deleted, or about to change, may still name this one: the service refuses a deletion of what
 * is in use, and a rule whose target is gone leads nowhere.
 */
function blockedByUsers(address: Address, plans: readonly ResourcePlan[]): Blocker | undefined {
  const { kind } = parseAddress(address);
  const parent = parentOf(address);
  const user = plans.find(
    (plan) =>
      resourceKinds[parseAddress(plan.address).kind].deletedBefore?.includes(kind) &&
      (parent === undefined || parentOf(plan.address) === parent) &&
      (plan.operation !== undefined || plan.inProgressSince !== undefined),
  );
  if (!user) return undefined;
  return {
    state: 'in-progress',
    reasons: [`It left the manifest. ${user.address} may use it, and comes first.`],
  };
}

function blockedByDesired(unreadyPlan: ResourcePlan | undefined): Blocker | undefined {
  if (!unreadyPlan) return undefined;
  return {
    state: 'in-progress',
    reasons: [`It left the manifest. It is deleted once ${unreadyPlan.address} is ready.`],
  };
}
