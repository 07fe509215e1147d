import { expect } from 'vitest';
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
import { readyRegistry } from './registries.ts';
import type { Subject } from './subject.ts';

const descriptors = {
  mcp: { server: { inlineContent: '{"name":"server"}' }, tools: { inlineContent: '[]' } },
};
const minimal = { name: 'record', descriptorType: 'MCP', descriptors };

async function created(subject: Subject, registryOptions: object = {}, more: object = {}): Promise<Fixture> {
  const registry = await readyRegistry(subject, registryOptions);
  const { recordArn } = await subject.call('CreateRegistryRecord', { ...registry, ...minimal, ...more });
  return { ...registry, recordId: String(recordArn) };
}

async function draft(subject: Subject, registryOptions: object = {}, more: object = {}): Promise<Fixture> {
  const record = await created(subject, registryOptions, more);
  await waitForStatus(subject, 'GetRegistryRecord', record, 'DRAFT');
  return record;
}

async function submitted(subject: Subject): Promise<Fixture> {
  const record = await draft(subject);
  await subject.call('SubmitRegistryRecordForApproval', record);
  return record;
}

const decided = (status: string) => async (subject: Subject) => {
  const record = await submitted(subject);
  await subject.call('UpdateRegistryRecordStatus', { ...record, status, statusReason: 'reviewed' });
  return record;
};
const decision = (status: string) => (fixture: Fixture) => ({
  ...fixture,
  status,
  statusReason: 'reviewed',
});

const withRegistry = (subject: Subject) => readyRegistry(subject);
const unknownRecord = { recordId: 'abcdefghijkl' };

export const registryRecordContracts: readonly OperationContract[] = [
  {
    operation: 'CreateRegistryRecord',
    accepted: [
      {
        title: 'a descriptor, and makes the record a DRAFT',
        needsEmulator: true,
        setUp: withRegistry,
        input: (fixture) => ({ ...fixture, ...minimal }),
        expectedResponse: { status: 'CREATING', recordArn: expect.stringContaining('/record/') },
        verify: async (subject, { recordArn }, fixture) => {
          const record = await waitForStatus(
            subject,
            'GetRegistryRecord',
            { ...fixture, recordId: recordArn },
            'DRAFT',
          );
          expect(record).toMatchObject({ descriptors });
        },
      },
      {
        title: 'a resource whose creation fails, and returns the reason',
        options: failing('CreateRegistryRecord', 'no such server'),
        setUp: withRegistry,
        input: (fixture) => ({ ...fixture, ...minimal }),
        verify: async (subject, { recordArn }, fixture) => {
          const input = { ...fixture, recordId: recordArn };
          const record = await waitForStatus(subject, 'GetRegistryRecord', input, 'CREATE_FAILED');
          expect(record.statusReason).toBe('no such server');
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
        title: 'an unknown type',
        setUp: withRegistry,
        input: (fixture) => ({ ...fixture, ...minimal, descriptorType: 'POEM' }),
        needsEmulator: true,
        expectedError: invalid('descriptorType'),
      },
    ],
  },
  {
    operation: 'GetRegistryRecord',
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
    operation: 'ListRegistryRecords',
    accepted: [
      {
        title: 'several filters, and returns records that match all of them',
        needsEmulator: true,
        setUp: draft,
        input: ({ registryId }) => ({ registryId, name: 'record', status: 'DRAFT', descriptorType: 'MCP' }),
        expectedResponse: { registryRecords: [{ name: 'record', recordVersion: '1' }] },
      },
      {
        title: 'a filter without matches',
        needsEmulator: true,
        setUp: draft,
        input: ({ registryId }) => ({ registryId, status: 'APPROVED' }),
        expectedResponse: { registryRecords: [] },
      },
    ],
    rejected: [
      { title: 'an unknown registry', input: { registryId: 'abcdefghijkl' }, expectedError: notFound },
    ],
  },
  {
    operation: 'UpdateRegistryRecord',
    accepted: [
      {
        title: 'one part of a descriptor, keeps the others, and increments the version',
        needsEmulator: true,
        setUp: (subject) => draft(subject, {}, { description: 'first' }),
        input: (fixture) => ({
          ...fixture,
          descriptors: {
            optionalValue: {
              mcp: { optionalValue: { tools: { optionalValue: { inlineContent: '[{}]' } } } },
            },
          },
        }),
        expectedResponse: {
          status: 'UPDATING',
          description: 'first',
          recordVersion: '2',
          descriptors: { mcp: { server: descriptors.mcp.server, tools: { inlineContent: '[{}]' } } },
        },
      },
      {
        title: 'wrappers without a value, and clears the members',
        needsEmulator: true,
        setUp: (subject) => draft(subject, {}, { description: 'first' }),
        input: (fixture) => ({ ...fixture, description: {}, descriptors: {} }),
        verify: (_subject, response) => {
          expect(response).not.toHaveProperty('description');
          expect(response.descriptors).toEqual({});
        },
      },
      {
        title: 'a submitted record, and makes it a DRAFT again',
        needsEmulator: true,
        setUp: submitted,
        input: (fixture) => ({ ...fixture, name: 'renamed' }),
        verify: reachesStatus('GetRegistryRecord', 'DRAFT'),
      },
      {
        title: 'an update that fails, and returns the reason',
        options: failing('UpdateRegistryRecord'),
        setUp: draft,
        input: (fixture) => ({ ...fixture, name: 'renamed' }),
        verify: reachesStatus('GetRegistryRecord', 'UPDATE_FAILED'),
      },
    ],
    rejected: [
      {
        title: 'a version that is not the current one',
        needsEmulator: true,
        setUp: draft,
        input: (fixture) => ({ ...fixture, recordVersion: '7' }),
        expectedError: conflict(/version/),
      },
      {
        title: 'a deprecated record',
        needsEmulator: true,
        setUp: async (subject) => {
          const record = await decided('APPROVED')(subject);
          await subject.call('UpdateRegistryRecordStatus', decision('DEPRECATED')(record));
          return record;
        },
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
    ],
  },
  {
    operation: 'DeleteRegistryRecord',
    accepted: [
      {
        title: 'a record, and deletes it within seconds',
        needsEmulator: true,
        setUp: draft,
        input: (fixture) => fixture,
        verify: isDeleted('GetRegistryRecord'),
      },
    ],
    rejected: [
      {
        title: 'a record that is being deleted',
        needsEmulator: true,
        setUp: async (subject) => {
          const record = await draft(subject);
          await subject.call('DeleteRegistryRecord', record);
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
    operation: 'SubmitRegistryRecordForApproval',
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
        setUp: (subject) => draft(subject, { approvalConfiguration: { autoApproval: true } }),
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
    operation: 'UpdateRegistryRecordStatus',
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
      {
        title: 'no reason',
        needsEmulator: true,
        setUp: submitted,
        input: (fixture) => ({ ...fixture, status: 'APPROVED' }),
        expectedError: invalid('statusReason'),
      },
    ],
  },
];
