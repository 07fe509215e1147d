import { type Address, addressOf } from '../../core/address.ts';
import type { DesiredResource, DesiredState } from '../../core/desired/desired.ts';
import { fingerprint } from '../../core/desired/desired.ts';
import { resolveReferences } from '../../core/desired/resolveReferences.ts';
import { parentOf, resourceKinds } from '../../core/resources/resourceKinds.ts';
import type { OutcomeDocument } from '../../core/storage/outcomeDocument.ts';
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

/** `keep`: it is not in the manifest, and stays: since `settings.prune` is off, or for a record of a registry. */
export type PlannedAction = 'create' | 'change' | 'unchanged' | 'delete' | 'keep';

export interface PlannedResource {
  readonly address: Address;
  readonly action: PlannedAction;
  /** Members of the configuration that differ from what was applied. */
  readonly members: readonly MemberChange[];
  /** What agents would notice. */
  readonly tools: readonly ToolChange[];
  /** Each a sentence. */
  readonly notes: readonly string[];
}

export interface Plan {
  readonly workspace: string;
  /** When what it is compared with was told, in ISO 8601; absent where nothing is known of the workspace. */
  readonly basedOn?: string;
  readonly resources: readonly PlannedResource[];
}

/** What was applied last under a fingerprint, as far as that is known. */
export type ReadContract = (fingerprint: string) => Promise<SavedContract | undefined>;

/**
 * What a push would do, by the rule that Gateloop itself goes by: a resource changes when the fingerprint of its
 * configuration, references resolved, is not the one that was applied last.
 */
export async function plan(
  desired: DesiredState,
  last: OutcomeDocument | undefined,
  readContract: ReadContract,
): Promise<Plan> {
  const wanted = await Promise.all(
    desired.resources.map((resource) => planResource(resource, last, readContract)),
  );
  const named = new Set(wanted.map(({ address }) => address));
  const left = addressesOf(last).filter((address) => !named.has(address));
  return {
    workspace: desired.workspace,
    ...(last && { basedOn: last.time }),
    resources: [...wanted, ...left.map((address) => planLeft(address, desired))],
  };
}

function addressesOf(last: OutcomeDocument | undefined): Address[] {
  // The keys of `applied` are addresses, as the notify step wrote them.
  return Object.keys(last?.applied ?? {}) as Address[];
}

function planLeft(address: Address, { sources = [], settings: { prune } }: DesiredState): PlannedResource {
  const parent = parentOf(address);
  const source = sources.find(({ gateway }) => addressOf('gateway', gateway) === parent);
  if (source) return { address, action: 'keep', members: [], tools: [], notes: [drawnNote(prune)] };
  return {
    address,
    action: prune ? 'delete' : 'keep',
    members: [],
    tools: [],
    notes: prune ? [] : ['It left the manifest, and stays: settings.prune is off.'],
  };
}

/** What a registry holds is known to Gateloop alone. */
function drawnNote(prune: boolean): string {
  const otherwise = prune ? 'is deleted' : 'stays as it is';
  return `It is not in the manifest: it stays while it comes from an approved record of the registry that its gateway draws from, and ${otherwise} if it does not.`;
}

async function planResource(
  resource: DesiredResource,
  last: OutcomeDocument | undefined,
  readContract: ReadContract,
): Promise<PlannedResource> {
  const { address } = resource;
  const known = last?.applied[address];
  const standing = standingOf(address, last);
  if (!known) return { address, action: 'create', members: [], tools: [], notes: [] };
  const outputs = (source: Address, field: string) => last.applied[source]?.outputs?.[field];
  const resolved = resolveReferences(resource.config, outputs);
  if ('config' in resolved && fingerprint(resolved.config) === known.fingerprint)
    return { address, action: 'unchanged', members: [], tools: [], notes: standing };
  const before = known.fingerprint === undefined ? undefined : await readContract(known.fingerprint);
  const members = before ? configChanges(before.config, resource.config) : [];
  const offer = offerChange(resource, known.fingerprint, before);
  const notes = [
    ...standing,
    ...missingNotes(known.fingerprint, before, members),
    ...fixedNotes(resource, members),
    ...approvalNotes(resource, offer),
  ];
  const tools = offer.unknown === undefined ? offer.changes : [];
  return { address, action: 'change', members, tools, notes };
}

/** How it is now, where that is not ready. */
function standingOf(address: Address, last: OutcomeDocument | undefined): string[] {
  const report = last?.resources.find((each) => each.address === address);
  if (!report || report.state === 'ready') return [];
  return [`It is ${report.state} now. ${report.reasons.join(' ')}`.trim()];
}

function missingNotes(
  applied: string | undefined,
  before: SavedContract | undefined,
  members: readonly MemberChange[],
): string[] {
  if (applied === undefined) return ['No configuration of it has settled so far.'];
  if (!before)
    return ['What was applied before is not known any more, so that the difference cannot be shown.'];
  return members.length === 0 ? ['What it refers to has changed, or will.'] : [];
}

function fixedNotes({ kind }: DesiredResource, members: readonly MemberChange[]): string[] {
  return resourceKinds[kind].createOnlyMembers
    .filter(({ member }) => members.some(({ path }) => path === member || path.startsWith(`${member}.`)))
    .map(
      ({ member, reason }) =>
        `${member} cannot be changed, and this will be refused: ${reason}. Give it another name.`,
    );
}

/** How what a target offers would change, as far as can be told from what was kept of it. */
function offerChange(
  resource: DesiredResource,
  applied: string | undefined,
  before: SavedContract | undefined,
): ToolContractChange {
  if (resource.kind !== 'gatewayTarget' || applied === undefined) return unchangedContract;
  const unknown: ToolContract = { unknown: 'What it offers now is not known here.' };
  return diffContracts(before ? savedContract(before.config, before.tools) : unknown, contractOf(resource));
}

function approvalNotes({ settings: { approve } }: DesiredResource, offer: ToolContractChange): string[] {
  if (!needsApproval(offer, approve)) return [];
  const { unknown } = offer;
  const asked = `A person is asked first: settings.approve is ${approve}.`;
  // Gateloop itself can also look at what the service holds.
  return unknown === undefined ? [asked] : [`${unknown} Unless Gateloop finds out: ${asked}`];
}
