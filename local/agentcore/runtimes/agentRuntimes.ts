import type {
  AgentRuntime,
  AgentRuntimeStatus,
  CreateAgentRuntimeRequest,
  CreateAgentRuntimeResponse,
  DeleteAgentRuntimeRequest,
  DeleteAgentRuntimeResponse,
  GetAgentRuntimeRequest,
  GetAgentRuntimeResponse,
  ListAgentRuntimesRequest,
  ListAgentRuntimesResponse,
  ListAgentRuntimeVersionsRequest,
  ListAgentRuntimeVersionsResponse,
  UpdateAgentRuntimeRequest,
  UpdateAgentRuntimeResponse,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defined, omit } from '../../../core/objects.ts';
import type { Table } from '../../simulation/store.ts';
import { arn, type EmulatorContext, unusedId } from '../emulatorContext.ts';
import { COMMON_STATUSES, Lifecycle, type StatefulRecord } from '../lifecycle.ts';
import type { Checked, Operations } from '../operation.ts';
import { paginate } from '../pagination.ts';
import { conflict, notFound, quotaExceeded } from '../serviceError.ts';
import type { Tags } from '../tags.ts';
import { type StoredVersion, VersionTable } from './versionTable.ts';

type RuntimeConfiguration = Omit<Checked<UpdateAgentRuntimeRequest>, 'agentRuntimeId' | 'clientToken'>;

interface RuntimeRecord extends StatefulRecord<AgentRuntimeStatus> {
  /** The latest version, which Get returns by default. */
  readonly version: number;
}

/** Seconds. Developer guide: sessions end after 15 idle minutes, and after 8 hours at the latest. */
export const DEFAULT_SESSION_LIFECYCLE = { idleRuntimeSessionTimeout: 900, maxLifetime: 28_800 };

/** The agent runtimes of the account with their versions. */
export class AgentRuntimes {
  readonly #context: EmulatorContext;
  readonly #tags: Tags;
  readonly #table: Table<RuntimeRecord>;
  readonly #versions: VersionTable<RuntimeConfiguration>;
  readonly #names: Table<string>;
  readonly #lifecycle: Lifecycle<AgentRuntimeStatus, RuntimeRecord>;

  constructor(context: EmulatorContext, tags: Tags) {
    this.#context = context;
    this.#tags = tags;
    this.#table = context.table('agentRuntime');
    this.#versions = new VersionTable(context, 'agentRuntimeVersion');
    this.#names = context.table('agentRuntimeName');
    this.#lifecycle = new Lifecycle(context, {
      kind: 'agentRuntime',
      table: this.#table,
      statuses: COMMON_STATUSES,
      operations: {
        create: 'CreateAgentRuntime',
        update: 'UpdateAgentRuntime',
        delete: 'DeleteAgentRuntime',
      },
      onDeleted: ({ id, name }) => {
        this.#names.delete(name);
        this.#tags.unregister(this.#arnOf(id));
        this.#versions.deleteAll(id);
      },
    });
  }

  list(): RuntimeRecord[] {
    return this.#table.list().map(([, runtime]) => runtime);
  }

  forceStatus(id: string, status: AgentRuntimeStatus, reasons?: readonly string[]): void {
    this.#lifecycle.forceStatus(this.#get(id), status, reasons);
  }

  operations(): Operations {
    return {
      CreateAgentRuntime: (input: Checked<CreateAgentRuntimeRequest>) => this.#create(input),
      GetAgentRuntime: (input: Checked<GetAgentRuntimeRequest>) => this.#getRuntime(input),
      ListAgentRuntimes: (input: Checked<ListAgentRuntimesRequest>) => this.#list(input),
      ListAgentRuntimeVersions: (input: Checked<ListAgentRuntimeVersionsRequest>) =>
        this.#listVersions(input),
      UpdateAgentRuntime: (input: Checked<UpdateAgentRuntimeRequest>) => this.#update(input),
      DeleteAgentRuntime: (input: Checked<DeleteAgentRuntimeRequest>) => this.#delete(input),
    };
  }

  #create(input: Checked<CreateAgentRuntimeRequest>): CreateAgentRuntimeResponse {
    const { agentRuntimeName: name, clientToken: _, tags, ...configuration } = input;
    if (this.#names.get(name) !== undefined) {
      throw conflict(`An agent runtime with the name ${name} already exists. Choose another name.`);
    }
    const limit = this.#context.settings.quotas.agentRuntimesPerAccount;
    if (this.#table.count() >= limit)
      throw quotaExceeded(`The account has ${limit} agent runtimes, its quota.`);
    const id = unusedId(
      this.#context,
      'agentRuntime',
      name,
      (candidate) => this.#table.get(candidate) !== undefined,
    );
    const now = this.#context.clock.now();
    this.#names.put(name, id);
    this.#tags.register(this.#arnOf(id), tags);
    this.#versions.add({ id, version: 1 }, configuration);
    const runtime = { id, name, status: 'CREATING' as const, version: 1, createdAt: now, updatedAt: now };
    return omit(this.#commonResponse(this.#lifecycle.start(runtime, 'create')), 'lastUpdatedAt');
  }

  /** PUT: creates a version without the members that the request leaves out. */
  #update(input: Checked<UpdateAgentRuntimeRequest>): UpdateAgentRuntimeResponse {
    const { agentRuntimeId, clientToken: _, ...configuration } = input;
    const before = this.#get(agentRuntimeId);
    this.#lifecycle.rejectWhileBusy(before);
    const updated = { ...before, version: before.version + 1, updatedAt: this.#context.clock.now() };
    this.#versions.add(updated, configuration);
    return this.#commonResponse(this.#lifecycle.start(updated, 'update'));
  }

  #delete({
    agentRuntimeId,
    agentRuntimeVersion,
  }: Checked<DeleteAgentRuntimeRequest>): DeleteAgentRuntimeResponse {
    const runtime = this.#get(agentRuntimeId);
    this.#lifecycle.rejectWhileBusy(runtime);
    if (agentRuntimeVersion === undefined) {
      const { status } = this.#lifecycle.start(runtime, 'delete');
      return { status, agentRuntimeId };
    }
    const { version } = this.#version(runtime, agentRuntimeVersion);
    if (version === runtime.version) {
      throw conflict(
        `Version ${agentRuntimeVersion} is the latest of ${agentRuntimeId}. Delete the runtime instead.`,
      );
    }
    this.#versions.delete(agentRuntimeId, version);
    return { status: 'DELETING', agentRuntimeId, agentRuntimeVersion };
  }

  #getRuntime({
    agentRuntimeId,
    agentRuntimeVersion,
  }: Checked<GetAgentRuntimeRequest>): GetAgentRuntimeResponse {
    const runtime = this.#get(agentRuntimeId);
    const { configuration, version } = this.#version(runtime, agentRuntimeVersion);
    const { lifecycleConfiguration } = configuration;
    return {
      ...configuration,
      networkConfiguration: configuration.networkConfiguration ?? { networkMode: 'PUBLIC' },
      lifecycleConfiguration: { ...DEFAULT_SESSION_LIFECYCLE, ...lifecycleConfiguration },
      ...this.#commonResponse(runtime),
      agentRuntimeVersion: String(version),
      agentRuntimeName: runtime.name,
      ...(runtime.reasons && { failureReason: runtime.reasons.join('; ') }),
    };
  }

  #list(input: Checked<ListAgentRuntimesRequest>): ListAgentRuntimesResponse {
    const { items, nextToken } = paginate(this.#table, input, {
      scope: 'ListAgentRuntimes',
      pageSize: this.#context.settings.quotas.defaultPageSize,
    });
    return {
      agentRuntimes: items.map((runtime) => this.#summary(runtime, this.#version(runtime))),
      ...defined({ nextToken }),
    };
  }

  #listVersions(input: Checked<ListAgentRuntimeVersionsRequest>): ListAgentRuntimeVersionsResponse {
    const runtime = this.#get(input.agentRuntimeId);
    const { items, nextToken } = this.#versions.page(runtime.id, input, 'ListAgentRuntimeVersions');
    return {
      agentRuntimes: items.map((version) => this.#summary(runtime, version)),
      ...defined({ nextToken }),
    };
  }

  /** Only the latest version can have an operation in progress. */
  #summary(
    runtime: RuntimeRecord,
    { version, createdAt, configuration }: StoredVersion<RuntimeConfiguration>,
  ): AgentRuntime {
    const isLatest = version === runtime.version;
    return {
      agentRuntimeArn: this.#arnOf(runtime.id),
      agentRuntimeId: runtime.id,
      agentRuntimeName: runtime.name,
      agentRuntimeVersion: String(version),
      // The model requires it in responses, but not in requests.
      description: configuration.description ?? '',
      lastUpdatedAt: new Date(isLatest ? runtime.updatedAt : createdAt),
      status: isLatest ? runtime.status : 'READY',
    };
  }

  #commonResponse(runtime: RuntimeRecord): UpdateAgentRuntimeResponse {
    const { id, name, status, version, createdAt, updatedAt } = runtime;
    return {
      agentRuntimeArn: this.#arnOf(id),
      agentRuntimeId: id,
      agentRuntimeVersion: String(version),
      createdAt: new Date(createdAt),
      lastUpdatedAt: new Date(updatedAt),
      status,
      workloadIdentityDetails: {
        workloadIdentityArn: arn(
          this.#context,
          `workload-identity-directory/default/workload-identity/${name}`,
        ),
      },
    };
  }

  #version(runtime: RuntimeRecord, version?: string): StoredVersion<RuntimeConfiguration> {
    const found = this.#versions.get(runtime, version);
    if (!found) throw notFound(`Agent runtime ${runtime.id} has no version ${version ?? runtime.version}.`);
    return found;
  }

  #get(id: string): RuntimeRecord {
    const runtime = this.#table.get(id);
    if (!runtime) throw notFound(`Agent runtime ${id} does not exist in this account and Region.`);
    return runtime;
  }

  #arnOf(id: string): string {
    return arn(this.#context, `runtime/${id}`);
  }
}
