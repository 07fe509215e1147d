import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import type { JsonObject, JsonValue } from '../core/json.ts';
import { isJsonObject } from '../core/json.ts';
import type { CallResult, ControlPlane, ResourceId, TagMap } from '../core/ports/controlPlane.ts';
import { unwrapResponse } from '../core/resources/observe.ts';
import type { KindName, ResourceKind } from '../core/resources/resourceKind.ts';
import { resourceKinds } from '../core/resources/resourceKinds.ts';
import { isException, readFailure, rejection } from './awsError.ts';
import { callLimits, clientSettings } from './clientSettings.ts';
import type { Commands } from './controlPlaneCommands.ts';

/** The largest page that most Lists allow. */
const ITEMS_PER_PAGE = 100;

/** The largest page of the other Lists. */
const pageSizes: Readonly<Partial<Record<KindName, number>>> = {
  gateway: 1000,
  gatewayTarget: 1000,
  oauth2CredentialProvider: 20,
};

type Call = (input: JsonObject) => Promise<JsonObject>;

/** The AgentCore control plane behind the AWS SDK. */
export class AgentCoreControlPlane implements ControlPlane {
  readonly #commands: Commands;
  readonly #client: BedrockAgentCoreControlClient;

  /**
   * @param commands the allowed operations; any other one throws a RangeError
   */
  constructor(
    commands: Commands,
    client = new BedrockAgentCoreControlClient(clientSettings(callLimits.agentCoreControl)),
  ) {
    this.#commands = commands;
    this.#client = client;
  }

  async get(kind: KindName, { id, parentId }: ResourceId): Promise<JsonObject | undefined> {
    const row = resourceKinds[kind];
    try {
      return await this.#call(row.operations.get)({ ...parentOf(row, parentId), [row.idRequestMember]: id });
    } catch (error) {
      if (isException(error, 'ResourceNotFoundException')) return undefined;
      throw readFailure(error);
    }
  }

  async list(kind: KindName, parentId?: string): Promise<JsonObject[]> {
    const items: JsonObject[] = [];
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

  async *#pages(kind: KindName, parentId?: string): AsyncGenerator<readonly JsonObject[]> {
    const row = resourceKinds[kind];
    const call = this.#call(row.operations.list);
    let nextToken: JsonValue | undefined;
    do {
      const page = await call({
        ...parentOf(row, parentId),
        maxResults: pageSizes[kind] ?? ITEMS_PER_PAGE,
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
      const { tags } = await this.#call('ListTagsForResource')({ resourceArn: arn });
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
      if (Object.keys(set).length > 0) await this.#call('TagResource')({ resourceArn: arn, tags: set });
      if (remove.length > 0) await this.#call('UntagResource')({ resourceArn: arn, tagKeys: remove });
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
    const token = row.clientToken.includes('create') ? { clientToken } : {};
    return this.#write(row, row.operations.create, { ...parentOf(row, parentId), ...input, ...token });
  }

  update(kind: KindName, { id, parentId }: ResourceId, input: JsonObject): Promise<CallResult> {
    const row = resourceKinds[kind];
    return this.#write(row, row.operations.update, {
      ...parentOf(row, parentId),
      ...input,
      [row.idRequestMember]: id,
    });
  }

  delete(kind: KindName, { id, parentId }: ResourceId): Promise<CallResult> {
    const row = resourceKinds[kind];
    return this.#write(row, row.operations.delete, { ...parentOf(row, parentId), [row.idRequestMember]: id });
  }

  synchronize({ id, parentId }: ResourceId): Promise<CallResult> {
    const row = resourceKinds.gatewayTarget;
    return this.#write(row, 'SynchronizeGatewayTargets', { ...parentOf(row, parentId), targetIdList: [id] });
  }

  async #write(row: ResourceKind, operation: string, input: JsonObject): Promise<CallResult> {
    try {
      const resource = unwrapResponse(row, await this.#call(operation)(input));
      const id = resource[row.idMember] ?? lastSegment(resource[row.arnMember]);
      const updatedAt = resource[row.updatedAtMember];
      return {
        kind: 'accepted',
        ...(typeof id === 'string' && operation === row.operations.create && { id }),
        ...(typeof updatedAt === 'number' && { updatedAt }),
      };
    } catch (error) {
      return rejection(error);
    }
  }

  #call(operation: string): Call {
    return async (input) => {
      const Command = this.#commands[operation];
      if (!Command)
        throw new RangeError(
          `No command for ${operation}; give the one in controlPlaneCommands.ts to this control plane.`,
        );
      // The SDK checks what it sends against its own schema; the manifest was checked against the same one.
      return toPlainJson(await this.#client.send(new Command(input as never) as never));
    };
  }
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
