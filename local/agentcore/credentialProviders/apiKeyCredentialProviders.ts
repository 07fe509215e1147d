import type {
  CreateApiKeyCredentialProviderRequest,
  CreateApiKeyCredentialProviderResponse,
  DeleteApiKeyCredentialProviderRequest,
  GetApiKeyCredentialProviderRequest,
  GetApiKeyCredentialProviderResponse,
  ListApiKeyCredentialProvidersRequest,
  ListApiKeyCredentialProvidersResponse,
  Status,
  UpdateApiKeyCredentialProviderRequest,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defined, omit } from '../../../core/objects.ts';
import { AccountResources } from '../accountResources.ts';
import type { EmulatorContext } from '../emulatorContext.ts';
import { COMMON_STATUSES, type StatefulRecord } from '../lifecycle.ts';
import type { Checked, Operations } from '../operation.ts';
import type { Tags } from '../tags.ts';
import type { CredentialProviderLookup } from './credentialProviders.ts';
import { type StoredSecret, secretOf } from './providerSecret.ts';

/** The status stays inside the emulator: no response of the service has one. */
interface ApiKeyCredentialProviderRecord extends StatefulRecord<Status>, StoredSecret {}

type KeyInput = Pick<
  Checked<UpdateApiKeyCredentialProviderRequest>,
  'apiKey' | 'apiKeySecretConfig' | 'apiKeySecretSource'
>;

const SECRET_MEMBERS = {
  secret: 'apiKey',
  config: 'apiKeySecretConfig',
  source: 'apiKeySecretSource',
};

/** The API key credential providers of the account. Their names are their ids. */
export class ApiKeyCredentialProviders
  extends AccountResources<Status, ApiKeyCredentialProviderRecord>
  implements CredentialProviderLookup
{
  constructor(context: EmulatorContext, tags: Tags) {
    super(context, {
      kind: 'apiKeyCredentialProvider',
      noun: 'API key credential provider',
      pluralNoun: 'API key credential providers',
      arnPath: 'token-vault/default/apikeycredentialprovider',
      quota: 'apiKeyCredentialProvidersPerAccount',
      statuses: COMMON_STATUSES,
      operations: {
        create: 'CreateApiKeyCredentialProvider',
        update: 'UpdateApiKeyCredentialProvider',
        delete: 'DeleteApiKeyCredentialProvider',
      },
      tags,
    });
  }

  hasArn(providerArn: string): boolean {
    const name = providerArn.slice(providerArn.lastIndexOf('/') + 1);
    return this.find(name) !== undefined && this.arnOf(name) === providerArn;
  }

  operations(): Operations {
    return {
      CreateApiKeyCredentialProvider: (input: Checked<CreateApiKeyCredentialProviderRequest>) =>
        this.#create(input),
      GetApiKeyCredentialProvider: ({ name }: Checked<GetApiKeyCredentialProviderRequest>) =>
        this.#toResponse(this.get(name)),
      ListApiKeyCredentialProviders: (input: Checked<ListApiKeyCredentialProvidersRequest>) =>
        this.#list(input),
      UpdateApiKeyCredentialProvider: ({
        name,
        ...input
      }: Checked<UpdateApiKeyCredentialProviderRequest>) => {
        const before = this.getIdle(name);
        const secret = this.#secretOf(name, input, before);
        return this.#toResponse(this.startUpdate({ ...omit(before, 'secretJsonKey'), ...secret }));
      },
      DeleteApiKeyCredentialProvider: ({ name }: Checked<DeleteApiKeyCredentialProviderRequest>) => {
        this.startDelete(this.getIdle(name));
        return {};
      },
    };
  }

  #create({
    name,
    tags,
    ...input
  }: Checked<CreateApiKeyCredentialProviderRequest>): CreateApiKeyCredentialProviderResponse {
    const secret = this.#secretOf(name, input);
    const created = this.startCreate({ ...this.reserve(name, tags), ...secret });
    return omit(this.#toResponse(created), 'createdTime', 'lastUpdatedTime');
  }

  #secretOf(name: string, input: KeyInput, before?: StoredSecret): StoredSecret {
    const kind = { members: SECRET_MEMBERS, prefix: '', path: `apikey/${name}`, isRequired: true };
    const { apiKey: secret, apiKeySecretConfig: config, apiKeySecretSource: source } = input;
    return secretOf(this.context, kind, { secret, config, source }, before);
  }

  #list(input: Checked<ListApiKeyCredentialProvidersRequest>): ListApiKeyCredentialProvidersResponse {
    const { items, nextToken } = this.page(input, { scope: 'ListApiKeyCredentialProviders' });
    return {
      credentialProviders: items.map(({ name, createdAt, updatedAt }) => ({
        name,
        credentialProviderArn: this.arnOf(name),
        createdTime: new Date(createdAt),
        lastUpdatedTime: new Date(updatedAt),
      })),
      ...defined({ nextToken }),
    };
  }

  #toResponse(provider: ApiKeyCredentialProviderRecord): GetApiKeyCredentialProviderResponse {
    const { name, secretArn, secretSource, secretJsonKey, createdAt, updatedAt } = provider;
    return {
      name,
      credentialProviderArn: this.arnOf(name),
      apiKeySecretArn: { secretArn },
      apiKeySecretSource: secretSource,
      ...defined({ apiKeySecretJsonKey: secretJsonKey }),
      createdTime: new Date(createdAt),
      lastUpdatedTime: new Date(updatedAt),
    };
  }
}
