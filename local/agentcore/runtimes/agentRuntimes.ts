import type {
  AgentRuntime,
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
import type { Table } from '../../simulation/table.ts';
import { arn, type EmulatorContext } from '../emulatorContext.ts';
import type { Checked, Operations } from '../operation.ts';
import { CUSTOM_CLAIM_RULES, checkRules, type Rule } from '../rules.ts';
import { conflict } from '../serviceError.ts';
import type { Tags } from '../tags.ts';
import { AgentRuntimeEndpoints } from './versionEndpoints.ts';
import {
  recordOfVersion,
  type StoredVersion,
  sessionLifetimeRules,
  type VersionedRecord,
  VersionedResources,
  withDefaultLifetimes,
} from './versionedResources.ts';

/** A runtime of a harness without a container has no artifact. */
export type RuntimeConfiguration = Omit<
  Checked<UpdateAgentRuntimeRequest>,
  'agentRuntimeId' | 'clientToken' | 'agentRuntimeArtifact'
> &
  Partial<Pick<Checked<UpdateAgentRuntimeRequest>, 'agentRuntimeArtifact'>>;

/** Recorded: the service fills it in. */
const DEFAULTS = { metadataConfiguration: { requireMMDSV2: true } };

const RULES: readonly Rule<RuntimeConfiguration>[] = [
  ...sessionLifetimeRules<RuntimeConfiguration>(
    'lifecycleConfiguration',
    ({ lifecycleConfiguration }) => lifecycleConfiguration,
    ({ capacityProviderConfiguration }) => capacityProviderConfiguration !== undefined,
  ),
  ...CUSTOM_CLAIM_RULES,
];

/** The agent runtimes of the account with their versions. */
export class AgentRuntimes extends VersionedResources<RuntimeConfiguration> {
  /** The names of the harnesses by the names of their runtimes. */
  readonly #harnessesByRuntime: Table<string>;
  protected readonly endpoints: AgentRuntimeEndpoints;

  constructor(context: EmulatorContext, tags: Tags) {
    super(context, {
      kind: 'agentRuntime',
      noun: 'agent runtime',
      pluralNoun: 'agent runtimes',
      idFormat: 'agentRuntime',
      arnPath: 'runtime',
      quota: 'agentRuntimesPerAccount',
      operations: {
        create: 'CreateAgentRuntime',
        update: 'UpdateAgentRuntime',
        delete: 'DeleteAgentRuntime',
      },
      tags,
    });
    this.#harnessesByRuntime = context.table('agentRuntimeHarness');
    this.endpoints = new AgentRuntimeEndpoints(context, this, tags);
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
      ...this.endpoints.operations(),
    };
  }

  /**
   * Creates the runtime of a harness. It answers like any other runtime, but only its harness changes and deletes it.
   * @returns its id
   * @throws ServiceError ConflictException if the name is in use
   */
  createForHarness(harnessName: string, configuration: RuntimeConfiguration): string {
    const name = runtimeNameOf(harnessName);
    this.#harnessesByRuntime.put(name, harnessName);
    return this.createFirstVersion(name, configuration).id;
  }

  /** The members by which a harness refers to its runtime. */
  identify(id: string): { readonly agentRuntimeId: string; readonly agentRuntimeArn: string } {
    return { agentRuntimeId: id, agentRuntimeArn: this.arnOf(id) };
  }

  /** Starts to delete the runtime of a harness, unless a deletion that failed has done so before. */
  deleteForHarness(id: string): void {
    const runtime = this.find(id);
    if (runtime && runtime.status !== 'DELETING') this.startDelete(runtime);
  }

  /** Deletes what is left of the runtime of a harness. */
  removeForHarness(id: string): void {
    const runtime = this.find(id);
    if (runtime) this.remove(runtime);
  }

  /** @returns the versions of runtimes that run on a capacity provider, in words */
  versionsOn(capacityProviderArn: string): string[] {
    return this.versionsWith(
      ({ capacityProviderConfiguration }) =>
        capacityProviderConfiguration?.capacityProviderArn === capacityProviderArn,
    );
  }

  protected override variantOf({ name }: VersionedRecord): string | undefined {
    return this.#harnessesByRuntime.get(name) && 'HARNESS';
  }

  protected override onDeleted(record: VersionedRecord): void {
    super.onDeleted(record);
    this.#harnessesByRuntime.delete(record.name);
  }

  /** @throws ServiceError ConflictException for the runtime of a harness, and while an operation is in progress */
  #getChangeable(id: string): VersionedRecord {
    const runtime = this.getIdle(id);
    const harness = this.#harnessesByRuntime.get(runtime.name);
    if (harness === undefined) return runtime;
    throw conflict(`The agent runtime ${id} belongs to the harness ${harness}. Change the harness instead.`);
  }

  #create(input: Checked<CreateAgentRuntimeRequest>): CreateAgentRuntimeResponse {
    const { agentRuntimeName: name, clientToken: _, tags, ...configuration } = input;
    checkRules(RULES, configuration);
    const created = this.createFirstVersion(name, configuration, tags);
    return omit(this.#commonResponse(created), 'lastUpdatedAt');
  }

  /** PUT: creates a version without the members that the request leaves out. */
  #update(input: Checked<UpdateAgentRuntimeRequest>): UpdateAgentRuntimeResponse {
    const { agentRuntimeId, clientToken: _, ...configuration } = input;
    const before = this.#getChangeable(agentRuntimeId);
    checkRules(RULES, configuration);
    return this.#commonResponse(this.updateToNextVersion(before, configuration));
  }

  #delete({
    agentRuntimeId,
    agentRuntimeVersion,
  }: Checked<DeleteAgentRuntimeRequest>): DeleteAgentRuntimeResponse {
    const runtime = this.#getChangeable(agentRuntimeId);
    if (agentRuntimeVersion === undefined) {
      this.endpoints.rejectWhilePresent(agentRuntimeId);
      const { status } = this.startDelete(runtime);
      return { status, agentRuntimeId };
    }
    const { version } = this.getVersion(runtime, agentRuntimeVersion);
    if (version === runtime.version) {
      throw conflict(
        `Version ${agentRuntimeVersion} is the latest of ${agentRuntimeId}. Delete the runtime instead.`,
      );
    }
    this.deleteVersion(agentRuntimeId, version);
    return { status: 'DELETING', agentRuntimeId, agentRuntimeVersion };
  }

  #getRuntime({
    agentRuntimeId,
    agentRuntimeVersion,
  }: Checked<GetAgentRuntimeRequest>): GetAgentRuntimeResponse {
    const runtime = this.get(agentRuntimeId);
    const stored = this.getVersion(runtime, agentRuntimeVersion);
    const { configuration } = stored;
    const { reasons, ...record } = recordOfVersion(runtime, stored);
    return {
      ...DEFAULTS,
      ...configuration,
      networkConfiguration: configuration.networkConfiguration ?? { networkMode: 'PUBLIC' },
      lifecycleConfiguration: withDefaultLifetimes(configuration.lifecycleConfiguration),
      ...this.#commonResponse(record),
      agentRuntimeName: runtime.name,
      ...(reasons && { failureReason: reasons.join('; ') }),
    };
  }

  #list(input: Checked<ListAgentRuntimesRequest>): ListAgentRuntimesResponse {
    const { items, nextToken } = this.page(input, { scope: 'ListAgentRuntimes' });
    return {
      agentRuntimes: items.map((runtime) => this.#summary(runtime, this.getVersion(runtime))),
      ...defined({ nextToken }),
    };
  }

  #listVersions(input: Checked<ListAgentRuntimeVersionsRequest>): ListAgentRuntimeVersionsResponse {
    const runtime = this.get(input.agentRuntimeId);
    const { items, nextToken } = this.pageOfVersions(runtime.id, input, 'ListAgentRuntimeVersions');
    return {
      agentRuntimes: items.map((version) => this.#summary(runtime, version)),
      ...defined({ nextToken }),
    };
  }

  #summary(runtime: VersionedRecord, stored: StoredVersion<RuntimeConfiguration>): AgentRuntime {
    const { status, updatedAt } = recordOfVersion(runtime, stored);
    return {
      agentRuntimeArn: this.arnOf(runtime.id),
      agentRuntimeId: runtime.id,
      agentRuntimeName: runtime.name,
      agentRuntimeVersion: String(stored.version),
      // The model requires it in responses, but not in requests.
      description: stored.configuration.description ?? '',
      lastUpdatedAt: new Date(updatedAt),
      status,
    };
  }

  #commonResponse(runtime: VersionedRecord): UpdateAgentRuntimeResponse {
    const { id, status, version, createdAt, updatedAt } = runtime;
    return {
      agentRuntimeArn: this.arnOf(id),
      agentRuntimeId: id,
      agentRuntimeVersion: String(version),
      createdAt: new Date(createdAt),
      lastUpdatedAt: new Date(updatedAt),
      status,
      workloadIdentityDetails: {
        workloadIdentityArn: arn(this.context, `workload-identity-directory/default/workload-identity/${id}`),
      },
    };
  }
}

/** Asserted on accounts: a harness makes a runtime with this name. */
export function runtimeNameOf(harnessName: string): string {
  return `harness_${harnessName}`;
}
