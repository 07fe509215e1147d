import type {
  CreateHarnessRequest,
  CreateHarnessResponse,
  DeleteHarnessRequest,
  DeleteHarnessResponse,
  GetHarnessRequest,
  GetHarnessResponse,
  Harness,
  HarnessStatus,
  ListHarnessesRequest,
  ListHarnessesResponse,
  ListHarnessVersionsRequest,
  ListHarnessVersionsResponse,
  UpdateHarnessRequest,
  UpdateHarnessResponse,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defined } from '../../../core/objects.ts';
import type { Table } from '../../simulation/store.ts';
import { arn, type EmulatorContext, unusedId } from '../emulatorContext.ts';
import { COMMON_STATUSES, Lifecycle, type StatefulRecord } from '../lifecycle.ts';
import type { Checked, Operations } from '../operation.ts';
import { paginate } from '../pagination.ts';
import { applyPatch } from '../patch.ts';
import { conflict, notFound, quotaExceeded } from '../serviceError.ts';
import type { Tags } from '../tags.ts';
import { DEFAULT_SESSION_LIFECYCLE } from './agentRuntimes.ts';
import { type StoredVersion, VersionTable } from './versionTable.ts';

type HarnessConfiguration = Omit<Checked<CreateHarnessRequest>, 'harnessName' | 'clientToken' | 'tags'>;

interface HarnessRecord extends StatefulRecord<HarnessStatus> {
  readonly version: number;
}

/** The model requires these members in responses, but not in requests. */
const DEFAULTS = {
  model: { bedrockModelConfig: { modelId: 'global.anthropic.claude-sonnet-4-6' } },
  systemPrompt: [],
  tools: [],
  skills: [],
  allowedTools: ['*'],
  truncation: { strategy: 'sliding_window' as const },
};

/** The harnesses of the account. */
export class Harnesses {
  readonly #context: EmulatorContext;
  readonly #tags: Tags;
  readonly #table: Table<HarnessRecord>;
  readonly #versions: VersionTable<HarnessConfiguration>;
  readonly #names: Table<string>;
  readonly #lifecycle: Lifecycle<HarnessStatus, HarnessRecord>;

  constructor(context: EmulatorContext, tags: Tags) {
    this.#context = context;
    this.#tags = tags;
    this.#table = context.table('harness');
    this.#versions = new VersionTable(context, 'harnessVersion');
    this.#names = context.table('harnessName');
    this.#lifecycle = new Lifecycle(context, {
      kind: 'harness',
      table: this.#table,
      statuses: COMMON_STATUSES,
      operations: { create: 'CreateHarness', update: 'UpdateHarness', delete: 'DeleteHarness' },
      onDeleted: ({ id, name }) => {
        this.#names.delete(name);
        this.#tags.unregister(this.#arnOf(id));
        this.#versions.deleteAll(id);
      },
    });
  }

  list(): HarnessRecord[] {
    return this.#table.list().map(([, harness]) => harness);
  }

  forceStatus(id: string, status: HarnessStatus, reasons?: readonly string[]): void {
    this.#lifecycle.forceStatus(this.#get(id), status, reasons);
  }

  operations(): Operations {
    return {
      CreateHarness: (input: Checked<CreateHarnessRequest>) => this.#create(input),
      GetHarness: (input: Checked<GetHarnessRequest>): GetHarnessResponse => ({
        harness: this.#toResponse(this.#get(input.harnessId), input.harnessVersion),
      }),
      ListHarnesses: (input: Checked<ListHarnessesRequest>) => this.#list(input),
      ListHarnessVersions: (input: Checked<ListHarnessVersionsRequest>) => this.#listVersions(input),
      UpdateHarness: (input: Checked<UpdateHarnessRequest>) => this.#update(input),
      DeleteHarness: ({ harnessId }: Checked<DeleteHarnessRequest>): DeleteHarnessResponse => {
        const harness = this.#get(harnessId);
        this.#lifecycle.rejectWhileBusy(harness);
        return { harness: this.#toResponse(this.#lifecycle.start(harness, 'delete')) };
      },
    };
  }

  #create(input: Checked<CreateHarnessRequest>): CreateHarnessResponse {
    const { harnessName: name, clientToken: _, tags, ...configuration } = input;
    if (this.#names.get(name) !== undefined) {
      throw conflict(`A harness with the name ${name} already exists. Choose another name.`);
    }
    const limit = this.#context.settings.quotas.harnessesPerAccount;
    if (this.#table.count() >= limit) throw quotaExceeded(`The account has ${limit} harnesses, its quota.`);
    const id = unusedId(
      this.#context,
      'harness',
      name,
      (candidate) => this.#table.get(candidate) !== undefined,
    );
    const now = this.#context.clock.now();
    this.#names.put(name, id);
    this.#tags.register(this.#arnOf(id), tags);
    this.#versions.add({ id, version: 1 }, configuration);
    const record = { id, name, status: 'CREATING' as const, version: 1, createdAt: now, updatedAt: now };
    return { harness: this.#toResponse(this.#lifecycle.start(record, 'create')) };
  }

  /** PATCH: keeps the members that the request leaves out; lists and maps in the request replace the old ones. */
  #update(input: Checked<UpdateHarnessRequest>): UpdateHarnessResponse {
    const { harnessId, clientToken: _, ...changes } = input;
    const before = this.#get(harnessId);
    this.#lifecycle.rejectWhileBusy(before);
    const { configuration } = this.#version(before);
    const updated = { ...before, version: before.version + 1, updatedAt: this.#context.clock.now() };
    const { environmentArtifact, authorizerConfiguration, memory, ...plain } = changes;
    const wrapped = { environmentArtifact, authorizerConfiguration, memory };
    this.#versions.add(updated, applyPatch({ ...configuration, ...plain }, wrapped));
    return { harness: this.#toResponse(this.#lifecycle.start(updated, 'update')) };
  }

  #list(input: Checked<ListHarnessesRequest>): ListHarnessesResponse {
    const { items, nextToken } = paginate(this.#table, input, {
      scope: 'ListHarnesses',
      pageSize: this.#context.settings.quotas.defaultPageSize,
    });
    return {
      harnesses: items.map((harness) => this.#summary(harness, harness.version)),
      ...defined({ nextToken }),
    };
  }

  #listVersions(input: Checked<ListHarnessVersionsRequest>): ListHarnessVersionsResponse {
    const harness = this.#get(input.harnessId);
    const { items, nextToken } = this.#versions.page(harness.id, input, 'ListHarnessVersions');
    return {
      harnessVersions: items.map(({ version, createdAt }) => {
        const isLatest = version === harness.version;
        return {
          ...this.#summary(harness, version),
          ...(!isLatest && { status: 'READY' as const, updatedAt: new Date(createdAt) }),
          ...(isLatest && harness.reasons && { failureReason: harness.reasons.join('; ') }),
        };
      }),
      ...defined({ nextToken }),
    };
  }

  #summary({ id, name, status, createdAt, updatedAt }: HarnessRecord, version: number) {
    return {
      harnessId: id,
      harnessName: name,
      arn: this.#arnOf(id),
      status,
      createdAt: new Date(createdAt),
      updatedAt: new Date(updatedAt),
      harnessVersion: String(version),
    };
  }

  #toResponse(harness: HarnessRecord, requestedVersion?: string): Harness {
    const { configuration, version } = this.#version(harness, requestedVersion);
    const { environment, ...rest } = configuration;
    const runtimeEnvironment = environment?.agentCoreRuntimeEnvironment;
    return {
      ...DEFAULTS,
      ...rest,
      environment: {
        agentCoreRuntimeEnvironment: {
          ...runtimeEnvironment,
          // The service creates a runtime for each harness, with the name of the harness.
          agentRuntimeArn: arn(this.#context, `runtime/${harness.id}`),
          agentRuntimeId: harness.id,
          agentRuntimeName: harness.name,
          lifecycleConfiguration: {
            ...DEFAULT_SESSION_LIFECYCLE,
            ...runtimeEnvironment?.lifecycleConfiguration,
          },
          networkConfiguration: runtimeEnvironment?.networkConfiguration ?? { networkMode: 'PUBLIC' },
        },
      },
      ...this.#summary(harness, version),
      ...(harness.reasons && { failureReason: harness.reasons.join('; ') }),
    };
  }

  #version(harness: HarnessRecord, version?: string): StoredVersion<HarnessConfiguration> {
    const found = this.#versions.get(harness, version);
    if (!found) throw notFound(`Harness ${harness.id} has no version ${version ?? harness.version}.`);
    return found;
  }

  #get(id: string): HarnessRecord {
    const harness = this.#table.get(id);
    if (!harness) throw notFound(`Harness ${id} does not exist in this account and Region.`);
    return harness;
  }

  #arnOf(id: string): string {
    return arn(this.#context, `harness/${id}`);
  }
}
