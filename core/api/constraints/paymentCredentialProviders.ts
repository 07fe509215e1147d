import type { ConstraintTable } from './constraintTable.ts';

/**
 * The constraints of payment credential providers.
 *
 * Source: the service model of `bedrock-agentcore-control`, API version 2023-06-05, as in botocore 1.44.8: shapes reachable
 * from the inputs of the operations on payment credential providers.
 */
export const paymentCredentialProviders: ConstraintTable = {
  values: {
    CoinbaseCdpApiKeyIdType: { pattern: '[a-zA-Z0-9\\-_]+', min: 1, max: 512 },
    DefaultCoinbaseCdpApiKeySecretType: { pattern: '[a-zA-Z0-9+/=\\-_\\s]*', max: 2048 },
    DefaultCoinbaseCdpWalletSecretType: { pattern: '[a-zA-Z0-9+/=\\-_\\s]*', max: 2048 },
    DefaultStripePrivyAppSecretType: { pattern: '[a-zA-Z0-9+/=\\-_\\s]*', max: 2048 },
    DefaultStripePrivyAuthorizationPrivateKeyType: {
      pattern: '(wallet-auth:)?[a-zA-Z0-9+/=\\-_\\s]*',
      max: 2048,
    },
    ListPaymentCredentialProvidersRequestMaxResultsInteger: { min: 1, max: 20, integer: true },
    PaymentCredentialProviderVendorType: { enum: ['CoinbaseCDP', 'StripePrivy'] },
    StripePrivyAppIdType: { pattern: '[a-zA-Z0-9\\-_]+', min: 1, max: 512 },
    StripePrivyAuthorizationIdType: { pattern: '[a-zA-Z0-9\\-_]+', min: 1, max: 512 },
  },
  members: {
    CoinbaseCdpConfigurationInput: {
      apiKeyId: 'CoinbaseCdpApiKeyIdType',
      apiKeySecret: 'DefaultCoinbaseCdpApiKeySecretType',
      apiKeySecretSource: 'SecretSourceType',
      walletSecret: 'DefaultCoinbaseCdpWalletSecretType',
      walletSecretSource: 'SecretSourceType',
    },
    StripePrivyConfigurationInput: {
      appId: 'StripePrivyAppIdType',
      appSecret: 'DefaultStripePrivyAppSecretType',
      appSecretSource: 'SecretSourceType',
      authorizationPrivateKey: 'DefaultStripePrivyAuthorizationPrivateKeyType',
      authorizationPrivateKeySource: 'SecretSourceType',
      authorizationId: 'StripePrivyAuthorizationIdType',
    },
    CreatePaymentCredentialProviderRequest: {
      name: 'CredentialProviderName',
      credentialProviderVendor: 'PaymentCredentialProviderVendorType',
      tags: 'TagsMap',
    },
    DeletePaymentCredentialProviderRequest: { name: 'CredentialProviderName' },
    GetPaymentCredentialProviderRequest: { name: 'CredentialProviderName' },
    ListPaymentCredentialProvidersRequest: {
      maxResults: 'ListPaymentCredentialProvidersRequestMaxResultsInteger',
    },
    UpdatePaymentCredentialProviderRequest: {
      name: 'CredentialProviderName',
      credentialProviderVendor: 'PaymentCredentialProviderVendorType',
    },
  },
};
