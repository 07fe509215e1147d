import { expect } from 'vitest';
import {
  conflict,
  invalid,
  missing,
  type OperationContract,
  waitForStatus,
  waitUntilDeleted,
} from './contract.ts';
import { readyRegistry } from './registries.ts';
import type { Subject } from './subject.ts';

type Given = Record<string, string>;

const descriptors = {
  mcp: { server: { inlineContent: '{"name":"server"}' }, tools: { inlineContent: '[]' } },
};
const minimal = { name: 'record', descriptorType: 'MCP', descriptors };

async function created(subject: Subject, registryOptions: object = {}, more: object = {}): Promise<Given> {
  const registry = await readyRegistry(subject, registryOptions);
  const { recordArn } = await subject.call('CreateRegistryRecord', { ...registry, ...minimal, ...more });
  return { ...registry, recordId: String(recordArn) };
}

async function draft(subject: Subject, registryOptions: object = {}, more: object = {}): Promise<Given> {
  const record = await created(subject, registryOptions, more);
  await waitForStatus(subject, 'GetRegistryRecord', record, 'DRAFT');
  return record;
}

async function submitted(subject: Subject): Promise<Given> {
  const record = await draft(subject);
  await subject.call('SubmitRegistryRecordForApproval', record);
  return record;
}

const decided = (status: string) => async (subject: Subject) => {
  const record = await submitted(subject);
  await subject.call('UpdateRegistryRecordStatus', { ...record, status, statusReason: 'so be it' });
  return record;
};
const decision = (status: string) => (given: Readonly<Given>) => ({
  ...given,
  status,
  statusReason: 'so be it',
});

const withRegistry = (subject: Subject) => readyRegistry(subject);
const unknownRecord = { recordId: 'abcdefghijkl' };

export const registryRecordContracts: readonly OperationContract[] = [
  {
    operation: 'CreateRegistryRecord',
    accepted: [
      {
        title: 'a descriptor, and makes it a DRAFT',
        needsEmulator: true,
        given: withRegistry,
        input: (given) => ({ ...given, ...minimal }),
        answers: { status: 'CREATING', recordArn: expect.stringContaining('/record/') },
        afterwards: async (subject, { recordArn }, given) => {
          const record = await waitForStatus(
            subject,
            'GetRegistryRecord',
            { ...given, recordId: recordArn },
            'DRAFT',
          );
          expect(record).toMatchObject({ descriptors });
        },
      },
      {
        title: 'what cannot be made, and fails',
        options: { faults: [{ fault: 'fail', operation: 'CreateRegistryRecord', reason: 'no such server' }] },
        given: withRegistry,
        input: (given) => ({ ...given, ...minimal }),
        afterwards: async (subject, { recordArn }, given) => {
          const input = { ...given, recordId: recordArn };
          const record = await waitForStatus(subject, 'GetRegistryRecord', input, 'CREATE_FAILED');
          expect(record.statusReason).toBe('no such server');
        },
      },
    ],
    refused: [
      { title: 'an unknown registry', input: { registryId: 'abcdefghijkl', ...minimal }, refusal: missing },
      {
        title: 'an unknown type',
        given: withRegistry,
        input: (given) => ({ ...given, ...minimal, descriptorType: 'POEM' }),
        needsEmulator: true,
        refusal: invalid('descriptorType'),
      },
    ],
  },
  {
    operation: 'GetRegistryRecord',
    accepted: [
      {
        title: 'the ARN of a record',
        needsEmulator: true,
        given: draft,
        input: (given) => given,
        answers: { status: 'DRAFT', recordVersion: '1' },
      },
      {
        title: 'the id of a record',
        needsEmulator: true,
        given: draft,
        input: ({ registryId, recordId = '' }) => ({
          registryId,
          recordId: recordId.slice(recordId.lastIndexOf('/') + 1),
        }),
        answers: { status: 'DRAFT' },
      },
    ],
    refused: [
      {
        title: 'an unknown record',
        needsEmulator: true,
        given: withRegistry,
        input: (given) => ({ ...given, ...unknownRecord }),
        refusal: missing,
      },
    ],
  },
  {
    operation: 'ListRegistryRecords',
    accepted: [
      {
        title: 'filters, which all must fit',
        needsEmulator: true,
        given: draft,
        input: ({ registryId }) => ({ registryId, name: 'record', status: 'DRAFT', descriptorType: 'MCP' }),
        answers: { registryRecords: [{ name: 'record', recordVersion: '1' }] },
      },
      {
        title: 'a filter that fits nothing',
        needsEmulator: true,
        given: draft,
        input: ({ registryId }) => ({ registryId, status: 'APPROVED' }),
        answers: { registryRecords: [] },
      },
    ],
    refused: [{ title: 'an unknown registry', input: { registryId: 'abcdefghijkl' }, refusal: missing }],
  },
  {
    operation: 'UpdateRegistryRecord',
    accepted: [
      {
        title: 'one part of a descriptor, keeps the others, and counts the version up',
        needsEmulator: true,
        given: (subject) => draft(subject, {}, { description: 'first' }),
        input: (given) => ({
          ...given,
          descriptors: {
            optionalValue: {
              mcp: { optionalValue: { tools: { optionalValue: { inlineContent: '[{}]' } } } },
            },
          },
        }),
        answers: {
          status: 'UPDATING',
          description: 'first',
          recordVersion: '2',
          descriptors: { mcp: { server: descriptors.mcp.server, tools: { inlineContent: '[{}]' } } },
        },
      },
      {
        title: 'wrappers without a value, which clear',
        needsEmulator: true,
        given: (subject) => draft(subject, {}, { description: 'first' }),
        input: (given) => ({ ...given, description: {}, descriptors: {} }),
        afterwards: (_subject, answer) => {
          expect(answer).not.toHaveProperty('description');
          expect(answer.descriptors).toEqual({});
        },
      },
      {
        title: 'a record that was submitted, which becomes a draft again',
        needsEmulator: true,
        given: submitted,
        input: (given) => ({ ...given, name: 'renamed' }),
        afterwards: async (subject, _answer, given) => {
          await waitForStatus(subject, 'GetRegistryRecord', given, 'DRAFT');
        },
      },
      {
        title: 'a change that fails, and says why',
        options: { faults: [{ fault: 'fail', operation: 'UpdateRegistryRecord' }] },
        given: draft,
        input: (given) => ({ ...given, name: 'renamed' }),
        afterwards: async (subject, _answer, given) => {
          await waitForStatus(subject, 'GetRegistryRecord', given, 'UPDATE_FAILED');
        },
      },
    ],
    refused: [
      {
        title: 'a version that is not the present one',
        needsEmulator: true,
        given: draft,
        input: (given) => ({ ...given, recordVersion: '7' }),
        refusal: conflict(/version/),
      },
      {
        title: 'a record that is deprecated',
        needsEmulator: true,
        given: async (subject) => {
          const record = await decided('APPROVED')(subject);
          await subject.call('UpdateRegistryRecordStatus', decision('DEPRECATED')(record));
          return record;
        },
        input: (given) => ({ ...given, name: 'renamed' }),
        refusal: conflict(/deprecated/),
      },
      {
        title: 'a record that is being created',
        needsEmulator: true,
        given: created,
        input: (given) => ({ ...given, name: 'renamed' }),
        refusal: conflict(/CREATING/),
      },
    ],
  },
  {
    operation: 'DeleteRegistryRecord',
    accepted: [
      {
        title: 'a record, which is gone some seconds later',
        needsEmulator: true,
        given: draft,
        input: (given) => given,
        afterwards: (subject, _answer, given) => waitUntilDeleted(subject, 'GetRegistryRecord', given),
      },
    ],
    refused: [
      {
        title: 'a record that is being deleted',
        needsEmulator: true,
        given: async (subject) => {
          const record = await draft(subject);
          await subject.call('DeleteRegistryRecord', record);
          return record;
        },
        input: (given) => given,
        refusal: conflict(/deleted/),
      },
      {
        title: 'an unknown record',
        needsEmulator: true,
        given: withRegistry,
        input: (given) => ({ ...given, ...unknownRecord }),
        refusal: missing,
      },
    ],
  },
  {
    operation: 'SubmitRegistryRecordForApproval',
    accepted: [
      {
        title: 'a draft, which waits for approval',
        needsEmulator: true,
        given: draft,
        input: (given) => given,
        answers: { status: 'PENDING_APPROVAL' },
      },
      {
        title: 'a draft of a registry that approves by itself',
        needsEmulator: true,
        given: (subject) => draft(subject, { approvalConfiguration: { autoApproval: true } }),
        input: (given) => given,
        answers: { status: 'APPROVED' },
      },
    ],
    refused: [
      {
        title: 'a record that was submitted before',
        needsEmulator: true,
        given: submitted,
        input: (given) => given,
        refusal: conflict(/PENDING_APPROVAL/),
      },
    ],
  },
  {
    operation: 'UpdateRegistryRecordStatus',
    accepted: [
      ...['APPROVED', 'REJECTED'].map((status) => ({
        title: `${status} for a record that waits`,
        needsEmulator: true,
        given: submitted,
        input: decision(status),
        answers: { status, statusReason: 'so be it' },
      })),
      ...['APPROVED', 'REJECTED'].map((status) => ({
        title: `DEPRECATED for a record that is ${status}`,
        needsEmulator: true,
        given: decided(status),
        input: decision('DEPRECATED'),
        answers: { status: 'DEPRECATED' },
      })),
    ],
    refused: [
      ...['APPROVED', 'REJECTED', 'DEPRECATED'].map((status) => ({
        title: `${status} for a draft`,
        needsEmulator: true,
        given: draft,
        input: decision(status),
        refusal: conflict(/DRAFT/),
      })),
      {
        title: 'DRAFT, which nobody decides',
        needsEmulator: true,
        given: submitted,
        input: decision('DRAFT'),
        refusal: invalid('status'),
      },
      {
        title: 'no reason',
        needsEmulator: true,
        given: submitted,
        input: (given) => ({ ...given, status: 'APPROVED' }),
        refusal: invalid('statusReason'),
      },
    ],
  },
];
