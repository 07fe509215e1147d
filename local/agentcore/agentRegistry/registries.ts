import type {
  AutoDetection,
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
} from '../../../adapters/agentRegistry/index.ts';
import { defined, omit } from '../../../core/objects.ts';
import { AccountResources } from '../accountResources.ts';
import type { EmulatorContext } from '../emulatorContext.ts';
import { COMMON_STATUSES, type StatefulRecord } from '../lifecycle.ts';
import type { Checked, Operations } from '../operation.ts';
import { applyPatch } from '../patch.ts';
import { AUTHORIZER_RULES, checkRules, type Rule } from '../rules.ts';
import type { Tags } from '../tags.ts';
import { checkSchemas } from './customMetadata.ts';
import type { AgentRegistryEvents } from './events.ts';
import { checkFilters, filterValue } from './filters.ts';

type RegistryConfiguration = Omit<Checked<CreateRegistryRequest>, 'name' | 'clientToken' | 'tags'>;

type Discovery = NonNullable<RegistryConfiguration['discoveryConfiguration']>;

export interface RegistryState extends StatefulRecord<RegistryStatus> {
  readonly configuration: RegistryConfiguration & { readonly discoveryConfiguration: Discovery };
}

/** Shape of UpdateRegistryRequest: only the rules of the authorizer can change. */
const DISCOVERY_CHANGE_RULES: readonly Rule<{ readonly before: Discovery; readonly after: Discovery }>[] = [
  {
    field: 'discoveryConfiguration.authorizerConfiguration',
    message: 'The discovery URL of a registry cannot change. Create another registry.',
    isViolated: ({ before, after }) => {
      const [old, current] = [before, after].map(
        ({ authorizerConfiguration }) => authorizerConfiguration?.customJWTAuthorizer?.discoveryUrl,
      );
      return old !== undefined && current !== undefined && old !== current;
    },
  },
];

const IDENTITY_PREFIX = 'registry-';

const FILTERS = {
  status: ['CREATING', 'READY', 'UPDATING', 'CREATE_FAILED', 'UPDATE_FAILED', 'DELETING', 'DELETE_FAILED'],
  'discoveryConfiguration.authorizerType': ['CUSTOM_JWT', 'AWS_IAM'],
} as const;

/** The registries of Agent Registry. Requests identify them by id or by ARN. */
export class AgentRegistries extends AccountResources<RegistryStatus, RegistryState> {
  readonly #events: AgentRegistryEvents;
  /** Set by `AgentRegistryRecords`: a registry is removed along with its records. */
  removeRecords: (registryId: string) => void = () => {};

  constructor(context: EmulatorContext, tags: Tags, events: AgentRegistryEvents) {
    super(context, {
      kind: 'agentRegistry',
      noun: 'registry',
      pluralNoun: 'registries',
      idFormat: 'registry',
      arnPath: 'registry',
      arnService: 'agent-registry',
      quota: 'registriesPerAccount',
      statuses: COMMON_STATUSES,
      operations: {
        create: 'AgentRegistry.CreateRegistry',
        update: 'AgentRegistry.UpdateRegistry',
        delete: 'AgentRegistry.DeleteRegistry',
      },
      tags,
    });
    this.#events = events;
  }

  /** @param identifier an id or an ARN */
  override find(identifier: string): RegistryState | undefined {
    const registry = super.find(identifier.slice(identifier.lastIndexOf('/') + 1));
    const isOtherArn = identifier.startsWith('arn:') && registry && this.arnOf(registry.id) !== identifier;
    return isOtherArn ? undefined : registry;
  }

  /** @param name the name of a workload identity of AgentCore: a registry has one (shape RegistryRecordOAuthCredentialProvider) */
  findByIdentity(name: string): RegistryState | undefined {
    return name.startsWith(IDENTITY_PREFIX) ? super.find(name.slice(IDENTITY_PREFIX.length)) : undefined;
  }

  operations(): Operations {
    return {
      'AgentRegistry.CreateRegistry': (input: Checked<CreateRegistryRequest>) => this.#create(input),
      'AgentRegistry.GetRegistry': ({ registryId }: Checked<GetRegistryRequest>) =>
        this.#toResponse(this.get(registryId)),
      'AgentRegistry.ListRegistries': (input: Checked<ListRegistriesRequest>) => this.#list(input),
      'AgentRegistry.UpdateRegistry': (input: Checked<UpdateRegistryRequest>) => this.#update(input),
      'AgentRegistry.DeleteRegistry': ({ registryId }: Checked<DeleteRegistryRequest>) =>
        this.#delete(registryId),
    };
  }

  protected override onStatus({ id, name, status }: RegistryState): void {
    this.#events.registryEntered(status, id, name, this.arnOf(id));
  }

  protected override onDeleted(registry: RegistryState): void {
    super.onDeleted(registry);
    this.removeRecords(registry.id);
  }

  #create(input: Checked<CreateRegistryRequest>): CreateRegistryResponse {
    const { name, clientToken: _, tags, discoveryConfiguration = {}, ...others } = input;
    const { authorizerType = 'AWS_IAM', ...authorizer } = discoveryConfiguration;
    const discovery = { ...authorizer, authorizerType };
    checkRules(DISCOVERY_RULES, discovery);
    if (others.customMetadataSchemaConfiguration) checkSchemas(others.customMetadataSchemaConfiguration);
    const configuration = { ...others, discoveryConfiguration: discovery };
    const { id } = this.startCreate({ ...this.reserve(name, tags), configuration });
    return { registryArn: this.arnOf(id) };
  }

  /** PATCH: keeps the members that the request leaves out; a wrapper without a value clears. */
  #update(input: Checked<UpdateRegistryRequest>): GetRegistryResponse {
    const { registryId, name: newName, discoveryConfiguration: discoveryChange, ...wrappers } = input;
    const before = this.getIdle(registryId);
    const { discoveryConfiguration: oldDiscovery, customMetadataSchemaConfiguration: schemas } =
      before.configuration;
    const name = newName ?? before.name;
    const discovery = applyPatch(oldDiscovery, {
      authorizerConfiguration: discoveryChange?.authorizerConfiguration,
    });
    checkRules(DISCOVERY_RULES, discovery);
    checkRules(DISCOVERY_CHANGE_RULES, { before: oldDiscovery, after: discovery });
    const patched = applyPatch<RegistryState['configuration']>(before.configuration, wrappers);
    checkSchemas(patched.customMetadataSchemaConfiguration ?? {}, schemas);
    this.rename(before, name);
    const configuration = { ...patched, discoveryConfiguration: discovery };
    return this.#toResponse(this.startUpdate({ ...before, name, configuration }));
  }

  #delete(registryId: string): DeleteRegistryResponse {
    const { status } = this.startDelete(this.getIdle(registryId));
    return { status };
  }

  #list(input: Checked<ListRegistriesRequest>): ListRegistriesResponse {
    const { filters = [] } = input;
    checkFilters(filters, FILTERS);
    const { items, nextToken } = this.page(input, {
      scope: 'AgentRegistry.ListRegistries',
      filter: ({ status, configuration }) =>
        filterValue(filters, 'status', status) &&
        filterValue(
          filters,
          'discoveryConfiguration.authorizerType',
          configuration.discoveryConfiguration.authorizerType,
        ),
    });
    return {
      registries: items.map((registry) =>
        omit(
          this.#toResponse(registry),
          'encryptionConfiguration',
          'approvalConfiguration',
          'customMetadataSchemaConfiguration',
        ),
      ),
      ...defined({ nextToken }),
    };
  }

  #toResponse(registry: RegistryState): GetRegistryResponse {
    const { id, name, status, reasons, createdAt, updatedAt, configuration } = registry;
    const { autoDetectionConfiguration, ...shown } = configuration;
    return {
      ...shown,
      ...(autoDetectionConfiguration && { autoDetection: autoDetectionOf(autoDetectionConfiguration) }),
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

/** The rules name the members of `discoveryConfiguration`, where AgentCore has them at the top. */
const DISCOVERY_RULES = AUTHORIZER_RULES.map((rule) => ({
  ...rule,
  field: `discoveryConfiguration.${rule.field}`,
}));

/** The emulated account is in no organization, which the only scope of detection needs. */
function autoDetectionOf(configuration: AutoDetection['configuration']): AutoDetection {
  return {
    configuration,
    status: 'INACTIVE',
    statusReason: 'The account is not a member of an organization.',
  };
}
