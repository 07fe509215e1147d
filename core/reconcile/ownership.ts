import { type Address, addressOf, parseAddress } from '../address.ts';
import type { Difference } from '../comparison/compareConfiguration.ts';
import { namedAddresses } from '../desired/desired.ts';
import { defined } from '../objects.ts';
import type { Claim } from '../ports/ledger.ts';
import { containerOf, type ObservedResource } from '../resources/observe.ts';
import { isNamedById, parentOf, resourceKinds, WORKSPACE_TAG } from '../resources/resourceKinds.ts';
import { listOfDifferences } from './differenceReport.ts';
import { type ResourceRecord, withoutRequest, withoutResource } from './ledgerRecord.ts';
import {
  type Ownership,
  type ReconcileInput,
  type ResourceContext,
  type ResourcePlan,
  resourcePlan,
} from './plan.ts';
import { mayExist, resourcesToPrune } from './prune.ts';

/** What is known about the owner of one resource. */
export interface OwnershipFacts {
  readonly workspace: string;
  /** The workspace whose resources this one takes over. */
  readonly movedFrom?: string;
  /** The claim of the resource in the ledger; absent where no workspace has ever claimed it, and of a target. */
  readonly claim?: Claim;
  readonly observed: ObservedResource | undefined;
  readonly record: ResourceRecord | undefined;
  /** The manifest says `adopt`. */
  readonly adopt: boolean;
  /** Of a target: the gateway carries the tag of this workspace, and the ledger has lost it. */
  readonly isGatewayRebuilt?: boolean;
  /** The last outcome of this workspace lists the resource with the same id. */
  readonly isInOutcome?: boolean;
}

/**
 * Decides who owns a resource. The claim in the ledger comes first. A resource without a claim of another workspace is
 * this workspace's own if it does not exist yet, or if Gateloop made it for this workspace, which the ledger, the tag of
 * the owner or the last outcome proves. What Gateloop did not make is taken over only if the manifest says so.
 */
export function ownershipOf(facts: OwnershipFacts): Ownership {
  const { workspace, movedFrom, claim = {}, observed, record, adopt } = facts;
  const isOurs = (owner: string) => owner === workspace || owner === movedFrom;
  if (claim.owner !== undefined && !isOurs(claim.owner))
    return { kind: 'ownedElsewhere', workspace: claim.owner, proof: 'claim' };
  if (!observed) return { kind: 'owned' };
  // What this workspace recorded before another one owned the resource proves nothing: an id may be the name.
  const isOutdated = claim.formerOwner !== undefined && !isOurs(claim.formerOwner);
  if (!isOutdated && isKnown(record, observed)) return { kind: 'owned' };
  const owner = observed.tags?.[WORKSPACE_TAG];
  if (owner !== undefined && !isOurs(owner))
    return { kind: 'ownedElsewhere', workspace: owner, proof: 'tag' };
  // What Gateloop creates has the tag from the start, where tags can be read.
  if (!isOutdated && record?.creating && (owner !== undefined || !observed.tags)) return { kind: 'owned' };
  // With a lost ledger, nobody knows whether the resource was made or adopted: the manifest decides.
  if (adopt) return { kind: 'owned', adopts: true };
  const isProven = owner !== undefined || facts.isGatewayRebuilt || (!isOutdated && facts.isInOutcome);
  return isProven ? { kind: 'owned' } : { kind: 'unowned', ...defined({ config: observed.config }) };
}

/**
 * Whether the ledger knows this very resource: a resource of the same name with another id was made by another client, in
 * place of one that was deleted meanwhile.
 */
function isKnown(record: ResourceRecord | undefined, observed: ObservedResource): boolean {
  if (record?.operation?.operation === 'create') return true;
  return record?.id === observed.id && !isMadeAfterDeletion(record, observed);
}

/** Where the name is the id, only the time tells a resource from its successor. */
function isMadeAfterDeletion(
  { operation }: ResourceRecord,
  { address, updatedAt = 0 }: ObservedResource,
): boolean {
  return (
    isNamedById(resourceKinds[parseAddress(address).kind]) &&
    operation?.operation === 'delete' &&
    updatedAt > operation.startedAt
  );
}

/** Whether the ownership of an existing resource needs more facts than the ledger and the tags: the last outcome. */
export function needsOutcome(facts: OwnershipFacts): boolean {
  return ownershipOf(facts).kind === 'unowned';
}

/**
 * @returns the name that a top-level resource is claimed by. Names are unique in the account; those of registry records only
 * in their registry, whose id is a part of it. Undefined where the registry does not exist yet, in which nothing can be written.
 */
export function claimedName({
  address,
  id,
  container,
}: Pick<ResourceRecord, 'address' | 'id' | 'container'>): Address | undefined {
  const { kind, name } = parseAddress(address);
  const row = resourceKinds[kind];
  if (!row.container) return address;
  const within = container ?? (id === undefined ? undefined : containerOf(row, id));
  return within === undefined ? undefined : addressOf(kind, `${within}/${name}`);
}

type NotOwned = Exclude<Ownership, { kind: 'owned' | 'shared' }>;

/**
 * Plans a resource of the manifest that this workspace does not own. The record drops its id, so that Gateloop never
 * changes or deletes it.
 *
 * @param differences between the manifest and a resource that no workspace owns; undefined where they are not known
 */
export function refuseUnowned(
  context: ResourceContext,
  ownership: NotOwned,
  differences?: readonly Difference[],
): ResourcePlan {
  const record = withoutRequest(withoutResource(context.record));
  const text = refusalText(context.address, ownership, differences);
  return resourcePlan({ ...context, record }, 'refused', [text]);
}

function refusalText(
  address: Address,
  ownership: NotOwned,
  differences: readonly Difference[] | undefined,
): string {
  if (ownership.kind === 'unowned')
    return `It exists already, and Gateloop did not make it for this workspace, so Gateloop does not change it. ${adoptionPreview(differences)} ${otherwise(address)}`;
  if (parentOf(address) && ownership.proof === 'claim')
    return `The workspace "${ownership.workspace}" has a target of this name on the gateway, so Gateloop does not change it. Give the target another name here.`;
  const proof = ownership.proof === 'tag' ? ', as its tag gateloop:workspace says' : '';
  return `It belongs to the workspace "${ownership.workspace}"${proof}, so Gateloop does not change it. Give it another name here, or write "unmanage: true" beside it in that workspace's manifest and "adopt: true" here.`;
}

/** What keeps a resource of the manifest apart from one that exists. */
function otherwise(address: Address): string {
  const { kind, nameMember, matchMember = 'content', isOnly } = resourceKinds[parseAddress(address).kind];
  if (isOnly) return 'Otherwise remove it from the manifest.';
  if (nameMember === undefined) return `Otherwise give it another ${matchMember}.`;
  return `Otherwise give ${kind === 'gatewayTarget' ? 'the target' : 'it'} another name.`;
}

/** How to take a resource over, and what the adoption would change. */
function adoptionPreview(differences: readonly Difference[] | undefined): string {
  if (!differences)
    return 'To take it over, write "adopt: true" beside it; gateloop plan then shows what would be changed.';
  if (differences.length === 0)
    return 'It has what the manifest names. To take it over, write "adopt: true" beside it.';
  return `It differs from the manifest: ${listOfDifferences(differences)}. To take it over and change that, write "adopt: true" beside it.`;
}

/** Forgets a resource that left the manifest and that this workspace does not own: Gateloop must not delete it. */
export function dropUnowned(context: ResourceContext): ResourcePlan {
  return resourcePlan({ ...context, record: withoutResource(context.record) }, 'absent', []);
}

/** Whether the resource, or the gateway of the target, belongs to this workspace; a target may be on a shared gateway. */
export function isOwned(address: Address, ownership: ReconcileInput['ownership']): boolean {
  const parent = parentOf(address);
  const own = ownership?.get(address);
  const ofParent = parent && ownership?.get(parent);
  return (
    (!own || own.kind === 'owned') && (!ofParent || ofParent.kind === 'owned' || ofParent.kind === 'shared')
  );
}

/**
 * The recorded resources that the workspace gives away: those beside `unmanage`, top-level resources that left the
 * manifest without `settings.prune`, and the targets of a gateway that is given away. A target that left the manifest
 * without prune stays in the ledger, since its gateway still belongs to the workspace.
 */
export function resourcesToGiveAway(input: ReconcileInput): Address[] {
  const { recorded, desired } = input;
  const { settings, unmanaged = [], isPruningSuspended } = desired;
  const toDelete = settings.prune ? [] : resourcesToPrune(input).map(({ address }) => address);
  // A gateway stays with the workspace until the targets that have moved away from it are deleted.
  const needed = new Set([...toDelete, ...toDelete.map(parentOf)]);
  const desiredAddresses = namedAddresses(desired);
  const leaves = !settings.prune && !isPruningSuspended;
  const isGivenAway = (address: Address) =>
    unmanaged.includes(address) || (leaves && !parentOf(address) && !desiredAddresses.has(address));
  const existing = [...recorded.values()].filter(mayExist).map(({ address }) => address);
  return existing.filter((address) => {
    if (desiredAddresses.has(address) || needed.has(address)) return false;
    const parent = parentOf(address);
    return isGivenAway(address) || (parent !== undefined && isGivenAway(parent));
  });
}

/** The claims of this workspace that no resource of it needs any more. */
export function claimsToRelease(
  { claimed, desired, leftAlone }: ReconcileInput,
  recordsAfter: ReadonlyMap<Address, ResourceRecord>,
): Address[] {
  const desiredAddresses = namedAddresses(desired);
  return [...(claimed ?? [])].filter((address) => {
    const record = recordsAfter.get(address);
    const isNeeded = desiredAddresses.has(address) || leftAlone?.has(address);
    return !isNeeded && !(record && mayExist(record));
  });
}

/** The targets of a gateway that neither the manifest nor the ledger has: another client made them, or another workspace. */
export function foreignTargets(
  gateway: Address,
  { recorded, desired }: ReconcileInput,
  listed: readonly Address[],
): string[] {
  const known = namedAddresses(desired);
  return listed
    .filter((address) => resourceKinds[parseAddress(address).kind].servesAgents)
    .filter((address) => parentOf(address) === gateway && !known.has(address) && !recorded.has(address))
    .map((address) => parseAddress(address).name);
}
