import { expect } from 'vitest';
import { readyAgentRegistry } from './agentRegistries.ts';
import { type Fixture, invalid, notFound, type OperationContract } from './contract.ts';
import { readyGateway } from './gateways.ts';
import type { Subject } from './subject.ts';

/** The identity of a gateway has the id of the gateway as name. */
async function identity(subject: Subject): Promise<Fixture> {
  return { name: (await readyGateway(subject)).gatewayIdentifier ?? '' };
}

const RETURN_URLS = { allowedResourceOauth2ReturnUrls: ['https://example.com/return'] };
const unknownIdentity = { name: 'unknown-abcdefghij' };

export const workloadIdentityContracts: readonly OperationContract[] = [
  {
    operation: 'GetWorkloadIdentity',
    accepted: [
      {
        title: 'the id of a gateway, whose identity allows no return URLs at first',
        setUp: identity,
        input: (fixture) => fixture,
        verify: (_subject, response, { name }) => {
          expect(response.workloadIdentityArn).toMatch(new RegExp(`/workload-identity/${name}$`));
          expect(response).not.toHaveProperty('allowedResourceOauth2ReturnUrls');
        },
      },
      {
        title: 'the name of the identity of a registry of Agent Registry',
        needsEmulator: true,
        setUp: async (subject) => {
          const { registryId = '' } = await readyAgentRegistry(subject);
          return { name: `registry-${registryId}` };
        },
        input: (fixture) => fixture,
        verify: (_subject, response, { name }) => expect(response.name).toBe(name),
      },
    ],
    rejected: [
      { title: 'an unknown name', input: unknownIdentity, expectedError: notFound },
      { title: 'a name of two characters', input: { name: 'ab' }, expectedError: invalid('name') },
    ],
  },
  {
    operation: 'UpdateWorkloadIdentity',
    accepted: [
      {
        title: 'return URLs, and keeps the name and the time of creation',
        setUp: identity,
        input: (fixture) => ({ ...fixture, ...RETURN_URLS }),
        expectedResponse: RETURN_URLS,
        verify: async (subject, response, fixture) => {
          expect(await subject.call('GetWorkloadIdentity', fixture)).toEqual(response);
        },
      },
    ],
    rejected: [
      { title: 'an unknown name', input: { ...unknownIdentity, ...RETURN_URLS }, expectedError: notFound },
      {
        title: 'a return URL without a scheme',
        input: { ...unknownIdentity, allowedResourceOauth2ReturnUrls: ['example.com'] },
        expectedError: invalid('allowedResourceOauth2ReturnUrls[0]'),
      },
    ],
  },
];
