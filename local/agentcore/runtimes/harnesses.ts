import type {
  CreateHarnessRequest,
  CreateHarnessResponse,
  DeleteHarnessRequest,
  DeleteHarnessResponse,
  GetHarnessRequest,
  GetHarnessResponse,
  Harness,
  HarnessAgentCoreRuntimeEnvironment,
  ListHarnessesRequest,
  ListHarnessesResponse,
  ListHarnessVersionsRequest,
  ListHarnessVersionsResponse,
  UpdateHarnessRequest,
  UpdateHarnessResponse,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defined, omit } from '../../../core/objects.ts';
import type { Table } from '../../simulation/table.ts';
import { arn, type EmulatorContext, newInternalId } from '../emulatorContext.ts';
import type { Checked, Operations } from '../operation.ts';
import { applyPatch } from '../patch.ts';
import { CUSTOM_CLAIM_RULES, checkRules, type Rule } from '../rules.ts';
import type { Tags } from '../tags.ts';
import { type AgentRuntimes, runtimeNameOf } from './agentRuntimes.ts';
import { HarnessEndpoints } from './versionEndpoints.ts';
import {
  recordOfVersion,
  sessionLifetimeRules,
  type VersionedRecord,
  VersionedResources,
  withDefaultLifetimes,
} from './versionedResources.ts';

type HarnessConfiguration = Omit<Checked<CreateHarnessRequest>, 'harnessName' | 'clientToken' | 'tags'>;

const RULES: readonly Rule<HarnessConfiguration>[] = [
  ...sessionLifetimeRules<HarnessConfiguration>(
    'environment.agentCoreRuntimeEnvironment.lifecycleConfiguration',
    ({ environment }) => environment?.agentCoreRuntimeEnvironment?.lifecycleConfiguration,
    // A harness always runs on microVMs.
    () => false,
  ),
  ...CUSTOM_CLAIM_RULES,
];

/** The resources that the service makes for a harness. */
interface HarnessResources {
  readonly runtimeId: string;
  readonly memoryArn: string;
}

/**
 * Asserted on accounts: maxIterations, timeoutSeconds and allowedTools. The model requires the others in responses, but
 * not in requests.
 */
const DEFAULTS = {
  maxIterations: 75,
  timeoutSeconds: 3600,
  model: { bedrockModelConfig: { modelId: 'global.anthropic.claude-sonnet-4-6' } },
  systemPrompt: [],
  tools: [],
  skills: [],
  allowedTools: ['*'],
  truncation: { strategy: 'sliding_window' as const },
};

const PUBLIC = { networkMode: 'PUBLIC' as const };

/** The harnesses of the account with their versions. */
export class Harnesses extends VersionedResources<HarnessConfiguration> {
  readonly #runtimes: AgentRuntimes;
  readonly #resources: Table<HarnessResources>;
  protected readonly endpoints: HarnessEndpoints;

  constructor(context: EmulatorContext, runtimes: AgentRuntimes, tags: Tags) {
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
    this.#runtimes = runtimes;
    this.#resources = context.table('harnessResources');
    this.endpoints = new HarnessEndpoints(context, this, tags);
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
      DeleteHarness: (input: Checked<DeleteHarnessRequest>) => this.#delete(input),
      ...this.endpoints.operations(),
    };
  }

  #create(input: Checked<CreateHarnessRequest>): CreateHarnessResponse {
    const { harnessName: name, clientToken: _, tags, ...configuration } = input;
    checkRules(RULES, configuration);
    // A harness without a memory configuration gets a managed memory.
    const memory = configuration.memory ?? { managedMemoryConfiguration: {} };
    const created = this.createFirstVersion(name, { ...configuration, memory }, tags);
    const { executionRoleArn: roleArn, environment, environmentArtifact } = configuration;
    const { networkConfiguration = PUBLIC, lifecycleConfiguration } =
      environment?.agentCoreRuntimeEnvironment ?? {};
    const runtime = defined({
      roleArn,
      networkConfiguration,
      lifecycleConfiguration,
      agentRuntimeArtifact: environmentArtifact,
    });
    this.#resources.put(created.id, {
      runtimeId: this.#runtimes.createForHarness(name, runtime),
      memoryArn: arn(this.context, `memory/harness_${name}-${newInternalId(this.context).slice(0, 10)}`),
    });
    return { harness: this.#toResponse(created) };
  }

  #delete({ harnessId }: Checked<DeleteHarnessRequest>): DeleteHarnessResponse {
    const harness = this.getIdle(harnessId);
    this.endpoints.rejectWhilePresent(harnessId);
    const resources = this.#resources.get(harnessId);
    if (resources) this.#runtimes.deleteForHarness(resources.runtimeId);
    return { harness: this.#toResponse(this.startDelete(harness)) };
  }

  protected override onDeleted(record: VersionedRecord): void {
    super.onDeleted(record);
    const resources = this.#resources.get(record.id);
    if (resources) this.#runtimes.removeForHarness(resources.runtimeId);
    this.#resources.delete(record.id);
  }

  /** PATCH: keeps the members that the request leaves out; lists and maps in the request replace the old ones. */
  #update(input: Checked<UpdateHarnessRequest>): UpdateHarnessResponse {
    const { harnessId, clientToken: _, ...changes } = input;
    const before = this.getIdle(harnessId);
    const { configuration } = this.getVersion(before);
    const { environmentArtifact, authorizerConfiguration, memory, ...plain } = changes;
    const wrapped = { environmentArtifact, authorizerConfiguration, memory };
    const patched = applyPatch({ ...configuration, ...plain }, wrapped);
    checkRules(RULES, patched);
    const updated = this.updateToNextVersion(before, patched);
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
    const stored = this.getVersion(harness, requestedVersion);
    const record = recordOfVersion(harness, stored);
    const { environment, memory, ...rest } = stored.configuration;
    const runtimeEnvironment = environment?.agentCoreRuntimeEnvironment;
    const resources = this.#resources.get(harness.id);
    const isCreated = harness.status !== 'CREATING';
    const agentCoreRuntimeEnvironment: Partial<HarnessAgentCoreRuntimeEnvironment> = {
      ...runtimeEnvironment,
      // Recorded: the answer to CreateHarness names the runtime, but has no id or ARN of it.
      ...(isCreated && resources && this.#runtimes.identify(resources.runtimeId)),
      agentRuntimeName: runtimeNameOf(harness.name),
      lifecycleConfiguration: withDefaultLifetimes(runtimeEnvironment?.lifecycleConfiguration),
      networkConfiguration: runtimeEnvironment?.networkConfiguration ?? PUBLIC,
    };
    return {
      ...DEFAULTS,
      ...rest,
      ...(memory && { memory: withManagedMemory(memory, isCreated ? resources?.memoryArn : undefined) }),
      environment: {
        // The model requires the id and the ARN.
        agentCoreRuntimeEnvironment: agentCoreRuntimeEnvironment as HarnessAgentCoreRuntimeEnvironment,
      },
      ...this.#summary(record),
      ...failureReasonOf(record),
    };
  }
}

/** A managed memory has an ARN once the harness is created. */
function withManagedMemory(
  memory: NonNullable<HarnessConfiguration['memory']>,
  memoryArn: string | undefined,
): Harness['memory'] {
  const managed = memory.managedMemoryConfiguration;
  if (!managed) return memory;
  // The model ignores the ARN in requests.
  return { managedMemoryConfiguration: { ...omit(managed, 'arn'), ...defined({ arn: memoryArn }) } };
}

function failureReasonOf({ reasons }: VersionedRecord): Pick<Harness, 'failureReason'> {
  return reasons ? { failureReason: reasons.join('; ') } : {};
}
