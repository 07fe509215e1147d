import type { ShapeCatalogue } from '../../core/api/shapes.ts';
import { listsTools } from '../../core/decide/consent.ts';
import type { World } from '../../core/decide/decide.ts';
import type { Memory } from '../../core/decide/memory.ts';
import type { Observed } from '../../core/decide/observed.ts';
import type { JsonObject } from '../../core/manifest/json.ts';
import type { ControlPlane } from '../../core/ports/controlPlane.ts';
import type { Remembered } from '../../core/ports/ledger.ts';
import { type Address, addressOf, parseAddress } from '../../core/resources/address.ts';
import { observe } from '../../core/resources/observe.ts';
import type { KindName } from '../../core/resources/resourceKind.ts';
import { parentOf, resourceKinds } from '../../core/resources/resourceKinds.ts';
import { WORKSPACE_TAG } from '../workspaceTag.ts';

/** Gets under way at a time: the service grants ten a second, and several workspaces look at once. */
const GETS_AT_ONCE = 4;

/** The memory of each resource without its version. */
export function memoryOf(remembered: ReadonlyMap<Address, Remembered>): Map<Address, Memory> {
  return new Map([...remembered].map(([address, { memory }]) => [address, memory]));
}

/**
 * Reads the control plane as far as a first decision needs it: one Get for each resource at the top level and one List
 * for each gateway. What settled earlier in the same pass is not read again. What is found for the first time is asked
 * for its tags, which say whether it is another workspace's; nothing of that is looked at any further.
 */
export async function observeWorkspace(
  world: Omit<World, 'observed'>,
  turn: number,
  ports: LookPorts,
): Promise<Required<Pick<World, 'observed' | 'foreign'>>> {
  const look = new Look(world, turn, ports);
  await look.topLevel();
  await look.targets();
  const { observed, foreign } = look;
  return { observed, foreign };
}

interface LookPorts {
  readonly controlPlane: ControlPlane;
  readonly catalogue: ShapeCatalogue;
}

class Look {
  readonly observed = new Map<Address, Observed>();
  readonly foreign = new Map<Address, string>();
  readonly #workspace: string;
  readonly #catalogue: ShapeCatalogue;
  readonly #memory: ReadonlyMap<Address, Memory>;
  readonly #addresses: readonly Address[];
  /** Targets whose tools may have to be synchronised: only the List says when they last were. */
  readonly #listing: ReadonlySet<Address>;
  readonly #turn: number;
  readonly #controlPlane: ControlPlane;
  readonly #lists = new Map<KindName, Promise<JsonObject[]>>();

  constructor(
    { desired, memory }: Omit<World, 'observed'>,
    turn: number,
    { controlPlane, catalogue }: LookPorts,
  ) {
    this.#workspace = desired.workspace;
    this.#catalogue = catalogue;
    this.#memory = memory;
    const wanted = desired.resources.map(({ kind, name }) => addressOf(kind, name));
    const listing = desired.resources.filter(({ config }) => listsTools(config));
    this.#listing = new Set(listing.map(({ kind, name }) => addressOf(kind, name)));
    // A resource without an id is gone already; memory keeps it for its client tokens only.
    const made = [...memory.values()].filter(({ id }) => id !== undefined);
    const left = desired.settings.prune ? made.map(({ address }) => address) : [];
    this.#addresses = [...new Set([...wanted, ...left])];
    this.#turn = turn;
    this.#controlPlane = controlPlane;
  }

  async topLevel(): Promise<void> {
    const addresses = this.#addresses.filter((address) => !parentOf(address));
    await eachOf(addresses, async (address) => {
      const seen = this.#carried(address) ?? (await this.#find(address));
      const other = seen && (await this.#otherOwner(seen));
      if (other !== undefined) this.foreign.set(address, other);
      else if (seen) this.observed.set(address, seen);
    });
  }

  /**
   * The workspace whose tag a resource carries, if that is another one. Only what is not known by its id is asked: what
   * memory knows was made here, or asked when it was found.
   */
  async #otherOwner({ address, id, config = {} }: Observed): Promise<string | undefined> {
    const { kind } = parseAddress(address);
    const { arnMember, operations } = resourceKinds[kind];
    const arn = config[arnMember];
    const isTaggable = this.#catalogue.operation(operations.create)?.input.members.has('tags') === true;
    if (this.#memory.get(address)?.id === id || typeof arn !== 'string' || !isTaggable) return undefined;
    const owner = (await this.#controlPlane.tags(arn))[WORKSPACE_TAG];
    return owner === this.#workspace ? undefined : owner;
  }

  async targets(): Promise<void> {
    const targets = this.#addresses.filter((address) => parentOf(address));
    const gateways = new Set(
      targets.map((address) => parentOf(address)).filter((address) => address !== undefined),
    );
    await eachOf([...gateways], async (gateway) => {
      const id = this.observed.get(gateway)?.id;
      if (id === undefined) return;
      const own = targets.filter((address) => parentOf(address) === gateway);
      const carried = own.map((address) => this.#carried(address)).filter((seen) => seen !== undefined);
      if (carried.length === own.length) for (const seen of carried) this.observed.set(seen.address, seen);
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
  async #find(address: Address): Promise<Observed | undefined> {
    const { kind, name } = parseAddress(address);
    const row = resourceKinds[kind];
    const id = this.#memory.get(address)?.id ?? (row.idMember === row.nameMember ? name : undefined);
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
  #carried(address: Address): Observed | undefined {
    const memory = this.#memory.get(address);
    if (this.#turn === 0 || this.#listing.has(address) || memory?.state !== 'ready' || memory.operation)
      return undefined;
    const { id, applied, drift, outputs = {} } = memory;
    if (!id || !applied) return undefined;
    return { address, id, status: 'READY', reasons: [], updatedAt: drift ?? applied.updatedAt, outputs };
  }
}

/** Reads what a decision asks for: configurations that another hand may have left, and the reasons of failures. */
export async function readConfigurations(
  observed: ReadonlyMap<Address, Observed>,
  reads: readonly Address[],
  controlPlane: ControlPlane,
): Promise<Map<Address, Observed>> {
  const known = new Map(observed);
  await eachOf(reads, async (address) => {
    const { kind } = parseAddress(address);
    const id = known.get(address)?.id;
    if (id === undefined) return;
    const parent = parentOf(address);
    const parentId = parent && known.get(parent)?.id;
    const answer = await controlPlane.get(kind, { id, ...(parentId !== undefined && { parentId }) });
    if (answer) known.set(address, observe(resourceKinds[kind], address, answer, true));
    else known.delete(address);
  });
  return known;
}

async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += GETS_AT_ONCE) {
    await Promise.all(items.slice(start, start + GETS_AT_ONCE).map(work));
  }
}
