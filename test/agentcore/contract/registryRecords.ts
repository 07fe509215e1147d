import { expect } from 'vitest';
import { conflict, gone, invalid, missing, type OperationContract, settle } from './contract.ts';
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
  await settle(subject, 'GetRegistryRecord', record, 'DRAFT');
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
        says: 'a descriptor, and makes it a DRAFT',
        needsEmulator: true,
        given: withRegistry,
        input: (given) => ({ ...given, ...minimal }),
        answers: { status: 'CREATING', recordArn: expect.stringContaining('/record/') },
        afterwards: async (subject, { recordArn }, given) => {
          const record = await settle(
            subject,
            'GetRegistryRecord',
            { ...given, recordId: recordArn },
            'DRAFT',
          );
          expect(record).toMatchObject({ descriptors });
        },
      },
      {
        says: 'what cannot be made, and fails',
        options: { faults: [{ fault: 'fail', operation: 'CreateRegistryRecord', reason: 'no such server' }] },
        given: withRegistry,
        input: (given) => ({ ...given, ...minimal }),
        afterwards: async (subject, { recordArn }, given) => {
          const input = { ...given, recordId: recordArn };
          const record = await settle(subject, 'GetRegistryRecord', input, 'CREATE_FAILED');
          expect(record.statusReason).toBe('no such server');
        },
      },
    ],
    refused: [
      { says: 'an unknown registry', input: { registryId: 'abcdefghijkl', ...minimal }, refusal: missing },
      {
        says: 'an unknown type',
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
        says: 'the ARN of a record',
        needsEmulator: true,
        given: draft,
        input: (given) => given,
        answers: { status: 'DRAFT', recordVersion: '1' },
      },
      {
        says: 'the id of a record',
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
        says: 'an unknown record',
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
        says: 'filters, which all must fit',
        needsEmulator: true,
        given: draft,
        input: ({ registryId }) => ({ registryId, name: 'record', status: 'DRAFT', descriptorType: 'MCP' }),
        answers: { registryRecords: [{ name: 'record', recordVersion: '1' }] },
      },
      {
        says: 'a filter that fits nothing',
        needsEmulator: true,
        given: draft,
        input: ({ registryId }) => ({ registryId, status: 'APPROVED' }),
        answers: { registryRecords: [] },
      },
    ],
    refused: [{ says: 'an unknown registry', input: { registryId: 'abcdefghijkl' }, refusal: missing }],
  },
  {
    operation: 'UpdateRegistryRecord',
    accepted: [
      {
        says: 'one part of a descriptor, keeps the others, and counts the version up',
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
        says: 'wrappers without a value, which clear',
        needsEmulator: true,
        given: (subject) => draft(subject, {}, { description: 'first' }),
        input: (given) => ({ ...given, description: {}, descriptors: {} }),
        afterwards: (_subject, answer) => {
          expect(answer).not.toHaveProperty('description');
          expect(answer.descriptors).toEqual({});
        },
      },
      {
        says: 'a record that was submitted, which becomes a draft again',
        needsEmulator: true,
        given: submitted,
        input: (given) => ({ ...given, name: 'renamed' }),
        afterwards: async (subject, _answer, given) => {
          await settle(subject, 'GetRegistryRecord', given, 'DRAFT');
        },
      },
      {
        says: 'a change that fails, and says why',
        options: { faults: [{ fault: 'fail', operation: 'UpdateRegistryRecord' }] },
        given: draft,
        input: (given) => ({ ...given, name: 'renamed' }),
        afterwards: async (subject, _answer, given) => {
          await settle(subject, 'GetRegistryRecord', given, 'UPDATE_FAILED');
        },
      },
    ],
    refused: [
      {
        says: 'a version that is not the present one',
        needsEmulator: true,
        given: draft,
        input: (given) => ({ ...given, recordVersion: '7' }),
        refusal: conflict(/version/),
      },
      {
        says: 'a record that is deprecated',
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
        says: 'a record that is being created',
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
        says: 'a record, which is gone some seconds later',
        needsEmulator: true,
        given: draft,
        input: (given) => given,
        afterwards: (subject, _answer, given) => gone(subject, 'GetRegistryRecord', given),
      },
    ],
    refused: [
      {
        says: 'a record that is being deleted',
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
        says: 'an unknown record',
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
        says: 'a draft, which waits for approval',
        needsEmulator: true,
        given: draft,
        input: (given) => given,
        answers: { status: 'PENDING_APPROVAL' },
      },
      {
        says: 'a draft of a registry that approves by itself',
        needsEmulator: true,
        given: (subject) => draft(subject, { approvalConfiguration: { autoApproval: true } }),
        input: (given) => given,
        answers: { status: 'APPROVED' },
      },
    ],
    refused: [
      {
        says: 'a record that was submitted before',
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
        says: `${status} for a record that waits`,
        needsEmulator: true,
        given: submitted,
        input: decision(status),
        answers: { status, statusReason: 'so be it' },
      })),
      ...['APPROVED', 'REJECTED'].map((status) => ({
        says: `DEPRECATED for a record that is ${status}`,
        needsEmulator: true,
        given: decided(status),
        input: decision('DEPRECATED'),
        answers: { status: 'DEPRECATED' },
      })),
    ],
    refused: [
      ...['APPROVED', 'REJECTED', 'DEPRECATED'].map((status) => ({
        says: `${status} for a draft`,
        needsEmulator: true,
        given: draft,
        input: decision(status),
        refusal: conflict(/DRAFT/),
      })),
      {
        says: 'DRAFT, which nobody decides',
        needsEmulator: true,
        given: submitted,
        input: decision('DRAFT'),
        refusal: invalid('status'),
      },
      {
        says: 'no reason',
        needsEmulator: true,
        given: submitted,
        input: (given) => ({ ...given, status: 'APPROVED' }),
        refusal: invalid('statusReason'),
      },
    ],
  },
];
