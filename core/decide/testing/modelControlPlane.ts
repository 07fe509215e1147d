import type { JsonObject } from '../../manifest/json.ts';
import type { Address } from '../../resources/address.ts';
import { parentOf } from '../../resources/resourceKinds.ts';
import { phases, type Status } from '../../status.ts';
import { awaitsConsent, listsTools } from '../consent.ts';
import type { Observed } from '../observed.ts';
import type { Answer } from '../record.ts';
import { type Random, uniform } from './random.ts';
import { outputsOf } from './worlds.ts';

/** What the service does that nobody has documented; each must be survived. */
export interface Switches {
  /** What a target takes for its status ten minutes after a link that nobody opened. */
  readonly lapse: 'stays' | 'FAILED' | 'unsuccessful';
  /** Whether a target that has failed takes an update or a sync, or only a delete. */
  readonly updatesFailed: boolean;
  /** Whether `updatedAt` moves again when an operation settles. */
  readonly touchesOnSettle: boolean;
}

export const plainSwitches: Switches = { lapse: 'stays', updatesFailed: true, touchesOnSettle: false };

/** The share of calls that meet each fault, while faults last. */
export interface Faults {
  readonly throttle: number;
  readonly conflict: number;
  /** The call is carried out, but its answer is lost. */
  readonly lostAnswer: number;
  /** An operation is accepted, and fails. */
  readonly failure: number;
  /** A sync is accepted, and never happens. */
  readonly lostSync: number;
  /** A List shows what was true up to twenty seconds ago. */
  readonly staleList: number;
}

export const noFaults: Faults = {
  throttle: 0,
  conflict: 0,
  lostAnswer: 0,
  failure: 0,
  lostSync: 0,
  staleList: 0,
};

/** No fault fails one resource so often that the loop may give it up. */
const MOST_FAILURES = 2;
const LINK_LIFETIME = 600_000;
const MOST_LAG = 20_000;
const WINDOW = 5;

interface Resource {
  readonly address: Address;
  readonly id: string;
  config: JsonObject;
  status: Status;
  updatedAt: number;
  lastSynchronizedAt?: number;
  reasons: string[];
  /** What it becomes, and when; absent for a resource that stands still. */
  settles?: { readonly at: number; readonly status: Status | 'gone'; readonly synchronizes: boolean };
  /** Until when a person can consent, and to what. */
  link?: Link;
}

interface Link {
  readonly session: string;
  readonly until: number;
  readonly operation: Prefix;
}

type Prefix = 'CREATE' | 'UPDATE' | 'SYNCHRONIZE';

const MOVING: Readonly<Record<Prefix, Status>> = {
  CREATE: 'CREATING',
  UPDATE: 'UPDATING',
  SYNCHRONIZE: 'SYNCHRONIZING',
};

/** The status that a failed operation leaves. */
const FAILED: Readonly<Record<Prefix, Status>> = {
  CREATE: 'FAILED',
  UPDATE: 'UPDATE_UNSUCCESSFUL',
  SYNCHRONIZE: 'SYNCHRONIZE_UNSUCCESSFUL',
};

export interface ModelOptions {
  readonly random: Random;
  readonly now: number;
  readonly switches?: Switches;
  readonly faults?: Faults;
  /** In ms; a target's operations take four to twelve seconds unless told otherwise. */
  readonly latency?: (address: Address) => number;
}

/**
 * A small control plane in memory, for gateways, targets and providers alike: the statuses, the refusals, the window
 * of five, and what goes wrong. Time stands still until `advanceTo`.
 */
export class ModelControlPlane {
  readonly switches: Switches;
  /** Which calls were made, in order, for what the tests demand of them. */
  readonly calls: { readonly operation: string; readonly address: Address; readonly at: number }[] = [];
  faults: Faults;
  lists = 0;
  gets = 0;
  /** The most operations that were under way on one gateway at a time. */
  fullest = 0;
  readonly #random: Random;
  readonly #latency: (address: Address) => number;
  readonly #resources = new Map<Address, Resource>();
  readonly #tokens = new Map<string, { readonly id: string; readonly updatedAt: number }>();
  readonly #failures = new Map<Address, number>();
  #history: { readonly at: number; readonly seen: ReadonlyMap<Address, Observed> }[] = [];
  #now: number;
  #ids = 0;

  constructor({ random, now, switches = plainSwitches, faults = noFaults, latency }: ModelOptions) {
    this.#random = random;
    this.#now = now;
    this.switches = switches;
    this.faults = faults;
    this.#latency = latency ?? (() => Math.round(uniform(random, 4000, 12_000)));
  }

  get now(): number {
    return this.#now;
  }

  /** Lets time pass: what was to settle by then has settled, and links have lapsed. */
  advanceTo(now: number): void {
    this.#history.push({ at: this.#now, seen: this.#snapshot() });
    for (const resource of [...this.#resources.values()]) this.#pass(resource, now);
    this.#now = now;
    this.#history = this.#history.filter(({ at }) => now - at <= MOST_LAG);
  }

  /** What a List of everything shows, which may be stale. */
  list(): Map<Address, Observed> {
    this.lists += 1;
    const old = this.#strikes('staleList') ? this.#history[0]?.seen : undefined;
    return new Map(old ?? this.#snapshot());
  }

  /** What is true, whatever a List may say. */
  truth(): Map<Address, Observed & { readonly config: JsonObject }> {
    const entries = [...this.#resources.values()].map(
      (resource) => [resource.address, { ...observedOf(resource), config: resource.config }] as const,
    );
    return new Map(entries);
  }

  get(address: Address): Observed | undefined {
    this.gets += 1;
    const resource = this.#resources.get(address);
    return resource && { ...observedOf(resource), config: resource.config };
  }

  create(address: Address, config: JsonObject, token: string): Answer {
    return this.#call('create', address, () => {
      const repeated = this.#tokens.get(token);
      if (repeated) return { kind: 'accepted', ...repeated };
      const parent = parentOf(address);
      const above = parent && this.#resources.get(parent);
      if (parent && !above) return refused('ResourceNotFoundException', `${parent} does not exist`);
      if (above && above.status !== 'READY')
        return refused('ConflictException', `${parent} is ${above.status}`);
      if (this.#resources.has(address)) return refused('ConflictException', `${address} exists`);
      const full = this.#fullWindow(address);
      if (full) return full;
      this.#ids += 1;
      const id = `${address}#${this.#ids}`;
      const created: Resource = {
        address,
        id,
        config,
        status: 'CREATING',
        updatedAt: this.#now,
        reasons: [],
      };
      this.#resources.set(address, created);
      this.#begin(created, 'CREATE');
      const answer = { id, updatedAt: this.#now };
      this.#tokens.set(token, answer);
      return { kind: 'accepted', ...answer };
    });
  }

  update(address: Address, id: string, config: JsonObject): Answer {
    return this.#change('update', address, id, (resource) => {
      resource.config = config;
      resource.updatedAt = this.#now;
      this.#begin(resource, 'UPDATE');
      return { kind: 'accepted', updatedAt: this.#now };
    });
  }

  sync(address: Address, id: string): Answer {
    return this.#change('sync', address, id, (resource) => {
      if (!listsTools(resource.config)) return refused('ValidationException', 'The target has static tools');
      if (!this.#strikes('lostSync')) this.#begin(resource, 'SYNCHRONIZE');
      return { kind: 'accepted' };
    });
  }

  delete(address: Address, id: string): Answer {
    return this.#change('delete', address, id, (resource) => {
      const children = [...this.#resources.keys()].filter((other) => parentOf(other) === address);
      if (children.length > 0) return refused('ConflictException', `${address} has targets`);
      resource.status = 'DELETING';
      resource.settles = { at: this.#now + this.#latency(address), status: 'gone', synchronizes: false };
      return { kind: 'accepted' };
    });
  }

  /**
   * A person opens a link and consents; where a target stays pending, its link is issued afresh.
   *
   * @returns whether there was a link to open
   */
  consent(address: Address): boolean {
    const resource = this.#resources.get(address);
    if (!resource?.link) return false;
    delete resource.link;
    resource.settles = {
      at: this.#now + uniform(this.#random, 1000, 5000),
      status: 'READY',
      synchronizes: true,
    };
    return true;
  }

  /** Somebody changes it in the console. */
  editByHand(address: Address): void {
    const resource = this.#resources.get(address);
    if (!resource || phases[resource.status] !== 'ready') return;
    resource.config = { ...resource.config, description: 'changed by hand' };
    resource.updatedAt = this.#now;
  }

  /** Somebody deletes it in the console. */
  deleteByHand(address: Address): void {
    const resource = this.#resources.get(address);
    if (!resource || phases[resource.status] !== 'ready') return;
    if ([...this.#resources.keys()].some((other) => parentOf(other) === address)) return;
    this.#resources.delete(address);
  }

  /** It fails without anyone having touched it. */
  failByItself(address: Address): void {
    const resource = this.#resources.get(address);
    if (resource?.status !== 'READY') return;
    resource.status = 'FAILED';
    resource.reasons = ['The endpoint is gone.'];
  }

  /** Puts a resource there as if it had always been. */
  place(observed: Observed & { readonly config: JsonObject }): void {
    const { address, id, config, status, updatedAt, reasons, lastSynchronizedAt } = observed;
    const resource: Resource = { address, id, config, status, updatedAt, reasons: [...reasons] };
    if (lastSynchronizedAt !== undefined) resource.lastSynchronizedAt = lastSynchronizedAt;
    if (phases[status] === 'moving') {
      const gone = status === 'DELETING';
      resource.settles = { at: this.#now + 5000, status: gone ? 'gone' : 'READY', synchronizes: !gone };
    }
    if (phases[status] === 'awaiting-authorization') {
      resource.link = this.#issue(this.#now, status);
    }
    this.#resources.set(address, resource);
  }

  #call(operation: string, address: Address, carryOut: () => Answer): Answer {
    this.calls.push({ operation, address, at: this.#now });
    if (this.#strikes('throttle')) return refused('ThrottlingException', 'Rate exceeded', true);
    if (this.#strikes('conflict')) return refused('ConflictException', 'Another operation is under way');
    const answer = carryOut();
    if (answer.kind === 'accepted' && this.#strikes('lostAnswer')) {
      return refused('TimeoutError', 'The connection was cut', true);
    }
    return answer;
  }

  #change(operation: string, address: Address, id: string, carryOut: (resource: Resource) => Answer): Answer {
    return this.#call(operation, address, () => {
      const resource = this.#resources.get(address);
      if (resource?.id !== id) return refused('ResourceNotFoundException', `${id} does not exist`);
      const phase = phases[resource.status];
      if (phase === 'awaiting-authorization' || phase === 'moving') {
        return refused('ConflictException', `${address} is ${resource.status}`);
      }
      const mayChange = operation === 'delete' || this.switches.updatesFailed || !parentOf(address);
      if (phase === 'failed' && !mayChange) {
        return refused('ValidationException', `${address} cannot be changed in status ${resource.status}`);
      }
      return this.#fullWindow(address) ?? carryOut(resource);
    });
  }

  #fullWindow(address: Address): Answer | undefined {
    const window = parentOf(address) ?? address;
    const moving = [...this.#resources.values()].filter(
      (other) => (parentOf(other.address) ?? other.address) === window && phases[other.status] === 'moving',
    );
    this.fullest = Math.max(this.fullest, moving.length + 1);
    if (moving.length < WINDOW) return undefined;
    return refused('ConflictException', `${window} has ${WINDOW} operations under way`);
  }

  #begin(resource: Resource, operation: Prefix): void {
    const { address, config } = resource;
    resource.status = MOVING[operation];
    resource.reasons = [];
    const at = this.#now + this.#latency(address);
    const failures = this.#failures.get(address) ?? 0;
    if (failures < MOST_FAILURES && this.#strikes('failure')) {
      this.#failures.set(address, failures + 1);
      resource.settles = { at, status: FAILED[operation], synchronizes: false };
    } else if (awaitsConsent(config)) {
      resource.settles = { at, status: `${operation}_PENDING_AUTH`, synchronizes: false };
    } else {
      resource.settles = { at, status: 'READY', synchronizes: listsTools(config) };
    }
  }

  #pass(resource: Resource, now: number): void {
    const { settles, link } = resource;
    if (settles && settles.at <= now) this.#settle(resource, settles);
    if (link && link.until <= now && this.switches.lapse !== 'stays') {
      delete resource.link;
      resource.status = this.switches.lapse === 'FAILED' ? 'FAILED' : FAILED[link.operation];
      resource.reasons = ['The authorization has expired.'];
    }
  }

  #settle(resource: Resource, { at, status, synchronizes }: NonNullable<Resource['settles']>): void {
    delete resource.settles;
    if (status === 'gone') {
      this.#resources.delete(resource.address);
      return;
    }
    resource.status = status;
    if (this.switches.touchesOnSettle) resource.updatedAt = at;
    if (phases[status] === 'failed') resource.reasons = ['The endpoint did not answer.'];
    if (phases[status] === 'awaiting-authorization') {
      resource.link = this.#issue(at, status);
    }
    if (synchronizes && listsTools(resource.config)) resource.lastSynchronizedAt = at;
  }

  #issue(at: number, status: Status): Link {
    this.#ids += 1;
    return { session: `session-${this.#ids}`, until: at + LINK_LIFETIME, operation: prefixOf(status) };
  }

  #snapshot(): ReadonlyMap<Address, Observed> {
    return new Map([...this.#resources].map(([address, resource]) => [address, observedOf(resource)]));
  }

  #strikes(fault: keyof Faults): boolean {
    return this.faults[fault] > 0 && this.#random() < this.faults[fault];
  }
}

function observedOf(resource: Resource): Observed {
  const { address, id, status, updatedAt, reasons, lastSynchronizedAt, link } = resource;
  return {
    address,
    id,
    status,
    reasons: [...reasons],
    updatedAt,
    outputs: outputsOf(address, address.slice(address.indexOf('/') + 1)),
    ...(lastSynchronizedAt !== undefined && { lastSynchronizedAt }),
    ...(link && { link: link.session }),
  };
}

function prefixOf(status: Status): Prefix {
  if (status === 'CREATE_PENDING_AUTH') return 'CREATE';
  return status === 'UPDATE_PENDING_AUTH' ? 'UPDATE' : 'SYNCHRONIZE';
}

function refused(code: string, message: string, transient = false): Answer {
  return { kind: 'rejected', code, message, transient };
}
