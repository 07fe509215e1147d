import { expect } from 'vitest';
import {
  conflict,
  type Fixture,
  failing,
  invalid,
  notFound,
  type OperationContract,
  quotaExceeded,
  waitForStatus,
  waitUntilDeleted,
} from './contract.ts';
import type { Subject } from './subject.ts';

const github = (more: object = {}) => ({
  credentialProviderVendor: 'GithubOauth2',
  oauth2ProviderConfigInput: {
    githubOauth2ProviderConfig: { clientId: 'abc', clientSecret: 'hush-hush', ...more },
  },
});
const custom = (more: object = {}) => ({
  credentialProviderVendor: 'CustomOauth2',
  oauth2ProviderConfigInput: {
    customOauth2ProviderConfig: {
      oauthDiscovery: { discoveryUrl: 'https://example.com/.well-known/openid-configuration' },
      clientId: 'abc',
      clientSecret: 'hush-hush',
      ...more,
    },
  },
});

/** A client's own secret in Secrets Manager. */
const external = {
  clientSecret: undefined,
  clientSecretSource: 'EXTERNAL',
  clientSecretConfig: { secretId: 'github', jsonKey: 'secret' },
};

async function created(subject: Subject): Promise<Fixture> {
  await subject.call('CreateOauth2CredentialProvider', { name: subject.name, ...github() });
  return { name: subject.name };
}

const unknownProvider = { name: 'unknown' };

/** No response may contain the client secret. */
function expectNoSecret(response: object): void {
  expect(JSON.stringify(response)).not.toContain('hush-hush');
}

export const credentialProviderContracts: readonly OperationContract[] = [
  {
    operation: 'CreateOauth2CredentialProvider',
    accepted: [
      {
        title: 'a client of a vendor, and returns the ARN of its secret only',
        input: (_fixture, { name }) => ({ name, ...github() }),
        expectedResponse: {
          status: 'READY',
          clientSecretArn: { secretArn: expect.stringMatching(/^arn:aws:secretsmanager:/) },
          credentialProviderArn: expect.stringContaining(':token-vault/default/oauth2credentialprovider/'),
          callbackUrl: expect.stringContaining('/identities/oauth2/callback/'),
          oauth2ProviderConfigOutput: { githubOauth2ProviderConfig: { clientId: 'abc', oauthDiscovery: {} } },
        },
        verify: (_subject, response) => expectNoSecret(response),
      },
      {
        title: 'a custom authorization server',
        input: (_fixture, { name }) => ({ name, ...custom() }),
        expectedResponse: { oauth2ProviderConfigOutput: { customOauth2ProviderConfig: { clientId: 'abc' } } },
        verify: (_subject, response) => expectNoSecret(response),
      },
      {
        title: 'an external secret',
        needsEmulator: true,
        input: (_fixture, { name }) => ({
          name,
          ...github({
            clientSecret: undefined,
            clientSecretSource: 'EXTERNAL',
            clientSecretConfig: { secretId: 'github', jsonKey: 'secret' },
          }),
        }),
        expectedResponse: { clientSecretSource: 'EXTERNAL', clientSecretJsonKey: 'secret' },
      },
      {
        title: 'a provider whose creation takes time and fails',
        options: {
          latencies: { CreateOauth2CredentialProvider: { min: 1000, max: 1000 } },
          ...failing('CreateOauth2CredentialProvider', 'no such key'),
        },
        input: (_fixture, { name }) => ({ name, ...github() }),
        expectedResponse: { status: 'CREATING' },
        verify: async (subject, _response) => {
          const provider = await waitForStatus(
            subject,
            'GetOauth2CredentialProvider',
            { name: subject.name },
            'CREATE_FAILED',
          );
          expect(provider.failureReason).toBe('no such key');
        },
      },
    ],
    rejected: [
      { title: 'no name', input: github(), expectedError: invalid('name') },
      {
        title: 'a name with a space',
        input: { name: 'git hub', ...github() },
        expectedError: invalid('name'),
      },
      {
        title: 'an unknown vendor',
        input: { name: 'a', ...github(), credentialProviderVendor: 'NobodyOauth2' },
        expectedError: invalid('credentialProviderVendor'),
      },
      {
        title: 'the configuration of another vendor',
        input: { name: 'a', ...github(), credentialProviderVendor: 'GoogleOauth2' },
        expectedError: invalid('oauth2ProviderConfigInput'),
      },
      {
        title: 'an external secret without its configuration',
        input: { name: 'a', ...github({ clientSecretSource: 'EXTERNAL' }) },
        expectedError: invalid('oauth2ProviderConfigInput.githubOauth2ProviderConfig.clientSecretConfig'),
      },
      {
        title: 'a discovery URL with an invalid format',
        input: { name: 'a', ...custom({ oauthDiscovery: { discoveryUrl: 'https://example.com' } }) },
        expectedError: invalid(
          'oauth2ProviderConfigInput.customOauth2ProviderConfig.oauthDiscovery.discoveryUrl',
        ),
      },
      {
        title: 'a name that exists',
        setUp: created,
        input: (_fixture, { name }) => ({ name, ...github() }),
        expectedError: conflict(/already exists/),
      },
      {
        title: 'a provider beyond the quota of the account',
        options: { quotas: { oauth2CredentialProvidersPerAccount: 1, ratePerSecond: {} } },
        setUp: created,
        input: { name: 'second', ...github() },
        expectedError: quotaExceeded,
      },
    ],
  },
  {
    operation: 'GetOauth2CredentialProvider',
    accepted: [
      {
        title: 'a name',
        setUp: created,
        input: (fixture) => fixture,
        expectedResponse: { credentialProviderVendor: 'GithubOauth2', createdTime: expect.any(Date) },
        verify: (_subject, response) => expectNoSecret(response),
      },
    ],
    rejected: [{ title: 'an unknown name', input: unknownProvider, expectedError: notFound }],
  },
  {
    operation: 'ListOauth2CredentialProviders',
    accepted: [
      {
        title: 'a page size',
        setUp: created,
        input: { maxResults: 20 },
        verify: (_subject, { credentialProviders }, { name }) => {
          expect(credentialProviders).toContainEqual(expect.objectContaining({ name }));
        },
      },
    ],
    rejected: [
      { title: 'a page size of 21', input: { maxResults: 21 }, expectedError: invalid('maxResults') },
    ],
  },
  {
    operation: 'UpdateOauth2CredentialProvider',
    accepted: [
      {
        title: 'an external secret in place of the managed one, and a managed one after it',
        needsEmulator: true,
        setUp: created,
        input: ({ name }) => ({ name, ...github(external) }),
        expectedResponse: {
          clientSecretSource: 'EXTERNAL',
          clientSecretJsonKey: 'secret',
          clientSecretArn: { secretArn: expect.stringMatching(/:secret:github-[0-9a-f]{6}$/) },
        },
        verify: async (subject, _response, { name }) => {
          const change = (more: object) =>
            subject.call('UpdateOauth2CredentialProvider', { name, ...github(more) });
          const kept = await change({ clientSecret: undefined });
          expect(kept).toMatchObject({ clientSecretSource: 'EXTERNAL', clientSecretJsonKey: 'secret' });
          const managed = await change({});
          expect(managed).toMatchObject({
            clientSecretSource: 'MANAGED',
            clientSecretArn: {
              secretArn: expect.stringContaining('bedrock-agentcore-identity!default/oauth2/'),
            },
          });
          expect(managed).not.toHaveProperty('clientSecretJsonKey');
          const { clientSecretArn } = await change({ clientSecret: undefined });
          expect(clientSecretArn).toEqual(managed.clientSecretArn);
        },
      },
      {
        title: 'another client',
        setUp: created,
        input: ({ name }) => ({ name, ...github({ clientId: 'def' }) }),
        expectedResponse: { oauth2ProviderConfigOutput: { githubOauth2ProviderConfig: { clientId: 'def' } } },
        verify: (_subject, response) => expectNoSecret(response),
      },
      {
        title: 'an update that fails, and returns the reason',
        options: failing('UpdateOauth2CredentialProvider', 'no such key'),
        setUp: created,
        input: ({ name }) => ({ name, ...github() }),
        expectedResponse: { status: 'UPDATE_FAILED' },
      },
    ],
    rejected: [
      {
        title: 'a managed secret without its value in place of an external one',
        setUp: async (subject) => {
          const provider = { name: subject.name };
          await subject.call('CreateOauth2CredentialProvider', { ...provider, ...github(external) });
          return provider;
        },
        needsEmulator: true,
        input: ({ name }) => ({
          name,
          ...github({ clientSecret: undefined, clientSecretSource: 'MANAGED' }),
        }),
        expectedError: invalid('oauth2ProviderConfigInput.githubOauth2ProviderConfig.clientSecret'),
      },
      {
        title: 'the reference of an external secret for a managed one',
        setUp: created,
        input: ({ name }) => ({ name, ...github({ ...external, clientSecretSource: 'MANAGED' }) }),
        expectedError: invalid('oauth2ProviderConfigInput.githubOauth2ProviderConfig.clientSecretConfig'),
      },
      { title: 'an unknown name', input: { ...unknownProvider, ...github() }, expectedError: notFound },
      {
        title: 'no configuration',
        input: { name: 'a', credentialProviderVendor: 'GithubOauth2' },
        expectedError: invalid('oauth2ProviderConfigInput'),
      },
    ],
  },
  {
    operation: 'DeleteOauth2CredentialProvider',
    accepted: [
      {
        title: 'a name',
        setUp: created,
        input: (fixture) => fixture,
        verify: (subject, _response, fixture) =>
          waitUntilDeleted(subject, 'GetOauth2CredentialProvider', fixture),
      },
    ],
    rejected: [{ title: 'an unknown name', input: unknownProvider, expectedError: notFound }],
  },
];
