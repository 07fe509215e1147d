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
import { AccountResources } from '../accountResources.ts';
import type { EmulatorContext } from '../emulatorContext.ts';
import { COMMON_STATUSES, type StatefulRecord } from '../lifecycle.ts';
import type { Checked, Operations } from '../operation.ts';
import { invalid } from '../serviceError.ts';
import type { Random } from '../settings/random.ts';
import type { Tags } from '../tags.ts';
import { type StoredSecret, secretOf } from './providerSecret.ts';
import { configMemberOf, outputOf } from './providerVendors.ts';

type Config = Checked<CreateOauth2CredentialProviderRequest>['oauth2ProviderConfigInput'];

export interface CredentialProviderRecord extends StatefulRecord<Status>, StoredSecret {
  readonly vendor: CredentialProviderVendorType;
  /** The configuration for responses, without secrets. */
  readonly output: Oauth2ProviderConfigOutput;
  readonly clientId: string;
  /** The last path segment of the callback URL: a UUID. */
  readonly callbackId: string;
}

/** The part of the providers that targets depend on. */
export interface CredentialProviderLookup {
  hasArn(arn: string): boolean;
}

const SECRET_MEMBERS = {
  secret: 'clientSecret',
  config: 'clientSecretConfig',
  source: 'clientSecretSource',
};
/** From the model: `ListOauth2CredentialProvidersRequestMaxResultsInteger`. */
const MAX_PAGE_SIZE = 20;

/** The OAuth2 credential providers of the account. Their names are their ids. */
export class CredentialProviders
  extends AccountResources<Status, CredentialProviderRecord>
  implements CredentialProviderLookup
{
  constructor(context: EmulatorContext, tags: Tags) {
    super(context, {
      kind: 'oauth2CredentialProvider',
      noun: 'OAuth2 credential provider',
      pluralNoun: 'OAuth2 credential providers',
      arnPath: 'token-vault/default/oauth2credentialprovider',
      quota: 'oauth2CredentialProvidersPerAccount',
      statuses: COMMON_STATUSES,
      operations: {
        create: 'CreateOauth2CredentialProvider',
        update: 'UpdateOauth2CredentialProvider',
        delete: 'DeleteOauth2CredentialProvider',
      },
      tags,
    });
  }

  hasArn(providerArn: string): boolean {
    const provider = this.byArn(providerArn);
    return provider !== undefined && this.arnOf(provider.id) === providerArn;
  }

  byCallback(callbackId: string): CredentialProviderRecord | undefined {
    return this.list().find((provider) => provider.callbackId === callbackId);
  }

  byArn(providerArn: string): CredentialProviderRecord | undefined {
    return this.find(providerArn.slice(providerArn.lastIndexOf('/') + 1));
  }

  callbackUrlOf({ callbackId }: CredentialProviderRecord): string {
    return `${this.context.url()}/identities/oauth2/callback/${callbackId}`;
  }

  operations(): Operations {
    return {
      CreateOauth2CredentialProvider: (input: Checked<CreateOauth2CredentialProviderRequest>) =>
        this.#create(input),
      GetOauth2CredentialProvider: ({ name }: Checked<GetOauth2CredentialProviderRequest>) =>
        this.#toResponse(this.get(name)),
      ListOauth2CredentialProviders: (input: Checked<ListOauth2CredentialProvidersRequest>) =>
        this.#list(input),
      UpdateOauth2CredentialProvider: (input: Checked<UpdateOauth2CredentialProviderRequest>) =>
        this.#update(input),
      DeleteOauth2CredentialProvider: ({ name }: Checked<DeleteOauth2CredentialProviderRequest>) => {
        this.startDelete(this.getIdle(name));
        return {};
      },
    };
  }

  #create(input: Checked<CreateOauth2CredentialProviderRequest>): CreateOauth2CredentialProviderResponse {
    const { name, credentialProviderVendor: vendor, oauth2ProviderConfigInput, tags } = input;
    const { ids } = this.context.random;
    const stored = this.#storedConfiguration(name, vendor, oauth2ProviderConfigInput);
    const common = this.reserve(name, tags);
    const callbackId = newUuid(ids);
    const provider = this.startCreate({ ...common, vendor, callbackId, ...stored });
    return omit(
      this.#toResponse(provider),
      'createdTime',
      'lastUpdatedTime',
      'credentialProviderVendor',
      'failureReason',
    );
  }

  #update(input: Checked<UpdateOauth2CredentialProviderRequest>): UpdateOauth2CredentialProviderResponse {
    const { name, credentialProviderVendor: vendor, oauth2ProviderConfigInput } = input;
    const before = this.getIdle(name);
    const stored = this.#storedConfiguration(name, vendor, oauth2ProviderConfigInput, before);
    const updated = this.startUpdate({ ...omit(before, 'secretJsonKey'), ...stored, vendor });
    return omit(this.#toResponse(updated), 'failureReason');
  }

  #list(input: Checked<ListOauth2CredentialProvidersRequest>): ListOauth2CredentialProvidersResponse {
    const { items, nextToken } = this.page(input, {
      scope: 'ListOauth2CredentialProviders',
      pageSize: Math.min(MAX_PAGE_SIZE, this.context.settings.quotas.defaultPageSize),
    });
    return {
      credentialProviders: items.map((provider) => ({
        name: provider.name,
        credentialProviderVendor: provider.vendor,
        credentialProviderArn: this.arnOf(provider.name),
        createdTime: new Date(provider.createdAt),
        lastUpdatedTime: new Date(provider.updatedAt),
      })),
      ...defined({ nextToken }),
    };
  }

  /**
   * The stored part of a configuration. It leaves out the secret, which the emulator does not need.
   * @param before the provider that an update changes
   */
  #storedConfiguration(
    name: string,
    vendor: CredentialProviderVendorType,
    configInput: Config,
    before?: CredentialProviderRecord,
  ) {
    const member = configMemberOf(vendor);
    const input = configInput[member];
    if (!input) {
      throw invalid(`The vendor ${vendor} requires ${member}.`, {
        name: 'oauth2ProviderConfigInput',
        message: `must have the member ${member}`,
      });
    }
    const kind = {
      members: SECRET_MEMBERS,
      prefix: `oauth2ProviderConfigInput.${member}.`,
      path: `oauth2/${name}`,
      // Some client authentication methods need no secret.
      isRequired: false,
    };
    const { clientSecret: secret, clientSecretConfig: config, clientSecretSource: source } = input;
    return {
      output: outputOf(vendor, member, input),
      clientId: input.clientId ?? '',
      ...secretOf(this.context, kind, { secret, config, source }, before),
    };
  }

  #toResponse(provider: CredentialProviderRecord): GetOauth2CredentialProviderResponse {
    const { name, vendor, status, reasons, createdAt, updatedAt, output } = provider;
    return {
      name,
      credentialProviderVendor: vendor,
      credentialProviderArn: this.arnOf(name),
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
}

/** A UUID of version 4, as recorded callback URLs end in. */
function newUuid(random: Random): string {
  const hex = (length: number) => random.text(length, '0123456789abcdef');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${random.text(1, '89ab')}${hex(3)}-${hex(12)}`;
}
