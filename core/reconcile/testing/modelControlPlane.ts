import type { Address } from '../../address.ts';
import type { JsonObject } from '../../json.ts';
import { omit } from '../../objects.ts';
import type { CallResult, TagMap } from '../../ports/controlPlane.ts';
import { cachesListedTools, requiresConsent } from '../../resources/gatewayTarget.ts';
import type { ObservedResource } from '../../resources/observe.ts';
import { parentOf } from '../../resources/resourceKinds.ts';
import { phases, type Status } from '../../status.ts';
import { outputsOf } from './inputs.ts';
import { type Random, uniform } from './random.ts';

/** Undocumented behaviors of the service. Gateloop must work with each. */
export interface ServiceBehaviors {
  /** The status of a target after its link expired unused. */
  readonly linkExpiry: 'stays' | 'FAILED' | 'unsuccessful';
  /** Whether a failed target accepts an update or a sync, or only a delete. */
  readonly updatesFailed: boolean;
  /** Whether `updatedAt` changes again when an operation ends. */
  readonly touchesOnSettle: boolean;
}

export const defaultBehaviors: ServiceBehaviors = {
  linkExpiry: 'stays',
  updatesFailed: true,
  touchesOnSettle: false,
};

/** The probability of each fault. */
export interface Faults {
  readonly throttle: number;
  readonly conflict: number;
  /** The call is carried out, but its response is lost. */
  readonly lostResponse: number;
  /** An accepted operation fails. */
  readonly failure: number;
  /** An accepted sync never takes place. */
  readonly lostSync: number;
  /** A List shows the state of up to 20 s ago. */
  readonly staleList: number;
}

export const noFaults: Faults = {
  throttle: 0,
  conflict: 0,
  lostResponse: 0,
  failure: 0,
  lostSync: 0,
  staleList: 0,
};

/** Failures per resource, few enough that Gateloop does not give up. */
const MAX_FAILURES = 2;
const LINK_LIFETIME = 600_000;
const MAX_LIST_LAG = 20_000;
const CONCURRENCY_LIMIT = 5;

interface Resource {
  readonly address: Address;
  readonly id: string;
  config: JsonObject;
  tags?: TagMap;
  status: Status;
  updatedAt: number;
  lastSynchronizedAt?: number;
  reasons: string[];
  /** The next status, and when; absent while no operation is in progress. */
  pendingTransition?: {
    readonly at: number;
    readonly status: Status | 'gone';
    readonly synchronizes: boolean;
  };
  /** The link with which a person can consent. */
  link?: Link;
}

interface Link {
  readonly session: string;
  readonly until: number;
  readonly operation: OperationPrefix;
}

type OperationPrefix = 'CREATE' | 'UPDATE' | 'SYNCHRONIZE';

const IN_PROGRESS_STATUS: Readonly<Record<OperationPrefix, Status>> = {
  CREATE: 'CREATING',
  UPDATE: 'UPDATING',
  SYNCHRONIZE: 'SYNCHRONIZING',
};

/** The status that a failed operation leaves. */
const FAILED_STATUS: Readonly<Record<OperationPrefix, Status>> = {
  CREATE: 'FAILED',
  UPDATE: 'UPDATE_UNSUCCESSFUL',
  SYNCHRONIZE: 'SYNCHRONIZE_UNSUCCESSFUL',
};

export interface ModelOptions {
  readonly random: Random;
  readonly now: number;
  readonly behaviors?: ServiceBehaviors;
  readonly faults?: Faults;
  /** In ms. Default: 4 to 12 s. */
  readonly latency?: (address: Address) => number;
}

/**
 * A small control plane in memory for gateways, targets and providers: statuses, rejections, the limit of five
 * concurrent operations, and faults. Time only advances in `advanceTo`.
 */
export class ModelControlPlane {
  readonly behaviors: ServiceBehaviors;
  /** The calls, in order. */
  readonly calls: { readonly operation: string; readonly address: Address; readonly at: number }[] = [];
  faults: Faults;
  lists = 0;
  gets = 0;
  /** The highest number of concurrent operations on one gateway. */
  peakConcurrency = 0;
  readonly #random: Random;
  readonly #latency: (address: Address) => number;
  readonly #resources = new Map<Address, Resource>();
  readonly #tokens = new Map<string, { readonly id: string; readonly updatedAt: number }>();
  readonly #failures = new Map<Address, number>();
  #history: { readonly at: number; readonly seen: ReadonlyMap<Address, ObservedResource> }[] = [];
  #now: number;
  #ids = 0;

  constructor({ random, now, behaviors = defaultBehaviors, faults = noFaults, latency }: ModelOptions) {
    this.#random = random;
    this.#now = now;
    this.behaviors = behaviors;
    this.faults = faults;
    this.#latency = latency ?? (() => Math.round(uniform(random, 4000, 12_000)));
  }

  get now(): number {
    return this.#now;
  }

  /** Advances the time: operations end, and links expire. */
  advanceTo(now: number): void {
    this.#history.push({ at: this.#now, seen: this.#snapshot() });
    for (const resource of [...this.#resources.values()]) this.#advance(resource, now);
    this.#now = now;
    this.#history = this.#history.filter(({ at }) => now - at <= MAX_LIST_LAG);
  }

  /** The result of a List, which may be stale. */
  list(): Map<Address, ObservedResource> {
    this.lists += 1;
    const old = this.#faultOccurs('staleList') ? this.#history[0]?.seen : undefined;
    return new Map(old ?? this.#snapshot());
  }

  /** The actual state, which a stale List may not show. */
  actualState(): Map<Address, ObservedResource & { readonly config: JsonObject }> {
    const entries = [...this.#resources.values()].map(
      (resource) => [resource.address, { ...observedOf(resource), config: resource.config }] as const,
    );
    return new Map(entries);
  }

  get(address: Address): ObservedResource | undefined {
    this.gets += 1;
    const resource = this.#resources.get(address);
    return resource && { ...observedOf(resource), config: resource.config };
  }

  create(address: Address, config: JsonObject, token: string): CallResult {
    return this.#call('create', address, () => {
      const repeated = this.#tokens.get(token);
      if (repeated) return { kind: 'accepted', ...repeated };
      const parent = parentOf(address);
      const parentResource = parent && this.#resources.get(parent);
      if (parent && !parentResource)
        return rejectedCall('ResourceNotFoundException', `${parent} does not exist`);
      if (parentResource && parentResource.status !== 'READY')
        return rejectedCall(
          'ValidationException',
          `Cannot perform operation create when gateway is in ${parentResource.status} status`,
        );
      if (this.#resources.has(address)) return rejectedCall('ConflictException', `${address} exists`);
      const full = this.#rejectOverLimit(address);
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
      const response = { id, updatedAt: this.#now };
      this.#tokens.set(token, response);
      return { kind: 'accepted', ...response };
    });
  }

  update(address: Address, id: string, config: JsonObject): CallResult {
    return this.#change('update', address, id, (resource) => {
      resource.config = config;
      resource.updatedAt = this.#now;
      this.#begin(resource, 'UPDATE');
      return { kind: 'accepted', updatedAt: this.#now };
    });
  }

  sync(address: Address, id: string): CallResult {
    return this.#change('sync', address, id, (resource) => {
      if (!cachesListedTools(resource.config))
        return rejectedCall('ValidationException', 'The target has static tools');
      if (!this.#faultOccurs('lostSync')) this.#begin(resource, 'SYNCHRONIZE');
      return { kind: 'accepted' };
    });
  }

  delete(address: Address, id: string): CallResult {
    return this.#change('delete', address, id, (resource) => {
      const children = [...this.#resources.keys()].filter((other) => parentOf(other) === address);
      if (children.length > 0)
        return rejectedCall('ValidationException', `${address} has targets associated with it`);
      resource.status = 'DELETING';
      resource.pendingTransition = {
        at: this.#now + this.#latency(address),
        status: 'gone',
        synchronizes: false,
      };
      return { kind: 'accepted' };
    });
  }

  /** The model has no stale tags. */
  tags(address: Address): TagMap {
    return this.#resources.get(address)?.tags ?? {};
  }

  tag(address: Address, set: TagMap, remove: readonly string[]): CallResult {
    return this.#call('tag', address, () => {
      const resource = this.#resources.get(address);
      if (!resource) return rejectedCall('ResourceNotFoundException', `${address} does not exist`);
      resource.tags = omit({ ...resource.tags, ...set }, ...remove);
      return { kind: 'accepted' };
    });
  }

  /**
   * A person opens a link and consents.
   *
   * @returns whether there was a link
   */
  consent(address: Address): boolean {
    const resource = this.#resources.get(address);
    if (!resource?.link) return false;
    delete resource.link;
    resource.pendingTransition = {
      at: this.#now + uniform(this.#random, 1000, 5000),
      status: 'READY',
      synchronizes: true,
    };
    return true;
  }

  /** Changes a resource outside Gateloop. */
  changeOutOfBand(address: Address): void {
    const resource = this.#resources.get(address);
    if (!resource || phases[resource.status] !== 'ready') return;
    resource.config = { ...resource.config, description: 'changed outside Gateloop' };
    resource.updatedAt = this.#now;
  }

  /** Deletes a resource outside Gateloop. */
  deleteOutOfBand(address: Address): void {
    const resource = this.#resources.get(address);
    if (!resource || phases[resource.status] !== 'ready') return;
    if ([...this.#resources.keys()].some((other) => parentOf(other) === address)) return;
    this.#resources.delete(address);
  }

  /** Makes a ready resource fail without an operation. */
  failSpontaneously(address: Address): void {
    const resource = this.#resources.get(address);
    if (resource?.status !== 'READY') return;
    resource.status = 'FAILED';
    resource.reasons = ['The endpoint does not exist.'];
  }

  /** Adds a resource that exists from the start. */
  seed(observed: ObservedResource & { readonly config: JsonObject }): void {
    const { address, id, config, status, updatedAt, reasons, lastSynchronizedAt } = observed;
    const resource: Resource = { address, id, config, status, updatedAt, reasons: [...reasons] };
    if (lastSynchronizedAt !== undefined) resource.lastSynchronizedAt = lastSynchronizedAt;
    if (phases[status] === 'moving') {
      const gone = status === 'DELETING';
      resource.pendingTransition = {
        at: this.#now + 5000,
        status: gone ? 'gone' : 'READY',
        synchronizes: !gone,
      };
    }
    if (phases[status] === 'awaiting-authorization') {
      resource.link = this.#issueLink(this.#now, status);
    }
    this.#resources.set(address, resource);
  }

  #call(operation: string, address: Address, perform: () => CallResult): CallResult {
    this.calls.push({ operation, address, at: this.#now });
    if (this.#faultOccurs('throttle')) return rejectedCall('ThrottlingException', 'Rate exceeded', true);
    if (this.#faultOccurs('conflict'))
      return rejectedCall('ConflictException', 'Another operation is in progress');
    const result = perform();
    if (result.kind === 'accepted' && this.#faultOccurs('lostResponse')) {
      return rejectedCall('TimeoutError', 'The connection was lost', true);
    }
    return result;
  }

  #change(
    operation: string,
    address: Address,
    id: string,
    perform: (resource: Resource) => CallResult,
  ): CallResult {
    return this.#call(operation, address, () => {
      const resource = this.#resources.get(address);
      if (resource?.id !== id) return rejectedCall('ResourceNotFoundException', `${id} does not exist`);
      const phase = phases[resource.status];
      if (phase === 'awaiting-authorization' || phase === 'moving') {
        return rejectedCall('ConflictException', `${address} is ${resource.status}`);
      }
      const mayChange = operation === 'delete' || this.behaviors.updatesFailed || !parentOf(address);
      if (phase === 'failed' && !mayChange) {
        return rejectedCall(
          'ValidationException',
          `${address} cannot be changed in status ${resource.status}`,
        );
      }
      return this.#rejectOverLimit(address) ?? perform(resource);
    });
  }

  #rejectOverLimit(address: Address): CallResult | undefined {
    const group = parentOf(address) ?? address;
    const inProgress = [...this.#resources.values()].filter(
      (other) => (parentOf(other.address) ?? other.address) === group && phases[other.status] === 'moving',
    );
    this.peakConcurrency = Math.max(this.peakConcurrency, inProgress.length + 1);
    if (inProgress.length < CONCURRENCY_LIMIT) return undefined;
    return rejectedCall('ConflictException', `${group} has ${CONCURRENCY_LIMIT} operations in progress`);
  }

  #begin(resource: Resource, operation: OperationPrefix): void {
    const { address, config } = resource;
    resource.status = IN_PROGRESS_STATUS[operation];
    resource.reasons = [];
    const at = this.#now + this.#latency(address);
    const failures = this.#failures.get(address) ?? 0;
    if (failures < MAX_FAILURES && this.#faultOccurs('failure')) {
      this.#failures.set(address, failures + 1);
      resource.pendingTransition = { at, status: FAILED_STATUS[operation], synchronizes: false };
    } else if (requiresConsent(config)) {
      resource.pendingTransition = { at, status: `${operation}_PENDING_AUTH`, synchronizes: false };
    } else {
      resource.pendingTransition = { at, status: 'READY', synchronizes: cachesListedTools(config) };
    }
  }

  #advance(resource: Resource, now: number): void {
    const { pendingTransition, link } = resource;
    if (pendingTransition && pendingTransition.at <= now) this.#settle(resource, pendingTransition);
    if (link && link.until <= now && this.behaviors.linkExpiry !== 'stays') {
      delete resource.link;
      resource.status = this.behaviors.linkExpiry === 'FAILED' ? 'FAILED' : FAILED_STATUS[link.operation];
      resource.reasons = ['The authorization has expired.'];
    }
  }

  #settle(
    resource: Resource,
    { at, status, synchronizes }: NonNullable<Resource['pendingTransition']>,
  ): void {
    delete resource.pendingTransition;
    if (status === 'gone') {
      this.#resources.delete(resource.address);
      return;
    }
    resource.status = status;
    if (this.behaviors.touchesOnSettle) resource.updatedAt = at;
    if (phases[status] === 'failed') resource.reasons = ['The endpoint did not answer.'];
    if (phases[status] === 'awaiting-authorization') {
      resource.link = this.#issueLink(at, status);
    }
    if (synchronizes && cachesListedTools(resource.config)) resource.lastSynchronizedAt = at;
  }

  #issueLink(at: number, status: Status): Link {
    this.#ids += 1;
    return { session: `session-${this.#ids}`, until: at + LINK_LIFETIME, operation: prefixOf(status) };
  }

  #snapshot(): ReadonlyMap<Address, ObservedResource> {
    return new Map([...this.#resources].map(([address, resource]) => [address, observedOf(resource)]));
  }

  #faultOccurs(fault: keyof Faults): boolean {
    return this.faults[fault] > 0 && this.#random() < this.faults[fault];
  }
}

function observedOf(resource: Resource): ObservedResource {
  const { address, id, status, updatedAt, reasons, lastSynchronizedAt, link } = resource;
  return {
    address,
    id,
    status,
    reasons: [...reasons],
    updatedAt,
    outputs: outputsOf(address, address.slice(address.indexOf('/') + 1)),
    ...(lastSynchronizedAt !== undefined && { lastSynchronizedAt }),
    ...(link && { linkSession: link.session }),
  };
}

function prefixOf(status: Status): OperationPrefix {
  if (status === 'CREATE_PENDING_AUTH') return 'CREATE';
  return status === 'UPDATE_PENDING_AUTH' ? 'UPDATE' : 'SYNCHRONIZE';
}

function rejectedCall(code: string, message: string, transient = false): CallResult {
  return { kind: 'rejected', code, message, transient };
}
