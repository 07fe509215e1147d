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
import { arn, type EmulatorContext } from '../emulatorContext.ts';
import type { Checked, Operations } from '../operation.ts';
import { conflict } from '../serviceError.ts';
import type { Tags } from '../tags.ts';
import {
  DEFAULT_SESSION_LIFECYCLE,
  recordOfVersion,
  type StoredVersion,
  type VersionedRecord,
  VersionedResources,
} from './versionedResources.ts';

type RuntimeConfiguration = Omit<Checked<UpdateAgentRuntimeRequest>, 'agentRuntimeId' | 'clientToken'>;

/** The agent runtimes of the account with their versions. */
export class AgentRuntimes extends VersionedResources<RuntimeConfiguration> {
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
    const created = this.createFirstVersion(name, configuration, tags);
    return omit(this.#commonResponse(created), 'lastUpdatedAt');
  }

  /** PUT: creates a version without the members that the request leaves out. */
  #update(input: Checked<UpdateAgentRuntimeRequest>): UpdateAgentRuntimeResponse {
    const { agentRuntimeId, clientToken: _, ...configuration } = input;
    return this.#commonResponse(this.updateToNextVersion(this.getIdle(agentRuntimeId), configuration));
  }

  #delete({
    agentRuntimeId,
    agentRuntimeVersion,
  }: Checked<DeleteAgentRuntimeRequest>): DeleteAgentRuntimeResponse {
    const runtime = this.getIdle(agentRuntimeId);
    if (agentRuntimeVersion === undefined) {
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
    const { configuration, version } = this.getVersion(runtime, agentRuntimeVersion);
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
    const { id, name, status, version, createdAt, updatedAt } = runtime;
    return {
      agentRuntimeArn: this.arnOf(id),
      agentRuntimeId: id,
      agentRuntimeVersion: String(version),
      createdAt: new Date(createdAt),
      lastUpdatedAt: new Date(updatedAt),
      status,
      workloadIdentityDetails: {
        workloadIdentityArn: arn(
          this.context,
          `workload-identity-directory/default/workload-identity/${name}`,
        ),
      },
    };
  }
}
