import { expect } from 'vitest';
import {
  conflict,
  type Fixture,
  failing,
  invalid,
  isDeleted,
  mismatchedClaims,
  notFound,
  type OperationContract,
  quotaExceeded,
  reachesStatus,
  waitForStatus,
} from './contract.ts';
import type { Subject } from './subject.ts';

const discoveryUrl = 'https://example.com/.well-known/openid-configuration';
const jwt = (allowedClients = ['abc'], url = discoveryUrl) => ({
  authorizerConfiguration: { customJWTAuthorizer: { discoveryUrl: url, allowedClients } },
});
const discovery = { discoveryConfiguration: { authorizerType: 'CUSTOM_JWT', ...jwt() } };

const schemaOf = (fields: object, required: readonly string[] = []) => ({
  customMetadataSchemaConfiguration: {
    defaultSchema: JSON.stringify({ type: 'object', properties: fields, required }),
  },
});
const team = { team: { type: 'string', enum: ['payments', 'search'] } };

async function created(subject: Subject, more: object = {}): Promise<Fixture> {
  const input = { name: subject.name, ...more };
  const { registryArn } = await subject.call('AgentRegistry.CreateRegistry', input);
  const arn = String(registryArn);
  return { registryId: arn.slice(arn.lastIndexOf('/') + 1) };
}

/** Creates a registry of Agent Registry and waits until it is READY. */
export async function readyAgentRegistry(subject: Subject, more: object = {}): Promise<Fixture> {
  const registry = await created(subject, more);
  await waitForStatus(subject, 'AgentRegistry.GetRegistry', registry, 'READY');
  return registry;
}

/** Creates a registry whose records carry a team. */
export const registryWithSchema = (subject: Subject) => readyAgentRegistry(subject, schemaOf(team));

const unknownRegistry = { registryId: 'abcdefghijkl' };

const arnIn = (account: string) => (fixture: Fixture) => ({
  registryId: `arn:aws:agent-registry:us-east-1:${account}:registry/${fixture.registryId}`,
});

export const agentRegistryContracts: readonly OperationContract[] = [
  {
    operation: 'AgentRegistry.CreateRegistry',
    accepted: [
      {
        title: 'a name, and makes the registry READY, with IAM as its authorizer',
        needsEmulator: true,
        input: (_fixture, { name }) => ({ name }),
        expectedResponse: {
          registryArn: expect.stringMatching(/^arn:aws:agent-registry:.*:registry\/\w{16}$/),
        },
        verify: async (subject, { registryArn }) => {
          const input = { registryId: registryArn };
          const registry = await waitForStatus(subject, 'AgentRegistry.GetRegistry', input, 'READY');
          expect(registry.discoveryConfiguration).toEqual({ authorizerType: 'AWS_IAM' });
        },
      },
      {
        title: 'a JWT authorizer, automatic approval, a key, a schema and automatic detection',
        needsEmulator: true,
        input: (_fixture, { name }) => ({
          name,
          ...discovery,
          ...schemaOf(team),
          approvalConfiguration: { autoApprovalRules: ['APPROVE_ALL'] },
          encryptionConfiguration: {
            kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012',
          },
          autoDetectionConfiguration: { scope: 'ORGANIZATION', enabled: true },
        }),
        verify: async (subject, { registryArn }) => {
          const registry = await subject.call('AgentRegistry.GetRegistry', { registryId: registryArn });
          expect(registry).toMatchObject({
            ...discovery,
            ...schemaOf(team),
            approvalConfiguration: { autoApprovalRules: ['APPROVE_ALL'] },
            encryptionConfiguration: {},
            autoDetection: { status: 'INACTIVE', configuration: { enabled: true } },
          });
        },
      },
      {
        title: 'a resource whose creation fails, and returns the reason',
        options: failing('AgentRegistry.CreateRegistry', 'Unable to create workload identity'),
        input: (_fixture, { name }) => ({ name }),
        verify: async (subject, { registryArn }) => {
          const input = { registryId: registryArn };
          const registry = await waitForStatus(subject, 'AgentRegistry.GetRegistry', input, 'CREATE_FAILED');
          expect(registry.statusReason).toBe('Unable to create workload identity');
        },
      },
    ],
    rejected: [
      {
        title: 'an operator that does not compare the type of a custom claim',
        input: (_fixture, { name }) => ({
          name,
          discoveryConfiguration: { authorizerType: 'CUSTOM_JWT', authorizerConfiguration: mismatchedClaims },
        }),
        expectedError: invalid(
          'discoveryConfiguration.authorizerConfiguration.customJWTAuthorizer.customClaims',
          /STRING/,
        ),
      },
      {
        title: 'CUSTOM_JWT without its configuration',
        input: { name: 'registry', discoveryConfiguration: { authorizerType: 'CUSTOM_JWT' } },
        expectedError: invalid('discoveryConfiguration.authorizerConfiguration'),
      },
      {
        title: 'a schema with a pattern that is no regular expression',
        input: {
          name: 'registry',
          ...schemaOf({ team: { type: 'string', pattern: '(' } }),
        },
        expectedError: invalid('customMetadataSchemaConfiguration'),
      },
      {
        title: 'a schema of another type than an object',
        input: {
          name: 'registry',
          customMetadataSchemaConfiguration: { defaultSchema: '{"type":"string"}' },
        },
        expectedError: invalid('customMetadataSchemaConfiguration'),
      },
      {
        title: 'a name that starts with a dot',
        input: { name: '.registry' },
        expectedError: invalid('name'),
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
    operation: 'AgentRegistry.GetRegistry',
    accepted: [
      {
        title: 'an ARN',
        needsEmulator: true,
        setUp: (subject) => created(subject, { description: 'tools' }),
        input: arnIn('123456789012'),
        expectedResponse: { description: 'tools' },
      },
    ],
    rejected: [
      { title: 'an unknown id', input: unknownRegistry, expectedError: notFound },
      {
        title: 'the ARN of another account',
        needsEmulator: true,
        setUp: created,
        input: arnIn('999999999999'),
        expectedError: notFound,
      },
      {
        title: 'an ARN of AgentCore',
        input: { registryId: 'arn:aws:bedrock-agentcore:us-east-1:123456789012:registry/abcdefghijkl' },
        expectedError: invalid('registryId'),
      },
    ],
  },
  {
    operation: 'AgentRegistry.ListRegistries',
    accepted: [
      {
        title: 'several filters, and returns registries that match all of them',
        needsEmulator: true,
        setUp: (subject) => created(subject, discovery),
        input: {
          filters: [
            { name: 'status', values: ['CREATING'] },
            { name: 'discoveryConfiguration.authorizerType', values: ['CUSTOM_JWT'] },
          ],
        },
        verify: (_subject, { registries }, fixture) => {
          expect(registries).toContainEqual(expect.objectContaining({ ...fixture, ...discovery }));
          expect(registries).not.toContainEqual(expect.objectContaining({ status: 'READY' }));
        },
      },
      {
        title: 'a filter that a registry does not pass, and leaves it out',
        needsEmulator: true,
        setUp: created,
        input: { filters: [{ name: 'status', values: ['READY'] }] },
        verify: (_subject, { registries }, fixture) => {
          expect(registries).not.toContainEqual(expect.objectContaining(fixture));
        },
      },
    ],
    rejected: [
      {
        title: 'an unknown status',
        input: { filters: [{ name: 'status', values: ['GONE'] }] },
        expectedError: invalid('filters[0].values'),
      },
      {
        title: 'a filter that is given twice',
        input: {
          filters: [
            { name: 'status', values: ['READY'] },
            { name: 'status', values: ['CREATING'] },
          ],
        },
        expectedError: invalid('filters[1].name'),
      },
    ],
  },
  {
    operation: 'AgentRegistry.UpdateRegistry',
    accepted: [
      {
        title: 'one member, and keeps the others',
        needsEmulator: true,
        setUp: (subject) => readyAgentRegistry(subject, { description: 'tools', ...discovery }),
        input: (fixture) => ({
          ...fixture,
          approvalConfiguration: { optionalValue: { autoApprovalRules: ['APPROVE_ALL'] } },
        }),
        expectedResponse: {
          status: 'UPDATING',
          description: 'tools',
          ...discovery,
          approvalConfiguration: { autoApprovalRules: ['APPROVE_ALL'] },
        },
      },
      {
        title: 'empty wrappers, and clears the members',
        needsEmulator: true,
        setUp: (subject) =>
          readyAgentRegistry(subject, {
            description: 'tools',
            autoDetectionConfiguration: { scope: 'ORGANIZATION', enabled: true },
          }),
        input: (fixture) => ({ ...fixture, description: {}, autoDetectionConfiguration: {} }),
        verify: (_subject, response) => {
          expect(response).not.toHaveProperty('description');
          expect(response).not.toHaveProperty('autoDetection');
        },
      },
      {
        title: 'other clients of the JWT authorizer',
        needsEmulator: true,
        setUp: (subject) => readyAgentRegistry(subject, discovery),
        input: (fixture) => ({
          ...fixture,
          discoveryConfiguration: {
            authorizerConfiguration: { optionalValue: jwt(['xyz']).authorizerConfiguration },
          },
        }),
        expectedResponse: { discoveryConfiguration: { authorizerType: 'CUSTOM_JWT', ...jwt(['xyz']) } },
      },
      {
        title: 'another field of the schema',
        needsEmulator: true,
        setUp: registryWithSchema,
        input: (fixture) => ({
          ...fixture,
          customMetadataSchemaConfiguration: {
            optionalValue: schemaOf({ ...team, isInternal: { type: 'boolean' } })
              .customMetadataSchemaConfiguration,
          },
        }),
        verify: reachesStatus('AgentRegistry.GetRegistry', 'READY'),
      },
      {
        title: 'another name, and frees the old one',
        needsEmulator: true,
        setUp: readyAgentRegistry,
        input: (fixture) => ({ ...fixture, name: 'renamed' }),
        verify: async (subject) => {
          await created(subject);
        },
      },
      {
        title: 'an update that fails, and returns the reason',
        options: failing('AgentRegistry.UpdateRegistry', 'no such key'),
        setUp: readyAgentRegistry,
        input: (fixture) => fixture,
        verify: reachesStatus('AgentRegistry.GetRegistry', 'UPDATE_FAILED'),
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
        title: 'another discovery URL',
        needsEmulator: true,
        setUp: (subject) => readyAgentRegistry(subject, discovery),
        input: (fixture) => ({
          ...fixture,
          discoveryConfiguration: {
            authorizerConfiguration: {
              optionalValue: jwt(['abc'], discoveryUrl.replace('example', 'example2'))
                .authorizerConfiguration,
            },
          },
        }),
        expectedError: invalid('discoveryConfiguration.authorizerConfiguration'),
      },
      {
        title: 'the removal of the configuration of a JWT authorizer',
        needsEmulator: true,
        setUp: (subject) => readyAgentRegistry(subject, discovery),
        input: (fixture) => ({ ...fixture, discoveryConfiguration: { authorizerConfiguration: {} } }),
        expectedError: invalid('discoveryConfiguration.authorizerConfiguration'),
      },
      ...[
        [
          'a schema without a field of the one before',
          { other: { type: 'string' } },
          /cannot be removed/,
        ] as const,
        ['a schema with another type of a field', { team: { type: 'boolean' } }, /cannot change/] as const,
        [
          'a schema without a value of the one before',
          { team: { type: 'string', enum: ['search'] } },
          /cannot be removed/,
        ] as const,
      ].map(([title, fields, message]) => ({
        title,
        needsEmulator: true,
        setUp: registryWithSchema,
        input: (fixture: Fixture) => ({
          ...fixture,
          customMetadataSchemaConfiguration: {
            optionalValue: schemaOf(fields).customMetadataSchemaConfiguration,
          },
        }),
        expectedError: invalid('customMetadataSchemaConfiguration', message),
      })),
      { title: 'an unknown id', input: unknownRegistry, expectedError: notFound },
    ],
  },
  {
    operation: 'AgentRegistry.DeleteRegistry',
    accepted: [
      {
        title: 'a registry with records, and removes both',
        needsEmulator: true,
        setUp: async (subject) => {
          const registry = await readyAgentRegistry(subject);
          await subject.call('AgentRegistry.CreateRegistryRecord', {
            ...registry,
            name: 'record',
            recordType: 'CUSTOM',
            descriptors: { custom: { data: 'text' } },
          });
          return registry;
        },
        input: (fixture) => fixture,
        expectedResponse: { status: 'DELETING' },
        verify: isDeleted('AgentRegistry.GetRegistry'),
      },
      {
        title: 'a registry whose deletion fails',
        options: failing('AgentRegistry.DeleteRegistry', 'no such key'),
        setUp: readyAgentRegistry,
        input: (fixture) => fixture,
        verify: reachesStatus('AgentRegistry.GetRegistry', 'DELETE_FAILED'),
      },
    ],
    rejected: [{ title: 'an unknown id', input: unknownRegistry, expectedError: notFound }],
  },
  {
    operation: 'AgentRegistry.TagResource',
    accepted: [
      {
        title: 'new tags of a registry, and keeps those of its creation',
        needsEmulator: true,
        setUp: (subject) => tagged(subject),
        input: (fixture) => ({ ...fixture, tags: { stage: 'test' } }),
        verify: async (subject, _response, fixture) => {
          const { tags } = await subject.call('AgentRegistry.ListTagsForResource', fixture);
          expect(tags).toEqual({ team: 'payments', stage: 'test' });
        },
      },
    ],
    rejected: [
      {
        title: 'a gateway of AgentCore',
        setUp: async (subject) => {
          const { gatewayArn } = await subject.call('CreateGateway', {
            name: subject.name,
            roleArn: subject.roleArn,
            authorizerType: 'AWS_IAM',
          });
          return { resourceArn: String(gatewayArn) };
        },
        input: (fixture) => ({ ...fixture, tags: { a: 'b' } }),
        expectedError: notFound,
      },
      {
        title: 'no tags',
        input: {
          resourceArn: 'arn:aws:agent-registry:us-east-1:123456789012:registry/abcdefghijkl',
          tags: {},
        },
        expectedError: invalid('tags'),
      },
    ],
  },
  {
    operation: 'AgentRegistry.UntagResource',
    accepted: [
      {
        title: 'tag keys, of which some do not exist',
        needsEmulator: true,
        setUp: (subject) => tagged(subject),
        input: (fixture) => ({ ...fixture, tagKeys: ['team', 'other'] }),
        verify: async (subject, _response, fixture) => {
          const { tags } = await subject.call('AgentRegistry.ListTagsForResource', fixture);
          expect(tags).toEqual({});
        },
      },
    ],
    rejected: [
      {
        title: 'an unknown resource',
        input: {
          resourceArn: 'arn:aws:agent-registry:us-east-1:123456789012:registry/abcdefghijkl',
          tagKeys: ['a'],
        },
        expectedError: notFound,
      },
    ],
  },
  {
    operation: 'AgentRegistry.ListTagsForResource',
    accepted: [
      {
        title: 'an ARN',
        needsEmulator: true,
        setUp: (subject) => tagged(subject),
        input: (fixture) => fixture,
        expectedResponse: { tags: { team: 'payments' } },
      },
    ],
    rejected: [
      {
        title: 'an unknown resource',
        input: { resourceArn: 'arn:aws:agent-registry:us-east-1:123456789012:registry/abcdefghijkl' },
        expectedError: notFound,
      },
    ],
  },
];

async function tagged(subject: Subject): Promise<Fixture> {
  const input = { name: subject.name, tags: { team: 'payments' } };
  const { registryArn } = await subject.call('AgentRegistry.CreateRegistry', input);
  return { resourceArn: String(registryArn) };
}
