import { type Address, addressOf, parseAddress } from '../../core/address.ts';
import type { ShapeCatalog } from '../../core/api/shapes.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ControlPlane } from '../../core/ports/controlPlane.ts';
import type { VersionedResourceRecord } from '../../core/ports/ledger.ts';
import { cachesListedTools } from '../../core/reconcile/consentGate.ts';
import type { ReconcileInput } from '../../core/reconcile/decide.ts';
import type { ObservedResource } from '../../core/reconcile/observedResource.ts';
import type { ResourceRecord } from '../../core/reconcile/resourceRecord.ts';
import { observe } from '../../core/resources/observe.ts';
import type { KindName } from '../../core/resources/resourceKind.ts';
import { parentOf, resourceKinds, WORKSPACE_TAG } from '../../core/resources/resourceKinds.ts';

/** Gets under way at a time: the service grants ten a second, and several workspaces look at once. */
const GET_CONCURRENCY = 4;

/** The memory of each resource without its version. */
export function recordsOf(
  ledgerEntries: ReadonlyMap<Address, VersionedResourceRecord>,
): Map<Address, ResourceRecord> {
  return new Map([...ledgerEntries].map(([address, { record }]) => [address, record]));
}

/**
 * Reads the control plane as far as a first decision needs it: one Get for each resource at the top level and one List
 * for each gateway. What settled earlier in the same pass is not read again. What is found for the first time is asked
 * for its tags, which say whether it is another workspace's; nothing of that is looked at any further.
 */
export async function observeWorkspace(
  input: Omit<ReconcileInput, 'observed'>,
  iteration: number,
  ports: ObserverPorts,
): Promise<Required<Pick<ReconcileInput, 'observed' | 'ownedByOtherWorkspace'>>> {
  const observer = new WorkspaceObserver(input, iteration, ports);
  await observer.observeTopLevel();
  await observer.observeTargets();
  const { observed, ownedByOtherWorkspace } = observer;
  return { observed, ownedByOtherWorkspace };
}

interface ObserverPorts {
  readonly controlPlane: ControlPlane;
  readonly catalog: ShapeCatalog;
}

class WorkspaceObserver {
  readonly observed = new Map<Address, ObservedResource>();
  readonly ownedByOtherWorkspace = new Map<Address, string>();
  readonly #workspace: string;
  readonly #catalog: ShapeCatalog;
  readonly #records: ReadonlyMap<Address, ResourceRecord>;
  readonly #addresses: readonly Address[];
  /** Targets whose tools may have to be synchronised: only the List says when they last were. */
  readonly #needsList: ReadonlySet<Address>;
  readonly #iteration: number;
  readonly #controlPlane: ControlPlane;
  readonly #lists = new Map<KindName, Promise<JsonObject[]>>();

  constructor(
    { desired, recorded }: Omit<ReconcileInput, 'observed'>,
    turn: number,
    { controlPlane, catalog }: ObserverPorts,
  ) {
    this.#workspace = desired.workspace;
    this.#catalog = catalog;
    this.#records = recorded;
    const wanted = desired.resources.map(({ address }) => address);
    const listing = desired.resources.filter(({ config }) => cachesListedTools(config));
    this.#needsList = new Set(listing.map(({ address }) => address));
    // A resource without an id is gone already; memory keeps it for its client tokens only.
    const made = [...recorded.values()].filter(({ id }) => id !== undefined);
    const left = desired.settings.prune ? made.map(({ address }) => address) : [];
    this.#addresses = [...new Set([...wanted, ...left])];
    this.#iteration = turn;
    this.#controlPlane = controlPlane;
  }

  async observeTopLevel(): Promise<void> {
    const addresses = this.#addresses.filter((address) => !parentOf(address));
    await inBatches(addresses, async (address) => {
      const resource = this.#fromLedger(address) ?? (await this.#findResource(address));
      const otherWorkspace = resource && (await this.#otherWorkspace(resource));
      if (otherWorkspace !== undefined) this.ownedByOtherWorkspace.set(address, otherWorkspace);
      else if (resource) this.observed.set(address, resource);
    });
  }

  /**
   * The workspace whose tag a resource carries, if that is another one. Only what is not known by its id is asked: what
   * memory knows was made here, or asked when it was found.
   */
  async #otherWorkspace({ address, id, config = {} }: ObservedResource): Promise<string | undefined> {
    const { kind } = parseAddress(address);
    const { arnMember, operations } = resourceKinds[kind];
    const arn = config[arnMember];
    const isTaggable = this.#catalog.operation(operations.create)?.input.members.has('tags') === true;
    if (this.#records.get(address)?.id === id || typeof arn !== 'string' || !isTaggable) return undefined;
    const owner = (await this.#controlPlane.tags(arn))[WORKSPACE_TAG];
    return owner === this.#workspace ? undefined : owner;
  }

  async observeTargets(): Promise<void> {
    const targets = this.#addresses.filter((address) => parentOf(address));
    const gateways = new Set(
      targets.map((address) => parentOf(address)).filter((address) => address !== undefined),
    );
    await inBatches([...gateways], async (gateway) => {
      const id = this.observed.get(gateway)?.id;
      if (id === undefined) return;
      const ownTargets = targets.filter((address) => parentOf(address) === gateway);
      const known = ownTargets
        .map((address) => this.#fromLedger(address))
        .filter((seen) => seen !== undefined);
      if (known.length === ownTargets.length) for (const seen of known) this.observed.set(seen.address, seen);
      else await this.#listTargets(gateway, id);
    });
  }

  async #listTargets(gateway: Address, gatewayId: string): Promise<void> {
    const row = resourceKinds.gatewayTarget;
    const { name: gatewayName } = parseAddress(gateway);
    for (const item of await this.#controlPlane.list('gatewayTarget', gatewayId)) {
      const address = addressOf('gatewayTarget', `${gatewayName}/${item[row.nameMember]}`);
      this.observed.set(address, observe(row, address, item, false));
    }
  }

  /** By id where memory has one; by name in the kind's List where the ledger knows nothing. */
  async #findResource(address: Address): Promise<ObservedResource | undefined> {
    const { kind, name } = parseAddress(address);
    const row = resourceKinds[kind];
    const id = this.#records.get(address)?.id ?? (row.idMember === row.nameMember ? name : undefined);
    const known = id === undefined ? undefined : await this.#controlPlane.get(kind, { id });
    if (known) return observe(row, address, known, true);
    if (id === name) return undefined;
    const item = (await this.#list(kind)).find((candidate) => candidate[row.nameMember] === name);
    if (!item) return undefined;
    const answer = await this.#controlPlane.get(kind, { id: String(item[row.idMember]) });
    return answer && observe(row, address, answer, true);
  }

  #list(kind: KindName): Promise<JsonObject[]> {
    const list = this.#lists.get(kind) ?? this.#controlPlane.list(kind);
    this.#lists.set(kind, list);
    return list;
  }

  /** What memory knows to be ready since an earlier turn of this pass; the first turn of a pass looks at everything. */
  #fromLedger(address: Address): ObservedResource | undefined {
    const record = this.#records.get(address);
    if (
      this.#iteration === 0 ||
      this.#needsList.has(address) ||
      record?.state !== 'ready' ||
      record.operation
    )
      return undefined;
    const { id, applied, drift, outputs = {} } = record;
    if (!id || !applied) return undefined;
    return { address, id, status: 'READY', reasons: [], updatedAt: drift ?? applied.updatedAt, outputs };
  }
}

/** Reads what a decision asks for: configurations that another hand may have left, and the reasons of failures. */
export async function readConfigurations(
  observed: ReadonlyMap<Address, ObservedResource>,
  reads: readonly Address[],
  controlPlane: ControlPlane,
): Promise<Map<Address, ObservedResource>> {
  const result = new Map(observed);
  await inBatches(reads, async (address) => {
    const { kind } = parseAddress(address);
    const id = result.get(address)?.id;
    if (id === undefined) return;
    const parent = parentOf(address);
    const parentId = parent && result.get(parent)?.id;
    const answer = await controlPlane.get(kind, { id, ...(parentId !== undefined && { parentId }) });
    if (answer) result.set(address, observe(resourceKinds[kind], address, answer, true));
    else result.delete(address);
  });
  return result;
}

async function inBatches<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += GET_CONCURRENCY) {
    await Promise.all(items.slice(start, start + GET_CONCURRENCY).map(work));
  }
}
