import type { ShapeCatalogue } from '../api/shapes.ts';
import type { Desired, DesiredResource } from '../desired/desired.ts';
import { fingerprint } from '../desired/fingerprint.ts';
import { resolveReferences } from '../desired/resolveReferences.ts';
import type { KindName } from '../resources/resourceKind.ts';
import {
  type Address,
  addressOf,
  parentOf,
  parseAddress,
  resourceKinds,
} from '../resources/resourceKinds.ts';
import { phases } from '../status.ts';
import { judge, type Verdict, type Wanted } from './judge.ts';
import { type InFlight, type Latencies, learn, type Sort, waitSeconds } from './latency.ts';
import { patience } from './limits.ts';
import type { Memory, Operation, ResourceState } from './memory.ts';
import type { Observed } from './observed.ts';
import { settle } from './settle.ts';
import { defaultQuotas, type Quotas } from './window.ts';

/** Everything that a decision rests on. The same world always gives the same decision. */
export interface World {
  readonly desired: Desired;
  readonly observed: ReadonlyMap<Address, Observed>;
  readonly memory: ReadonlyMap<Address, Memory>;
  readonly latencies: Latencies;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly quotas?: Quotas;
}

/** A call to make now. */
export interface PlannedOperation {
  readonly address: Address;
  readonly operation: Operation;
  /** Of what is wanted: under it attempts are counted. Empty for a resource that left the manifest. */
  readonly fingerprint: string;
  /** Fingerprint of the configuration to send; absent for delete and sync. For a rollback it is not the wanted one. */
  readonly configuration?: string;
  readonly id?: string;
  /** The id of the gateway that a target belongs to. */
  readonly parentId?: string;
  /** The resource has failed, and the service may refuse to update it. */
  readonly repair?: boolean;
  /** For a sync: `lastSynchronizedAt` before the call, in ms since the epoch. */
  readonly baseline?: number;
}

/** A person to ask. */
export interface PlannedRequest {
  readonly address: Address;
  readonly kind: 'authorization';
}

export interface ResourceReport {
  readonly address: Address;
  readonly kind: KindName;
  readonly name: string;
  readonly id?: string;
  readonly state: ResourceState;
  readonly reasons: readonly string[];
}

export interface Decision {
  /** `act`: there are calls to make or people to ask. `wait`: something moves. `settled`: nothing more comes of waiting. */
  readonly next: 'act' | 'wait' | 'settled';
  /** Writes, at most as many as slots are free. */
  readonly operations: readonly PlannedOperation[];
  readonly syncs: readonly PlannedOperation[];
  readonly requests: readonly PlannedRequest[];
  /** How long to wait after that before the next look, in whole seconds. */
  readonly waitSeconds: number;
  /** What is to be remembered differently from before. */
  readonly remember: readonly Memory[];
  readonly forget: readonly Address[];
  readonly latencies: Latencies;
  readonly resources: readonly ResourceReport[];
}

/** Decides what to do next for a workspace. Pure and total: every world has a decision. */
export function decide(world: World, catalogue: ShapeCatalogue): Decision {
  return new Turn(world, catalogue).decide();
}

interface Judged extends Verdict {
  readonly address: Address;
  readonly fingerprint?: string;
  /** Another resource must come first. */
  readonly blocked: boolean;
}

class Turn {
  readonly #world: World;
  readonly #catalogue: ShapeCatalogue;
  readonly #judged = new Map<Address, Judged>();
  readonly #wanted: ReadonlyMap<Address, DesiredResource>;
  readonly #inFlight: InFlight[] = [];
  readonly #moving = new Set<Address>();
  #latencies: Latencies;

  constructor(world: World, catalogue: ShapeCatalogue) {
    this.#world = world;
    this.#catalogue = catalogue;
    this.#latencies = world.latencies;
    this.#wanted = new Map(
      world.desired.resources.map((resource) => [addressOf(resource.kind, resource.name), resource]),
    );
  }

  decide(): Decision {
    for (const address of this.#wanted.keys()) this.#judge(address);
    if (this.#world.desired.settings.prune) for (const address of this.#leftovers()) this.#judge(address);
    this.#noteStrangers();
    const chosen = this.#choose();
    const requests = [...this.#judged.values()]
      .filter(({ ask }) => ask)
      .map(({ address }) => ({ address, kind: 'authorization' as const }));
    const operations = chosen.filter(({ operation }) => operation !== 'sync');
    const syncs = chosen.filter(({ operation }) => operation === 'sync');
    const acts = chosen.length + requests.length > 0;
    const rest = this.#rest(chosen);
    return {
      next: acts ? 'act' : rest === undefined ? 'settled' : 'wait',
      operations,
      syncs,
      requests,
      waitSeconds: rest ?? 1,
      ...this.#memoryChanges(),
      latencies: this.#latencies,
      resources: this.#report(),
    };
  }

  /** Resources that Gateloop made and that left the manifest; children before their parents. */
  #leftovers(): Address[] {
    const left = [...this.#world.memory.values()].filter(
      ({ address, id }) => id !== undefined && !this.#wanted.has(address),
    );
    return left.map(({ address }) => address).sort((a, b) => Number(!parentOf(a)) - Number(!parentOf(b)));
  }

  #judge(address: Address): Judged {
    const known = this.#judged.get(address);
    if (known) return known;
    const { now } = this.#world;
    const observed = this.#world.observed.get(address);
    const settlement = settle(withObserved(this.#remembered(address), observed), observed, now);
    const { kind } = parseAddress(address);
    if (settlement.ended)
      this.#latencies = learn(
        this.#latencies,
        `${kind}/${settlement.ended.operation}`,
        settlement.ended.took,
      );
    if (settlement.moving || (observed && phases[observed.status] === 'moving'))
      this.#noteMoving(address, observed, settlement.memory);
    const judged = this.#verdict(address, observed, settlement.memory, settlement.moving);
    this.#judged.set(address, judged);
    return judged;
  }

  #verdict(address: Address, observed: Observed | undefined, memory: Memory, moving: boolean): Judged {
    const resource = this.#wanted.get(address);
    const { now } = this.#world;
    if (!resource) {
      const verdict = judge({ observed, memory, moving, now });
      return { ...verdict, address, blocked: verdict.operation === 'delete' && this.#hasChildren(address) };
    }
    const waitsFor = this.#blocker(resource);
    const resolved = resolveReferences(resource.config, (kind, name, field) =>
      this.#output(addressOf(kind, name), field),
    );
    if ('missing' in resolved) return this.#blocked(address, memory, waitsFor, now);
    const wanted = this.#want(resource, resolved.config);
    const verdict = judge({ wanted, observed, memory, moving, now });
    const judged = { ...verdict, address, fingerprint: wanted.fingerprint, blocked: false };
    return waitsFor && verdict.operation
      ? { ...judged, ...this.#blocked(address, verdict.memory, waitsFor, now) }
      : judged;
  }

  #want(resource: DesiredResource, config: Wanted['config']): Wanted {
    const row = resourceKinds[resource.kind];
    const { prune: _, selfHeal } = this.#world.desired.settings;
    return {
      config,
      fingerprint: fingerprint(config),
      updatable: updatableMembers(resource.kind, this.#catalogue),
      fixed: row.fixed,
      selfHeal,
      resync: resource.settings.resync,
    };
  }

  /** The resource that must be ready before anything is written about this one: its parent, or one it refers to. */
  #blocker(resource: DesiredResource): Judged | undefined {
    const parent = parentOf(addressOf(resource.kind, resource.name));
    const references = resource.references.map(({ kind, name }) => addressOf(kind, name));
    const needed = [...(parent ? [parent] : []), ...references].map((address) => this.#judge(address));
    return needed.find(
      ({ state, operation }) => state !== 'ready' || (operation !== undefined && operation !== 'sync'),
    );
  }

  #blocked(address: Address, memory: Memory, blocker: Judged | undefined, now: number): Judged {
    const state = blocker ? stateBehind[blocker.state] : 'in-progress';
    const reasons = blocker ? [`Waits for ${blocker.address}, which is ${words[blocker.state]}.`] : [];
    return { address, memory, state, reasons, notBefore: now, ask: false, blocked: true };
  }

  #output(address: Address, field: string): string | undefined {
    const judged = this.#judge(address);
    return judged.memory.outputs?.[field];
  }

  #remembered(address: Address): Memory {
    return (
      this.#world.memory.get(address) ?? { address, state: 'absent', reasons: [], since: this.#world.now }
    );
  }

  #hasChildren(address: Address): boolean {
    return [...this.#world.observed.keys()].some((other) => parentOf(other) === address);
  }

  #noteMoving(address: Address, observed: Observed | undefined, { operation }: Memory): void {
    const { kind } = parseAddress(address);
    const sort: Sort = `${kind}/${operation?.operation ?? byStatus[observed?.status ?? ''] ?? 'update'}`;
    this.#moving.add(address);
    this.#inFlight.push({ sort, startedAt: operation?.startedAt ?? observed?.updatedAt ?? this.#world.now });
  }

  /** What others do on our gateways takes slots too, though it is not ours to wait for. */
  #noteStrangers(): void {
    for (const [address, observed] of this.#world.observed) {
      if (!this.#judged.has(address) && phases[observed.status] === 'moving') this.#moving.add(address);
    }
  }

  /** Takes the operations whose time has come, in the manifest's order, as far as windows and rates allow. */
  #choose(): PlannedOperation[] {
    const { now, quotas = defaultQuotas } = this.#world;
    const used = new Map<Address, number>();
    for (const address of this.#moving) count(used, windowOf(address));
    const chosen: PlannedOperation[] = [];
    for (const judged of inTurns(this.#due(now))) {
      const window = windowOf(judged.address);
      if (chosen.length >= quotas.writesPerTurn) break;
      if ((used.get(window) ?? 0) >= quotas.window) continue;
      count(used, window);
      chosen.push(this.#plan(judged));
    }
    return chosen;
  }

  #due(now: number): Judged[] {
    return [...this.#judged.values()].filter(
      ({ operation, blocked, notBefore }) => operation !== undefined && !blocked && notBefore <= now,
    );
  }

  #plan({ address, operation = 'update', fingerprint: wanted, memory }: Judged): PlannedOperation {
    const observed = this.#world.observed.get(address);
    const parent = parentOf(address);
    const parentId = parent && (this.#judged.get(parent)?.memory.id ?? this.#world.memory.get(parent)?.id);
    const sent = operation === 'rollback' ? memory.lastGood : wanted;
    const id = observed?.id ?? memory.id;
    return {
      address,
      operation,
      fingerprint: wanted ?? '',
      ...(sent && operation !== 'delete' && operation !== 'sync' && { configuration: sent }),
      ...(observed && phases[observed.status] === 'failed' && { repair: true }),
      ...(id && operation !== 'create' && { id }),
      ...(parentId && { parentId }),
      ...(operation === 'sync' &&
        observed?.lastSynchronizedAt !== undefined && { baseline: observed.lastSynchronizedAt }),
    };
  }

  /** How long to wait after the chosen calls, in seconds; undefined when nothing would come of it. */
  #rest(chosen: readonly PlannedOperation[]): number | undefined {
    const { now } = this.#world;
    const begun = chosen.map(({ address, operation }): InFlight => {
      const { kind } = parseAddress(address);
      return { sort: `${kind}/${operation}`, startedAt: now };
    });
    const inFlight = [...this.#inFlight, ...begun];
    const operations = [...this.#judged.values()].filter(({ operation }) => operation !== undefined);
    const held = operations.filter(
      ({ notBefore, blocked }) => !blocked && notBefore > now && notBefore - now <= patience,
    );
    const overdue = this.#due(now).length > chosen.length;
    const waits: number[] = held.map(({ notBefore }) => Math.ceil((notBefore - now) / 1000));
    if (inFlight.length > 0)
      waits.push(waitSeconds(inFlight, this.#latencies, now, overdue || this.#anyBlocked()));
    // More is due than a turn may write, and not for want of a slot: go on as soon as the rate allows.
    if (
      overdue &&
      chosen.length >= (this.#world.quotas ?? defaultQuotas).writesPerTurn &&
      this.#slotsLeft(chosen)
    )
      waits.push(1);
    if (waits.length === 0) return chosen.length > 0 || this.#slotless() ? 1 : undefined;
    return Math.max(1, Math.min(...waits));
  }

  #anyBlocked(): boolean {
    return [...this.#judged.values()].some(({ blocked }) => blocked);
  }

  /** Something is due and only others' operations are in its way. */
  #slotless(): boolean {
    return this.#due(this.#world.now).length > 0;
  }

  #slotsLeft(chosen: readonly PlannedOperation[]): boolean {
    const { window } = this.#world.quotas ?? defaultQuotas;
    const taken = new Set(chosen.map(({ address }) => address));
    const used = new Map<Address, number>();
    for (const address of [...this.#moving, ...taken]) count(used, windowOf(address));
    return this.#due(this.#world.now).some(
      ({ address }) => !taken.has(address) && (used.get(windowOf(address)) ?? 0) < window,
    );
  }

  #memoryChanges(): Pick<Decision, 'remember' | 'forget'> {
    const remember: Memory[] = [];
    const forget: Address[] = [];
    for (const judged of this.#judged.values()) {
      const before = this.#world.memory.get(judged.address);
      if (judged.state === 'absent' && !this.#wanted.has(judged.address)) {
        forget.push(judged.address);
        continue;
      }
      const same = before?.state === judged.state && alike(before.reasons, judged.reasons);
      const after: Memory = {
        ...judged.memory,
        state: judged.state,
        reasons: judged.reasons,
        since: before?.state === judged.state ? before.since : this.#world.now,
      };
      if (!same || !alike(before, after)) remember.push(after);
    }
    return { remember, forget };
  }

  #report(): ResourceReport[] {
    return [...this.#judged.values()].map(({ address, memory, state, reasons }) => ({
      address,
      ...parseAddress(address),
      ...(memory.id !== undefined && { id: memory.id }),
      state,
      reasons,
    }));
  }
}

/** Notes what is observed of a resource and may be referred to. A request to a person ends with what it was for. */
function withObserved(memory: Memory, observed: Observed | undefined): Memory {
  if (!observed) return memory;
  const { request, ...rest } = memory;
  const known: Memory = { ...rest, id: observed.id, outputs: observed.outputs };
  return request && observed.status !== 'READY' ? { ...known, request } : known;
}

const byStatus: Readonly<Record<string, Operation>> = {
  CREATING: 'create',
  UPDATING: 'update',
  DELETING: 'delete',
  SYNCHRONIZING: 'sync',
};

/** What a resource is in while it waits for another one that is in the state given. */
const stateBehind: Readonly<Record<ResourceState, ResourceState>> = {
  ready: 'in-progress',
  'in-progress': 'in-progress',
  'awaiting-authorization': 'awaiting-authorization',
  'awaiting-approval': 'awaiting-approval',
  failed: 'failed',
  refused: 'failed',
  absent: 'failed',
};

const words: Readonly<Record<ResourceState, string>> = {
  ready: 'being changed',
  'in-progress': 'in progress',
  'awaiting-authorization': 'waiting for a person to authorize it',
  'awaiting-approval': 'waiting for a person to approve it',
  failed: 'in a failed state',
  refused: 'refused',
  absent: 'not there',
};

/** Targets share the window of their gateway; any other resource has one of its own. */
function windowOf(address: Address): Address {
  return parentOf(address) ?? address;
}

function count(used: Map<Address, number>, window: Address): void {
  used.set(window, (used.get(window) ?? 0) + 1);
}

/** One of each window in turn, so that every gateway's window fills; syncs after everything that was asked for. */
function inTurns(due: readonly Judged[]): Judged[] {
  const ranks = new Map<Address, number>();
  const ranked = due.map((judged) => {
    const window = windowOf(judged.address);
    count(ranks, window);
    return { judged, rank: ranks.get(window) ?? 0, late: judged.operation === 'sync' };
  });
  return ranked
    .sort((a, b) => Number(a.late) - Number(b.late) || a.rank - b.rank)
    .map(({ judged }) => judged);
}

const updatable = new WeakMap<ShapeCatalogue, Map<KindName, ReadonlySet<string>>>();

/** The members of a resource that an update takes. */
export function updatableMembers(kind: KindName, catalogue: ShapeCatalogue): ReadonlySet<string> {
  const known = updatable.get(catalogue) ?? new Map<KindName, ReadonlySet<string>>();
  updatable.set(catalogue, known);
  const row = resourceKinds[kind];
  const members =
    known.get(kind) ?? new Set(catalogue.operation(row.operations.update)?.input.members.keys() ?? []);
  known.set(kind, members);
  return members;
}

function alike(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
