import type {
  CreateRegistryRequest,
  CreateRegistryResponse,
  DeleteRegistryRequest,
  DeleteRegistryResponse,
  GetRegistryRequest,
  GetRegistryResponse,
  ListRegistriesRequest,
  ListRegistriesResponse,
  RegistryStatus,
  UpdateRegistryRequest,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defined, omit } from '../../../core/objects.ts';
import type { Table } from '../../simulation/store.ts';
import { arn, type EmulatorContext, unusedId } from '../emulatorContext.ts';
import { COMMON_STATUSES, Lifecycle, type StatefulRecord } from '../lifecycle.ts';
import type { Checked, Operations } from '../operation.ts';
import { paginate } from '../pagination.ts';
import { applyPatch } from '../patch.ts';
import { checkRules, JWT_AUTHORIZER_RULE } from '../rules.ts';
import { conflict, notFound, quotaExceeded } from '../serviceError.ts';

type RegistryConfiguration = Omit<Checked<CreateRegistryRequest>, 'name' | 'clientToken'>;

export interface RegistryState extends StatefulRecord<RegistryStatus> {
  readonly configuration: RegistryConfiguration;
}

/** The registries of the account. Requests identify them by id or by ARN. */
export class Registries {
  readonly #context: EmulatorContext;
  readonly #table: Table<RegistryState>;
  readonly #names: Table<string>;
  readonly #lifecycle: Lifecycle<RegistryStatus, RegistryState>;
  /** Set by `RegistryRecords`; registries depend on no more of them. */
  countRecords: (registryId: string) => number = () => 0;

  constructor(context: EmulatorContext) {
    this.#context = context;
    this.#table = context.table('registry');
    this.#names = context.table('registryName');
    this.#lifecycle = new Lifecycle(context, {
      kind: 'registry',
      table: this.#table,
      statuses: COMMON_STATUSES,
      operations: { create: 'CreateRegistry', update: 'UpdateRegistry', delete: 'DeleteRegistry' },
      onDeleted: ({ name }) => this.#names.delete(name),
    });
  }

  /**
   * @param identifier an id or an ARN
   * @throws ServiceError ResourceNotFoundException
   */
  get(identifier: string): RegistryState {
    const registry = this.#table.get(identifier.slice(identifier.lastIndexOf('/') + 1));
    if (!registry || (identifier.startsWith('arn:') && this.arnOf(registry.id) !== identifier)) {
      throw notFound(`Registry ${identifier} does not exist in this account and Region.`);
    }
    return registry;
  }

  /** @throws ServiceError ConflictException while the registry is being created, updated or deleted */
  getIdle(identifier: string): RegistryState {
    const registry = this.get(identifier);
    this.#lifecycle.rejectWhileBusy(registry);
    return registry;
  }

  list(): RegistryState[] {
    return this.#table.list().map(([, registry]) => registry);
  }

  arnOf(id: string): string {
    return arn(this.#context, `registry/${id}`);
  }

  forceStatus(id: string, status: RegistryStatus, reasons?: readonly string[]): void {
    this.#lifecycle.forceStatus(this.get(id), status, reasons);
  }

  operations(): Operations {
    return {
      CreateRegistry: (input: Checked<CreateRegistryRequest>) => this.#create(input),
      GetRegistry: ({ registryId }: Checked<GetRegistryRequest>) => this.#toResponse(this.get(registryId)),
      ListRegistries: (input: Checked<ListRegistriesRequest>) => this.#list(input),
      UpdateRegistry: (input: Checked<UpdateRegistryRequest>) => this.#update(input),
      DeleteRegistry: ({ registryId }: Checked<DeleteRegistryRequest>) => this.#delete(registryId),
    };
  }

  #create(input: Checked<CreateRegistryRequest>): CreateRegistryResponse {
    const { name, clientToken: _, ...configuration } = input;
    checkRules([JWT_AUTHORIZER_RULE], configuration);
    this.#rejectDuplicateName(name);
    const limit = this.#context.settings.quotas.registriesPerAccount;
    if (this.#table.count() >= limit) {
      throw quotaExceeded(
        `The account has ${limit} registries, which is its quota. Delete one or request an increase.`,
      );
    }
    const id = unusedId(
      this.#context,
      'registry',
      name,
      (candidate) => this.#table.get(candidate) !== undefined,
    );
    const now = this.#context.clock.now();
    this.#names.put(name, id);
    const record = { id, name, status: 'CREATING' as const, createdAt: now, updatedAt: now, configuration };
    this.#lifecycle.start(record, 'create');
    return { registryArn: this.arnOf(id) };
  }

  /** PATCH: keeps the members that the request leaves out; a wrapper without a value clears. */
  #update(input: Checked<UpdateRegistryRequest>): GetRegistryResponse {
    const { registryId, name: newName, description, authorizerConfiguration, approvalConfiguration } = input;
    const before = this.getIdle(registryId);
    const name = newName ?? before.name;
    if (name !== before.name) this.#rejectDuplicateName(name);
    const configuration = applyPatch(before.configuration, {
      description,
      authorizerConfiguration,
      approvalConfiguration,
    });
    checkRules([JWT_AUTHORIZER_RULE], configuration);
    this.#names.delete(before.name);
    this.#names.put(name, before.id);
    const updated = { ...before, name, configuration, updatedAt: this.#context.clock.now() };
    return this.#toResponse(this.#lifecycle.start(updated, 'update'));
  }

  #delete(registryId: string): DeleteRegistryResponse {
    const registry = this.getIdle(registryId);
    const records = this.countRecords(registry.id);
    // Page of DeleteRegistry: "The registry must contain zero records before it can be deleted."
    if (records > 0) {
      throw conflict(
        `Registry ${registry.id} has ${records} record(s). Delete all records before deleting it.`,
      );
    }
    const { status } = this.#lifecycle.start(registry, 'delete');
    return { status };
  }

  #list(input: Checked<ListRegistriesRequest>): ListRegistriesResponse {
    const { status, authorizerType } = input;
    const { items, nextToken } = paginate(this.#table, input, {
      scope: 'ListRegistries',
      pageSize: this.#context.settings.quotas.defaultPageSize,
      filter: (registry) =>
        (status === undefined || registry.status === status) &&
        (authorizerType === undefined || registry.configuration.authorizerType === authorizerType),
    });
    return {
      registries: items.map((registry) =>
        omit(this.#toResponse(registry), 'authorizerConfiguration', 'approvalConfiguration'),
      ),
      ...defined({ nextToken }),
    };
  }

  #toResponse(registry: RegistryState): GetRegistryResponse {
    const { id, name, status, reasons, createdAt, updatedAt, configuration } = registry;
    return {
      ...configuration,
      name,
      registryId: id,
      registryArn: this.arnOf(id),
      status,
      ...(reasons && { statusReason: reasons.join('; ') }),
      createdAt: new Date(createdAt),
      updatedAt: new Date(updatedAt),
    };
  }

  #rejectDuplicateName(name: string): void {
    if (this.#names.get(name) === undefined) return;
    throw conflict(`A registry with the name ${name} already exists in this account. Choose another name.`);
  }
}
