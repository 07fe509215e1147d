import { expect } from 'vitest';
import { readyAgentRegistry, registryWithSchema } from './agentRegistries.ts';
import {
  conflict,
  type Fixture,
  failing,
  invalid,
  isDeleted,
  notFound,
  type OperationContract,
  reachesStatus,
  waitForStatus,
} from './contract.ts';
import type { Subject } from './subject.ts';

const descriptors = {
  mcpServer: {
    data: '{"name":"server"}',
    additionalData: { tools: { data: '{"tools":[]}', dataSchemaVersion: '2025-11-25' } },
  },
};
const minimal = { name: 'record', recordType: 'MCP', descriptors };
const fromServer = {
  mcpServer: { source: { fromUrl: { url: 'https://mcp.example.com/mcp' } } },
};

const skill = (additionalData: object) => ({
  recordType: 'SKILL',
  descriptors: { agentSkillsDefinition: { additionalData } },
});
const oauth = (providerArn: string, grantType = 'AUTHORIZATION_CODE', more: object = {}) => [
  {
    credentialProviderType: 'OAUTH',
    credentialProvider: { oauthCredentialProvider: { providerArn, grantType, scopes: ['repo'], ...more } },
  },
];
const gitHub = (
  credentials: readonly object[],
  url = 'https://github.com/acme/skills/tree/main/refunds',
) => ({
  repositoryProvider: 'GITHUB',
  skillMd: { source: { fromUrl: { url, credentialProviderConfigurations: credentials } } },
});

/** The ARN of a provider that no row creates, for requests that are rejected before it is looked up. */
const ANY_PROVIDER =
  'arn:aws:bedrock-agentcore:us-east-1:123456789012:token-vault/default/oauth2credentialprovider/any';

async function created(subject: Subject, registryOptions: object = {}, more: object = {}): Promise<Fixture> {
  const registry = await readyAgentRegistry(subject, registryOptions);
  const input = { ...registry, ...minimal, ...more };
  const { recordArn } = await subject.call('AgentRegistry.CreateRegistryRecord', input);
  return { ...registry, recordId: String(recordArn) };
}

async function draft(subject: Subject, registryOptions: object = {}, more: object = {}): Promise<Fixture> {
  const record = await created(subject, registryOptions, more);
  await waitForStatus(subject, 'AgentRegistry.GetRegistryRecord', record, 'DRAFT');
  return record;
}

async function submitted(subject: Subject): Promise<Fixture> {
  const record = await draft(subject);
  await subject.call('AgentRegistry.SubmitRegistryRecordForApproval', record);
  return record;
}

const decision = (status: string) => (fixture: Fixture) => ({ ...fixture, status, statusReason: 'reviewed' });

const decided = (status: string) => async (subject: Subject) => {
  const record = await submitted(subject);
  await subject.call('AgentRegistry.UpdateRegistryRecordStatus', decision(status)(record));
  return record;
};

async function deprecated(subject: Subject): Promise<Fixture> {
  const record = await decided('APPROVED')(subject);
  await subject.call('AgentRegistry.UpdateRegistryRecordStatus', decision('DEPRECATED')(record));
  return record;
}

async function registryWithProvider(subject: Subject): Promise<Fixture> {
  const registry = await readyAgentRegistry(subject);
  const { credentialProviderArn } = await subject.call('CreateOauth2CredentialProvider', {
    name: subject.name,
    credentialProviderVendor: 'GithubOauth2',
    oauth2ProviderConfigInput: { githubOauth2ProviderConfig: { clientId: 'abc', clientSecret: 'hush' } },
  });
  return { ...registry, providerArn: String(credentialProviderArn) };
}

/** A record that waits for a GitHub user. */
async function waiting(subject: Subject): Promise<Fixture> {
  const { providerArn = '', ...registry } = await registryWithProvider(subject);
  const input = { ...registry, name: 'record', ...skill(gitHub(oauth(providerArn))) };
  const { recordArn } = await subject.call('AgentRegistry.CreateRegistryRecord', input);
  return { ...registry, recordId: String(recordArn) };
}

const withRegistry = (subject: Subject) => readyAgentRegistry(subject);
const registryAlone = ({ registryId = '' }: Fixture) => ({ registryId });
const unknownRecord = { recordId: 'abcdefghijkl' };
const getRecord = 'AgentRegistry.GetRegistryRecord';

export const agentRegistryRecordContracts: readonly OperationContract[] = [
  {
    operation: 'AgentRegistry.CreateRegistryRecord',
    accepted: [
      {
        title: 'a descriptor, and makes the record a DRAFT',
        needsEmulator: true,
        setUp: withRegistry,
        input: (fixture) => ({ ...fixture, ...minimal, tags: { team: 'payments' } }),
        expectedResponse: { status: 'CREATING', recordArn: expect.stringContaining('/record/') },
        verify: async (subject, { recordArn }, fixture) => {
          const input = { ...fixture, recordId: recordArn };
          const record = await waitForStatus(subject, getRecord, input, 'DRAFT');
          expect(record).toMatchObject({ descriptors, createdByAutoDetection: false });
          const { tags } = await subject.call('AgentRegistry.ListTagsForResource', {
            resourceArn: recordArn,
          });
          expect(tags).toEqual({ team: 'payments' });
        },
      },
      {
        title: 'metadata that complies with the schema of the registry',
        needsEmulator: true,
        setUp: registryWithSchema,
        input: (fixture) => ({ ...fixture, ...minimal, customMetadata: { team: 'payments' } }),
        verify: async (subject, { recordArn }, fixture) => {
          const record = await subject.call(getRecord, { ...fixture, recordId: recordArn });
          expect(record).toMatchObject({
            customMetadata: { team: 'payments' },
            customMetadataSchemaComplianceStatus: 'COMPLIANT',
          });
        },
      },
      {
        title: 'a GitHub source, and returns a link in this answer alone',
        needsEmulator: true,
        setUp: registryWithProvider,
        input: ({ providerArn = '', ...registry }) => ({
          ...registry,
          name: 'record',
          ...skill(gitHub(oauth(providerArn))),
        }),
        expectedResponse: {
          status: 'CREATE_PENDING_AUTH',
          authorizationData: {
            oauth2: {
              authorizationUrl: expect.stringContaining('request_uri='),
              userId: expect.any(String),
              authorizationAttemptId: expect.stringMatching(/^[A-Za-z0-9_-]+$/),
              expiresAt: expect.any(Date),
            },
          },
        },
        verify: async (subject, { recordArn }, fixture) => {
          const record = await subject.call(getRecord, { ...registryAlone(fixture), recordId: recordArn });
          expect(record.status).toBe('CREATE_PENDING_AUTH');
          expect(record).not.toHaveProperty('authorizationData');
        },
      },
      {
        title: 'a resource whose creation fails, and returns the reason',
        options: failing('AgentRegistry.CreateRegistryRecord', 'no such server'),
        setUp: withRegistry,
        input: (fixture) => ({ ...fixture, ...minimal }),
        verify: async (subject, { recordArn }, fixture) => {
          const input = { ...fixture, recordId: recordArn };
          const record = await waitForStatus(subject, getRecord, input, 'CREATE_FAILED');
          expect(record.statusReason).toBe('no such server');
        },
      },
      {
        title: 'a source that the service cannot reach, and fails with the reason',
        options: { behaviors: { unreachable: 'fails' } },
        setUp: withRegistry,
        input: (fixture) => ({ ...fixture, ...minimal, descriptors: fromServer }),
        verify: async (subject, { recordArn }, fixture) => {
          const input = { ...fixture, recordId: recordArn };
          const record = await waitForStatus(subject, getRecord, input, 'CREATE_FAILED');
          expect(record.statusReason).toContain('https://mcp.example.com/mcp');
        },
      },
    ],
    rejected: [
      {
        title: 'an unknown registry',
        input: { registryId: 'abcdefghijkl', ...minimal },
        expectedError: notFound,
      },
      {
        title: 'a registry that is being created',
        needsEmulator: true,
        setUp: async (subject) => {
          const input = { name: subject.name };
          const { registryArn } = await subject.call('AgentRegistry.CreateRegistry', input);
          return { registryId: String(registryArn) };
        },
        input: (fixture) => ({ ...fixture, ...minimal }),
        expectedError: conflict(/CREATING/),
      },
      {
        title: 'a name that exists in the registry',
        needsEmulator: true,
        setUp: created,
        input: (fixture) => ({ ...registryAlone(fixture), ...minimal }),
        expectedError: conflict(/already exists/),
      },
      {
        title: 'metadata that the schema of the registry does not allow',
        needsEmulator: true,
        setUp: registryWithSchema,
        input: (fixture) => ({ ...fixture, ...minimal, customMetadata: { team: 'sales' } }),
        expectedError: invalid('customMetadata'),
      },
      {
        title: 'metadata that is a number',
        needsEmulator: true,
        setUp: withRegistry,
        input: (fixture) => ({ ...fixture, ...minimal, customMetadata: { size: 7 } }),
        expectedError: invalid('customMetadata', /string/),
      },
      {
        title: 'a lineage, which is the service’s own',
        needsEmulator: true,
        setUp: withRegistry,
        input: (fixture) => ({
          ...fixture,
          ...minimal,
          provenance: [
            {
              relation: 'DETECTED_FROM',
              sourceId: 'arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/a',
            },
          ],
        }),
        expectedError: invalid('provenance'),
      },
      {
        title: 'a credential provider that does not exist',
        needsEmulator: true,
        setUp: withRegistry,
        input: (fixture) => ({ ...fixture, name: 'record', ...skill(gitHub(oauth(ANY_PROVIDER))) }),
        expectedError: notFound,
      },
      ...[
        ['no descriptor', { ...minimal, descriptors: {} }],
        ['a descriptor of another record type', { ...minimal, recordType: 'AGENT' }],
        ['two descriptors', { ...minimal, descriptors: { ...descriptors, custom: { data: 'text' } } }],
        ['a server definition that is no JSON', { ...minimal, descriptors: { mcpServer: { data: 'text' } } }],
        [
          'an s3 source of a server',
          {
            ...minimal,
            descriptors: { mcpServer: { source: { fromUrl: { url: 's3://bucket/server.json' } } } },
          },
        ],
        [
          'the grant AUTHORIZATION_CODE for a server',
          {
            ...minimal,
            descriptors: {
              mcpServer: {
                source: {
                  fromUrl: {
                    url: 'https://mcp.example.com/mcp',
                    credentialProviderConfigurations: oauth(ANY_PROVIDER),
                  },
                },
              },
            },
          },
        ],
        ['a GitHub source without credentials', skill(gitHub([]))],
        ['a GitHub source with client credentials', skill(gitHub(oauth(ANY_PROVIDER, 'CLIENT_CREDENTIALS')))],
        [
          'a GitHub source that is no folder',
          skill(gitHub(oauth(ANY_PROVIDER), 'https://github.com/acme/skills')),
        ],
        [
          'a return URL that does not use https',
          skill(
            gitHub(oauth(ANY_PROVIDER, 'AUTHORIZATION_CODE', { returnUrl: 'http://example.com/return' })),
          ),
        ],
        [
          'a skill with an https source and no repository provider',
          skill({ skillMd: { source: { fromUrl: { url: 'https://example.com/SKILL.md' } } } }),
        ],
        [
          'a skill with two sources',
          skill({
            ...gitHub(oauth(ANY_PROVIDER)),
            skillPackage: gitHub(oauth(ANY_PROVIDER)).skillMd,
          }),
        ],
        [
          'an s3 source of a skill without a role and an owner',
          skill({ skillMd: { source: { fromUrl: { url: 's3://bucket/SKILL.md' } } } }),
        ],
      ].map(([title, request]) => ({
        title: String(title),
        needsEmulator: true,
        setUp: withRegistry,
        input: (fixture: Fixture) => ({ ...fixture, name: 'record', ...Object(request) }),
        expectedError: invalid('descriptors'),
      })),
    ],
  },
  {
    operation: getRecord,
    accepted: [
      {
        title: 'the ARN of a record',
        needsEmulator: true,
        setUp: draft,
        input: (fixture) => fixture,
        expectedResponse: { status: 'DRAFT', recordVersion: '1' },
      },
      {
        title: 'the id of a record',
        needsEmulator: true,
        setUp: draft,
        input: ({ registryId, recordId = '' }) => ({
          registryId,
          recordId: recordId.slice(recordId.lastIndexOf('/') + 1),
        }),
        expectedResponse: { status: 'DRAFT' },
      },
    ],
    rejected: [
      {
        title: 'an unknown record',
        needsEmulator: true,
        setUp: withRegistry,
        input: (fixture) => ({ ...fixture, ...unknownRecord }),
        expectedError: notFound,
      },
    ],
  },
  {
    operation: 'AgentRegistry.ListRegistryRecords',
    accepted: [
      {
        title: 'several filters, and returns records that match all of them',
        needsEmulator: true,
        setUp: draft,
        input: (fixture) => ({
          ...registryAlone(fixture),
          filters: [
            { name: 'name', values: ['record'] },
            { name: 'status', values: ['DRAFT'] },
            { name: 'recordType', values: ['MCP'] },
          ],
        }),
        verify: (_subject, { registryRecords }) => {
          expect(registryRecords).toEqual([expect.objectContaining({ name: 'record', recordVersion: '1' })]);
          expect(registryRecords).toEqual([expect.not.objectContaining({ descriptors })]);
        },
      },
      {
        title: 'a filter without matches',
        needsEmulator: true,
        setUp: draft,
        input: (fixture) => ({
          ...registryAlone(fixture),
          filters: [{ name: 'status', values: ['APPROVED'] }],
        }),
        expectedResponse: { registryRecords: [] },
      },
    ],
    rejected: [
      { title: 'an unknown registry', input: { registryId: 'abcdefghijkl' }, expectedError: notFound },
      {
        title: 'an unknown status',
        needsEmulator: true,
        setUp: withRegistry,
        input: (fixture) => ({ ...fixture, filters: [{ name: 'status', values: ['GONE'] }] }),
        expectedError: invalid('filters[0].values'),
      },
    ],
  },
  {
    operation: 'AgentRegistry.UpdateRegistryRecord',
    accepted: [
      {
        title: 'one part of a descriptor, and keeps the others and the version',
        needsEmulator: true,
        setUp: (subject) => draft(subject, {}, { description: 'first', recordVersion: '1.0' }),
        input: (fixture) => ({
          ...fixture,
          descriptors: {
            optionalValue: {
              mcpServer: {
                optionalValue: {
                  additionalData: {
                    optionalValue: { tools: { optionalValue: { data: { optionalValue: '[{}]' } } } },
                  },
                },
              },
            },
          },
        }),
        expectedResponse: {
          status: 'UPDATING',
          description: 'first',
          recordVersion: '1.0',
          descriptors: {
            mcpServer: {
              data: descriptors.mcpServer.data,
              additionalData: { tools: { data: '[{}]', dataSchemaVersion: '2025-11-25' } },
            },
          },
        },
      },
      {
        title: 'empty wrappers, and clears the members',
        needsEmulator: true,
        setUp: (subject) =>
          draft(subject, {}, { description: 'first', displayName: 'Record', customMetadata: { a: 'b' } }),
        input: (fixture) => ({
          ...fixture,
          description: {},
          displayName: {},
          customMetadata: {},
          descriptors: { optionalValue: { mcpServer: { optionalValue: { additionalData: {} } } } },
        }),
        verify: (_subject, response) => {
          for (const member of ['description', 'displayName', 'customMetadata'])
            expect(response).not.toHaveProperty(member);
          expect(response.descriptors).toEqual({ mcpServer: { data: descriptors.mcpServer.data } });
        },
      },
      ...['PENDING_APPROVAL', 'APPROVED', 'REJECTED'].map((status) => ({
        title: `a record that is ${status}, and makes it a DRAFT again`,
        needsEmulator: true,
        setUp: status === 'PENDING_APPROVAL' ? submitted : decided(status),
        input: (fixture: Fixture) => ({ ...fixture, name: 'renamed', recordVersion: '2' }),
        expectedResponse: { status: 'UPDATING', name: 'renamed', recordVersion: '2' },
        verify: reachesStatus(getRecord, 'DRAFT'),
      })),
      {
        title: 'a synchronization, and makes the record a DRAFT',
        needsEmulator: true,
        setUp: (subject) => draft(subject, {}, { descriptors: fromServer }),
        input: (fixture) => ({ ...fixture, triggerSynchronization: true }),
        expectedResponse: { status: 'UPDATING' },
        verify: reachesStatus(getRecord, 'DRAFT'),
      },
      {
        title: 'a synchronization of a record that waits for a GitHub user, and returns a link',
        needsEmulator: true,
        setUp: waiting,
        input: (fixture) => ({ ...fixture, triggerSynchronization: true, forceAuthentication: true }),
        expectedResponse: {
          status: 'UPDATE_PENDING_AUTH',
          authorizationData: { oauth2: { authorizationUrl: expect.any(String) } },
        },
      },
      {
        title: 'an update that fails, and returns the reason',
        options: failing('AgentRegistry.UpdateRegistryRecord'),
        setUp: draft,
        input: (fixture) => ({ ...fixture, name: 'renamed' }),
        verify: reachesStatus(getRecord, 'UPDATE_FAILED'),
      },
    ],
    rejected: [
      {
        title: 'a deprecated record',
        needsEmulator: true,
        setUp: deprecated,
        input: (fixture) => ({ ...fixture, name: 'renamed' }),
        expectedError: conflict(/deprecated/),
      },
      {
        title: 'a record that is being created',
        needsEmulator: true,
        setUp: created,
        input: (fixture) => ({ ...fixture, name: 'renamed' }),
        expectedError: conflict(/CREATING/),
      },
      {
        title: 'a record that waits for a GitHub user',
        needsEmulator: true,
        setUp: waiting,
        input: (fixture) => ({ ...fixture, name: 'renamed' }),
        expectedError: conflict(/CREATE_PENDING_AUTH/),
      },
      {
        title: 'a synchronization of a record without a source',
        needsEmulator: true,
        setUp: draft,
        input: (fixture) => ({ ...fixture, triggerSynchronization: true }),
        expectedError: invalid('triggerSynchronization'),
      },
      {
        title: 'forceAuthentication for a source that no user authorizes',
        needsEmulator: true,
        setUp: (subject) => draft(subject, {}, { descriptors: fromServer }),
        input: (fixture) => ({ ...fixture, triggerSynchronization: true, forceAuthentication: true }),
        expectedError: invalid('forceAuthentication'),
      },
      {
        title: 'a type that the descriptor does not belong to',
        needsEmulator: true,
        setUp: draft,
        input: (fixture) => ({ ...fixture, recordType: 'CUSTOM' }),
        expectedError: invalid('descriptors'),
      },
      {
        title: 'an unknown record',
        needsEmulator: true,
        setUp: withRegistry,
        input: (fixture) => ({ ...fixture, ...unknownRecord }),
        expectedError: notFound,
      },
    ],
  },
  {
    operation: 'AgentRegistry.DeleteRegistryRecord',
    accepted: [
      ...[['a record', draft] as const, ['a record that waits for a GitHub user', waiting] as const].map(
        ([title, setUp]) => ({
          title: `${title}, and deletes it within seconds`,
          needsEmulator: true,
          setUp: (subject: Subject) => setUp(subject),
          input: (fixture: Fixture) => fixture,
          verify: isDeleted(getRecord),
        }),
      ),
    ],
    rejected: [
      {
        title: 'a record that is being deleted',
        needsEmulator: true,
        setUp: async (subject) => {
          const record = await draft(subject);
          await subject.call('AgentRegistry.DeleteRegistryRecord', record);
          return record;
        },
        input: (fixture) => fixture,
        expectedError: conflict(/deleted/),
      },
      {
        title: 'an unknown record',
        needsEmulator: true,
        setUp: withRegistry,
        input: (fixture) => ({ ...fixture, ...unknownRecord }),
        expectedError: notFound,
      },
    ],
  },
  {
    operation: 'AgentRegistry.SubmitRegistryRecordForApproval',
    accepted: [
      {
        title: 'a draft, and makes it PENDING_APPROVAL',
        needsEmulator: true,
        setUp: draft,
        input: (fixture) => fixture,
        expectedResponse: { status: 'PENDING_APPROVAL' },
      },
      {
        title: 'a draft of a registry with automatic approval, and makes it APPROVED',
        needsEmulator: true,
        setUp: (subject) => draft(subject, { approvalConfiguration: { autoApprovalRules: ['APPROVE_ALL'] } }),
        input: (fixture) => fixture,
        expectedResponse: { status: 'APPROVED' },
      },
    ],
    rejected: [
      {
        title: 'a submitted record',
        needsEmulator: true,
        setUp: submitted,
        input: (fixture) => fixture,
        expectedError: conflict(/PENDING_APPROVAL/),
      },
    ],
  },
  {
    operation: 'AgentRegistry.UpdateRegistryRecordStatus',
    accepted: [
      ...['APPROVED', 'REJECTED'].map((status) => ({
        title: `${status} for a record in PENDING_APPROVAL`,
        needsEmulator: true,
        setUp: submitted,
        input: decision(status),
        expectedResponse: { status, statusReason: 'reviewed' },
      })),
      ...['APPROVED', 'REJECTED'].map((status) => ({
        title: `DEPRECATED for a record that is ${status}`,
        needsEmulator: true,
        setUp: decided(status),
        input: decision('DEPRECATED'),
        expectedResponse: { status: 'DEPRECATED' },
      })),
    ],
    rejected: [
      ...['APPROVED', 'REJECTED', 'DEPRECATED'].map((status) => ({
        title: `${status} for a draft`,
        needsEmulator: true,
        setUp: draft,
        input: decision(status),
        expectedError: conflict(/DRAFT/),
      })),
      {
        title: 'the status DRAFT',
        needsEmulator: true,
        setUp: submitted,
        input: decision('DRAFT'),
        expectedError: invalid('status'),
      },
    ],
  },
];
