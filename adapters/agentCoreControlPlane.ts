import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { readIssuedLink } from '../core/authorization/linkExpiry.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import { isJsonObject } from '../core/json.ts';
import type { CallResult, ControlPlane, ResourceId, TagMap } from '../core/ports/controlPlane.ts';
import { noUpdateText } from '../core/resources/clearing.ts';
import { containerOf, unwrapResponse } from '../core/resources/observe.ts';
import type { KindName, ResourceKind } from '../core/resources/resourceKind.ts';
import { resourceKinds } from '../core/resources/resourceKinds.ts';
import { canonicalText, sha256 } from '../core/schemas/canonicalJson.ts';
import { AgentRegistryControlClient } from './agentRegistry/index.ts';
import { isException, readFailure, rejection } from './awsError.ts';
import { callLimits, clientSettings } from './clientSettings.ts';
import type { Commands } from './controlPlaneCommands.ts';
import { lazy } from './lazy.ts';

/** The largest page that most Lists allow. */
const ITEMS_PER_PAGE = 100;

type Call = (input: JsonObject) => Promise<JsonObject>;

type Service = ResourceKind['service'];

/** The clients of the two services, each made when it is used first: most calls concern AgentCore alone. */
export interface ControlPlaneClients {
  readonly agentCore?: BedrockAgentCoreControlClient;
  readonly agentRegistry?: AgentRegistryControlClient;
}

/** The control planes of AgentCore and of Agent Registry behind the AWS SDK. */
export class AgentCoreControlPlane implements ControlPlane {
  readonly #commands: Commands;
  readonly #agentCore: () => BedrockAgentCoreControlClient;
  readonly #agentRegistry: () => AgentRegistryControlClient;
  readonly #clock: () => number;
  /** By kind and id: an ARN never changes. */
  readonly #parentArns = new Map<string, string>();

  /**
   * @param commands the allowed operations; any other one throws a RangeError
   * @param clock of the answers with a link that does not say when it expires, in ms since the epoch
   */
  constructor(commands: Commands, clients: ControlPlaneClients = {}, clock: () => number = Date.now) {
    const settings = clientSettings(callLimits.agentCoreControl);
    this.#commands = commands;
    this.#agentCore = lazy(() => clients.agentCore ?? new BedrockAgentCoreControlClient(settings));
    this.#agentRegistry = lazy(() => clients.agentRegistry ?? new AgentRegistryControlClient(settings));
    this.#clock = clock;
  }

  async get(kind: KindName, id: ResourceId): Promise<JsonObject | undefined> {
    const row = resourceKinds[kind];
    try {
      const response = await this.#call(row.operations.get, row.service)(identityOf(row, id));
      if (row.setting?.isSet(response) === false) return undefined;
      return row.isOnly ? onlyPart(row, id.id, response) : withCreateForms(row, response);
    } catch (error) {
      if (isException(error, 'ResourceNotFoundException')) return undefined;
      throw readFailure(error);
    }
  }

  async list(kind: KindName, parentId?: string): Promise<JsonObject[]> {
    const items: JsonObject[] = [];
    const { isOnly, setting } = resourceKinds[kind];
    if (isOnly) return this.#listOnly(kind, parentId);
    if (setting) {
      const found = await this.get(kind, { id: setting.name });
      return found ? [found] : [];
    }
    for await (const page of this.#pages(kind, parentId)) items.push(...page);
    return items;
  }

  async summaries(kind: KindName, ids: readonly string[]): Promise<JsonObject[]> {
    const { idMember } = resourceKinds[kind];
    const wanted = new Set(ids);
    const found: JsonObject[] = [];
    let pages = 0;
    if (wanted.size === 0) return found;
    for await (const page of this.#pages(kind)) {
      found.push(...page.filter((item) => wanted.delete(String(item[idMember]))));
      pages += 1;
      if (wanted.size === 0 || pages === ids.length) break;
    }
    return found;
  }

  /** @returns the resource of which the parent has one at most; none where it has none, or is gone */
  async #listOnly(kind: KindName, parentId: string | undefined): Promise<JsonObject[]> {
    try {
      const id = await this.#parentArn(resourceKinds[kind], parentId);
      const found = await this.get(kind, { id });
      return found ? [found] : [];
    } catch (error) {
      if (isException(error, 'ResourceNotFoundException')) return [];
      throw readFailure(error);
    }
  }

  async #parentArn({ kind, parent }: ResourceKind, parentId: string | undefined): Promise<string> {
    if (!parent || parentId === undefined) throw new RangeError(`Give the id of what has the ${kind}.`);
    const key = `${parent} ${parentId}`;
    const known = this.#parentArns.get(key);
    if (known !== undefined) return known;
    const row = resourceKinds[parent];
    const response = await this.#call(row.operations.get, row.service)(identityOf(row, { id: parentId }));
    const arn = String(unwrapResponse(row, response)[row.arnMember]);
    this.#parentArns.set(key, arn);
    return arn;
  }

  async *#pages(kind: KindName, parentId?: string): AsyncGenerator<readonly JsonObject[]> {
    const row = resourceKinds[kind];
    const call = this.#call(row.operations.list, row.service);
    let nextToken: JsonValue | undefined;
    do {
      const page = await call({
        ...parentOf(row, parentId),
        ...(row.container && parentId !== undefined && { [row.container.member]: parentId }),
        maxResults: row.pageSize ?? ITEMS_PER_PAGE,
        ...(nextToken !== undefined && { nextToken }),
      }).catch((error) => {
        throw readFailure(error);
      });
      const items = page[row.listMember];
      yield Array.isArray(items) ? items.filter(isJsonObject) : [];
      nextToken = page.nextToken;
    } while (nextToken !== undefined && nextToken !== null);
  }

  async tags(arn: string): Promise<TagMap> {
    try {
      const { tags } = await this.#call('ListTagsForResource', serviceOf(arn))({ resourceArn: arn });
      return Object.fromEntries(
        Object.entries(isJsonObject(tags) ? tags : {}).map(([name, value]) => [name, String(value)]),
      );
    } catch (error) {
      // OAuth2 credential providers have tags, but the ARN pattern of ListTagsForResource does not allow the 2 in `oauth2`.
      const isUntaggable = isException(error, 'ValidationException');
      if (isUntaggable || isException(error, 'ResourceNotFoundException')) return {};
      throw readFailure(error);
    }
  }

  async changeTags(arn: string, set: TagMap, remove: readonly string[]): Promise<CallResult> {
    try {
      const service = serviceOf(arn);
      if (Object.keys(set).length > 0)
        await this.#call('TagResource', service)({ resourceArn: arn, tags: set });
      if (remove.length > 0)
        await this.#call('UntagResource', service)({ resourceArn: arn, tagKeys: remove });
      return { kind: 'accepted' };
    } catch (error) {
      return rejection(error);
    }
  }

  create(
    kind: KindName,
    input: JsonObject,
    { parentId, clientToken }: { parentId?: string; clientToken: string },
  ): Promise<CallResult> {
    const row = resourceKinds[kind];
    if (row.isOnly) return this.#createOnly(row, input, parentId);
    const token = row.clientToken.includes('create') ? { clientToken } : {};
    return this.#write(row, row.operations.create, { ...parentOf(row, parentId), ...input, ...token });
  }

  async #createOnly(row: ResourceKind, input: JsonObject, parentId: string | undefined): Promise<CallResult> {
    try {
      const id = await this.#parentArn(row, parentId);
      const result = await this.#write(row, row.operations.create, { ...input, [row.idRequestMember]: id });
      return result.kind === 'accepted' ? { ...result, id } : result;
    } catch (error) {
      return rejection(error);
    }
  }

  async update(kind: KindName, id: ResourceId, input: JsonObject): Promise<CallResult> {
    const row = resourceKinds[kind];
    const { update } = row.operations;
    if (update === undefined) throw new RangeError(`${noUpdateText(row)}: it is deleted and created again.`);
    if (!row.forms) return this.#write(row, update, { ...input, ...identityOf(row, id) });
    try {
      const response = await this.#call(row.operations.get, row.service)(identityOf(row, id));
      const sent = row.forms.toUpdate(input, unwrapResponse(row, response));
      return await this.#write(row, update, { ...sent, ...identityOf(row, id) });
    } catch (error) {
      return rejection(error);
    }
  }

  delete(kind: KindName, id: ResourceId): Promise<CallResult> {
    const row = resourceKinds[kind];
    return this.#write(row, row.operations.delete, { ...identityOf(row, id), ...row.setting?.reset });
  }

  synchronize({ id, parentId }: ResourceId): Promise<CallResult> {
    const row = resourceKinds.gatewayTarget;
    return this.#write(row, 'SynchronizeGatewayTargets', { ...parentOf(row, parentId), targetIdList: [id] });
  }

  submit(id: ResourceId): Promise<CallResult> {
    const row = resourceKinds.registryRecord;
    return this.#write(row, 'SubmitRegistryRecordForApproval', identityOf(row, id));
  }

  deprecate(id: ResourceId, statusReason: string): Promise<CallResult> {
    const row = resourceKinds.registryRecord;
    const input = { ...identityOf(row, id), status: 'DEPRECATED', statusReason };
    return this.#write(row, 'UpdateRegistryRecordStatus', input);
  }

  async #write(row: ResourceKind, operation: string, input: JsonObject): Promise<CallResult> {
    try {
      const startedAt = this.#clock();
      const resource = unwrapResponse(row, await this.#call(operation, row.service)(input));
      const id = resource[row.idMember] ?? lastSegment(resource[row.arnMember]);
      const updatedAt = resource[row.updatedAtMember];
      const link = row.container && readIssuedLink(resource, startedAt);
      return {
        kind: 'accepted',
        ...(typeof id === 'string' && operation === row.operations.create && { id }),
        ...(typeof updatedAt === 'number' && { updatedAt }),
        ...(link && { link }),
      };
    } catch (error) {
      return rejection(error);
    }
  }

  #call(operation: string, service?: Service): Call {
    return async (input) => {
      const name = service ? `${service}.${operation}` : operation;
      const Command = this.#commands[name];
      if (!Command)
        throw new RangeError(
          `No command for ${name}; give the one in controlPlaneCommands.ts to this control plane.`,
        );
      const client: Sender = service ? this.#agentRegistry() : this.#agentCore();
      return toPlainJson(await client.send(new Command(input as never) as never));
    };
  }
}

/** A client of the SDK, which checks what it sends against its own schema; the manifest was checked against the same one. */
interface Sender {
  send(command: never): Promise<unknown>;
}

/** @returns a response of Get whose resource has the members of Create, where the service shows these in another form */
function withCreateForms({ forms, responseMember }: ResourceKind, response: JsonObject): JsonObject {
  const resource = responseMember === undefined ? response : response[responseMember];
  if (!forms || !isJsonObject(resource)) return response;
  const shown = forms.fromResponse(resource);
  return responseMember === undefined ? shown : { ...response, [responseMember]: shown };
}

/** @returns the members of a request that name a resource, with what it is in */
function identityOf(row: ResourceKind, { id, parentId }: ResourceId): JsonObject {
  if (row.isOnly) return { [row.idRequestMember]: id };
  const containerId = containerOf(row, id);
  return {
    ...parentOf(row, parentId),
    ...(row.container && containerId !== undefined && { [row.container.member]: containerId }),
    [row.idRequestMember]: id,
  };
}

/**
 * @returns the response with what it lacks: its id, and for a time a number of its content, which is another one once the
 *   content is; undefined where the parent has no such resource
 */
function onlyPart(row: ResourceKind, id: string, response: JsonObject): JsonObject | undefined {
  const member = row.jsonMember ?? '';
  const text = response[member];
  if (typeof text !== 'string' || text === '') return undefined;
  const content = canonicalText(text);
  return {
    ...response,
    [member]: content,
    [row.idMember]: id,
    [row.updatedAtMember]: contentNumber(content),
  };
}

/** Of 40 bits: as a time, it is before 2005, so that nothing takes it for a recent one. */
function contentNumber(text: string): number {
  return Number.parseInt(sha256(new TextEncoder().encode(text)).slice(0, 10), 16);
}

function serviceOf(arn: string): Service {
  return arn.split(':')[2] === 'agent-registry' ? 'agentRegistry' : undefined;
}

function parentOf({ parent }: ResourceKind, parentId: string | undefined): JsonObject {
  if (!parent || parentId === undefined) return {};
  return { [resourceKinds[parent].idRequestMember]: parentId };
}

/** CreateRegistry returns an ARN only; its last segment is the id. */
function lastSegment(arn: JsonValue | undefined): string | undefined {
  return typeof arn === 'string' ? arn.slice(arn.lastIndexOf('/') + 1) : undefined;
}

/** Converts a response of the SDK to plain JSON: timestamps become ms since the epoch, metadata is left out. */
function toPlainJson(output: unknown): JsonObject {
  const value = toJson(output);
  if (!isJsonObject(value)) return {};
  const { $metadata: _, ...rest } = value;
  return rest;
}

function toJson(value: unknown): JsonValue {
  if (value instanceof Date) return value.getTime();
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, member]) => member !== undefined);
    return Object.fromEntries(entries.map(([name, member]) => [name, toJson(member)]));
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
