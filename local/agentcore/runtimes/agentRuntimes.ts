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
import type { Table } from '../../simulation/store.ts';
import type { Checked } from '../checked.ts';
import { arn, type EmulatorContext, unusedId } from '../emulatorContext.ts';
import { Lifecycle, type StatefulRecord } from '../lifecycle.ts';
import type { Operations } from '../operation.ts';
import { paginate } from '../pagination.ts';
import { conflict, notFound, quotaExceeded } from '../serviceError.ts';
import type { Tags } from '../tags.ts';
import { DEFAULT_SESSION_LIFECYCLE } from './sessionLifecycle.ts';
import { latestVersionKey, versionKey } from './versions.ts';

type RuntimeConfiguration = Omit<Checked<UpdateAgentRuntimeRequest>, 'agentRuntimeId' | 'clientToken'>;

interface RuntimeRecord extends StatefulRecord<AgentRuntimeStatus> {
  /** The newest version, which Get answers with unless another is asked for. */
  readonly version: number;
}

/** One version's configuration. A version never changes once it is there. */
interface RuntimeVersion {
  readonly runtimeId: string;
  readonly version: number;
  readonly createdAt: number;
  readonly configuration: RuntimeConfiguration;
}

/** The agent runtimes of the account, with all their versions. */
export class AgentRuntimes {
  readonly #context: EmulatorContext;
  readonly #tags: Tags;
  readonly #table: Table<RuntimeRecord>;
  readonly #versions: Table<RuntimeVersion>;
  readonly #names: Table<string>;
  readonly #lifecycle: Lifecycle<AgentRuntimeStatus, RuntimeRecord>;

  constructor(context: EmulatorContext, tags: Tags) {
    this.#context = context;
    this.#tags = tags;
    this.#table = context.table('agentRuntime');
    this.#versions = context.table('agentRuntimeVersion');
    this.#names = context.table('agentRuntimeName');
    this.#lifecycle = new Lifecycle(context, {
      kind: 'agentRuntime',
      table: this.#table,
      statuses: {
        create: ['CREATING', 'READY', 'CREATE_FAILED'],
        update: ['UPDATING', 'READY', 'UPDATE_FAILED'],
        delete: ['DELETING', 'DELETE_FAILED'],
      },
      operations: {
        create: 'CreateAgentRuntime',
        update: 'UpdateAgentRuntime',
        delete: 'DeleteAgentRuntime',
      },
      onDeleted: ({ id, name }) => {
        this.#names.delete(name);
        this.#tags.forget(this.#arnOf(id));
        for (const [key] of this.#versions.list({ prefix: `${id}/` })) this.#versions.delete(key);
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
    const id = unusedId(this.#context, 'agentRuntime', name, (taken) => this.#table.get(taken) !== undefined);
    const now = this.#context.clock.now();
    this.#names.put(name, id);
    this.#tags.register(this.#arnOf(id), tags);
    this.#putVersion(id, 1, configuration);
    const dates = { createdAt: now, updatedAt: now };
    const runtime = this.#lifecycle.start({ id, name, status: 'CREATING', version: 1, ...dates }, 'create');
    const { lastUpdatedAt, ...answer } = this.#commonResponse(runtime);
    return answer;
  }

  /** PUT into a new version: what the request leaves out, that version does not have. */
  #update(input: Checked<UpdateAgentRuntimeRequest>): UpdateAgentRuntimeResponse {
    const { agentRuntimeId, clientToken: _, ...configuration } = input;
    const before = this.#get(agentRuntimeId);
    this.#lifecycle.rejectWhileBusy(before);
    const version = before.version + 1;
    this.#putVersion(agentRuntimeId, version, configuration);
    const updated = { ...before, version, updatedAt: this.#context.clock.now() };
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
    const version = this.#version(runtime, agentRuntimeVersion);
    if (version.version === runtime.version) {
      throw conflict(
        `Version ${agentRuntimeVersion} is the latest of ${agentRuntimeId}. Delete the whole runtime.`,
      );
    }
    this.#versions.delete(versionKey(agentRuntimeId, version.version));
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
      ...(nextToken !== undefined && { nextToken }),
    };
  }

  #listVersions(input: Checked<ListAgentRuntimeVersionsRequest>): ListAgentRuntimeVersionsResponse {
    const runtime = this.#get(input.agentRuntimeId);
    const { items, nextToken } = paginate(this.#versions, input, {
      scope: 'ListAgentRuntimeVersions',
      prefix: `${runtime.id}/`,
      pageSize: this.#context.settings.quotas.defaultPageSize,
    });
    return {
      agentRuntimes: items.map((version) => this.#summary(runtime, version)),
      ...(nextToken !== undefined && { nextToken }),
    };
  }

  /** Only the newest version can be under way; older ones stay as they came to be. */
  #summary(runtime: RuntimeRecord, { version, createdAt, configuration }: RuntimeVersion): AgentRuntime {
    const isNewest = version === runtime.version;
    return {
      agentRuntimeArn: this.#arnOf(runtime.id),
      agentRuntimeId: runtime.id,
      agentRuntimeName: runtime.name,
      agentRuntimeVersion: String(version),
      // The model requires it in answers, though not in requests.
      description: configuration.description ?? '',
      lastUpdatedAt: new Date(isNewest ? runtime.updatedAt : createdAt),
      status: isNewest ? runtime.status : 'READY',
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

  #putVersion(runtimeId: string, version: number, configuration: RuntimeConfiguration): void {
    const createdAt = this.#context.clock.now();
    this.#versions.put(versionKey(runtimeId, version), { runtimeId, version, createdAt, configuration });
  }

  #version(runtime: RuntimeRecord, version?: string): RuntimeVersion {
    const key = version === undefined ? latestVersionKey(runtime) : versionKey(runtime.id, Number(version));
    const found = this.#versions.get(key);
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
