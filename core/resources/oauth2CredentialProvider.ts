import type { ResourceKind } from './resourceKind.ts';

/** A provider has no id: the API uses its name instead. */
export const oauth2CredentialProvider: ResourceKind = {
  kind: 'oauth2CredentialProvider',
  section: 'oauth2CredentialProviders',
  operations: {
    create: 'CreateOauth2CredentialProvider',
    get: 'GetOauth2CredentialProvider',
    list: 'ListOauth2CredentialProviders',
    update: 'UpdateOauth2CredentialProvider',
    delete: 'DeleteOauth2CredentialProvider',
  },
  arn: { resource: 'token-vault/default/oauth2credentialprovider/*', directory: 'token-vault/default' },
  quota: 50,
  pageSize: 20,
  nameMember: 'name',
  idMember: 'name',
  idRequestMember: 'name',
  arnMember: 'credentialProviderArn',
  updatedAtMember: 'lastUpdatedTime',
  reasonMember: 'failureReason',
  listMember: 'credentialProviders',
  update: 'put',
  // The ARN pattern of TagResource does not allow the 2 in `oauth2`.
  tags: 'atCreation',
  createOnlyMembers: [],
  externalSecret: { prefixes: ['clientSecret'], within: 'oauth2ProviderConfigInput' },
  resultMembers: ['oauthDiscovery'],
  outputMembers: { oauth2ProviderConfigInput: 'oauth2ProviderConfigOutput' },
  clientToken: [],
  outputs: ['credentialProviderArn', 'callbackUrl'],
};
