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
import { AccountResources } from '../accountResources.ts';
import type { EmulatorContext } from '../emulatorContext.ts';
import { COMMON_STATUSES, type StatefulRecord } from '../lifecycle.ts';
import type { Checked, Operations } from '../operation.ts';
import { applyPatch } from '../patch.ts';
import { AUTHORIZER_RULES, checkRules } from '../rules.ts';
import { conflict } from '../serviceError.ts';

type RegistryConfiguration = Omit<Checked<CreateRegistryRequest>, 'name' | 'clientToken'>;

export interface RegistryState extends StatefulRecord<RegistryStatus> {
  readonly configuration: RegistryConfiguration;
}

/** The registries of the account. Requests identify them by id or by ARN. */
export class Registries extends AccountResources<RegistryStatus, RegistryState> {
  /** Set by `RegistryRecords`; registries depend on no more of them. */
  countRecords: (registryId: string) => number = () => 0;

  constructor(context: EmulatorContext) {
    super(context, {
      kind: 'registry',
      noun: 'registry',
      pluralNoun: 'registries',
      idFormat: 'registry',
      arnPath: 'registry',
      quota: 'registriesPerAccount',
      statuses: COMMON_STATUSES,
      operations: { create: 'CreateRegistry', update: 'UpdateRegistry', delete: 'DeleteRegistry' },
    });
  }

  /** @param identifier an id or an ARN */
  override find(identifier: string): RegistryState | undefined {
    const registry = super.find(identifier.slice(identifier.lastIndexOf('/') + 1));
    const isOtherArn = identifier.startsWith('arn:') && registry && this.arnOf(registry.id) !== identifier;
    return isOtherArn ? undefined : registry;
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
    // Asserted on accounts: a registry made with a name only has the authorizer type AWS_IAM.
    const { name, clientToken: _, authorizerType = 'AWS_IAM', ...others } = input;
    const configuration = { ...others, authorizerType };
    checkRules(AUTHORIZER_RULES, configuration);
    const { id } = this.startCreate({ ...this.reserve(name), configuration });
    return { registryArn: this.arnOf(id) };
  }

  /** PATCH: keeps the members that the request leaves out; a wrapper without a value clears. */
  #update(input: Checked<UpdateRegistryRequest>): GetRegistryResponse {
    const { registryId, name: newName, description, authorizerConfiguration, approvalConfiguration } = input;
    const before = this.getIdle(registryId);
    const name = newName ?? before.name;
    this.rename(before, name);
    const configuration = applyPatch(before.configuration, {
      description,
      authorizerConfiguration,
      approvalConfiguration,
    });
    checkRules(AUTHORIZER_RULES, configuration);
    return this.#toResponse(this.startUpdate({ ...before, name, configuration }));
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
    const { status } = this.startDelete(registry);
    return { status };
  }

  #list(input: Checked<ListRegistriesRequest>): ListRegistriesResponse {
    const { status, authorizerType } = input;
    const { items, nextToken } = this.page(input, {
      scope: 'ListRegistries',
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
}
