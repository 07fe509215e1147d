import { expect } from 'vitest';
import {
  conflict,
  invalid,
  missing,
  type OperationContract,
  waitForStatus,
  waitUntilDeleted,
} from './contract.ts';
import type { Subject } from './subject.ts';

const minimal = ({ name, roleArn }: Subject) => ({ harnessName: name, executionRoleArn: roleArn });
const artifact = {
  containerConfiguration: { containerUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/tools:v1' },
};
const full = {
  environmentArtifact: artifact,
  memory: { disabled: {} },
  allowedTools: ['@builtin', 'search'],
  maxTokens: 1000,
};

async function created(subject: Subject, more: object = {}): Promise<Record<string, string>> {
  const { harness } = await subject.call('CreateHarness', { ...minimal(subject), ...more });
  return { harnessId: Object(harness).harnessId };
}

async function ready(subject: Subject, more: object = {}): Promise<Record<string, string>> {
  const harness = await created(subject, more);
  await waitForStatus(subject, 'GetHarness', harness, 'READY');
  return harness;
}

const unknownHarness = { harnessId: 'unknown-abcdefghij' };

export const harnessContracts: readonly OperationContract[] = [
  {
    operation: 'CreateHarness',
    accepted: [
      {
        title: 'the least that a harness needs, fills in the rest, and makes it READY',
        needsEmulator: true,
        input: (_given, subject) => minimal(subject),
        answers: {
          harness: { status: 'CREATING', harnessVersion: '1', tools: [], model: {}, truncation: {} },
        },
        afterwards: async (subject, { harness }) => {
          await waitForStatus(subject, 'GetHarness', { harnessId: Object(harness).harnessId }, 'READY');
        },
      },
      {
        title: 'a model that cannot be had, and fails',
        options: { faults: [{ fault: 'fail', operation: 'CreateHarness', reason: 'no such model' }] },
        input: (_given, subject) => minimal(subject),
        afterwards: async (subject, { harness }) => {
          const { harnessId } = Object(harness);
          const failed = await waitForStatus(subject, 'GetHarness', { harnessId }, 'CREATE_FAILED');
          expect(failed.harness).toMatchObject({ failureReason: 'no such model' });
        },
      },
    ],
    refused: [
      {
        title: 'a name of 41 characters',
        input: (_given, subject) => ({ ...minimal(subject), harnessName: 'h'.repeat(41) }),
        refusal: invalid('harnessName'),
      },
      { title: 'no role', input: { harnessName: 'h' }, refusal: invalid('executionRoleArn') },
      {
        title: 'a temperature of 3',
        input: (_given, subject) => ({
          ...minimal(subject),
          model: { bedrockModelConfig: { modelId: 'm', temperature: 3 } },
        }),
        refusal: invalid('model.bedrockModelConfig.temperature'),
      },
      {
        title: 'a name that is taken',
        needsEmulator: true,
        given: created,
        input: (_given, subject) => minimal(subject),
        refusal: conflict(/already exists/),
      },
    ],
  },
  {
    operation: 'GetHarness',
    accepted: [
      {
        title: 'an id',
        needsEmulator: true,
        given: (subject) => created(subject, full),
        input: (given) => given,
        answers: { harness: full },
      },
      {
        title: 'an older version, as it was',
        needsEmulator: true,
        given: async (subject) => {
          const harness = await ready(subject, full);
          await subject.call('UpdateHarness', { ...harness, maxTokens: 2000 });
          return harness;
        },
        input: (given) => ({ ...given, harnessVersion: '1' }),
        answers: { harness: { harnessVersion: '1', maxTokens: 1000 } },
      },
    ],
    refused: [{ title: 'an unknown id', input: unknownHarness, refusal: missing }],
  },
  {
    operation: 'ListHarnesses',
    accepted: [
      {
        title: 'no parameters',
        needsEmulator: true,
        given: created,
        input: {},
        afterwards: (_subject, { harnesses }, { harnessId }) => {
          expect(harnesses).toContainEqual(expect.objectContaining({ harnessId }));
        },
      },
    ],
    refused: [{ title: 'a page of 101', input: { maxResults: 101 }, refusal: invalid('maxResults') }],
  },
  {
    operation: 'ListHarnessVersions',
    accepted: [
      {
        title: 'an id',
        needsEmulator: true,
        given: async (subject) => {
          const harness = await ready(subject);
          await subject.call('UpdateHarness', { ...harness, maxTokens: 2000 });
          return harness;
        },
        input: (given) => given,
        answers: {
          harnessVersions: [
            { harnessVersion: '1', status: 'READY' },
            { harnessVersion: '2', status: 'UPDATING' },
          ],
        },
      },
    ],
    refused: [{ title: 'an unknown id', input: unknownHarness, refusal: missing }],
  },
  {
    operation: 'UpdateHarness',
    accepted: [
      {
        title: 'one member, and keeps the others',
        needsEmulator: true,
        given: (subject) => ready(subject, full),
        input: (given) => ({ ...given, maxTokens: 2000 }),
        answers: { harness: { ...full, status: 'UPDATING', maxTokens: 2000, harnessVersion: '2' } },
      },
      {
        title: 'a list, which replaces the old one whole',
        needsEmulator: true,
        given: (subject) => ready(subject, full),
        input: (given) => ({ ...given, allowedTools: ['fetch'] }),
        answers: { harness: { allowedTools: ['fetch'] } },
      },
      {
        title: 'wrappers without a value, which clear',
        needsEmulator: true,
        given: (subject) => ready(subject, full),
        input: (given) => ({ ...given, environmentArtifact: {}, memory: { optionalValue: null } }),
        afterwards: (_subject, { harness }) => {
          expect(harness).not.toHaveProperty('environmentArtifact');
          expect(harness).not.toHaveProperty('memory');
        },
      },
      {
        title: 'wrappers with a value, which replace',
        needsEmulator: true,
        given: (subject) => ready(subject, full),
        input: (given) => ({
          ...given,
          memory: { optionalValue: { managedMemoryConfiguration: { eventExpiryDuration: 30 } } },
        }),
        answers: { harness: { memory: { managedMemoryConfiguration: { eventExpiryDuration: 30 } } } },
      },
      {
        title: 'a change that fails, and says why',
        options: { faults: [{ fault: 'fail', operation: 'UpdateHarness', reason: 'no such model' }] },
        given: ready,
        input: (given) => ({ ...given, maxTokens: 2000 }),
        afterwards: async (subject, _answer, given) => {
          await waitForStatus(subject, 'GetHarness', given, 'UPDATE_FAILED');
        },
      },
    ],
    refused: [
      {
        title: 'a harness that is being created',
        needsEmulator: true,
        given: created,
        input: (given) => ({ ...given, maxTokens: 2000 }),
        refusal: conflict(/CREATING/),
      },
      { title: 'an unknown id', input: { ...unknownHarness, maxTokens: 1 }, refusal: missing },
    ],
  },
  {
    operation: 'DeleteHarness',
    accepted: [
      {
        title: 'a harness, which is gone some seconds later',
        needsEmulator: true,
        given: ready,
        input: (given) => given,
        answers: { harness: { status: 'DELETING' } },
        afterwards: (subject, _answer, given) => waitUntilDeleted(subject, 'GetHarness', given),
      },
      {
        title: 'a harness that cannot be deleted, and fails',
        options: { faults: [{ fault: 'fail', operation: 'DeleteHarness' }] },
        given: ready,
        input: (given) => given,
        afterwards: async (subject, _answer, given) => {
          await waitForStatus(subject, 'GetHarness', given, 'DELETE_FAILED');
        },
      },
    ],
    refused: [{ title: 'an unknown id', input: unknownHarness, refusal: missing }],
  },
];
