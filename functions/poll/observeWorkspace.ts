import { type Address, parseAddress } from '../../core/address.ts';
import type { ShapeCatalog } from '../../core/api/shapes.ts';
import { addressItems } from '../../core/comparison/addressItems.ts';
import { type DesiredResource, namedAddresses } from '../../core/desired/desired.ts';
import { resolveReferences } from '../../core/desired/resolveReferences.ts';
import { GateloopError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import { defined } from '../../core/objects.ts';
import type { ControlPlane, TagMap } from '../../core/ports/controlPlane.ts';
import { hasSettled, type ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { lastReadAt, unchangedResource } from '../../core/reconcile/listProof.ts';
import { isTagCheckDue } from '../../core/reconcile/tags.ts';
import { cachesListedTools } from '../../core/resources/gatewayTarget.ts';
import { itemName, type ObservedResource, observe } from '../../core/resources/observe.ts';
import type { KindName, ResourceKind } from '../../core/resources/resourceKind.ts';
import {
  childKindsOf,
  isNamedById,
  localNameOf,
  parentOf,
  resourceKinds,
  topLevelKinds,
} from '../../core/resources/resourceKinds.ts';
import { phases } from '../../core/status.ts';
import { Unread } from './boundState.ts';
import { canonicalInlineSchemas } from './canonicalInlineSchemas.ts';
import { claimTopLevel, targetOwnership } from './claimResources.ts';
import type { DecisionPorts, PartOfState } from './pollState.ts';
import { sharedGatewaysOf } from './shareGateways.ts';
import type { ResourceReads } from './throttledReads.ts';

/** How many Gets run at a time: the service grants ten a second to an account, and several workspaces poll at once. */
const GET_CONCURRENCY = 4;

type ObserverState = PartOfState<
  | 'event'
  | 'isFullPoll'
  | 'reads'
  | 'upload'
  | 'desired'
  | 'records'
  | 'workspaceRecord'
  | 'claims'
  | 'sharing'
>;
type ObserverPorts = Pick<DecisionPorts, 'controlPlane' | 'ledger' | 'specBucket' | 'catalog'>;

/**
 * Observes the workspace in the control plane as far as a first decision needs it: one List for each kind whose items
 * show that they are as poll has read them last, one Get for each other top-level resource, one List for the targets of
 * each gateway and for the endpoints of each runtime that has some, and one Get for each of these that the ledger knows and
 * the List does not show. A later poll of the same
 * reconciliation takes what is ready from the ledger. A resource that the ledger does not know is asked for its tags,
 * which may name its owner. Poll reads nothing of a resource that another workspace has claimed. What the service has no
 * requests left for in this second is `unread`.
 *
 * A read that the service rejects sets aside what it is of, which must not be taken for a missing resource.
 *
 * @throws GateloopError `ReadsFailed`, retryable, when no resource could be read: the service is out of order
 */
export async function observeWorkspace(
  state: ObserverState,
  ports: ObserverPorts,
): Promise<PartOfState<'observed' | 'ownership' | 'claimed' | 'listedParents'>> {
  const observer = new WorkspaceObserver(state, ports);
  await observer.observeTopLevel();
  const topLevel = await claimTopLevel(state, observer.observed, ports);
  for (const [address, { kind }] of topLevel.ownership)
    if (kind === 'ownedElsewhere' || kind === 'unowned') observer.observed.delete(address);
  await observer.observeParts();
  const { observed, listedParents } = observer;
  throwIfOutOfOrder(state.reads, observed);
  const targets = await targetOwnership(state, observed, topLevel, ports);
  const ownership = new Map([...topLevel.ownership, ...targets]);
  return { observed, listedParents, ownership, claimed: topLevel.claimed };
}

function throwIfOutOfOrder(
  { failed, unread }: ResourceReads,
  observed: ReadonlyMap<Address, ObservedResource>,
): void {
  const failures = [...failed.values()];
  const [first] = failures;
  if (!first || observed.size + unread.size > 0 || !failures.every(({ transient }) => transient)) return;
  throw new GateloopError('ReadsFailed', `No resource could be read now. The first reason: ${first.reason}`, {
    retryable: true,
    details: { addresses: [...failed.keys()] },
  });
}

class WorkspaceObserver {
  readonly observed = new Map<Address, ObservedResource>();
  readonly listedParents = new Set<Address>();
  readonly #reads: ResourceReads;
  readonly #controlPlane: ControlPlane;
  readonly #catalog: ShapeCatalog;
  readonly #prunes: boolean;
  readonly #records: ReadonlyMap<Address, ResourceRecord>;
  readonly #addresses: readonly Address[];
  /** Targets whose tools may need a synchronization: only the List shows when the last one was. */
  readonly #needsList: ReadonlySet<Address>;
  readonly #isFullPoll: boolean;
  readonly #unreadBefore: Unread;
  readonly #isQuiet: (record: ResourceRecord) => boolean;
  readonly #lists = new Map<string, Promise<JsonObject[]>>();
  readonly #desired: ReadonlyMap<Address, DesiredResource>;
  /** Gateways of other workspaces. */
  readonly #shared: ReadonlyMap<Address, string>;

  constructor(state: ObserverState, { controlPlane, catalog }: ObserverPorts) {
    const { isFullPoll, desired, records, claims } = state;
    this.#controlPlane = controlPlane;
    this.#catalog = catalog;
    this.#prunes = desired.settings.prune;
    this.#records = records;
    this.#isFullPoll = isFullPoll;
    this.#reads = state.reads;
    this.#unreadBefore = new Unread(state.event.unread ?? []);
    this.#isQuiet = (record) => isQuiet(record, state);
    this.#desired = new Map(desired.resources.map((resource) => [resource.address, resource]));
    this.#shared = sharedGatewaysOf(state);
    const listed = desired.resources.filter(({ config }) => cachesListedTools(config));
    this.#needsList = new Set(listed.map(({ address }) => address));
    const ours = [...addressesToObserve({ desired, records })].filter((address) => {
      const topLevel = parentOf(address) ?? address;
      if (this.#shared.has(topLevel)) return true;
      const owner = claims.get(topLevel)?.owner ?? desired.workspace;
      return owner === desired.workspace || owner === desired.settings.movedFrom;
    });
    this.#addresses = ours;
  }

  async observeTopLevel(): Promise<void> {
    const addresses = this.#addresses.filter((address) => !parentOf(address));
    const unchanged = await this.#unchangedInLists(addresses);
    await inBatches(addresses, async (address) => {
      const known = this.#fromLedger(address) ?? unchanged.get(address);
      if (known) this.observed.set(address, known);
      else await this.#readTopLevel(address);
    });
  }

  async #readTopLevel(address: Address): Promise<void> {
    const { kind } = parseAddress(address);
    if (!this.#reads.unread.has(address))
      await this.#reads.run(`get ${kind}`, [address], async () => {
        const resource = await this.#findResource(address);
        if (!resource) return;
        const tags = await this.#tagsOfUnknown(resource);
        this.observed.set(address, { ...resource, ...(tags && { tags }) });
      });
    this.#keepUnread(address);
  }

  /** What could not be read is taken as the ledger has it, if it was ready. */
  #keepUnread(address: Address): void {
    const resource = this.#reads.unread.has(address) ? this.#recordedResource(address) : undefined;
    if (resource && !this.observed.has(address)) this.observed.set(address, resource);
  }

  /** The resources of which a List proves that they are as poll has read them last. A List has no outputs. */
  async #unchangedInLists(addresses: readonly Address[]): Promise<ReadonlyMap<Address, ObservedResource>> {
    const unchanged = new Map<Address, ObservedResource>();
    const quiet = [...this.#records.values()].filter(
      (record) =>
        addresses.includes(record.address) && this.#isToBeRead(record.address) && this.#isQuiet(record),
    );
    for (const row of topLevelKinds.filter(({ listShowsChanges }) => listShowsChanges)) {
      const records = quiet.filter(({ address }) => parseAddress(address).kind === row.kind);
      const ids = records.flatMap(({ id }) => id ?? []);
      if (ids.length === 0) continue;
      const addressesOfKind = records.map(({ address }) => address);
      await this.#reads.run(`list ${row.kind}`, addressesOfKind, async () => {
        for (const item of await this.#controlPlane.summaries(row.kind, ids)) {
          const record = records.find(({ id }) => id === item[row.idMember]);
          const resource = record && unchangedResource(record, row, item);
          if (resource) unchanged.set(resource.address, resource);
        }
      });
    }
    return unchanged;
  }

  /**
   * The tags of a resource, one of which may name its owner. A resource with the id in the ledger is not asked: Gateloop
   * created it, or asked when it was first observed. The API lists no tags that are only set at creation, which proves
   * nothing about the owner.
   */
  async #tagsOfUnknown({ address, id, config = {}, outputs }: ObservedResource): Promise<TagMap | undefined> {
    const { arnMember, tags } = resourceKinds[parseAddress(address).kind];
    const arn = config[arnMember] ?? outputs[arnMember];
    const isKnown = this.#records.get(address)?.id === id;
    if (isKnown || typeof arn !== 'string' || tags !== 'changeable') return undefined;
    return this.#controlPlane.tags(arn);
  }

  /** Observes the parts of resources: one List for each kind of parts of each resource that has some, or may have. */
  async observeParts(): Promise<void> {
    const parts = this.#addresses.filter((address) => parentOf(address));
    for (const part of parts) {
      const parent = parentOf(part);
      if (parent && this.#reads.unread.has(parent) && !this.observed.has(parent))
        this.#reads.unread.add(part);
    }
    const lists = [...this.observed.keys()].flatMap((parent) =>
      childKindsOf(parseAddress(parent).kind).flatMap((row) => {
        const own = parts.filter((part) => parentOf(part) === parent && parseAddress(part).kind === row.kind);
        return own.length > 0 || this.#mayHaveOthers(parent, row) ? [{ parent, row, own }] : [];
      }),
    );
    await inBatches(lists, async ({ parent, row, own }) => {
      const parentId = this.observed.get(parent)?.id;
      if (parentId === undefined) return;
      const fromLedger = own.map((address) => this.#fromLedger(address)).filter((part) => part !== undefined);
      if (this.#isFullPoll || fromLedger.length < own.length) {
        await this.#reads.run(`list ${row.kind}`, own, () => this.#listParts(row, parent, parentId, own));
        for (const address of own) this.#keepUnread(address);
        for (const address of own) await this.#readOwner(address);
      } else for (const part of fromLedger) this.observed.set(part.address, part);
    });
  }

  /** Reads the tags of a part that the ledger does not know, one of which may name its owner. */
  async #readOwner(address: Address): Promise<void> {
    const part = this.observed.get(address);
    if (!part || this.#records.get(address)?.id !== undefined) return;
    await this.#reads.run('tags', [address], async () => {
      const tags = await this.#tagsOfUnknown(part);
      if (tags) this.observed.set(address, { ...part, tags });
    });
  }

  /**
   * Whether parts matter that the workspace does not name: agents see all targets of a gateway, and what leaves the manifest,
   * or may have to be replaced, is deleted after its parts.
   */
  #mayHaveOthers(parent: Address, { kind }: ResourceKind): boolean {
    const { status = 'READY' } = this.observed.get(parent) ?? {};
    const isToBeDeleted = this.#prunes && !this.#desired.has(parent);
    const mayBeDeleted = isToBeDeleted || phases[status] === 'failed';
    return mayBeDeleted || kind === 'gatewayTarget';
  }

  async #listParts(
    row: ResourceKind,
    parent: Address,
    parentId: string,
    own: readonly Address[],
  ): Promise<void> {
    const { kind, serviceNames = [] } = row;
    const items = await this.#controlPlane.list(kind, parentId);
    this.listedParents.add(parent);
    const isOwn = new Set(own);
    const unproven = new Map<Address, string>();
    const known = { records: this.#records, desired: this.#configsOf(own), catalog: this.#catalog };
    for (const [address, item] of addressItems(row, parent, items, known)) {
      if (serviceNames.includes(localNameOf(address))) continue;
      const listed = observe(row, address, item, false);
      if (isOwn.has(address) && this.#mayBeGone(listed)) unproven.set(address, listed.id);
      else this.observed.set(address, listed);
    }
    const unlisted = own.filter((address) => !this.observed.has(address));
    await inBatches(unlisted, (address) => this.#readPart(address, parentId, unproven.get(address)));
  }

  /**
   * Whether an item of a List may be a target that was deleted: the ledger has another id, or none, or the deletion is under
   * way. Such an item would be deleted once more, or be taken for the target that has its name by now.
   */
  #mayBeGone({ address, id, status }: ObservedResource): boolean {
    const record = this.#records.get(address);
    const isDeleting = record?.operation?.operation === 'delete' && phases[status] !== 'moving';
    return record?.id !== id || isDeleting;
  }

  /**
   * Reads a target by its id that the List of its gateway does not show, or of which it proves nothing. A List may be stale
   * for longer than any bound: a target that was taken for a missing one would be created a second time, and the first would
   * stay unmanaged.
   *
   * @param listedId the id in the List, where that shows a target of this name
   */
  async #readPart(address: Address, parentId: string, listedId: string | undefined): Promise<void> {
    const { id: recordedId, operation } = this.#records.get(address) ?? {};
    if (listedId === undefined && operation?.operation === 'delete') return;
    const ids = [...new Set([recordedId, listedId])].filter((id) => id !== undefined);
    for (const id of ids) {
      const { kind } = parseAddress(address);
      const failure = await this.#reads.run(`get ${kind}`, [address], async () => {
        const found = await this.#controlPlane.get(kind, { id, parentId });
        if (found) this.observed.set(address, await observeRead(resourceKinds[kind], address, found));
      });
      if (failure || this.observed.has(address)) return;
    }
  }

  /** Reads a resource by the id in the ledger; where there is none, finds it by its name in the List of its kind. */
  async #findResource(address: Address): Promise<ObservedResource | undefined> {
    const { kind, name } = parseAddress(address);
    const row = resourceKinds[kind];
    const id = this.#records.get(address)?.id ?? (isNamedById(row) ? name : undefined);
    const byId = id === undefined ? undefined : await this.#controlPlane.get(kind, { id });
    if (byId) return observeRead(row, address, byId);
    if (id === name) return undefined;
    const container = this.#containerOf(address);
    if (row.container && container === undefined) return undefined;
    const items = await this.#list(kind, container);
    const item = items.find((candidate) => itemName(row, candidate) === name);
    if (!item) return undefined;
    const byName = await this.#controlPlane.get(kind, { id: String(item[row.idMember]) });
    return byName && observeRead(row, address, byName);
  }

  /** @returns the id of what the manifest says that a resource is in; undefined where it does not exist yet */
  #containerOf(address: Address): string | undefined {
    const { container } = resourceKinds[parseAddress(address).kind];
    const named = container && this.#desired.get(address)?.config[container.member];
    const resolved = named === undefined ? undefined : this.#resolve({ named });
    return resolved && String(resolved.named);
  }

  /** The configurations of the manifest whose references the ledger knows. */
  #configsOf(addresses: readonly Address[]): ReadonlyMap<Address, JsonObject> {
    return new Map(
      addresses.flatMap((address) => {
        const config = this.#desired.get(address)?.config;
        const resolved = config && this.#resolve(config);
        return resolved ? [[address, resolved] as const] : [];
      }),
    );
  }

  #resolve(config: JsonObject): JsonObject | undefined {
    const resolved = resolveReferences(
      config,
      (source, field) => this.#records.get(source)?.outputs?.[field],
    );
    return 'config' in resolved ? resolved.config : undefined;
  }

  #list(kind: KindName, container: string | undefined): Promise<JsonObject[]> {
    const key = `${kind} ${container}`;
    const list = this.#lists.get(key) ?? this.#controlPlane.list(kind, container);
    this.#lists.set(key, list);
    return list;
  }

  /** Whether the ledger is not enough: in a full poll, and where the poll before could not read the resource. */
  #isToBeRead(address: Address): boolean {
    return this.#isFullPoll || this.#unreadBefore.has(address);
  }

  #fromLedger(address: Address): ObservedResource | undefined {
    // Nothing in the ledger of this workspace says whether another one is changing its gateway.
    if (this.#shared.has(address)) return undefined;
    return this.#isToBeRead(address) ? undefined : this.#recordedResource(address);
  }

  /** A resource that an earlier poll recorded as ready. */
  #recordedResource(address: Address): ObservedResource | undefined {
    const record = this.#records.get(address);
    if (this.#needsList.has(address) || record?.state !== 'ready' || record.operation) return undefined;
    const { id, outputs = {} } = record;
    const updatedAt = lastReadAt(record);
    if (!id || updatedAt === undefined) return undefined;
    return { address, id, status: 'READY', reasons: [], updatedAt, outputs };
  }
}

/** Reads a resource from the response to a Get. */
async function observeRead(
  row: ResourceKind,
  address: Address,
  response: JsonObject,
): Promise<ObservedResource> {
  const resource = observe(row, address, response, true);
  return { ...resource, config: await canonicalInlineSchemas(resource.config ?? {}) };
}

/**
 * Whether a poll needs the configuration of a resource only if its `updatedAt` is another one than poll has read last: the
 * manifest is the one that was compared with it, nothing is under way, and its tags are not due. With the tags, the
 * configuration is read too, so that a change that moves no `updatedAt` is found.
 */
function isQuiet(
  record: ResourceRecord,
  { event, upload, workspaceRecord }: Pick<ObserverState, 'event' | 'upload' | 'workspaceRecord'>,
): boolean {
  if (workspaceRecord.acceptedRevision !== upload.revision) return false;
  if (!hasSettled(record) || record.operation || record.applied?.unverified) return false;
  return !isTagCheckDue(record, workspaceRecord.checkRequests?.tags, event.now);
}

/**
 * The resources of the manifest, those of the ledger that may be pruned or given away, and the targets that others
 * replace. A record without an id is of a deleted resource; the ledger keeps it for the next client token.
 */
function addressesToObserve({ desired, records }: PartOfState<'desired' | 'records'>): Set<Address> {
  const { resources, settings } = desired;
  const existing = [...records.values()].filter(({ id }) => id !== undefined).map(({ address }) => address);
  const replaced = new Set(resources.map(({ movedFrom }) => movedFrom));
  return new Set([
    ...namedAddresses(desired),
    ...existing.filter((address) => settings.prune || !parentOf(address) || replaced.has(address)),
  ]);
}

/**
 * Reads the configurations that a decision needs: of resources that were changed outside Gateloop, and of failed ones
 * with the reasons of the failure. A resource that is gone by now, or that cannot be read now, leaves the result.
 */
export async function readConfigurations(
  observed: ReadonlyMap<Address, ObservedResource>,
  addresses: readonly Address[],
  controlPlane: ControlPlane,
  reads: ResourceReads,
): Promise<Map<Address, ObservedResource>> {
  const result = new Map(observed);
  await inBatches(addresses, async (address) => {
    const { kind } = parseAddress(address);
    const id = result.get(address)?.id;
    if (id === undefined) return;
    const parent = parentOf(address);
    const parentId = parent && observed.get(parent)?.id;
    result.delete(address);
    await reads.run(`get ${kind}`, [address], async () => {
      const response = await controlPlane.get(kind, { id, ...defined({ parentId }) });
      if (response) result.set(address, await observeRead(resourceKinds[kind], address, response));
    });
  });
  return result;
}

/** Reads the tags of resources, which neither a List nor a Get shows. */
export async function readTags(
  observed: ReadonlyMap<Address, ObservedResource>,
  addresses: readonly Address[],
  controlPlane: ControlPlane,
  reads: ResourceReads,
): Promise<Map<Address, ObservedResource>> {
  const result = new Map(observed);
  await inBatches(addresses, async (address) => {
    const resource = result.get(address);
    const arn = resource?.outputs[resourceKinds[parseAddress(address).kind].arnMember];
    if (resource && arn !== undefined)
      await reads.run('tags', [address], async () => {
        result.set(address, { ...resource, tags: await controlPlane.tags(arn) });
      });
  });
  return result;
}

/** Runs work on items, as many at a time as the account's rate of reads allows. */
export async function inBatches<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += GET_CONCURRENCY) {
    await Promise.all(items.slice(start, start + GET_CONCURRENCY).map(work));
  }
}
