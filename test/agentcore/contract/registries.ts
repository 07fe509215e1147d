import { expect } from 'vitest';
import {
  conflict,
  type Fixture,
  failing,
  invalid,
  invalidClaims,
  isDeleted,
  mismatchedClaims,
  notFound,
  type OperationContract,
  quotaExceeded,
  reachesStatus,
  waitForStatus,
} from './contract.ts';
import type { Subject } from './subject.ts';

const jwt = {
  authorizerType: 'CUSTOM_JWT',
  authorizerConfiguration: {
    customJWTAuthorizer: {
      discoveryUrl: 'https://example.com/.well-known/openid-configuration',
      allowedClients: ['abc'],
    },
  },
};

async function created(subject: Subject, more: object = {}): Promise<Fixture> {
  const { registryArn } = await subject.call('CreateRegistry', { name: subject.name, ...more });
  const arn = String(registryArn);
  return { registryId: arn.slice(arn.lastIndexOf('/') + 1) };
}

/** Creates a registry and waits until it is READY. */
export async function readyRegistry(subject: Subject, more: object = {}): Promise<Fixture> {
  const registry = await created(subject, more);
  await waitForStatus(subject, 'GetRegistry', registry, 'READY');
  return registry;
}

const unknownRegistry = { registryId: 'abcdefghijkl' };

export const registryContracts: readonly OperationContract[] = [
  {
    operation: 'CreateRegistry',
    accepted: [
      {
        title: 'a name, and makes the registry READY',
        needsEmulator: true,
        input: (_fixture, { name }) => ({ name }),
        expectedResponse: { registryArn: expect.stringContaining(':registry/') },
        verify: async (subject, { registryArn }) => {
          await waitForStatus(subject, 'GetRegistry', { registryId: registryArn }, 'READY');
        },
      },
      {
        title: 'a JWT authorizer and automatic approval',
        needsEmulator: true,
        input: (_fixture, { name }) => ({ name, ...jwt, approvalConfiguration: { autoApproval: true } }),
        verify: async (subject, { registryArn }) => {
          expect(await subject.call('GetRegistry', { registryId: registryArn })).toMatchObject({
            ...jwt,
            approvalConfiguration: { autoApproval: true },
          });
        },
      },
      {
        title: 'a resource whose creation fails, and returns the reason',
        options: failing('CreateRegistry', 'no such key'),
        input: (_fixture, { name }) => ({ name }),
        verify: async (subject, { registryArn }) => {
          const registry = await waitForStatus(
            subject,
            'GetRegistry',
            { registryId: registryArn },
            'CREATE_FAILED',
          );
          expect(registry.statusReason).toBe('no such key');
        },
      },
    ],
    rejected: [
      {
        title: 'an operator that does not compare the type of a custom claim',
        input: (_fixture, { name }) => ({ name, ...jwt, authorizerConfiguration: mismatchedClaims }),
        expectedError: invalidClaims,
      },
      {
        title: 'a name that starts with a dot',
        input: { name: '.registry' },
        expectedError: invalid('name'),
      },
      {
        title: 'CUSTOM_JWT without its configuration',
        input: { name: 'registry', authorizerType: 'CUSTOM_JWT' },
        expectedError: invalid('authorizerConfiguration'),
      },
      {
        title: 'a name that exists',
        needsEmulator: true,
        setUp: created,
        input: (_fixture, { name }) => ({ name }),
        expectedError: conflict(/already exists/),
      },
      {
        title: 'a registry beyond the quota of the account',
        options: { quotas: { registriesPerAccount: 1, ratePerSecond: {} } },
        setUp: created,
        input: { name: 'second' },
        expectedError: quotaExceeded,
      },
    ],
  },
  {
    operation: 'GetRegistry',
    accepted: [
      {
        title: 'an id',
        needsEmulator: true,
        setUp: (subject) => created(subject, { description: 'tools' }),
        input: (fixture) => fixture,
        expectedResponse: { description: 'tools' },
      },
    ],
    rejected: [
      { title: 'an unknown id', input: unknownRegistry, expectedError: notFound },
      {
        title: 'the ARN of another account',
        needsEmulator: true,
        setUp: created,
        input: ({ registryId }) => ({
          registryId: `arn:aws:bedrock-agentcore:us-east-1:999999999999:registry/${registryId}`,
        }),
        expectedError: notFound,
      },
      {
        title: 'an id with an invalid format',
        input: { registryId: 'a-b' },
        expectedError: invalid('registryId'),
      },
    ],
  },
  {
    operation: 'ListRegistries',
    accepted: [
      {
        title: 'a filter, and returns matching registries only',
        needsEmulator: true,
        setUp: created,
        input: { status: 'READY' },
        verify: (_subject, { registries }, fixture) => {
          expect(registries).not.toContainEqual(expect.objectContaining(fixture));
        },
      },
      {
        title: 'no parameters',
        needsEmulator: true,
        setUp: created,
        input: {},
        verify: (_subject, { registries }, fixture) => {
          expect(registries).toContainEqual(expect.objectContaining(fixture));
        },
      },
    ],
    rejected: [{ title: 'an unknown status', input: { status: 'GONE' }, expectedError: invalid('status') }],
  },
  {
    operation: 'UpdateRegistry',
    accepted: [
      {
        title: 'one member, and keeps the others',
        needsEmulator: true,
        setUp: (subject) => readyRegistry(subject, { description: 'tools', ...jwt }),
        input: (fixture) => ({
          ...fixture,
          approvalConfiguration: { optionalValue: { autoApproval: true } },
        }),
        expectedResponse: {
          status: 'UPDATING',
          description: 'tools',
          ...jwt,
          approvalConfiguration: { autoApproval: true },
        },
      },
      {
        title: 'an empty description wrapper, and clears the description',
        needsEmulator: true,
        setUp: (subject) => readyRegistry(subject, { description: 'tools' }),
        input: (fixture) => ({ ...fixture, description: {} }),
        verify: (_subject, response) => expect(response).not.toHaveProperty('description'),
      },
      {
        title: 'another name, and frees the old one',
        needsEmulator: true,
        setUp: readyRegistry,
        input: (fixture) => ({ ...fixture, name: 'renamed' }),
        verify: async (subject) => {
          await created(subject);
        },
      },
      {
        title: 'an update that fails, and returns the reason',
        options: failing('UpdateRegistry', 'no such key'),
        setUp: readyRegistry,
        input: (fixture) => fixture,
        verify: reachesStatus('GetRegistry', 'UPDATE_FAILED'),
      },
    ],
    rejected: [
      {
        title: 'a registry that is being created',
        needsEmulator: true,
        setUp: created,
        input: (fixture) => fixture,
        expectedError: conflict(/CREATING/),
      },
      {
        title: 'the removal of the configuration of a JWT authorizer',
        needsEmulator: true,
        setUp: (subject) => readyRegistry(subject, jwt),
        input: (fixture) => ({ ...fixture, authorizerConfiguration: {} }),
        expectedError: invalid('authorizerConfiguration'),
      },
      { title: 'an unknown id', input: unknownRegistry, expectedError: notFound },
    ],
  },
  {
    operation: 'DeleteRegistry',
    accepted: [
      {
        title: 'an empty registry',
        needsEmulator: true,
        setUp: readyRegistry,
        input: (fixture) => fixture,
        expectedResponse: { status: 'DELETING' },
        verify: isDeleted('GetRegistry'),
      },
      {
        title: 'a registry whose deletion fails',
        options: failing('DeleteRegistry', 'no such key'),
        setUp: readyRegistry,
        input: (fixture) => fixture,
        verify: reachesStatus('GetRegistry', 'DELETE_FAILED'),
      },
    ],
    rejected: [
      {
        title: 'a registry that has records',
        needsEmulator: true,
        setUp: async (subject) => {
          const registry = await readyRegistry(subject);
          await subject.call('CreateRegistryRecord', {
            ...registry,
            name: 'record',
            descriptorType: 'CUSTOM',
          });
          return registry;
        },
        input: (fixture) => fixture,
        expectedError: conflict(/record/),
      },
      { title: 'an unknown id', input: unknownRegistry, expectedError: notFound },
    ],
  },
];
