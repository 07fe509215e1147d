import { expect } from 'vitest';
import {
  conflict,
  type Fixture,
  invalid,
  notFound,
  type OperationContract,
  waitUntilDeleted,
} from './contract.ts';
import type { ApiResponse, Subject } from './subject.ts';

const coinbase = (more: object = { walletSecret: 'hush-hush' }) => ({
  credentialProviderVendor: 'CoinbaseCDP',
  providerConfigurationInput: {
    coinbaseCdpConfiguration: { apiKeyId: 'front', apiKeySecret: 'hush-hush', ...more },
  },
});
const external = {
  walletSecretSource: 'EXTERNAL',
  walletSecretConfig: { secretId: 'wallet', jsonKey: 'key' },
};
const stripe = {
  credentialProviderVendor: 'StripePrivy',
  providerConfigurationInput: {
    stripePrivyConfiguration: {
      appId: 'front',
      appSecret: 'hush-hush',
      authorizationPrivateKey: 'hush-hush',
      authorizationId: 'front',
    },
  },
};
const WALLET = 'providerConfigurationInput.coinbaseCdpConfiguration.walletSecret';
const unknownProvider = { name: 'unknown' };

async function created(subject: Subject): Promise<Fixture> {
  await subject.call('CreatePaymentCredentialProvider', { name: subject.name, ...coinbase() });
  return { name: subject.name };
}

/** No response contains a secret, and none has a status. */
function verifyResponse(_subject: Subject, response: ApiResponse): void {
  expect(JSON.stringify(response)).not.toContain('hush-hush');
  expect(response).not.toHaveProperty('status');
}

const managedSecret = (path: string) => ({
  secretArn: expect.stringContaining(`:secret:bedrock-agentcore-identity!default/payment/${path}`),
});

export const paymentCredentialProviderContracts: readonly OperationContract[] = [
  {
    operation: 'CreatePaymentCredentialProvider',
    accepted: [
      {
        title: 'two secrets, and returns the ARNs of theirs only',
        input: (_fixture, { name }) => ({ name, ...stripe }),
        expectedResponse: {
          credentialProviderVendor: 'StripePrivy',
          credentialProviderArn: expect.stringContaining(':token-vault/default/paymentcredentialprovider/'),
          providerConfigurationOutput: {
            stripePrivyConfiguration: { appId: 'front', appSecretArn: managedSecret('stripeprivy/') },
          },
        },
        verify: verifyResponse,
      },
      {
        title: 'a secret of the client’s own beside one that the service keeps',
        needsEmulator: true,
        input: (_fixture, { name }) => ({ name, ...coinbase(external) }),
        expectedResponse: {
          providerConfigurationOutput: {
            coinbaseCdpConfiguration: {
              apiKeySecretArn: managedSecret('coinbasecdp/'),
              apiKeySecretSource: 'MANAGED',
              walletSecretArn: { secretArn: expect.stringMatching(/:secret:wallet-[0-9a-f]{6}$/) },
              walletSecretJsonKey: 'key',
              walletSecretSource: 'EXTERNAL',
            },
          },
        },
      },
    ],
    rejected: [
      {
        title: 'a secret that is missing',
        input: { ...unknownProvider, ...coinbase({}) },
        expectedError: invalid(WALLET),
      },
      {
        title: 'the configuration of another vendor',
        input: { ...unknownProvider, ...stripe, credentialProviderVendor: 'CoinbaseCDP' },
        expectedError: invalid('providerConfigurationInput'),
      },
      {
        title: 'a name that is in use',
        setUp: created,
        input: (fixture) => ({ ...fixture, ...stripe }),
        expectedError: conflict(),
      },
    ],
  },
  {
    operation: 'GetPaymentCredentialProvider',
    accepted: [{ title: 'a name', setUp: created, input: (fixture) => fixture, verify: verifyResponse }],
    rejected: [{ title: 'an unknown name', input: unknownProvider, expectedError: notFound }],
  },
  {
    operation: 'ListPaymentCredentialProviders',
    accepted: [
      {
        title: 'no filter, and shows all without their configurations',
        setUp: created,
        input: {},
        verify: (_subject, { credentialProviders }, { name }) =>
          expect(credentialProviders).toContainEqual(
            expect.objectContaining({ name, credentialProviderVendor: 'CoinbaseCDP' }),
          ),
      },
    ],
    rejected: [
      { title: 'pages of more than 20', input: { maxResults: 21 }, expectedError: invalid('maxResults') },
    ],
  },
  {
    operation: 'UpdatePaymentCredentialProvider',
    accepted: [
      {
        title: 'another vendor, whose configuration replaces the one before',
        setUp: created,
        input: (fixture) => ({ ...fixture, ...stripe }),
        verify: async (subject, _response, fixture) => {
          const { providerConfigurationOutput } = await subject.call('GetPaymentCredentialProvider', fixture);
          expect(Object.keys(Object(providerConfigurationOutput))).toEqual(['stripePrivyConfiguration']);
        },
      },
    ],
    rejected: [
      {
        title: 'a secret that is missing',
        setUp: created,
        input: (fixture) => ({ ...fixture, ...coinbase({}) }),
        expectedError: invalid(WALLET),
      },
      { title: 'an unknown name', input: { ...unknownProvider, ...stripe }, expectedError: notFound },
    ],
  },
  {
    operation: 'DeletePaymentCredentialProvider',
    accepted: [
      {
        title: 'a name, and frees it',
        setUp: created,
        input: (fixture) => fixture,
        verify: (subject, _response, fixture) =>
          waitUntilDeleted(subject, 'GetPaymentCredentialProvider', fixture),
      },
    ],
    rejected: [{ title: 'an unknown name', input: unknownProvider, expectedError: notFound }],
  },
];
