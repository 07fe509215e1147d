import type { ResourceKind } from './resourceKind.ts';

/** A provider has no id: the API uses its name instead. Its responses have no status, because it is ready at once. */
export const apiKeyCredentialProvider: ResourceKind = {
  kind: 'apiKeyCredentialProvider',
  section: 'apiKeyCredentialProviders',
  operations: {
    create: 'CreateApiKeyCredentialProvider',
    get: 'GetApiKeyCredentialProvider',
    list: 'ListApiKeyCredentialProviders',
    update: 'UpdateApiKeyCredentialProvider',
    delete: 'DeleteApiKeyCredentialProvider',
  },
  arn: { resource: 'token-vault/default/apikeycredentialprovider/*', directory: 'token-vault/default' },
  quota: 50,
  nameMember: 'name',
  idMember: 'name',
  idRequestMember: 'name',
  arnMember: 'credentialProviderArn',
  updatedAtMember: 'lastUpdatedTime',
  reasonMember: 'failureReason',
  listMember: 'credentialProviders',
  update: 'put',
  tags: 'changeable',
  createOnlyMembers: [],
  serviceDefaults: { apiKeySecretSource: 'MANAGED' },
  externalSecret: { prefixes: ['apiKeySecret'] },
  clientToken: [],
  outputs: ['credentialProviderArn'],
};
