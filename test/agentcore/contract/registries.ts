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

const jwt = {
  authorizerType: 'CUSTOM_JWT',
  authorizerConfiguration: {
    customJWTAuthorizer: {
      discoveryUrl: 'https://example.com/.well-known/openid-configuration',
      allowedClients: ['abc'],
    },
  },
};

async function created(subject: Subject, more: object = {}): Promise<Record<string, string>> {
  const { registryArn } = await subject.call('CreateRegistry', { name: subject.name, ...more });
  const arn = String(registryArn);
  return { registryId: arn.slice(arn.lastIndexOf('/') + 1) };
}

/** A registry that is READY, for whatever needs one. */
export async function readyRegistry(subject: Subject, more: object = {}): Promise<Record<string, string>> {
  const registry = await created(subject, more);
  await waitForStatus(subject, 'GetRegistry', registry, 'READY');
  return registry;
}

const unknownRegistry = { registryId: 'abcdefghijkl' };
const failing = (operation: string) => ({
  faults: [{ fault: 'fail' as const, operation, reason: 'no such key' }],
});

export const registryContracts: readonly OperationContract[] = [
  {
    operation: 'CreateRegistry',
    accepted: [
      {
        title: 'a name, and makes the registry READY',
        needsEmulator: true,
        input: (_given, { name }) => ({ name }),
        answers: { registryArn: expect.stringContaining(':registry/') },
        afterwards: async (subject, { registryArn }) => {
          await waitForStatus(subject, 'GetRegistry', { registryId: registryArn }, 'READY');
        },
      },
      {
        title: 'a JWT authorizer and automatic approval',
        needsEmulator: true,
        input: (_given, { name }) => ({ name, ...jwt, approvalConfiguration: { autoApproval: true } }),
        afterwards: async (subject, { registryArn }) => {
          expect(await subject.call('GetRegistry', { registryId: registryArn })).toMatchObject({
            ...jwt,
            approvalConfiguration: { autoApproval: true },
          });
        },
      },
      {
        title: 'what cannot be made, and fails',
        options: failing('CreateRegistry'),
        input: (_given, { name }) => ({ name }),
        afterwards: async (subject, { registryArn }) => {
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
    refused: [
      { title: 'a name that starts with a dot', input: { name: '.registry' }, refusal: invalid('name') },
      {
        title: 'CUSTOM_JWT without its configuration',
        input: { name: 'registry', authorizerType: 'CUSTOM_JWT' },
        refusal: invalid('authorizerConfiguration'),
      },
      {
        title: 'a name that is taken',
        needsEmulator: true,
        given: created,
        input: (_given, { name }) => ({ name }),
        refusal: conflict(/already exists/),
      },
      {
        title: 'a sixth registry',
        needsEmulator: true,
        given: async (subject) => {
          for (const number of [1, 2, 3, 4, 5]) await created(subject, { name: `registry${number}` });
          return {};
        },
        input: { name: 'registry6' },
        refusal: quotaExceeded,
      },
    ],
  },
  {
    operation: 'GetRegistry',
    accepted: [
      {
        title: 'an id',
        needsEmulator: true,
        given: (subject) => created(subject, { description: 'tools' }),
        input: (given) => given,
        answers: { description: 'tools' },
      },
    ],
    refused: [
      { title: 'an unknown id', input: unknownRegistry, refusal: missing },
      {
        title: 'the ARN of another account',
        needsEmulator: true,
        given: created,
        input: ({ registryId }) => ({
          registryId: `arn:aws:bedrock-agentcore:us-east-1:999999999999:registry/${registryId}`,
        }),
        refusal: missing,
      },
      { title: 'an id of another form', input: { registryId: 'a-b' }, refusal: invalid('registryId') },
    ],
  },
  {
    operation: 'ListRegistries',
    accepted: [
      {
        title: 'a filter, and leaves out what does not fit',
        needsEmulator: true,
        given: created,
        input: { status: 'READY' },
        answers: { registries: [] },
      },
      {
        title: 'no parameters',
        needsEmulator: true,
        given: created,
        input: {},
        afterwards: (_subject, { registries }, given) => {
          expect(registries).toMatchObject([given]);
        },
      },
    ],
    refused: [{ title: 'an unknown status', input: { status: 'GONE' }, refusal: invalid('status') }],
  },
  {
    operation: 'UpdateRegistry',
    accepted: [
      {
        title: 'one member, and keeps the others',
        needsEmulator: true,
        given: (subject) => readyRegistry(subject, { description: 'tools', ...jwt }),
        input: (given) => ({ ...given, approvalConfiguration: { optionalValue: { autoApproval: true } } }),
        answers: {
          status: 'UPDATING',
          description: 'tools',
          ...jwt,
          approvalConfiguration: { autoApproval: true },
        },
      },
      {
        title: 'a description without a value, which clears',
        needsEmulator: true,
        given: (subject) => readyRegistry(subject, { description: 'tools' }),
        input: (given) => ({ ...given, description: {} }),
        afterwards: (_subject, answer) => expect(answer).not.toHaveProperty('description'),
      },
      {
        title: 'another name, which frees the old one',
        needsEmulator: true,
        given: readyRegistry,
        input: (given) => ({ ...given, name: 'renamed' }),
        afterwards: async (subject) => {
          await created(subject);
        },
      },
      {
        title: 'a change that fails, and says why',
        options: failing('UpdateRegistry'),
        given: readyRegistry,
        input: (given) => given,
        afterwards: async (subject, _answer, given) => {
          await waitForStatus(subject, 'GetRegistry', given, 'UPDATE_FAILED');
        },
      },
    ],
    refused: [
      {
        title: 'a registry that is being created',
        needsEmulator: true,
        given: created,
        input: (given) => given,
        refusal: conflict(/CREATING/),
      },
      {
        title: 'to take the configuration from a JWT authorizer',
        needsEmulator: true,
        given: (subject) => readyRegistry(subject, jwt),
        input: (given) => ({ ...given, authorizerConfiguration: {} }),
        refusal: invalid('authorizerConfiguration'),
      },
      { title: 'an unknown id', input: unknownRegistry, refusal: missing },
    ],
  },
  {
    operation: 'DeleteRegistry',
    accepted: [
      {
        title: 'an empty registry',
        needsEmulator: true,
        given: readyRegistry,
        input: (given) => given,
        answers: { status: 'DELETING' },
        afterwards: (subject, _answer, given) => waitUntilDeleted(subject, 'GetRegistry', given),
      },
      {
        title: 'a registry that cannot be deleted, and fails',
        options: failing('DeleteRegistry'),
        given: readyRegistry,
        input: (given) => given,
        afterwards: async (subject, _answer, given) => {
          await waitForStatus(subject, 'GetRegistry', given, 'DELETE_FAILED');
        },
      },
    ],
    refused: [
      {
        title: 'a registry that has records',
        needsEmulator: true,
        given: async (subject) => {
          const registry = await readyRegistry(subject);
          await subject.call('CreateRegistryRecord', {
            ...registry,
            name: 'record',
            descriptorType: 'CUSTOM',
          });
          return registry;
        },
        input: (given) => given,
        refusal: conflict(/record/),
      },
      { title: 'an unknown id', input: unknownRegistry, refusal: missing },
    ],
  },
];
