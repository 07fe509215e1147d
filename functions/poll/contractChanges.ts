import type { Memory } from '../../core/decide/memory.ts';
import type { Observed } from '../../core/decide/observed.ts';
import type { World } from '../../core/decide/world.ts';
import type { DesiredResource } from '../../core/desired/desired.ts';
import { fingerprint } from '../../core/desired/fingerprint.ts';
import { heldSchema } from '../../core/desired/heldSchema.ts';
import {
  compareOffers,
  isToApprove,
  keptOffer,
  type Offer,
  type OfferChange,
  offerOf,
  unchangedOffer,
} from '../../core/desired/offer.ts';
import { resolveReferences } from '../../core/desired/resolveReferences.ts';
import type { JsonObject } from '../../core/manifest/json.ts';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import { type Address, addressOf } from '../../core/resources/address.ts';
import { parentOf } from '../../core/resources/resourceKinds.ts';
import { phases } from '../../core/status.ts';
import { readContract } from '../contracts.ts';

/** What the decision must know of changes to what agents rely on, and what people are asked about them. */
export interface ContractChanges extends Required<Pick<World, 'toApprove' | 'unreadContracts'>> {
  readonly changes: ReadonlyMap<Address, OfferChange>;
}

type Given = Pick<World, 'desired' | 'memory' | 'observed'>;

/** Finds out which targets must not be changed without a person's yes, by what they offer now and would then. */
export async function contractChanges(given: Given, bucket: SpecBucket): Promise<ContractChanges> {
  const toApprove = new Set<Address>();
  const unreadContracts = new Set<Address>();
  const changes = new Map<Address, OfferChange>();
  const note = async (resource: DesiredResource) => {
    const { approve } = resource.settings;
    const address = addressOf(resource.kind, resource.name);
    if (approve === 'never' || !parentOf(address)) return;
    const change = await changeOf(resource, given, bucket);
    if (change === 'unread') unreadContracts.add(address);
    else if (change === 'asked') toApprove.add(address);
    else if (isToApprove(change, approve)) {
      toApprove.add(address);
      changes.set(address, change);
    }
  };
  // Side by side: an upload that changes a hundred targets reads a hundred contracts in each of its turns.
  await Promise.all(given.desired.resources.map(note));
  return { toApprove, unreadContracts, changes };
}

/**
 * @returns `unread` where the target's configuration must be read from the service first, and `asked` where that was
 * done when the question was put
 */
async function changeOf(
  resource: DesiredResource,
  { desired, memory, observed }: Given,
  bucket: SpecBucket,
): Promise<OfferChange | 'unread' | 'asked'> {
  const address = addressOf(resource.kind, resource.name);
  const seen = observed.get(address);
  const known = memory.get(address);
  // Nothing is changed that is not there, or moves, or waits for a person.
  if (!seen || (phases[seen.status] !== 'ready' && phases[seen.status] !== 'failed')) return unchangedOffer;
  const resolved = resolveReferences(
    resource.config,
    (kind, name, field) => memory.get(addressOf(kind, name))?.outputs?.[field],
  );
  if ('missing' in resolved) return unchangedOffer;
  const wanted = fingerprint(resolved.config);
  // Most turns find nothing changed, and read nothing.
  if (wanted === known?.applied?.fingerprint || wanted === known?.approved) return unchangedOffer;
  if (seen.config && holds(seen.config, resource)) return unchangedOffer;
  const before = await offered(desired.workspace, seen, known, bucket);
  if (before !== 'unread') return compareOffers(before, offerOf(resource));
  const { request } = known ?? {};
  return request?.kind === 'approval' && request.fingerprint === wanted ? 'asked' : 'unread';
}

/** A copy is named by its content: the same name is the same schema. */
function holds(config: JsonObject, { schema }: DesiredResource): boolean {
  return schema?.uri !== undefined && heldSchema(config)?.uri === schema.uri;
}

/** What the target offered when it was ready last: from what was kept, or else from what the service holds. */
async function offered(
  workspace: string,
  seen: Observed,
  known: Memory | undefined,
  bucket: SpecBucket,
): Promise<Offer | 'unread'> {
  const isReady = phases[seen.status] === 'ready';
  const good = known?.applied?.fingerprint ?? (isReady ? undefined : known?.lastGood);
  const kept = good === undefined ? undefined : await keptBy(workspace, good, bucket);
  if (kept) return kept;
  const isOurs = known?.generation !== undefined;
  if (!isReady && good === undefined && (isOurs || seen.status === 'FAILED')) return { nothing: true };
  // What a failed update has left may be what was sent, or what was there before.
  if (!isReady && known?.applied?.updatedAt !== seen.updatedAt)
    return { unknown: 'What it offered before it failed is not known.' };
  return seen.config ? offerIn(seen.config, bucket) : 'unread';
}

/** By the contract that was kept, or the copy of what was sent. */
async function keptBy(
  workspace: string,
  configuration: string,
  bucket: SpecBucket,
): Promise<Offer | undefined> {
  const contract = await readContract(workspace, configuration, bucket);
  if (contract) return keptOffer(contract.config, contract.tools);
  const bytes = await bucket.readApplied(configuration);
  // The step that sends a configuration leaves its canonical form under its fingerprint.
  return bytes && offerIn(JSON.parse(new TextDecoder().decode(bytes)) as JsonObject, bucket);
}

async function offerIn(config: JsonObject, bucket: SpecBucket): Promise<Offer> {
  const held = heldSchema(config);
  if (!held) return { listed: true };
  const { kind, uri, payload } = held;
  // Loaded when a contract may have changed: what reads schemas is half of the package.
  const { toolsOf } = await import('../../core/desired/toolsOf.ts');
  if (payload !== undefined) return { tools: toolsOf(kind, payload) };
  const sha256 = uri?.slice(uri.lastIndexOf('/') + 1) ?? '';
  if (bucket.appliedUri(sha256) !== uri)
    return { unknown: `Its present schema stands at ${uri}, which Gateloop may not read.` };
  const bytes = await bucket.readApplied(sha256);
  return bytes
    ? { tools: toolsOf(kind, bytes) }
    : { unknown: 'The copy of its present schema is gone from the bucket.' };
}
