import { expect } from 'vitest';
import { readyAgentRegistry } from './agentRegistries.ts';
import { conflict, type Fixture, invalid, isDeleted, notFound, type OperationContract } from './contract.ts';
import { readyGateway } from './gateways.ts';
import type { Subject } from './subject.ts';

/** The identity of a gateway has the id of the gateway as name. */
async function identity(subject: Subject): Promise<Fixture> {
  return { name: (await readyGateway(subject)).gatewayIdentifier ?? '' };
}

const RETURN_URLS = { allowedResourceOauth2ReturnUrls: ['https://example.com/return'] };
const unknownIdentity = { name: 'unknown-abcdefghij' };

const createIdentity = async (subject: Subject): Promise<Fixture> => {
  await subject.call('CreateWorkloadIdentity', {
    name: subject.name,
    ...RETURN_URLS,
    tags: { team: 'payments' },
  });
  return { name: subject.name };
};

export const workloadIdentityContracts: readonly OperationContract[] = [
  {
    operation: 'CreateWorkloadIdentity',
    accepted: [
      {
        title: 'a name with return URLs and tags',
        input: (_fixture, subject) => ({ name: subject.name, ...RETURN_URLS, tags: { team: 'payments' } }),
        expectedResponse: RETURN_URLS,
        verify: async (subject, { workloadIdentityArn: resourceArn }) => {
          const { tags } = await subject.call('ListTagsForResource', { resourceArn });
          expect(tags).toEqual({ team: 'payments' });
        },
      },
    ],
    rejected: [
      {
        title: 'a name that is in use',
        setUp: createIdentity,
        input: (fixture) => fixture,
        expectedError: conflict(/already exists/),
      },
      {
        title: 'the name of the identity of a gateway',
        setUp: identity,
        input: (fixture) => fixture,
        expectedError: conflict(),
      },
    ],
  },
  {
    operation: 'ListWorkloadIdentities',
    accepted: [
      {
        title: 'no filter, and shows those that clients made',
        needsEmulator: true,
        setUp: async (subject) => {
          await identity(subject);
          return createIdentity(subject);
        },
        input: {},
        verify: (_subject, { workloadIdentities }, { name }) =>
          expect(workloadIdentities).toContainEqual(expect.objectContaining({ name })),
      },
    ],
    rejected: [
      {
        title: 'a token that no list returned',
        input: { nextToken: 'unknown' },
        expectedError: invalid('nextToken'),
      },
    ],
  },
  {
    operation: 'DeleteWorkloadIdentity',
    accepted: [
      {
        title: 'one that a client made, which is gone afterwards',
        setUp: createIdentity,
        input: (fixture) => fixture,
        verify: isDeleted('GetWorkloadIdentity'),
      },
    ],
    rejected: [
      {
        title: 'the identity of a gateway',
        setUp: identity,
        input: (fixture) => fixture,
        expectedError: conflict(/identity of a resource/),
      },
      { title: 'an unknown name', input: unknownIdentity, expectedError: notFound },
    ],
  },
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
