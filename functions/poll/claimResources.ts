import { type Address, parseAddress } from '../../core/address.ts';
import { type DesiredResource, namedAddresses } from '../../core/desired/desired.ts';
import { resolveReferences } from '../../core/desired/resolveReferences.ts';
import { defined } from '../../core/objects.ts';
import type { Claim, VersionedResourceRecord } from '../../core/ports/ledger.ts';
import { newRecord, type ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import {
  claimedName,
  needsOutcome,
  type OwnershipFacts,
  ownershipOf,
} from '../../core/reconcile/ownership.ts';
import type { Ownership } from '../../core/reconcile/plan.ts';
import { containerOf, type ObservedResource } from '../../core/resources/observe.ts';
import { parentOf, resourceKinds, WORKSPACE_TAG } from '../../core/resources/resourceKinds.ts';
import {
  type AppliedResource,
  type OutcomeDocument,
  readOutcome,
} from '../../core/storage/outcomeDocument.ts';
import type { DecisionPorts, PartOfState } from './pollState.ts';
import { goneWorkspace } from './readDesired.ts';
import { ownerOfTarget, sharedGatewaysOf, sharedOwnership } from './shareGateways.ts';

type OwnershipState = PartOfState<'desired' | 'records' | 'claims' | 'sharing' | 'reads'>;
type Observed = ReadonlyMap<Address, ObservedResource>;
type OwnershipPorts = Pick<DecisionPorts, 'ledger' | 'specBucket'>;

/** Reads who has claimed the top-level resources of the manifest and of the ledger. */
export async function readClaims(
  { desired, records }: PartOfState<'desired' | 'records'>,
  { ledger }: Pick<DecisionPorts, 'ledger'>,
): Promise<PartOfState<'claims'>> {
  const addresses = [...new Set([...namedAddresses(desired), ...records.keys()])];
  const names = addresses.flatMap((address): [Address, Address][] => {
    const name = parentOf(address) ? undefined : nameOf(address, records);
    return name === undefined ? [] : [[address, name]];
  });
  const claims = await ledger.readClaims(names.map(([, name]) => name));
  return {
    claims: new Map(
      names.flatMap(([address, name]): [Address, Claim][] => {
        const claim = claims.get(name);
        return claim ? [[address, claim]] : [];
      }),
    ),
  };
}

/** @returns the name by which the ledger holds the claim of a resource; undefined where it has none yet */
function nameOf(address: Address, records: OwnershipState['records']): Address | undefined {
  return claimedName(records.get(address) ?? { address });
}

/**
 * Records the new top-level resources of the manifest before the first of them is claimed. A claim is found again only
 * through the manifest or a record: were poll killed after the claim, and the resource left out of the next upload,
 * nothing would release it, and no other workspace could ever have a resource of that name. So it is with what the ledger
 * keeps of a shared gateway, which its owner and the others find by their records.
 */
export async function recordNewResources(
  {
    event: { workspace, now },
    desired,
    ledgerEntries,
    records,
  }: PartOfState<'event' | 'desired' | 'ledgerEntries' | 'records'>,
  { ledger }: Pick<DecisionPorts, 'ledger'>,
): Promise<PartOfState<'ledgerEntries' | 'records'>> {
  const recordOf = (address: Address) => ledgerEntries.get(address)?.record;
  const topLevel = desired.resources.filter(({ address }) => !parentOf(address));
  const own = await Promise.all(
    topLevel.map(async (resource) => {
      const { address, sharedWith = [] } = resource;
      const record = recordOf(address) ?? newRecord(address, now);
      const shared = sharedWith.length > 0 && !record.sharedWith ? { ...record, sharedWith: [] } : record;
      const outputsOf = (source: Address) => records.get(source)?.outputs;
      return inContainer(shared, resource, outputsOf, { workspace, ledger });
    }),
  );
  const shared = (desired.shared ?? []).map(({ address, sharedBy }) => {
    const record = recordOf(address) ?? newRecord(address, now);
    return record.sharedBy === undefined ? { ...record, sharedBy } : record;
  });
  const written = await Promise.all(
    [...own, ...shared]
      .filter((record) => record !== recordOf(record.address))
      .map(async (record): Promise<[Address, VersionedResourceRecord]> => {
        const version = ledgerEntries.get(record.address)?.version ?? 0;
        await ledger.writeResource(workspace, record, version);
        return [record.address, { record, version: version + 1 }];
      }),
  );
  return {
    ledgerEntries: new Map([...ledgerEntries, ...written]),
    records: new Map([
      ...records,
      ...written.map(([address, { record }]) => {
        const { sharedWith, sharedBy, container } = record;
        // What poll has added to the record of the ledger since stays.
        return [
          address,
          { ...record, ...records.get(address), ...defined({ sharedWith, sharedBy, container }) },
        ] as const;
      }),
    ]),
  };
}

/**
 * Notes in which registry a record is claimed: where it is, or else where the manifest wants it to be. The claim in another
 * registry ends before the note of it does, so that no claim is left that nothing releases.
 */
async function inContainer(
  record: ResourceRecord,
  { address, config }: DesiredResource,
  outputsOf: (source: Address) => ResourceRecord['outputs'],
  { workspace, ledger }: Pick<DecisionPorts, 'ledger'> & { readonly workspace: string },
): Promise<ResourceRecord> {
  const row = resourceKinds[parseAddress(address).kind];
  if (!row.container) return record;
  const { member } = row.container;
  const resolved = resolveReferences(
    { [member]: config[member] ?? '' },
    (source, field) => outputsOf(source)?.[field],
  );
  const named = 'config' in resolved ? String(resolved.config[member]) : undefined;
  const container = record.id === undefined ? named : containerOf(row, record.id);
  if (container === undefined || container === record.container) return record;
  const former = record.container === undefined ? undefined : claimedName(record);
  if (former !== undefined) await ledger.releaseClaim(former, workspace);
  return { ...record, container };
}

/** Who owns the top-level resources, and which of them this workspace has claimed. */
export interface TopLevelOwnership extends PartOfState<'ownership' | 'claimed'> {
  /** The workspace whose resources this one takes over now. */
  readonly movedFrom?: string;
}

/**
 * Claims the resources that this workspace owns, before the first write to any of them. Names are unique in the account, or
 * in a registry, so that a claim decides between workspaces whatever the tags of the API can do.
 */
export async function claimTopLevel(
  state: OwnershipState,
  observed: Observed,
  ports: OwnershipPorts,
): Promise<TopLevelOwnership> {
  const { desired, records, claims, reads } = state;
  const { workspace, resources, settings } = desired;
  const movedFrom = await goneWorkspace(settings.movedFrom, ports);
  const outcomes = new LastOutcomes(workspace, movedFrom, ports);
  // Whether a resource exists that could not be read, and whose it is, the next poll finds out.
  const desiredAddresses = resources
    .map(({ address }) => address)
    .filter((address) => !parentOf(address) && !reads.unread.has(address) && !reads.failed.has(address));
  const shared = sharedOwnership(state);
  const ownership = new Map<Address, Ownership>(shared);
  const claimed = new Set(
    [...claims].filter(([, { owner }]) => owner === workspace).map(([address]) => address),
  );
  await Promise.all(
    [...new Set([...desiredAddresses, ...observed.keys()])].map(async (address) => {
      if (shared.has(address)) return;
      const facts: OwnershipFacts = {
        workspace,
        ...defined({ movedFrom, claim: claims.get(address) }),
        observed: observed.get(address),
        record: records.get(address),
        adopt: resources.some((each) => each.address === address && each.adopt !== undefined),
      };
      const found = await outcomes.judge(facts);
      const name = nameOf(address, records);
      const decided = found.kind === 'owned' && name ? await claim(name, found, facts, ports) : found;
      ownership.set(address, decided);
      if (!name) return;
      if (decided.kind === 'owned') claimed.add(address);
      // What this workspace does not own must be free for its owner.
      else if (claimed.delete(address)) await ports.ledger.releaseClaim(name, workspace);
    }),
  );
  for (const [address, { owner }] of claims)
    if (owner !== undefined && owner !== workspace && !ownership.has(address))
      ownership.set(address, { kind: 'ownedElsewhere', workspace: owner, proof: 'claim' });
  return { ownership, claimed, ...defined({ movedFrom }) };
}

/**
 * Claims the records of a registry of the manifest in the poll that first sees the registry, whose id the ledger does not have
 * yet: the decision of this poll has the records created.
 */
export async function claimInNewRegistries(
  {
    desired,
    records,
    ledgerEntries,
    observed,
    ownership,
    claimed,
    event: { workspace, now },
  }: PartOfState<'event' | 'desired' | 'records' | 'ledgerEntries' | 'observed' | 'ownership' | 'claimed'>,
  ports: OwnershipPorts,
): Promise<PartOfState<'ledgerEntries' | 'records' | 'ownership' | 'claimed'>> {
  const { ledger } = ports;
  const outputsOf = (source: Address) => observed.get(source)?.outputs;
  const unclaimed = desired.resources.filter(
    ({ address }) => !parentOf(address) && nameOf(address, records) === undefined,
  );
  const noted = await Promise.all(
    unclaimed.map(async (resource) => {
      const { address } = resource;
      const { record: before = newRecord(address, now), version = 0 } = ledgerEntries.get(address) ?? {};
      const record = await inContainer(before, resource, outputsOf, { workspace, ledger });
      return { address, before, record, version };
    }),
  );
  const found = noted.filter(({ before, record }) => record !== before);
  if (found.length === 0) return { ledgerEntries, records, ownership, claimed };
  const movedFrom = await goneWorkspace(desired.settings.movedFrom, ports);
  const decided = await Promise.all(
    found.map(async ({ address, record, version }) => {
      await ledger.writeResource(workspace, record, version);
      const name = claimedName(record) ?? address;
      const facts = { workspace, ...defined({ movedFrom }), observed: undefined, record, adopt: false };
      return [address, await claim(name, { kind: 'owned' }, facts, ports)] as const;
    }),
  );
  const own = decided.filter(([, { kind }]) => kind === 'owned').map(([address]) => address);
  return {
    ledgerEntries: new Map([
      ...ledgerEntries,
      ...found.map(({ address, record, version }) => [address, { record, version: version + 1 }] as const),
    ]),
    records: new Map([
      ...records,
      ...found.map(
        ({ address, record: { container } }) =>
          [
            address,
            { ...newRecord(address, now), ...records.get(address), ...defined({ container }) },
          ] as const,
      ),
    ]),
    ownership: new Map([...(ownership ?? []), ...decided]),
    claimed: new Set([...claimed, ...own]),
  };
}

async function claim(
  name: Address,
  ownership: Ownership,
  { workspace, movedFrom, claim: before }: OwnershipFacts,
  { ledger }: OwnershipPorts,
): Promise<Ownership> {
  if (before?.owner === workspace) return ownership;
  const owner = await ledger.claim(name, workspace, movedFrom);
  return owner === workspace ? ownership : { kind: 'ownedElsewhere', workspace: owner, proof: 'claim' };
}

/**
 * Who owns the targets on the gateways of this workspace. A target belongs to the owner of its gateway, but one that
 * another client made is changed and deleted only if the manifest adopts it.
 */
export async function targetOwnership(
  { desired, records, sharing }: OwnershipState,
  observed: Observed,
  { movedFrom }: TopLevelOwnership,
  ports: OwnershipPorts,
): Promise<ReadonlyMap<Address, Ownership>> {
  const { workspace, resources } = desired;
  const shared = sharedGatewaysOf({ desired, records });
  const outcomes = new LastOutcomes(workspace, movedFrom, ports);
  const adopted = new Set(resources.filter(({ adopt }) => adopt).map(({ address }) => address));
  const known = new Set([...resources.map(({ address }) => address), ...records.keys()]);
  const ownership = new Map<Address, Ownership>();
  for (const [address, target] of observed) {
    const gateway = parentOf(address);
    if (!gateway || !known.has(address)) continue;
    const owner = observed.get(gateway)?.tags?.[WORKSPACE_TAG];
    const facts: OwnershipFacts = {
      workspace,
      observed: target,
      record: records.get(address),
      adopt: adopted.has(address),
      // The tag of another workspace's gateway says nothing about the targets of this one.
      isGatewayRebuilt: owner !== undefined && records.get(gateway)?.id === undefined && !shared.has(gateway),
    };
    ownership.set(address, await outcomes.judge(facts));
  }
  // On a shared gateway, a name decides between workspaces, whether a target of that name exists or not.
  for (const { address } of resources) {
    const owner = ownerOfTarget(address, sharing);
    if (owner !== undefined && owner !== workspace)
      ownership.set(address, { kind: 'ownedElsewhere', workspace: owner, proof: 'claim' });
  }
  return ownership;
}

/** The last outcomes, which are read only where the ledger and the tags leave the owner open. */
class LastOutcomes {
  readonly #workspaces: readonly string[];
  readonly #specBucket: DecisionPorts['specBucket'];
  #applied: Promise<readonly OutcomeDocument['applied'][]> | undefined;

  constructor(workspace: string, movedFrom: string | undefined, { specBucket }: OwnershipPorts) {
    this.#workspaces = movedFrom === undefined ? [workspace] : [workspace, movedFrom];
    this.#specBucket = specBucket;
  }

  async judge(facts: OwnershipFacts): Promise<Ownership> {
    const { observed } = facts;
    if (!needsOutcome(facts) || !observed) return ownershipOf(facts);
    this.#applied ??= this.#readApplied();
    const isInOutcome = (await this.#applied).some((applied) => isSame(applied[observed.address], observed));
    return ownershipOf({ ...facts, isInOutcome });
  }

  async #readApplied(): Promise<readonly OutcomeDocument['applied'][]> {
    const outcomes = await Promise.all(this.#workspaces.map((each) => readOutcome(each, this.#specBucket)));
    return outcomes.map((outcome) => outcome?.applied ?? {});
  }
}

/** Compares the ids, or the ARNs of a kind without ids. Other outputs, such as versions, change. */
function isSame(applied: AppliedResource | undefined, { address, outputs }: ObservedResource): boolean {
  const { idMember, arnMember } = resourceKinds[parseAddress(address).kind];
  const member = outputs[idMember] === undefined ? arnMember : idMember;
  return outputs[member] !== undefined && applied?.outputs?.[member] === outputs[member];
}

/** Releases the claims of resources that are deleted or given away, before their records are deleted. */
export async function releaseClaims(
  { event: { workspace }, decision, records }: PartOfState<'event' | 'decision' | 'records'>,
  { ledger }: Pick<DecisionPorts, 'ledger'>,
): Promise<void> {
  const names = decision.releases.flatMap((address) => nameOf(address, records) ?? []);
  await Promise.all(names.map((name) => ledger.releaseClaim(name, workspace)));
}
