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
  reachesStatus,
  waitForStatus,
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

async function created(subject: Subject, more: object = {}): Promise<Fixture> {
  const { harness } = await subject.call('CreateHarness', { ...minimal(subject), ...more });
  return { harnessId: Object(harness).harnessId };
}

async function ready(subject: Subject, more: object = {}): Promise<Fixture> {
  const harness = await created(subject, more);
  await waitForStatus(subject, 'GetHarness', harness, 'READY');
  return harness;
}

const LIFETIMES = 'environment.agentCoreRuntimeEnvironment.lifecycleConfiguration';
const lifetimes = (idleRuntimeSessionTimeout: number, maxLifetime: number) => ({
  environment: {
    agentCoreRuntimeEnvironment: { lifecycleConfiguration: { idleRuntimeSessionTimeout, maxLifetime } },
  },
});
const unknownHarness = { harnessId: 'unknown-abcdefghij' };

export const harnessContracts: readonly OperationContract[] = [
  {
    operation: 'CreateHarness',
    accepted: [
      {
        title: 'the required members only, adds defaults, and makes the harness READY',
        needsEmulator: true,
        input: (_fixture, subject) => minimal(subject),
        expectedResponse: {
          harness: { status: 'CREATING', harnessVersion: '1', tools: [], model: {}, truncation: {} },
        },
        verify: async (subject, { harness }) => {
          await waitForStatus(subject, 'GetHarness', { harnessId: Object(harness).harnessId }, 'READY');
        },
      },
      {
        title: 'a harness whose model does not exist, which fails with the reason',
        options: failing('CreateHarness', 'no such model'),
        input: (_fixture, subject) => minimal(subject),
        verify: async (subject, { harness }) => {
          const { harnessId } = Object(harness);
          const failed = await waitForStatus(subject, 'GetHarness', { harnessId }, 'CREATE_FAILED');
          expect(failed.harness).toMatchObject({ failureReason: 'no such model' });
        },
      },
    ],
    rejected: [
      {
        title: 'an operator that does not compare the type of a custom claim',
        input: (_fixture, subject) => ({ ...minimal(subject), authorizerConfiguration: mismatchedClaims }),
        expectedError: invalidClaims,
      },
      {
        title: 'a session beyond eight hours',
        input: (_fixture, subject) => ({ ...minimal(subject), ...lifetimes(28_801, 28_801) }),
        expectedError: invalid(`${LIFETIMES}.idleRuntimeSessionTimeout`),
      },
      {
        title: 'an idle timeout longer than the lifetime',
        input: (_fixture, subject) => ({ ...minimal(subject), ...lifetimes(901, 900) }),
        expectedError: invalid(`${LIFETIMES}.idleRuntimeSessionTimeout`),
      },
      {
        title: 'a name of 41 characters',
        input: (_fixture, subject) => ({ ...minimal(subject), harnessName: 'h'.repeat(41) }),
        expectedError: invalid('harnessName'),
      },
      { title: 'no role', input: { harnessName: 'h' }, expectedError: invalid('executionRoleArn') },
      {
        title: 'a temperature of 3',
        input: (_fixture, subject) => ({
          ...minimal(subject),
          model: { bedrockModelConfig: { modelId: 'm', temperature: 3 } },
        }),
        expectedError: invalid('model.bedrockModelConfig.temperature'),
      },
      {
        title: 'a name that exists',
        needsEmulator: true,
        setUp: created,
        input: (_fixture, subject) => minimal(subject),
        expectedError: conflict(/already exists/),
      },
    ],
  },
  {
    operation: 'GetHarness',
    accepted: [
      {
        title: 'an old version, with the configuration and state that it had',
        needsEmulator: true,
        setUp: async (subject) => {
          const harness = await ready(subject, { allowedTools: ['first'] });
          await subject.call('UpdateHarness', { ...harness, allowedTools: ['second'] });
          return harness;
        },
        input: (fixture) => ({ ...fixture, harnessVersion: '1' }),
        expectedResponse: { harness: { harnessVersion: '1', status: 'READY', allowedTools: ['first'] } },
        verify: async (subject, _response, fixture) => {
          expect(await subject.call('GetHarness', fixture)).toMatchObject({
            harness: { harnessVersion: '2', status: 'UPDATING', allowedTools: ['second'] },
          });
        },
      },
      {
        title: 'an id',
        needsEmulator: true,
        setUp: (subject) => created(subject, full),
        input: (fixture) => fixture,
        expectedResponse: { harness: full },
      },
      {
        title: 'an older version, and returns its configuration',
        needsEmulator: true,
        setUp: async (subject) => {
          const harness = await ready(subject, full);
          await subject.call('UpdateHarness', { ...harness, maxTokens: 2000 });
          return harness;
        },
        input: (fixture) => ({ ...fixture, harnessVersion: '1' }),
        expectedResponse: { harness: { harnessVersion: '1', maxTokens: 1000 } },
      },
    ],
    rejected: [{ title: 'an unknown id', input: unknownHarness, expectedError: notFound }],
  },
  {
    operation: 'ListHarnesses',
    accepted: [
      {
        title: 'no parameters',
        needsEmulator: true,
        setUp: created,
        input: {},
        verify: (_subject, { harnesses }, { harnessId }) => {
          expect(harnesses).toContainEqual(expect.objectContaining({ harnessId }));
        },
      },
    ],
    rejected: [
      { title: 'a page size of 101', input: { maxResults: 101 }, expectedError: invalid('maxResults') },
    ],
  },
  {
    operation: 'ListHarnessVersions',
    accepted: [
      {
        title: 'an id',
        needsEmulator: true,
        setUp: async (subject) => {
          const harness = await ready(subject);
          await subject.call('UpdateHarness', { ...harness, maxTokens: 2000 });
          return harness;
        },
        input: (fixture) => fixture,
        expectedResponse: {
          harnessVersions: [
            { harnessVersion: '1', status: 'READY' },
            { harnessVersion: '2', status: 'UPDATING' },
          ],
        },
      },
    ],
    rejected: [{ title: 'an unknown id', input: unknownHarness, expectedError: notFound }],
  },
  {
    operation: 'UpdateHarness',
    accepted: [
      {
        title: 'one member, and keeps the others',
        needsEmulator: true,
        setUp: (subject) => ready(subject, full),
        input: (fixture) => ({ ...fixture, maxTokens: 2000 }),
        expectedResponse: { harness: { ...full, status: 'UPDATING', maxTokens: 2000, harnessVersion: '2' } },
      },
      {
        title: 'a list, and replaces the old one',
        needsEmulator: true,
        setUp: (subject) => ready(subject, full),
        input: (fixture) => ({ ...fixture, allowedTools: ['fetch'] }),
        expectedResponse: { harness: { allowedTools: ['fetch'] } },
      },
      {
        title: 'wrappers without a value, and clears the members',
        needsEmulator: true,
        setUp: (subject) => ready(subject, full),
        input: (fixture) => ({ ...fixture, environmentArtifact: {}, memory: { optionalValue: null } }),
        verify: (_subject, { harness }) => {
          expect(harness).not.toHaveProperty('environmentArtifact');
          expect(harness).not.toHaveProperty('memory');
        },
      },
      {
        title: 'wrappers with a value, and replaces the members',
        needsEmulator: true,
        setUp: (subject) => ready(subject, full),
        input: (fixture) => ({
          ...fixture,
          memory: { optionalValue: { managedMemoryConfiguration: { eventExpiryDuration: 30 } } },
        }),
        expectedResponse: {
          harness: { memory: { managedMemoryConfiguration: { eventExpiryDuration: 30 } } },
        },
      },
      {
        title: 'an update that fails, and returns the reason',
        options: failing('UpdateHarness', 'no such model'),
        setUp: ready,
        input: (fixture) => ({ ...fixture, maxTokens: 2000 }),
        verify: reachesStatus('GetHarness', 'UPDATE_FAILED'),
      },
    ],
    rejected: [
      {
        title: 'an operator that does not compare the type of a custom claim',
        setUp: ready,
        input: (fixture) => ({ ...fixture, authorizerConfiguration: { optionalValue: mismatchedClaims } }),
        expectedError: invalidClaims,
      },
      {
        title: 'a harness that is being created',
        needsEmulator: true,
        setUp: created,
        input: (fixture) => ({ ...fixture, maxTokens: 2000 }),
        expectedError: conflict(/CREATING/),
      },
      { title: 'an unknown id', input: { ...unknownHarness, maxTokens: 1 }, expectedError: notFound },
    ],
  },
  {
    operation: 'DeleteHarness',
    accepted: [
      {
        title: 'a harness, and deletes it within seconds',
        needsEmulator: true,
        setUp: ready,
        input: (fixture) => fixture,
        expectedResponse: { harness: { status: 'DELETING' } },
        verify: isDeleted('GetHarness'),
      },
      {
        title: 'a harness whose deletion fails',
        options: failing('DeleteHarness'),
        setUp: ready,
        input: (fixture) => fixture,
        verify: reachesStatus('GetHarness', 'DELETE_FAILED'),
      },
    ],
    rejected: [{ title: 'an unknown id', input: unknownHarness, expectedError: notFound }],
  },
];
