import type {
  CreateHarnessRequest,
  CreateHarnessResponse,
  DeleteHarnessRequest,
  DeleteHarnessResponse,
  GetHarnessRequest,
  GetHarnessResponse,
  Harness,
  ListHarnessesRequest,
  ListHarnessesResponse,
  ListHarnessVersionsRequest,
  ListHarnessVersionsResponse,
  UpdateHarnessRequest,
  UpdateHarnessResponse,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defined } from '../../../core/objects.ts';
import { arn, type EmulatorContext } from '../emulatorContext.ts';
import type { Checked, Operations } from '../operation.ts';
import { applyPatch } from '../patch.ts';
import type { Tags } from '../tags.ts';
import {
  DEFAULT_SESSION_LIFECYCLE,
  recordOfVersion,
  type VersionedRecord,
  VersionedResources,
} from './versionedResources.ts';

type HarnessConfiguration = Omit<Checked<CreateHarnessRequest>, 'harnessName' | 'clientToken' | 'tags'>;

/** The model requires these members in responses, but not in requests. */
const DEFAULTS = {
  model: { bedrockModelConfig: { modelId: 'global.anthropic.claude-sonnet-4-6' } },
  systemPrompt: [],
  tools: [],
  skills: [],
  allowedTools: ['*'],
  truncation: { strategy: 'sliding_window' as const },
};

/** The harnesses of the account with their versions. */
export class Harnesses extends VersionedResources<HarnessConfiguration> {
  constructor(context: EmulatorContext, tags: Tags) {
    super(context, {
      kind: 'harness',
      noun: 'harness',
      pluralNoun: 'harnesses',
      idFormat: 'harness',
      arnPath: 'harness',
      quota: 'harnessesPerAccount',
      operations: { create: 'CreateHarness', update: 'UpdateHarness', delete: 'DeleteHarness' },
      tags,
    });
  }

  operations(): Operations {
    return {
      CreateHarness: (input: Checked<CreateHarnessRequest>) => this.#create(input),
      GetHarness: (input: Checked<GetHarnessRequest>): GetHarnessResponse => ({
        harness: this.#toResponse(this.get(input.harnessId), input.harnessVersion),
      }),
      ListHarnesses: (input: Checked<ListHarnessesRequest>) => this.#list(input),
      ListHarnessVersions: (input: Checked<ListHarnessVersionsRequest>) => this.#listVersions(input),
      UpdateHarness: (input: Checked<UpdateHarnessRequest>) => this.#update(input),
      DeleteHarness: ({ harnessId }: Checked<DeleteHarnessRequest>): DeleteHarnessResponse => ({
        harness: this.#toResponse(this.startDelete(this.getIdle(harnessId))),
      }),
    };
  }

  #create(input: Checked<CreateHarnessRequest>): CreateHarnessResponse {
    const { harnessName: name, clientToken: _, tags, ...configuration } = input;
    return { harness: this.#toResponse(this.createFirstVersion(name, configuration, tags)) };
  }

  /** PATCH: keeps the members that the request leaves out; lists and maps in the request replace the old ones. */
  #update(input: Checked<UpdateHarnessRequest>): UpdateHarnessResponse {
    const { harnessId, clientToken: _, ...changes } = input;
    const before = this.getIdle(harnessId);
    const { configuration } = this.getVersion(before);
    const { environmentArtifact, authorizerConfiguration, memory, ...plain } = changes;
    const wrapped = { environmentArtifact, authorizerConfiguration, memory };
    const updated = this.updateToNextVersion(before, applyPatch({ ...configuration, ...plain }, wrapped));
    return { harness: this.#toResponse(updated) };
  }

  #list(input: Checked<ListHarnessesRequest>): ListHarnessesResponse {
    const { items, nextToken } = this.page(input, { scope: 'ListHarnesses' });
    return {
      harnesses: items.map((harness) => this.#summary(harness)),
      ...defined({ nextToken }),
    };
  }

  #listVersions(input: Checked<ListHarnessVersionsRequest>): ListHarnessVersionsResponse {
    const harness = this.get(input.harnessId);
    const { items, nextToken } = this.pageOfVersions(harness.id, input, 'ListHarnessVersions');
    return {
      harnessVersions: items.map((version) => {
        const record = recordOfVersion(harness, version);
        return { ...this.#summary(record), ...failureReasonOf(record) };
      }),
      ...defined({ nextToken }),
    };
  }

  #summary({ id, name, version, status, createdAt, updatedAt }: VersionedRecord) {
    return {
      harnessId: id,
      harnessName: name,
      arn: this.arnOf(id),
      status,
      createdAt: new Date(createdAt),
      updatedAt: new Date(updatedAt),
      harnessVersion: String(version),
    };
  }

  #toResponse(harness: VersionedRecord, requestedVersion?: string): Harness {
    const { configuration, version } = this.getVersion(harness, requestedVersion);
    const { environment, ...rest } = configuration;
    const runtimeEnvironment = environment?.agentCoreRuntimeEnvironment;
    return {
      ...DEFAULTS,
      ...rest,
      environment: {
        agentCoreRuntimeEnvironment: {
          ...runtimeEnvironment,
          // The service creates a runtime for each harness, with the name of the harness.
          agentRuntimeArn: arn(this.context, `runtime/${harness.id}`),
          agentRuntimeId: harness.id,
          agentRuntimeName: harness.name,
          lifecycleConfiguration: {
            ...DEFAULT_SESSION_LIFECYCLE,
            ...runtimeEnvironment?.lifecycleConfiguration,
          },
          networkConfiguration: runtimeEnvironment?.networkConfiguration ?? { networkMode: 'PUBLIC' },
        },
      },
      ...this.#summary({ ...harness, version }),
      ...failureReasonOf(harness),
    };
  }
}

function failureReasonOf({ reasons }: VersionedRecord): Pick<Harness, 'failureReason'> {
  return reasons ? { failureReason: reasons.join('; ') } : {};
}
