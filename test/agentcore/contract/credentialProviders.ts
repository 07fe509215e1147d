import { expect } from 'vitest';
import {
  conflict,
  invalid,
  missing,
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

async function created(subject: Subject): Promise<Record<string, string>> {
  await subject.call('CreateOauth2CredentialProvider', { name: subject.name, ...github() });
  return { name: subject.name };
}

const unknownProvider = { name: 'unknown' };

/** Secrets go in and never come out. */
function hidesSecret(answer: object): void {
  expect(JSON.stringify(answer)).not.toContain('hush-hush');
}

export const credentialProviderContracts: readonly OperationContract[] = [
  {
    operation: 'CreateOauth2CredentialProvider',
    accepted: [
      {
        title: 'a vendor’s client, and answers the ARN of its secret only',
        input: (_given, { name }) => ({ name, ...github() }),
        answers: {
          status: 'READY',
          clientSecretArn: { secretArn: expect.stringMatching(/^arn:aws:secretsmanager:/) },
          credentialProviderArn: expect.stringContaining(':token-vault/default/oauth2credentialprovider/'),
          callbackUrl: expect.stringContaining('/identities/oauth2/callback/'),
          oauth2ProviderConfigOutput: { githubOauth2ProviderConfig: { clientId: 'abc', oauthDiscovery: {} } },
        },
        afterwards: (_subject, answer) => hidesSecret(answer),
      },
      {
        title: 'a server that the vendors do not include',
        input: (_given, { name }) => ({ name, ...custom() }),
        answers: { oauth2ProviderConfigOutput: { customOauth2ProviderConfig: { clientId: 'abc' } } },
        afterwards: (_subject, answer) => hidesSecret(answer),
      },
      {
        title: 'a secret that is kept elsewhere',
        needsEmulator: true,
        input: (_given, { name }) => ({
          name,
          ...github({
            clientSecret: undefined,
            clientSecretSource: 'EXTERNAL',
            clientSecretConfig: { secretId: 'github', jsonKey: 'secret' },
          }),
        }),
        answers: { clientSecretSource: 'EXTERNAL', clientSecretJsonKey: 'secret' },
      },
      {
        title: 'a provider that takes its time, and fails',
        options: {
          latencies: { CreateOauth2CredentialProvider: { min: 1000, max: 1000 } },
          faults: [{ fault: 'fail', operation: 'CreateOauth2CredentialProvider', reason: 'no such key' }],
        },
        input: (_given, { name }) => ({ name, ...github() }),
        answers: { status: 'CREATING' },
        afterwards: async (subject, _answer) => {
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
    refused: [
      { title: 'no name', input: github(), refusal: invalid('name') },
      {
        title: 'a name with a space',
        input: { name: 'git hub', ...github() },
        refusal: invalid('name'),
      },
      {
        title: 'an unknown vendor',
        input: { name: 'a', ...github(), credentialProviderVendor: 'NobodyOauth2' },
        refusal: invalid('credentialProviderVendor'),
      },
      {
        title: 'the configuration of another vendor',
        input: { name: 'a', ...github(), credentialProviderVendor: 'GoogleOauth2' },
        refusal: invalid('oauth2ProviderConfigInput'),
      },
      {
        title: 'an external secret that it is not told of',
        input: { name: 'a', ...github({ clientSecretSource: 'EXTERNAL' }) },
        refusal: invalid('oauth2ProviderConfigInput.githubOauth2ProviderConfig.clientSecretConfig'),
      },
      {
        title: 'a discovery URL of another form',
        input: { name: 'a', ...custom({ oauthDiscovery: { discoveryUrl: 'https://example.com' } }) },
        refusal: invalid('oauth2ProviderConfigInput.customOauth2ProviderConfig.oauthDiscovery.discoveryUrl'),
      },
      {
        title: 'a name that is taken',
        given: created,
        input: (_given, { name }) => ({ name, ...github() }),
        refusal: conflict(/already exists/),
      },
      {
        title: 'more providers than the account may have',
        options: { quotas: { oauth2CredentialProvidersPerAccount: 1, ratePerSecond: {} } },
        given: created,
        input: { name: 'second', ...github() },
        refusal: quotaExceeded,
      },
    ],
  },
  {
    operation: 'GetOauth2CredentialProvider',
    accepted: [
      {
        title: 'a name',
        given: created,
        input: (given) => given,
        answers: { credentialProviderVendor: 'GithubOauth2', createdTime: expect.any(Date) },
        afterwards: (_subject, answer) => hidesSecret(answer),
      },
    ],
    refused: [{ title: 'an unknown name', input: unknownProvider, refusal: missing }],
  },
  {
    operation: 'ListOauth2CredentialProviders',
    accepted: [
      {
        title: 'a page size',
        given: created,
        input: { maxResults: 20 },
        afterwards: (_subject, { credentialProviders }, { name }) => {
          expect(credentialProviders).toContainEqual(expect.objectContaining({ name }));
        },
      },
    ],
    refused: [{ title: 'a page of 21', input: { maxResults: 21 }, refusal: invalid('maxResults') }],
  },
  {
    operation: 'UpdateOauth2CredentialProvider',
    accepted: [
      {
        title: 'another client, under the same ARN and callback',
        given: created,
        input: ({ name }) => ({ name, ...github({ clientId: 'def' }) }),
        answers: { oauth2ProviderConfigOutput: { githubOauth2ProviderConfig: { clientId: 'def' } } },
        afterwards: (_subject, answer) => hidesSecret(answer),
      },
      {
        title: 'a change that fails, and says why',
        options: {
          faults: [{ fault: 'fail', operation: 'UpdateOauth2CredentialProvider', reason: 'no such key' }],
        },
        given: created,
        input: ({ name }) => ({ name, ...github() }),
        answers: { status: 'UPDATE_FAILED' },
      },
    ],
    refused: [
      { title: 'an unknown name', input: { ...unknownProvider, ...github() }, refusal: missing },
      {
        title: 'no configuration',
        input: { name: 'a', credentialProviderVendor: 'GithubOauth2' },
        refusal: invalid('oauth2ProviderConfigInput'),
      },
    ],
  },
  {
    operation: 'DeleteOauth2CredentialProvider',
    accepted: [
      {
        title: 'a name',
        given: created,
        input: (given) => given,
        afterwards: (subject, _answer, given) =>
          waitUntilDeleted(subject, 'GetOauth2CredentialProvider', given),
      },
    ],
    refused: [{ title: 'an unknown name', input: unknownProvider, refusal: missing }],
  },
];
