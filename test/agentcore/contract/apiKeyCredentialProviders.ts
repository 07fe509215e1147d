import { expect } from 'vitest';
import {
  conflict,
  type Fixture,
  invalid,
  notFound,
  type OperationContract,
  quotaExceeded,
  waitUntilDeleted,
} from './contract.ts';
import type { ApiResponse, Subject } from './subject.ts';

const managed = { apiKey: 'hush-hush' };
const external = {
  apiKeySecretSource: 'EXTERNAL',
  apiKeySecretConfig: { secretId: 'ledger', jsonKey: 'key' },
};

async function created(subject: Subject): Promise<Fixture> {
  await subject.call('CreateApiKeyCredentialProvider', { name: subject.name, ...managed });
  return { name: subject.name };
}

const unknownProvider = { name: 'unknown' };

/** No response contains the key, and none has a status. */
function verifyResponse(_subject: Subject, response: ApiResponse): void {
  expect(JSON.stringify(response)).not.toContain('hush-hush');
  expect(response).not.toHaveProperty('status');
}

export const apiKeyCredentialProviderContracts: readonly OperationContract[] = [
  {
    operation: 'CreateApiKeyCredentialProvider',
    accepted: [
      {
        title: 'a key, and returns the ARN of its secret only',
        input: (_fixture, { name }) => ({ name, ...managed }),
        expectedResponse: {
          apiKeySecretSource: 'MANAGED',
          apiKeySecretArn: {
            secretArn: expect.stringContaining(':secret:bedrock-agentcore-identity!default/apikey/'),
          },
          credentialProviderArn: expect.stringContaining(':token-vault/default/apikeycredentialprovider/'),
        },
        verify: verifyResponse,
      },
      {
        title: 'an external secret',
        needsEmulator: true,
        input: (_fixture, { name }) => ({ name, ...external }),
        expectedResponse: {
          apiKeySecretSource: 'EXTERNAL',
          apiKeySecretArn: { secretArn: expect.stringMatching(/:secret:ledger-[0-9a-f]{6}$/) },
          apiKeySecretJsonKey: 'key',
        },
      },
      {
        title: 'tags, which ListTagsForResource returns',
        input: (_fixture, { name }) => ({ name, ...managed, tags: { team: 'payments' } }),
        verify: async (subject, { credentialProviderArn }) => {
          const { tags } = await subject.call('ListTagsForResource', { resourceArn: credentialProviderArn });
          expect(tags).toMatchObject({ team: 'payments' });
        },
      },
    ],
    rejected: [
      { title: 'no name', input: managed, expectedError: invalid('name') },
      {
        title: 'a name with a space',
        input: { name: 'general ledger', ...managed },
        expectedError: invalid('name'),
      },
      {
        title: 'no key and no external secret',
        input: { name: 'a' },
        needsEmulator: true,
        expectedError: invalid('apiKey'),
      },
      {
        title: 'an external secret without its configuration',
        input: { name: 'a', apiKeySecretSource: 'EXTERNAL' },
        expectedError: invalid('apiKeySecretConfig'),
      },
      {
        title: 'an unknown source of the secret',
        input: { name: 'a', ...managed, apiKeySecretSource: 'VAULT' },
        expectedError: invalid('apiKeySecretSource'),
      },
      {
        title: 'a name that exists',
        setUp: created,
        input: (_fixture, { name }) => ({ name, ...managed }),
        expectedError: conflict(/already exists/),
      },
      {
        title: 'a provider beyond the quota of the account',
        options: { quotas: { apiKeyCredentialProvidersPerAccount: 1, ratePerSecond: {} } },
        setUp: created,
        input: { name: 'second', ...managed },
        expectedError: quotaExceeded,
      },
    ],
  },
  {
    operation: 'GetApiKeyCredentialProvider',
    accepted: [
      {
        title: 'a name',
        setUp: created,
        input: (fixture) => fixture,
        expectedResponse: { createdTime: expect.any(Date), lastUpdatedTime: expect.any(Date) },
        verify: verifyResponse,
      },
    ],
    rejected: [{ title: 'an unknown name', input: unknownProvider, expectedError: notFound }],
  },
  {
    operation: 'ListApiKeyCredentialProviders',
    accepted: [
      {
        title: 'a page size',
        setUp: created,
        input: { maxResults: 100 },
        verify: (_subject, { credentialProviders }, { name }) => {
          expect(credentialProviders).toContainEqual(expect.objectContaining({ name }));
        },
      },
    ],
    rejected: [
      { title: 'a page size of 101', input: { maxResults: 101 }, expectedError: invalid('maxResults') },
    ],
  },
  {
    operation: 'UpdateApiKeyCredentialProvider',
    accepted: [
      {
        title: 'another key',
        setUp: created,
        input: ({ name }) => ({ name, apiKey: 'hush-hush-2' }),
        expectedResponse: { apiKeySecretSource: 'MANAGED' },
        verify: verifyResponse,
      },
      {
        title: 'an external secret, and the managed one again',
        needsEmulator: true,
        setUp: created,
        input: ({ name }) => ({ name, ...external }),
        expectedResponse: { apiKeySecretSource: 'EXTERNAL', apiKeySecretJsonKey: 'key' },
        verify: async (subject, _response, { name }) => {
          const again = await subject.call('UpdateApiKeyCredentialProvider', { name, ...managed });
          expect(again).toMatchObject({
            apiKeySecretSource: 'MANAGED',
            apiKeySecretArn: { secretArn: expect.stringContaining('!default/apikey/') },
          });
          expect(again).not.toHaveProperty('apiKeySecretJsonKey');
        },
      },
    ],
    rejected: [
      { title: 'an unknown name', input: { ...unknownProvider, ...managed }, expectedError: notFound },
      {
        title: 'an external secret without its configuration',
        setUp: created,
        input: ({ name }) => ({ name, apiKeySecretSource: 'EXTERNAL' }),
        expectedError: invalid('apiKeySecretConfig'),
      },
    ],
  },
  {
    operation: 'DeleteApiKeyCredentialProvider',
    accepted: [
      {
        title: 'a name',
        setUp: created,
        input: (fixture) => fixture,
        verify: (subject, _response, fixture) =>
          waitUntilDeleted(subject, 'GetApiKeyCredentialProvider', fixture),
      },
    ],
    rejected: [{ title: 'an unknown name', input: unknownProvider, expectedError: notFound }],
  },
];
