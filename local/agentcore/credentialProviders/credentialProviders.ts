import type {
  CreateOauth2CredentialProviderRequest,
  CreateOauth2CredentialProviderResponse,
  CredentialProviderVendorType,
  DeleteOauth2CredentialProviderRequest,
  GetOauth2CredentialProviderRequest,
  GetOauth2CredentialProviderResponse,
  ListOauth2CredentialProvidersRequest,
  ListOauth2CredentialProvidersResponse,
  Oauth2ProviderConfigOutput,
  Status,
  UpdateOauth2CredentialProviderRequest,
  UpdateOauth2CredentialProviderResponse,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defined, omit } from '../../../core/objects.ts';
import type { Table } from '../../simulation/store.ts';
import { arn, type EmulatorContext } from '../emulatorContext.ts';
import { COMMON_STATUSES, Lifecycle, type StatefulRecord } from '../lifecycle.ts';
import type { Checked, Operations } from '../operation.ts';
import { paginate } from '../pagination.ts';
import { conflict, invalid, notFound, quotaExceeded } from '../serviceError.ts';
import type { Tags } from '../tags.ts';
import { configMemberOf, discoveryOf } from './providerVendors.ts';

type Config = Checked<CreateOauth2CredentialProviderRequest>['oauth2ProviderConfigInput'];

export interface CredentialProviderRecord extends StatefulRecord<Status> {
  readonly vendor: CredentialProviderVendorType;
  /** The configuration for responses, without secrets. */
  readonly output: Oauth2ProviderConfigOutput;
  readonly clientId: string;
  /** Whether the service stores the secret, or the client refers to one in Secrets Manager. */
  readonly secretSource: 'MANAGED' | 'EXTERNAL';
  readonly secretArn: string;
  readonly secretJsonKey?: string;
  /** The last path segment of the callback URL. */
  readonly callbackId: string;
}

/** The part of the providers that targets depend on. */
export interface CredentialProviderLookup {
  hasArn(arn: string): boolean;
}

const CALLBACK_ID_LENGTH = 36;
/** From the model: `ListOauth2CredentialProvidersRequestMaxResultsInteger`. */
const MAX_PAGE_SIZE = 20;

/** The OAuth2 credential providers of the account. Their names are their ids. */
export class CredentialProviders implements CredentialProviderLookup {
  readonly #context: EmulatorContext;
  readonly #tags: Tags;
  readonly #table: Table<CredentialProviderRecord>;
  readonly #lifecycle: Lifecycle<Status, CredentialProviderRecord>;

  constructor(context: EmulatorContext, tags: Tags) {
    this.#context = context;
    this.#tags = tags;
    this.#table = context.table('oauth2CredentialProvider');
    this.#lifecycle = new Lifecycle(context, {
      kind: 'oauth2CredentialProvider',
      table: this.#table,
      statuses: COMMON_STATUSES,
      operations: {
        create: 'CreateOauth2CredentialProvider',
        update: 'UpdateOauth2CredentialProvider',
        delete: 'DeleteOauth2CredentialProvider',
      },
      onDeleted: ({ name }) => this.#tags.unregister(this.#arnOf(name)),
    });
  }

  hasArn(providerArn: string): boolean {
    const name = providerArn.slice(providerArn.lastIndexOf('/') + 1);
    return this.#arnOf(name) === providerArn && this.#table.get(name) !== undefined;
  }

  byCallback(callbackId: string): CredentialProviderRecord | undefined {
    return this.list().find((provider) => provider.callbackId === callbackId);
  }

  byArn(providerArn: string): CredentialProviderRecord | undefined {
    return this.#table.get(providerArn.slice(providerArn.lastIndexOf('/') + 1));
  }

  list(): CredentialProviderRecord[] {
    return this.#table.list().map(([, provider]) => provider);
  }

  forceStatus(name: string, status: Status, reasons?: readonly string[]): void {
    this.#lifecycle.forceStatus(this.#get(name), status, reasons);
  }

  callbackUrlOf({ callbackId }: CredentialProviderRecord): string {
    return `${this.#context.url()}/identities/oauth2/callback/${callbackId}`;
  }

  operations(): Operations {
    return {
      CreateOauth2CredentialProvider: (input: Checked<CreateOauth2CredentialProviderRequest>) =>
        this.#create(input),
      GetOauth2CredentialProvider: ({ name }: Checked<GetOauth2CredentialProviderRequest>) =>
        this.#toResponse(this.#get(name)),
      ListOauth2CredentialProviders: (input: Checked<ListOauth2CredentialProvidersRequest>) =>
        this.#list(input),
      UpdateOauth2CredentialProvider: (input: Checked<UpdateOauth2CredentialProviderRequest>) =>
        this.#update(input),
      DeleteOauth2CredentialProvider: ({ name }: Checked<DeleteOauth2CredentialProviderRequest>) => {
        const provider = this.#get(name);
        this.#lifecycle.rejectWhileBusy(provider);
        this.#lifecycle.start(provider, 'delete');
        return {};
      },
    };
  }

  #create(input: Checked<CreateOauth2CredentialProviderRequest>): CreateOauth2CredentialProviderResponse {
    const { name, credentialProviderVendor: vendor, oauth2ProviderConfigInput, tags } = input;
    const { ids } = this.#context.random;
    const secretArn = `arn:aws:secretsmanager:${this.#context.region}:${this.#context.account}:secret:bedrock-agentcore-identity!default/oauth2/${name}-${ids.text(6, 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ')}`;
    const stored = this.#storedConfiguration(vendor, oauth2ProviderConfigInput, secretArn);
    if (this.#table.get(name)) throw conflict(`A credential provider with the name ${name} already exists.`);
    const limit = this.#context.settings.quotas.oauth2CredentialProvidersPerAccount;
    if (this.#table.count() >= limit) {
      throw quotaExceeded(`The account has ${limit} OAuth2 credential providers, which is its quota.`);
    }
    const now = this.#context.clock.now();
    const callbackId = ids.text(CALLBACK_ID_LENGTH, 'abcdef0123456789');
    this.#tags.register(this.#arnOf(name), tags);
    const status = 'CREATING' as const;
    const provider = {
      id: name,
      name,
      vendor,
      status,
      callbackId,
      createdAt: now,
      updatedAt: now,
      ...stored,
    };
    return omit(
      this.#toResponse(this.#lifecycle.start(provider, 'create')),
      'createdTime',
      'lastUpdatedTime',
      'credentialProviderVendor',
      'failureReason',
    );
  }

  #update(input: Checked<UpdateOauth2CredentialProviderRequest>): UpdateOauth2CredentialProviderResponse {
    const { name, credentialProviderVendor: vendor, oauth2ProviderConfigInput } = input;
    const before = this.#get(name);
    this.#lifecycle.rejectWhileBusy(before);
    const stored = this.#storedConfiguration(vendor, oauth2ProviderConfigInput, before.secretArn);
    const updatedAt = this.#context.clock.now();
    const updated = { ...omit(before, 'secretJsonKey'), ...stored, vendor, updatedAt };
    return omit(this.#toResponse(this.#lifecycle.start(updated, 'update')), 'failureReason');
  }

  #list(input: Checked<ListOauth2CredentialProvidersRequest>): ListOauth2CredentialProvidersResponse {
    const { items, nextToken } = paginate(this.#table, input, {
      scope: 'ListOauth2CredentialProviders',
      pageSize: Math.min(MAX_PAGE_SIZE, this.#context.settings.quotas.defaultPageSize),
    });
    return {
      credentialProviders: items.map((provider) => ({
        name: provider.name,
        credentialProviderVendor: provider.vendor,
        credentialProviderArn: this.#arnOf(provider.name),
        createdTime: new Date(provider.createdAt),
        lastUpdatedTime: new Date(provider.updatedAt),
      })),
      ...defined({ nextToken }),
    };
  }

  /** The stored part of a configuration. It leaves out the secret, which the emulator does not need. */
  #storedConfiguration(vendor: CredentialProviderVendorType, config: Config, managedArn: string) {
    const member = configMemberOf(vendor);
    const input = config[member];
    if (!input) {
      throw invalid(`The vendor ${vendor} requires ${member}.`, {
        name: 'oauth2ProviderConfigInput',
        message: `must have the member ${member}`,
      });
    }
    const { clientSecretConfig, clientSecretSource } = input;
    const publicMembers = omit(input, 'clientSecret', 'clientSecretConfig', 'clientSecretSource');
    const isExternal = clientSecretSource === 'EXTERNAL';
    if (isExternal && !clientSecretConfig) {
      throw invalid('clientSecretConfig is required when clientSecretSource is EXTERNAL', {
        name: `oauth2ProviderConfigInput.${member}.clientSecretConfig`,
        message: 'is required when clientSecretSource is EXTERNAL',
      });
    }
    const custom = config.customOauth2ProviderConfig;
    const output = custom
      ? { customOauth2ProviderConfig: publicMembers }
      : { [member]: { clientId: publicMembers.clientId, oauthDiscovery: discoveryOf(vendor) } };
    return {
      // The type system cannot relate a computed member name to the vendor.
      output: output as unknown as Oauth2ProviderConfigOutput,
      clientId: publicMembers.clientId ?? '',
      secretSource: isExternal ? ('EXTERNAL' as const) : ('MANAGED' as const),
      secretArn: isExternal && clientSecretConfig ? clientSecretConfig.secretId : managedArn,
      ...(isExternal && clientSecretConfig && { secretJsonKey: clientSecretConfig.jsonKey }),
    };
  }

  #get(name: string): CredentialProviderRecord {
    const provider = this.#table.get(name);
    if (!provider) throw notFound(`The OAuth2 credential provider ${name} does not exist.`);
    return provider;
  }

  #toResponse(provider: CredentialProviderRecord): GetOauth2CredentialProviderResponse {
    const { name, vendor, status, reasons, createdAt, updatedAt, output } = provider;
    return {
      name,
      credentialProviderVendor: vendor,
      credentialProviderArn: this.#arnOf(name),
      clientSecretArn: { secretArn: provider.secretArn },
      clientSecretSource: provider.secretSource,
      ...defined({ clientSecretJsonKey: provider.secretJsonKey }),
      callbackUrl: this.callbackUrlOf(provider),
      oauth2ProviderConfigOutput: output,
      createdTime: new Date(createdAt),
      lastUpdatedTime: new Date(updatedAt),
      status,
      ...(reasons && { failureReason: reasons.join('; ') }),
    };
  }

  #arnOf(name: string): string {
    return arn(this.#context, `token-vault/default/oauth2credentialprovider/${name}`);
  }
}
