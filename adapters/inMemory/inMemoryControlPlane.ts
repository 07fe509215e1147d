import { type Address, addressOf, parseAddress } from '../../core/address.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { omit } from '../../core/objects.ts';
import type { CallResult, ControlPlane, ResourceId, TagMap } from '../../core/ports/controlPlane.ts';
import { noUpdateText } from '../../core/resources/clearing.ts';
import type { KindName, ResourceKind } from '../../core/resources/resourceKind.ts';
import { isNamedById, ONLY_NAME, parentOf, resourceKinds } from '../../core/resources/resourceKinds.ts';
import { canonicalJson } from '../../core/schemas/canonicalJson.ts';
import { phases, type Status } from '../../core/status.ts';
import { agentRegistryShapes, controlPlaneShapes } from '../sdkShapes.ts';
import { CallScript } from './callScript.ts';
import { answerOf, resultOf, ServiceError } from './serviceError.ts';
import {
  ARN,
  arnOf,
  getResponse,
  listItem,
  type Operation,
  operationOf,
  patched,
  REGISTRY_ARN,
  rowOf,
  type StoredResource,
} from './storedResource.ts';

/** A resource to store. The default is READY, created now, without configuration, tags and other members. */
export type ArrangedResource = Partial<Omit<StoredResource, 'address' | 'parentId'>>;

const IN_PROGRESS_STATUS: Readonly<Record<Operation, Status>> = {
  create: 'CREATING',
  update: 'UPDATING',
  delete: 'DELETING',
  synchronize: 'SYNCHRONIZING',
};

const ID_LENGTH = 10;

/**
 * The AgentCore control plane in memory, for tests of steps. An accepted call leaves a resource CREATING, UPDATING,
 * DELETING or SYNCHRONIZING until the test calls `settle`. It does not validate configurations; the emulator in
 * `local/agentcore` does.
 */
export class InMemoryControlPlane implements ControlPlane {
  readonly script = new CallScript<ControlPlane>();
  readonly #now: () => number;
  readonly #resources = new Map<Address, StoredResource>();
  readonly #createCalls = new Map<string, { readonly request: string; readonly result: CallResult }>();
  #ids = 0;

  /** @param now the service's time, in ms since the epoch */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Creates or changes a resource without a call of the port, as a person in the console or the service itself does.
   * Omitted members stay unchanged, except that `updatedAt` becomes now.
   *
   * @throws RangeError for a target whose gateway does not exist
   */
  put(address: Address, given: ArrangedResource = {}): StoredResource {
    const before = this.#resources.get(address);
    const parent = parentOf(address);
    const resource: StoredResource = {
      id: this.#newId(address, given.config ?? {}),
      status: settledStatus(address),
      config: {},
      revision: 1,
      tags: {},
      members: {},
      createdAt: this.#now(),
      ...before,
      updatedAt: this.#now(),
      ...given,
      address,
      ...(parent && { parentId: this.#existing(parent).id }),
    };
    return this.#store(resource);
  }

  /** Deletes a resource without a call of the port. @throws RangeError if it does not exist */
  remove(address: Address): void {
    this.#existing(address);
    this.#resources.delete(address);
  }

  /**
   * Ends the current operation of a resource, or makes it wait for a person.
   *
   * @param status READY by default, or DRAFT of a record; it removes a resource in deletion
   * @param members further members of later responses, such as `statusReasons` or `authorizationData`
   * @throws RangeError if no operation is in progress
   */
  settle(address: Address, status: Status = settledStatus(address), members: JsonObject = {}): void {
    const resource = this.#existing(address);
    const operation = operationOf(resource);
    if (!operation) throw new RangeError(`${address} is ${resource.status}: no operation is in progress.`);
    if (operation === 'delete' && phases[status] === 'ready') {
      this.#resources.delete(address);
      return;
    }
    const now = this.#now();
    const { lastSynchronizedAt } = resource.members;
    this.#store({
      ...resource,
      status,
      updatedAt: now,
      members: {
        ...(lastSynchronizedAt !== undefined && { lastSynchronizedAt }),
        ...servedAfter(resource, status),
        ...(phases[status] === 'ready' && operation === 'synchronize' && { lastSynchronizedAt: now }),
        ...members,
      },
    });
  }

  resource(address: Address): StoredResource | undefined {
    return this.#resources.get(address);
  }

  /** @returns the addresses of all resources, in the order of their creation */
  addresses(): Address[] {
    return [...this.#resources.keys()];
  }

  get(kind: KindName, id: ResourceId): Promise<JsonObject | undefined> {
    return this.#read('get', [kind, id], () => {
      const resource = this.#find(kind, id);
      return resource && getResponse(resource);
    });
  }

  list(kind: KindName, parentId?: string): Promise<JsonObject[]> {
    return this.#read('list', [kind, ...(parentId === undefined ? [] : [parentId])], () => {
      const { parent, container } = resourceKinds[kind];
      if (parent) this.#parent(kind, parentId);
      if (container && parentId === undefined)
        throw new ServiceError('ValidationException', `A list of ${kind} names no ${container.member}.`);
      return this.#all(kind, parentId).map((resource) => listItem(resource));
    });
  }

  summaries(kind: KindName, ids: readonly string[]): Promise<JsonObject[]> {
    return this.#read('summaries', [kind, ids], () =>
      this.#all(kind, undefined)
        .filter(({ id }) => ids.includes(id))
        .map((resource) => listItem(resource)),
    );
  }

  tags(arn: string): Promise<TagMap> {
    return this.#read('tags', [arn], () => ({ ...this.#taggable(arn)?.tags }));
  }

  changeTags(arn: string, set: TagMap, remove: readonly string[]): Promise<CallResult> {
    return this.#write('changeTags', [arn, set, remove], () => {
      const resource = this.#taggable(arn);
      if (!resource) throw new ServiceError('ResourceNotFoundException', `No resource has the ARN ${arn}.`);
      this.#store({ ...resource, tags: omit({ ...resource.tags, ...set }, ...remove) });
      return { kind: 'accepted' };
    });
  }

  #read<Result>(
    method: 'get' | 'list' | 'summaries' | 'tags',
    input: readonly unknown[],
    effect: () => Result,
  ): Promise<Result> {
    return resultOf(this.script.run(method, input, effect));
  }

  #taggable(arn: string): StoredResource | undefined {
    // The API lists no tags of OAuth2 credential providers, and a target has no ARN.
    return [...this.#resources.values()].find(
      (resource) => rowOf(resource).tags === 'changeable' && arnOf(resource) === arn,
    );
  }

  create(
    kind: KindName,
    input: JsonObject,
    options: { parentId?: string; clientToken: string },
  ): Promise<CallResult> {
    return this.#write('create', [kind, input, options], () => {
      const { parentId, clientToken } = options;
      const request = canonicalText({ kind, input, parentId: parentId ?? '' });
      const token = `${kind}/${clientToken}`;
      const earlier = resourceKinds[kind].clientToken.includes('create') && this.#createCalls.get(token);
      if (!earlier) {
        const result = this.#create(kind, input, parentId);
        this.#createCalls.set(token, { request, result });
        return result;
      }
      if (earlier.request === request) return earlier.result;
      throw new ServiceError(
        'ValidationException',
        'The client token was used before with other parameters. Use a new token for a new request.',
      );
    });
  }

  update(kind: KindName, id: ResourceId, input: JsonObject): Promise<CallResult> {
    return this.#write('update', [kind, id, input], () => {
      const row = resourceKinds[kind];
      if (row.operations.update === undefined) throw new RangeError(`${noUpdateText(row)}.`);
      const resource = this.#changeable(kind, id);
      const sent = omit(input, row.nameMember ?? '', 'triggerSynchronization', 'forceAuthentication');
      const config = row.update === 'put' ? sent : patched(resource.config, sent);
      const revision = resource.revision + 1;
      return this.#begin({ ...resource, config, revision, updatedAt: this.#now() }, 'update');
    });
  }

  delete(kind: KindName, id: ResourceId): Promise<CallResult> {
    return this.#write('delete', [kind, id], () => {
      const resource = this.#changeable(kind, id);
      const children = kind === 'gateway' ? this.#all('gatewayTarget', resource.id) : [];
      if (children.length > 0)
        throw new ServiceError(
          'ValidationException',
          `Gateway ${resource.id} has targets associated with it. Delete all targets before deleting the gateway.`,
        );
      return this.#begin(resource, 'delete');
    });
  }

  synchronize(id: ResourceId): Promise<CallResult> {
    return this.#write('synchronize', [id], () =>
      this.#begin(this.#changeable('gatewayTarget', id), 'synchronize'),
    );
  }

  submit(id: ResourceId): Promise<CallResult> {
    return this.#write('submit', [id], () => this.#setStatus(id, 'PENDING_APPROVAL'));
  }

  deprecate(id: ResourceId, reason: string): Promise<CallResult> {
    return this.#write('deprecate', [id, reason], () => this.#setStatus(id, 'DEPRECATED'));
  }

  #setStatus(id: ResourceId, status: Status): CallResult {
    const record = this.#changeable('registryRecord', id);
    if (status === 'PENDING_APPROVAL' && record.status !== 'DRAFT')
      throw new ServiceError('ConflictException', `${record.address} is in status ${record.status}.`);
    const { updatedAt } = this.#store({ ...record, status, updatedAt: this.#now() });
    return { kind: 'accepted', updatedAt };
  }

  #write(
    method: 'create' | 'update' | 'delete' | 'synchronize' | 'submit' | 'deprecate' | 'changeTags',
    input: readonly unknown[],
    effect: () => CallResult,
  ): Promise<CallResult> {
    return answerOf(this.script.run(method, input, effect));
  }

  #create(kind: KindName, input: JsonObject, parentId: string | undefined): CallResult {
    const row = resourceKinds[kind];
    const { tags = {} } = input;
    const config = omit(input, 'tags', row.nameMember ?? '');
    // The service alone names a resource of a kind without names.
    const given = row.nameMember === undefined ? this.#nextDigits() : input[row.nameMember];
    const name = row.isOnly ? ONLY_NAME : given;
    const parent = row.parent && this.#parent(kind, parentId);
    if (parent) rejectWhileParentInProgress(parent, 'Create');
    if (typeof name !== 'string' || name === '')
      throw new ServiceError('ValidationException', `The member ${row.nameMember} is required.`);
    const address = addressOf(kind, parent ? `${parseAddress(parent.address).name}/${name}` : name);
    // A second Put replaces what the first one made.
    if (this.#resources.has(address) && !row.isOnly)
      throw new ServiceError('ConflictException', `A ${kind} with the name ${name} already exists.`);
    const resource: StoredResource = {
      address,
      id: this.#newId(address, config),
      ...(parent && { parentId: parent.id }),
      status: 'CREATING',
      config,
      revision: 1,
      tags: isJsonObject(tags) ? stringTags(tags) : {},
      members: {},
      createdAt: this.#now(),
      updatedAt: this.#now(),
    };
    return { ...this.#begin(resource, 'create'), id: resource.id };
  }

  #begin(resource: StoredResource, operation: Operation): Extract<CallResult, { kind: 'accepted' }> {
    const { authorizationData: _, [rowOf(resource).reasonMember]: __, ...members } = resource.members;
    const { updatedAt } = this.#store({ ...resource, status: IN_PROGRESS_STATUS[operation], members });
    return { kind: 'accepted', ...(showsUpdatedAt(rowOf(resource), operation) && { updatedAt }) };
  }

  /** @throws ServiceError if the resource does not exist, or an operation on it or its parent is in progress */
  #changeable(kind: KindName, id: ResourceId): StoredResource {
    if (resourceKinds[kind].parent) rejectWhileParentInProgress(this.#parent(kind, id.parentId), 'Change');
    const resource = this.#find(kind, id);
    if (!resource) throw new ServiceError('ResourceNotFoundException', `No ${kind} has the id ${id.id}.`);
    rejectWhileInProgress(resource);
    return resource;
  }

  #parent(kind: KindName, parentId: string | undefined): StoredResource {
    const { parent } = resourceKinds[kind];
    const found = parent && parentId !== undefined ? this.#find(parent, { id: parentId }) : undefined;
    if (found) return found;
    throw new ServiceError('ResourceNotFoundException', `No ${parent} has the id ${parentId}.`);
  }

  #find(kind: KindName, { id, parentId }: ResourceId): StoredResource | undefined {
    return this.#all(kind, parentId).find((resource) => resource.id === id);
  }

  #all(kind: KindName, parentId: string | undefined): StoredResource[] {
    return [...this.#resources.values()].filter(
      (resource) =>
        parseAddress(resource.address).kind === kind &&
        (!resourceKinds[kind].parent || resource.parentId === parentId) &&
        (!resourceKinds[kind].container || parentId === undefined || resource.config.registryId === parentId),
    );
  }

  #existing(address: Address): StoredResource {
    const resource = this.#resources.get(address);
    if (resource) return resource;
    throw new RangeError(`The control plane has no ${address}; put or create it first.`);
  }

  #store(resource: StoredResource): StoredResource {
    const copy = structuredClone(resource);
    this.#resources.set(resource.address, copy);
    return copy;
  }

  /** @returns a unique id. The id of a credential provider is its name, that of a record or a resource policy an ARN. */
  #newId(address: Address, { registryId }: JsonObject): string {
    const { kind, name } = parseAddress(address);
    const localName = name.slice(name.indexOf('/') + 1);
    const row = resourceKinds[kind];
    if (row.isOnly) return `${ARN}${row.parent}/${name}`;
    if (isNamedById(row) || row.nameMember === undefined) return localName;
    const digits = this.#nextDigits();
    return kind === 'registryRecord'
      ? `${REGISTRY_ARN}registry/${registryId}/record/rc${digits}`
      : `${localName}-${digits}`;
  }

  #nextDigits(): string {
    this.#ids += 1;
    return String(this.#ids).padStart(ID_LENGTH, '0');
  }
}

/** @throws ServiceError if an operation of the resource is in progress, or waits for a person */
function rejectWhileInProgress({ address, status }: StoredResource): void {
  if (phases[status] === 'moving' || phases[status] === 'awaiting-authorization')
    throw new ServiceError(
      'ConflictException',
      `${address} is in status ${status}. Wait until the operation ends.`,
    );
}

/** @throws ServiceError with the service's text if an operation of the gateway is in progress */
function rejectWhileParentInProgress({ status }: StoredResource, operation: string): void {
  if (phases[status] === 'moving')
    throw new ServiceError(
      'ValidationException',
      `Cannot perform operation ${operation}GatewayTarget when gateway is in ${status} status`,
    );
}

/** An endpoint serves what it was created or updated with once that has succeeded. */
function servedAfter(resource: StoredResource, status: Status): JsonObject {
  const { version } = rowOf(resource);
  if (!version) return {};
  const live = phases[status] === 'ready' ? resource.config[version.member] : resource.members[version.live];
  return live === undefined ? {} : { [version.live]: live };
}

function settledStatus(address: Address): Status {
  return parseAddress(address).kind === 'registryRecord' ? 'DRAFT' : 'READY';
}

function stringTags(tags: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, String(value)]));
}

function canonicalText(value: JsonObject): string {
  return new TextDecoder().decode(canonicalJson(value));
}

/** Whether the response to an operation has the time of the last change, as the model says. */
function showsUpdatedAt(row: ResourceKind, operation: Operation): boolean {
  const name = operation === 'synchronize' ? undefined : row.operations[operation];
  const catalog = row.service ? agentRegistryShapes : controlPlaneShapes;
  const output = name === undefined ? undefined : catalog.operation(name)?.output;
  const inner = row.responseMember === undefined ? output : output?.members.get(row.responseMember)?.shape;
  const shown = inner?.type === 'structure' ? inner : output;
  return shown?.members.has(row.updatedAtMember) === true;
}
