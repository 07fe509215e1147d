import type {
  AgentRuntimeEndpoint,
  CreateAgentRuntimeEndpointRequest,
  CreateAgentRuntimeEndpointResponse,
  CreateHarnessEndpointRequest,
  DeleteAgentRuntimeEndpointRequest,
  DeleteAgentRuntimeEndpointResponse,
  DeleteHarnessEndpointRequest,
  GetAgentRuntimeEndpointRequest,
  GetAgentRuntimeEndpointResponse,
  GetHarnessEndpointRequest,
  HarnessEndpoint,
  ListAgentRuntimeEndpointsRequest,
  ListAgentRuntimeEndpointsResponse,
  ListHarnessEndpointsRequest,
  ListHarnessEndpointsResponse,
  UpdateAgentRuntimeEndpointRequest,
  UpdateAgentRuntimeEndpointResponse,
  UpdateHarnessEndpointRequest,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defined } from '../../../core/objects.ts';
import type { Table } from '../../simulation/table.ts';
import { arn, type EmulatorContext, unusedId } from '../emulatorContext.ts';
import { COMMON_STATUSES, type CommonStatus, Lifecycle, type StatefulRecord } from '../lifecycle.ts';
import type { Checked, Operations } from '../operation.ts';
import { type Page, type PageRequest, paginate } from '../pagination.ts';
import { conflict, notFound, quotaExceeded } from '../serviceError.ts';
import type { TagMap, Tags } from '../tags.ts';

/** The endpoint that the service makes with each runtime and harness, and moves to each new version. */
const DEFAULT_ENDPOINT = 'DEFAULT';

interface EndpointRecord extends StatefulRecord<CommonStatus> {
  readonly parentId: string;
  readonly targetVersion: string;
  /** Absent until the endpoint has served a version. */
  readonly liveVersion?: string;
  readonly description?: string;
}

/** What has versions, as its endpoints see it. */
export interface VersionedParents {
  /** @throws ServiceError ResourceNotFoundException */
  get(id: string): { readonly id: string; readonly name: string; readonly version: number };
  /** @throws ServiceError ConflictException while an operation on it is in progress */
  getIdle(id: string): { readonly id: string; readonly name: string; readonly version: number };
  /** @throws ServiceError ResourceNotFoundException */
  checkVersion(id: string, version: string): void;
  arnOf(id: string): string;
}

interface EndpointKind {
  readonly kind: 'agentRuntimeEndpoint' | 'harnessEndpoint';
  /** Such as `AgentRuntimeEndpoint`, in the names of operations. */
  readonly noun: 'AgentRuntimeEndpoint' | 'HarnessEndpoint';
  /** What is between the ARN of the parent and the name, such as `runtime-endpoint`. */
  readonly arnPath: string;
}

interface EndpointChange {
  readonly version?: string | undefined;
  readonly description?: string | undefined;
}

/** The endpoints of runtimes, or of harnesses. */
class VersionEndpoints {
  readonly #context: EmulatorContext;
  readonly #kind: EndpointKind;
  readonly #parents: VersionedParents;
  readonly #tags: Tags;
  readonly #table: Table<EndpointRecord>;
  readonly #lifecycle: Lifecycle<CommonStatus, EndpointRecord>;

  constructor(context: EmulatorContext, kind: EndpointKind, parents: VersionedParents, tags: Tags) {
    this.#context = context;
    this.#kind = kind;
    this.#parents = parents;
    this.#tags = tags;
    this.#table = context.table(kind.kind);
    this.#lifecycle = new Lifecycle(context, {
      kind: kind.kind,
      table: this.#table,
      statuses: COMMON_STATUSES,
      operations: {
        create: `Create${kind.noun}`,
        update: `Update${kind.noun}`,
        delete: `Delete${kind.noun}`,
      },
      keyOf: ({ parentId, name }) => keyOf(parentId, name),
      parentOf: ({ parentId }) => parentId,
      onSucceeded: (record) => ({ ...record, liveVersion: record.targetVersion }),
      onDeleted: ({ parentId, name }) => tags.unregister(this.arnOf(parentId, name)),
    });
  }

  arnOf(parentId: string, name: string): string {
    return `${this.#parents.arnOf(parentId)}/${this.#kind.arnPath}/${name}`;
  }

  /** Makes or moves DEFAULT, whose operations take no time of their own, as its parent becomes READY with a version. */
  follow(parentId: string, version: string): void {
    const now = this.#context.clock.now();
    const before = this.#table.get(keyOf(parentId, DEFAULT_ENDPOINT));
    const base = before ?? this.#newRecord(parentId, DEFAULT_ENDPOINT);
    const moved = { ...base, status: 'READY' as const, updatedAt: now };
    this.#table.put(keyOf(parentId, DEFAULT_ENDPOINT), {
      ...moved,
      targetVersion: version,
      liveVersion: version,
    });
    if (!before) this.#tags.register(this.arnOf(parentId, DEFAULT_ENDPOINT));
  }

  /** @throws ServiceError ConflictException where the parent has endpoints besides DEFAULT */
  rejectWhilePresent(parentId: string): void {
    const names = this.#of(parentId)
      .map(({ name }) => name)
      .filter((name) => name !== DEFAULT_ENDPOINT);
    if (names.length > 0)
      throw conflict(`${parentId} has endpoints: ${names.join(', ')}. Delete them before you delete it.`);
  }

  /** Forgets the endpoints of a parent that was deleted. */
  forget(parentId: string): void {
    for (const { name } of this.#of(parentId)) {
      this.#table.delete(keyOf(parentId, name));
      this.#tags.unregister(this.arnOf(parentId, name));
    }
  }

  /** @throws ServiceError ResourceNotFoundException */
  get(parentId: string, name: string): EndpointRecord {
    this.#parents.get(parentId);
    const record = this.#table.get(keyOf(parentId, name));
    if (!record) throw notFound(`${parentId} has no endpoint ${name}.`);
    return record;
  }

  create(
    parentId: string,
    name: string,
    { version, description }: EndpointChange,
    tags: TagMap | undefined,
  ): EndpointRecord {
    const parent = this.#parents.getIdle(parentId);
    if (this.#table.get(keyOf(parentId, name)))
      throw conflict(`${parentId} has an endpoint ${name} already. Choose another name.`);
    const limit = this.#context.settings.quotas.endpointsPerAgentRuntime;
    // Whether the quota counts DEFAULT is not published.
    if (this.#of(parentId).filter((each) => each.name !== DEFAULT_ENDPOINT).length >= limit)
      throw quotaExceeded(
        `${parentId} has ${limit} endpoints, which is its quota. Delete one or request an increase.`,
      );
    if (version !== undefined) this.#parents.checkVersion(parentId, version);
    const targetVersion = version ?? String(parent.version);
    this.#tags.register(this.arnOf(parentId, name), tags);
    const record = { ...this.#newRecord(parentId, name), targetVersion, ...defined({ description }) };
    return this.#lifecycle.start(record, 'create');
  }

  /** Keeps the members that the request leaves out. */
  update(parentId: string, name: string, { version, description }: EndpointChange): EndpointRecord {
    const before = this.#changeable(parentId, name);
    if (version !== undefined) this.#parents.checkVersion(parentId, version);
    const changes = defined({ targetVersion: version, description });
    return this.#lifecycle.start({ ...before, ...changes, updatedAt: this.#context.clock.now() }, 'update');
  }

  delete(parentId: string, name: string): EndpointRecord {
    return this.#lifecycle.start(this.#changeable(parentId, name), 'delete');
  }

  page(parentId: string, request: PageRequest): Page<EndpointRecord> {
    this.#parents.get(parentId);
    return paginate(this.#table, request, {
      scope: `List${this.#kind.noun}s`,
      prefix: `${parentId}/`,
      pageSize: this.#context.settings.quotas.defaultPageSize,
    });
  }

  /** @throws ServiceError ConflictException for DEFAULT, and while an operation on it or its parent is in progress */
  #changeable(parentId: string, name: string): EndpointRecord {
    const record = this.get(parentId, name);
    if (name === DEFAULT_ENDPOINT)
      throw conflict('The endpoint DEFAULT follows the latest version. Create an endpoint of another name.');
    this.#parents.getIdle(parentId);
    this.#lifecycle.rejectWhileBusy(record);
    return record;
  }

  #of(parentId: string): EndpointRecord[] {
    return this.#table.list({ prefix: `${parentId}/` }).map(([, record]) => record);
  }

  #newRecord(parentId: string, name: string): EndpointRecord {
    const isTaken = (id: string) => this.#of(parentId).some((each) => each.id === id);
    const now = this.#context.clock.now();
    return {
      id: unusedId(this.#context, 'agentRuntime', name, isTaken),
      name,
      parentId,
      status: 'CREATING',
      targetVersion: '1',
      createdAt: now,
      updatedAt: now,
    };
  }
}

function keyOf(parentId: string, name: string): string {
  return `${parentId}/${name}`;
}

/** The endpoints of agent runtimes. */
export class AgentRuntimeEndpoints extends VersionEndpoints {
  readonly #context: EmulatorContext;

  constructor(context: EmulatorContext, runtimes: VersionedParents, tags: Tags) {
    const kind = {
      kind: 'agentRuntimeEndpoint',
      noun: 'AgentRuntimeEndpoint',
      arnPath: 'runtime-endpoint',
    } as const;
    super(context, kind, runtimes, tags);
    this.#context = context;
  }

  operations(): Operations {
    return {
      CreateAgentRuntimeEndpoint: (
        input: Checked<CreateAgentRuntimeEndpointRequest>,
      ): CreateAgentRuntimeEndpointResponse => {
        const { agentRuntimeId, name, agentRuntimeVersion: version, description, tags } = input;
        const record = this.create(agentRuntimeId, name, { version, description }, tags);
        const { targetVersion, status, createdAt } = record;
        return {
          targetVersion,
          ...this.#arns(record),
          agentRuntimeId,
          endpointName: name,
          status,
          createdAt: new Date(createdAt),
        };
      },
      GetAgentRuntimeEndpoint: (
        input: Checked<GetAgentRuntimeEndpointRequest>,
      ): GetAgentRuntimeEndpointResponse => {
        const record = this.get(input.agentRuntimeId, input.endpointName);
        return { ...this.#item(record), ...failureReasonOf(record) };
      },
      ListAgentRuntimeEndpoints: (
        input: Checked<ListAgentRuntimeEndpointsRequest>,
      ): ListAgentRuntimeEndpointsResponse => {
        const { items, nextToken } = this.page(input.agentRuntimeId, input);
        return { runtimeEndpoints: items.map((record) => this.#item(record)), ...defined({ nextToken }) };
      },
      UpdateAgentRuntimeEndpoint: (
        input: Checked<UpdateAgentRuntimeEndpointRequest>,
      ): UpdateAgentRuntimeEndpointResponse => {
        const { agentRuntimeId, endpointName, agentRuntimeVersion: version, description } = input;
        const record = this.update(agentRuntimeId, endpointName, { version, description });
        const { liveVersion, targetVersion, status, createdAt, updatedAt } = record;
        return {
          ...defined({ liveVersion }),
          targetVersion,
          ...this.#arns(record),
          status,
          createdAt: new Date(createdAt),
          lastUpdatedAt: new Date(updatedAt),
        };
      },
      DeleteAgentRuntimeEndpoint: (
        input: Checked<DeleteAgentRuntimeEndpointRequest>,
      ): DeleteAgentRuntimeEndpointResponse => {
        const { agentRuntimeId, endpointName } = input;
        const { status } = this.delete(agentRuntimeId, endpointName);
        return { status, agentRuntimeId, endpointName };
      },
    };
  }

  #item(record: EndpointRecord): AgentRuntimeEndpoint {
    const { id, name, liveVersion, targetVersion, description, status, createdAt, updatedAt } = record;
    return {
      id,
      name,
      ...defined({ liveVersion, description }),
      targetVersion,
      ...this.#arns(record),
      status,
      createdAt: new Date(createdAt),
      lastUpdatedAt: new Date(updatedAt),
    };
  }

  #arns({ parentId, name }: EndpointRecord) {
    return {
      agentRuntimeEndpointArn: this.arnOf(parentId, name),
      agentRuntimeArn: arn(this.#context, `runtime/${parentId}`),
    };
  }
}

/** The endpoints of harnesses. */
export class HarnessEndpoints extends VersionEndpoints {
  readonly #harnesses: VersionedParents;

  constructor(context: EmulatorContext, harnesses: VersionedParents, tags: Tags) {
    const kind = { kind: 'harnessEndpoint', noun: 'HarnessEndpoint', arnPath: 'harness-endpoint' } as const;
    super(context, kind, harnesses, tags);
    this.#harnesses = harnesses;
  }

  operations(): Operations {
    return {
      CreateHarnessEndpoint: (input: Checked<CreateHarnessEndpointRequest>) => {
        const { harnessId, endpointName, targetVersion: version, description, tags } = input;
        return { endpoint: this.#item(this.create(harnessId, endpointName, { version, description }, tags)) };
      },
      GetHarnessEndpoint: ({ harnessId, endpointName }: Checked<GetHarnessEndpointRequest>) => ({
        endpoint: this.#item(this.get(harnessId, endpointName)),
      }),
      ListHarnessEndpoints: (input: Checked<ListHarnessEndpointsRequest>): ListHarnessEndpointsResponse => {
        const { items, nextToken } = this.page(input.harnessId, input);
        return { endpoints: items.map((record) => this.#item(record)), ...defined({ nextToken }) };
      },
      UpdateHarnessEndpoint: (input: Checked<UpdateHarnessEndpointRequest>) => {
        const { harnessId, endpointName, targetVersion: version, description } = input;
        return { endpoint: this.#item(this.update(harnessId, endpointName, { version, description })) };
      },
      DeleteHarnessEndpoint: ({ harnessId, endpointName }: Checked<DeleteHarnessEndpointRequest>) => ({
        endpoint: this.#item(this.delete(harnessId, endpointName)),
      }),
    };
  }

  #item(record: EndpointRecord): HarnessEndpoint {
    const { parentId, name, liveVersion, targetVersion, description, status, createdAt, updatedAt } = record;
    return {
      harnessId: parentId,
      harnessName: this.#harnesses.get(parentId).name,
      endpointName: name,
      arn: this.arnOf(parentId, name),
      status,
      createdAt: new Date(createdAt),
      updatedAt: new Date(updatedAt),
      ...defined({ liveVersion, description }),
      targetVersion,
      ...failureReasonOf(record),
    };
  }
}

function failureReasonOf({ reasons }: EndpointRecord): { readonly failureReason?: string } {
  return reasons ? { failureReason: reasons.join('; ') } : {};
}
