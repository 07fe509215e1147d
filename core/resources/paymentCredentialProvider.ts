import { WITHOUT_PAYMENTS } from './regions.ts';
import type { ResourceKind } from './resourceKind.ts';

/** The credentials with which payments of agents reach a payment provider. Like other providers, it is ready at once. */
export const paymentCredentialProvider: ResourceKind = {
  kind: 'paymentCredentialProvider',
  section: 'paymentCredentialProviders',
  operations: {
    create: 'CreatePaymentCredentialProvider',
    get: 'GetPaymentCredentialProvider',
    list: 'ListPaymentCredentialProviders',
    update: 'UpdatePaymentCredentialProvider',
    delete: 'DeletePaymentCredentialProvider',
  },
  arn: { resource: 'token-vault/default/paymentcredentialprovider/*', directory: 'token-vault/default' },
  quota: 50,
  pageSize: 20,
  regionsWithout: WITHOUT_PAYMENTS,
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
  externalSecret: {
    prefixes: ['apiKeySecret', 'walletSecret', 'appSecret', 'authorizationPrivateKey'],
    within: 'providerConfigurationInput',
    isShownWithin: true,
  },
  outputMembers: { providerConfigurationInput: 'providerConfigurationOutput' },
  clientToken: [],
  outputs: ['credentialProviderArn'],
};
