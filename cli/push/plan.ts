import { type Address, addressOf } from '../../core/address.ts';
import type { ShapeCatalog } from '../../core/api/shapes.ts';
import { topLevelMember } from '../../core/comparison/compareConfiguration.ts';
import type { DesiredResource, DesiredState } from '../../core/desired/desired.ts';
import { configurationOf, fingerprint } from '../../core/desired/desired.ts';
import { resolveReferences } from '../../core/desired/resolveReferences.ts';
import { unclearableReason } from '../../core/resources/clearing.ts';
import { parentOf, resourceKinds } from '../../core/resources/resourceKinds.ts';
import type { AppliedResource, OutcomeDocument } from '../../core/storage/outcomeDocument.ts';
import type { SavedContract } from '../../core/storage/toolContractDocuments.ts';
import type { ToolChange } from '../../core/toolContracts/compareTools.ts';
import {
  contractOf,
  diffContracts,
  needsApproval,
  savedContract,
  type ToolContract,
  type ToolContractChange,
  unchangedContract,
} from '../../core/toolContracts/toolContract.ts';
import { configChanges, type MemberChange } from './configChanges.ts';

/**
 * - `adopt`: takes over the resource if it exists, and creates it otherwise
 * - `unmanage`: gives the resource away; nothing is deleted
 * - `keep`: not in the manifest, and kept because `settings.prune` is off or a record of a registry may provide it
 */
export type PlannedAction = 'create' | 'adopt' | 'change' | 'unchanged' | 'delete' | 'unmanage' | 'keep';

export interface PlannedResource {
  readonly address: Address;
  readonly action: PlannedAction;
  /** Members of the configuration that differ from the applied one. */
  readonly members: readonly MemberChange[];
  /** Changes of tools, which agents see. */
  readonly tools: readonly ToolChange[];
  /** Sentences for people. */
  readonly notes: readonly string[];
}

export interface Plan {
  readonly workspace: string;
  /** The time of the outcome that the plan compares with, in ISO 8601; absent when there is none yet. */
  readonly basedOn?: string;
  readonly resources: readonly PlannedResource[];
}

/** Reads the saved contract of an applied configuration by its fingerprint; undefined when none is saved. */
export type ReadContract = (fingerprint: string) => Promise<SavedContract | undefined>;

/**
 * Plans a push by the rule of the reconciliation: a resource changes when the fingerprint of its configuration, with
 * resolved references, differs from the fingerprint that was applied last.
 */
export async function plan(
  desired: DesiredState,
  last: OutcomeDocument | undefined,
  readContract: ReadContract,
  catalog: ShapeCatalog,
): Promise<Plan> {
  const planned = await Promise.all(
    desired.resources.map((resource) => planResource(resource, last, readContract, catalog)),
  );
  const named = new Set(planned.map(({ address }) => address));
  const others = addressesOf(last).filter((address) => !named.has(address));
  return {
    workspace: desired.workspace,
    ...(last && { basedOn: last.time }),
    resources: [...planned, ...others.map((address) => planRemoved(address, desired, last))],
  };
}

function addressesOf(last: OutcomeDocument | undefined): Address[] {
  // The notify step writes addresses as the keys of `applied`.
  return Object.keys(last?.applied ?? {}) as Address[];
}

function planRemoved(
  address: Address,
  desired: DesiredState,
  last: OutcomeDocument | undefined,
): PlannedResource {
  const { sources = [], resources, unmanaged = [], settings } = desired;
  const parent = parentOf(address);
  const replacement = resources.find(({ movedFrom }) => movedFrom === address);
  const isKeptTarget = parent !== undefined && resources.some((each) => each.address === parent);
  const prune = settings.prune || replacement !== undefined;
  if (unmanaged.includes(address) || (!prune && !isKeptTarget))
    return { address, action: 'unmanage', members: [], tools: [], notes: [unmanageNote] };
  const source = sources.find(({ gateway }) => addressOf('gateway', gateway) === parent);
  if (source) return { address, action: 'keep', members: [], tools: [], notes: [registryNote(prune)] };
  return {
    address,
    action: prune ? 'delete' : 'keep',
    members: [],
    tools: [],
    notes: removalNotes(address, prune, replacement, last),
  };
}

const unmanageNote = 'Given away: nothing is deleted, and a workspace that says "adopt" can take it over.';

function removalNotes(
  address: Address,
  prune: boolean,
  replacement: DesiredResource | undefined,
  last: OutcomeDocument | undefined,
): string[] {
  if (replacement) return [`Moved: deleted once ${replacement.address} is ready.`];
  return prune
    ? pendingNotes(address, last)
    : ['Removed from the manifest; kept because settings.prune is off.'];
}

function pendingNotes(address: Address, last: OutcomeDocument | undefined): string[] {
  const report = last?.resources.find((each) => each.address === address);
  return report?.state === 'awaiting-authorization'
    ? [
        'It waits for a consent, and the service deletes it only after its authorization link has expired: within eleven minutes.',
      ]
    : [];
}

/** Only Gateloop reads registries: the plan does not know their records. */
function registryNote(prune: boolean): string {
  const otherwise = prune ? 'deleted' : 'kept unchanged';
  return `Not in the manifest: kept while an approved record of the gateway's registry provides it, otherwise ${otherwise}.`;
}

async function planResource(
  resource: DesiredResource,
  last: OutcomeDocument | undefined,
  readContract: ReadContract,
  catalog: ShapeCatalog,
): Promise<PlannedResource> {
  const { address } = resource;
  const known = last?.applied[address];
  const present = presentState(address, last);
  if (!known) return planNew(resource, present);
  const outputs = (source: Address, field: string) => last.applied[source]?.outputs?.[field];
  const resolved = resolveReferences(resource.config, outputs);
  const tags = tagChanges(resource, known);
  if ('config' in resolved && fingerprint(resolved.config) === known.fingerprint)
    return {
      address,
      action: tags.length > 0 ? 'change' : 'unchanged',
      members: tags,
      tools: [],
      notes: present,
    };
  const before = known.fingerprint === undefined ? undefined : await readContract(known.fingerprint);
  const members = before
    ? configChanges(configurationOf(before.config), configurationOf(resource.config))
    : [];
  const contract = contractChange(resource, known.fingerprint, before);
  const notes = [
    ...present,
    ...missingNotes(known.fingerprint, before, members),
    ...fixedNotes(resource, members),
    ...unclearableNotes(resource, members, catalog),
    ...approvalNotes(resource, contract),
  ];
  const tools = contract.unknown === undefined ? contract.changes : [];
  return { address, action: 'change', members: [...members, ...tags], tools, notes };
}

/** The plan does not see what exists in AWS: a resource that is there is refused unless the manifest adopts it. */
function planNew({ address, adopt }: DesiredResource, present: readonly string[]): PlannedResource {
  const others = adopt?.clear ? 'are cleared' : 'stay as they are, and are reported';
  const notes = adopt
    ? [
        `If it exists, Gateloop takes it over and gives it the manifest's values; its other members ${others}.`,
      ]
    : present;
  return { address, action: adopt ? 'adopt' : 'create', members: [], tools: [], notes };
}

/** Tags have operations of their own: a new tag changes no configuration. */
function tagChanges({ kind, config }: DesiredResource, { tags }: AppliedResource): readonly MemberChange[] {
  if (!resourceKinds[kind].tags || !tags) return [];
  return configChanges({ tags }, { tags: config.tags ?? {} });
}

/** The present state of a resource that is not ready. */
function presentState(address: Address, last: OutcomeDocument | undefined): string[] {
  const report = last?.resources.find((each) => each.address === address);
  if (!report || report.state === 'ready') return [];
  return [`It is ${report.state} now. ${report.reasons.join(' ')}`.trim()];
}

function missingNotes(
  applied: string | undefined,
  before: SavedContract | undefined,
  members: readonly MemberChange[],
): string[] {
  if (applied === undefined) return ['No configuration of this resource has settled yet.'];
  if (!before) return ['The applied configuration is not stored any more, so the difference is unknown.'];
  return members.length === 0 ? ['A resource that it refers to has changed or will change.'] : [];
}

function fixedNotes({ kind }: DesiredResource, members: readonly MemberChange[]): string[] {
  return resourceKinds[kind].createOnlyMembers
    .filter(({ member }) => members.some(({ path }) => path === member || path.startsWith(`${member}.`)))
    .map(
      ({ member, reason }) =>
        `${member} cannot be changed after creation; Gateloop will refuse this: ${reason}. Give the resource another name.`,
    );
}

/** Members that leave the manifest and that the update of this kind has no means to clear. */
function unclearableNotes(
  { kind, config }: DesiredResource,
  members: readonly MemberChange[],
  catalog: ShapeCatalog,
): string[] {
  const gone = new Set(members.map(({ path }) => topLevelMember(path)));
  return [...gone]
    .filter((member) => config[member] === undefined)
    .flatMap((member) => unclearableReason(resourceKinds[kind], member, catalog) ?? []);
}

/** How the tool contract of a target would change, compared with the saved contract. */
function contractChange(
  resource: DesiredResource,
  applied: string | undefined,
  before: SavedContract | undefined,
): ToolContractChange {
  if (resource.kind !== 'gatewayTarget' || applied === undefined) return unchangedContract;
  const unknown: ToolContract = { unknown: 'The present tools of the target are unknown here.' };
  return diffContracts(before ? savedContract(before.config, before.tools) : unknown, contractOf(resource));
}

function approvalNotes({ settings: { approve } }: DesiredResource, contract: ToolContractChange): string[] {
  if (!needsApproval(contract, approve)) return [];
  const { unknown } = contract;
  const asked = `A person must approve this first: settings.approve is ${approve}.`;
  // The poll step can also read the contract from the service.
  return unknown === undefined ? [asked] : [`${unknown} Unless the reconciliation can read them: ${asked}`];
}
