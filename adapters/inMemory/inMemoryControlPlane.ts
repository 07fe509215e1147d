import { type Address, addressOf, parseAddress } from '../../core/address.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { CallResult, ControlPlane, ResourceId } from '../../core/ports/controlPlane.ts';
import type { KindName } from '../../core/resources/resourceKind.ts';
import { parentOf, resourceKinds } from '../../core/resources/resourceKinds.ts';
import { canonicalJson } from '../../core/schemas/canonicalJson.ts';
import { phases, type Status } from '../../core/status.ts';
import { CallScript } from './callScript.ts';
import { answerOf, ServiceError } from './serviceError.ts';
import {
  arnOf,
  getAnswer,
  listItem,
  type Operation,
  operationOf,
  patched,
  rowOf,
  type StoredResource,
} from './storedResource.ts';

/** A resource to arrange; what is left out is READY, without tags or other members, of now. */
export type ArrangedResource = Partial<Omit<StoredResource, 'address' | 'parentId'>>;

const WORKING: Readonly<Record<Operation, Status>> = {
  create: 'CREATING',
  update: 'UPDATING',
  delete: 'DELETING',
  synchronize: 'SYNCHRONIZING',
};

/** The calls whose answers show when the resource was updated; the other answers leave it out. Source: service model. */
const TELLS_UPDATED: Readonly<Record<Operation, readonly KindName[]>> = {
  create: ['gateway', 'gatewayTarget', 'harness'],
  update: ['gateway', 'gatewayTarget', 'agentRuntime', 'harness', 'oauth2CredentialProvider', 'registry'],
  delete: ['harness'],
  synchronize: [],
};

const ID_LENGTH = 10;

/**
 * The AgentCore control plane in memory, for tests of steps. Nothing settles by itself: an accepted call leaves a
 * resource CREATING, UPDATING, DELETING or SYNCHRONIZING until the test settles it. The service's rules on
 * configurations are not here; the emulator in `local/agentcore` has them.
 */
export class InMemoryControlPlane implements ControlPlane {
  readonly script = new CallScript<ControlPlane>();
  readonly #now: () => number;
  readonly #resources = new Map<Address, StoredResource>();
  readonly #creates = new Map<string, { readonly request: string; readonly answer: CallResult }>();
  #ids = 0;

  /** @param now the service's time, in ms since the epoch */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Arranges a resource, or changes it without a call of the port, as a person in the console or the service itself does:
   * what is left out stays as it is, and `updatedAt` becomes now where it is not given.
   *
   * @throws RangeError for a target whose gateway is not there
   */
  put(address: Address, given: ArrangedResource = {}): StoredResource {
    const before = this.#resources.get(address);
    const parent = parentOf(address);
    const resource: StoredResource = {
      id: this.#newId(address),
      status: 'READY',
      config: {},
      tags: {},
      members: {},
      createdAt: this.#now(),
      ...before,
      updatedAt: this.#now(),
      ...given,
      address,
      ...(parent && { parentId: this.#known(parent).id }),
    };
    return this.#store(resource);
  }

  /** Deletes a resource without a call of the port. @throws RangeError where there is none */
  remove(address: Address): void {
    this.#known(address);
    this.#resources.delete(address);
  }

  /**
   * Ends the operation under way on a resource, or lets it wait for a person.
   *
   * @param status READY where it is left out; a resource whose deletion ends so is gone
   * @param members what answers show from now on besides, such as `statusReasons` or `authorizationData`
   * @throws RangeError where no operation is under way
   */
  settle(address: Address, status: Status = 'READY', members: JsonObject = {}): void {
    const resource = this.#known(address);
    const operation = operationOf(resource);
    if (!operation) throw new RangeError(`${address} is ${resource.status}: no operation is under way.`);
    if (operation === 'delete' && status === 'READY') {
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
        ...(status === 'READY' && operation === 'synchronize' && { lastSynchronizedAt: now }),
        ...members,
      },
    });
  }

  resource(address: Address): StoredResource | undefined {
    return this.#resources.get(address);
  }

  /** The addresses of all resources, in the order of their creation. */
  addresses(): Address[] {
    return [...this.#resources.keys()];
  }

  get(kind: KindName, id: ResourceId): Promise<JsonObject | undefined> {
    return this.script.run('get', [kind, id], () => {
      const resource = this.#find(kind, id);
      return resource && getAnswer(resource);
    });
  }

  list(kind: KindName, parentId?: string): Promise<JsonObject[]> {
    return this.script.run('list', [kind, ...(parentId === undefined ? [] : [parentId])], () => {
      if (resourceKinds[kind].parent) this.#parent(kind, parentId);
      return this.#all(kind, parentId).map((resource) => listItem(resource));
    });
  }

  tags(arn: string): Promise<Readonly<Record<string, string>>> {
    return this.script.run('tags', [arn], () => {
      const tagged = [...this.#resources.values()].find((resource) => {
        const { kind } = parseAddress(resource.address);
        // The API lists no tags of credential providers, and a target has no ARN.
        return kind !== 'oauth2CredentialProvider' && kind !== 'gatewayTarget' && arnOf(resource) === arn;
      });
      return { ...tagged?.tags };
    });
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
      const earlier = resourceKinds[kind].clientToken.includes('create') && this.#creates.get(token);
      if (!earlier) {
        const answer = this.#create(kind, input, parentId);
        this.#creates.set(token, { request, answer });
        return answer;
      }
      if (earlier.request === request) return earlier.answer;
      throw new ServiceError(
        'ValidationException',
        'The client token was used before with other parameters. Use a new token for a new request.',
      );
    });
  }

  update(kind: KindName, id: ResourceId, input: JsonObject): Promise<CallResult> {
    return this.#write('update', [kind, id, input], () => {
      const row = resourceKinds[kind];
      const resource = this.#settled(kind, id);
      const { [row.nameMember]: _, ...given } = input;
      const config = row.update === 'put' ? given : patched(resource.config, given);
      return this.#begin({ ...resource, config, updatedAt: this.#now() }, 'update');
    });
  }

  delete(kind: KindName, id: ResourceId): Promise<CallResult> {
    return this.#write('delete', [kind, id], () => {
      const resource = this.#settled(kind, id);
      const children = this.#all('gatewayTarget', resource.id);
      if (kind === 'gateway' && children.length > 0)
        throw new ServiceError(
          'ConflictException',
          `Gateway ${resource.id} has ${children.length} target(s) associated with it.`,
        );
      return this.#begin(resource, 'delete');
    });
  }

  synchronize(id: ResourceId): Promise<CallResult> {
    return this.#write('synchronize', [id], () =>
      this.#begin(this.#settled('gatewayTarget', id), 'synchronize'),
    );
  }

  #write(
    method: 'create' | 'update' | 'delete' | 'synchronize',
    input: readonly unknown[],
    effect: () => CallResult,
  ): Promise<CallResult> {
    return answerOf(this.script.run(method, input, effect));
  }

  #create(kind: KindName, input: JsonObject, parentId: string | undefined): CallResult {
    const row = resourceKinds[kind];
    const { [row.nameMember]: name, tags = {}, ...config } = input;
    const parent = row.parent && this.#parent(kind, parentId);
    if (parent) refuseWhileWorking(parent);
    if (typeof name !== 'string' || name === '')
      throw new ServiceError('ValidationException', `The member ${row.nameMember} is required.`);
    const address = addressOf(kind, parent ? `${parseAddress(parent.address).name}/${name}` : name);
    if (this.#resources.has(address))
      throw new ServiceError('ConflictException', `A ${kind} with the name ${name} already exists.`);
    const resource: StoredResource = {
      address,
      id: this.#newId(address),
      ...(parent && { parentId: parent.id }),
      status: 'CREATING',
      config,
      tags: isJsonObject(tags) ? textsOf(tags) : {},
      members: {},
      createdAt: this.#now(),
      updatedAt: this.#now(),
    };
    return { ...this.#begin(resource, 'create'), id: resource.id };
  }

  #begin(resource: StoredResource, operation: Operation): Extract<CallResult, { kind: 'accepted' }> {
    const { authorizationData: _, [rowOf(resource).reasonMember]: __, ...members } = resource.members;
    const { updatedAt } = this.#store({ ...resource, status: WORKING[operation], members });
    const tells = TELLS_UPDATED[operation].includes(parseAddress(resource.address).kind);
    return { kind: 'accepted', ...(tells && { updatedAt }) };
  }

  /** The resource, for a call that changes it. */
  #settled(kind: KindName, id: ResourceId): StoredResource {
    if (resourceKinds[kind].parent) refuseWhileWorking(this.#parent(kind, id.parentId));
    const resource = this.#find(kind, id);
    if (!resource) throw new ServiceError('ResourceNotFoundException', `No ${kind} has the id ${id.id}.`);
    refuseWhileWorking(resource);
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
        (!resourceKinds[kind].parent || resource.parentId === parentId),
    );
  }

  #known(address: Address): StoredResource {
    const resource = this.#resources.get(address);
    if (resource) return resource;
    throw new RangeError(`The control plane has no ${address}; put or create it first.`);
  }

  #store(resource: StoredResource): StoredResource {
    const copy = structuredClone(resource);
    this.#resources.set(resource.address, copy);
    return copy;
  }

  /** Resources are told apart by their ids; a credential provider has none but its name. */
  #newId(address: Address): string {
    const { kind, name } = parseAddress(address);
    const own = name.slice(name.indexOf('/') + 1);
    if (resourceKinds[kind].idMember === resourceKinds[kind].nameMember) return own;
    this.#ids += 1;
    return `${own}-${String(this.#ids).padStart(ID_LENGTH, '0')}`;
  }
}

/** The service takes no change of a resource that it works on, or that awaits a person. */
function refuseWhileWorking({ address, status }: StoredResource): void {
  if (phases[status] === 'moving' || phases[status] === 'awaiting-authorization')
    throw new ServiceError(
      'ConflictException',
      `${address} is in status ${status}. Wait until it has ended.`,
    );
}

function textsOf(tags: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, String(value)]));
}

function canonicalText(value: JsonObject): string {
  return new TextDecoder().decode(canonicalJson(value));
}
