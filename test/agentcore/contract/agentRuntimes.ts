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
  waitUntilDeleted,
} from './contract.ts';
import { INSTANCES } from './genericKindRows.ts';
import type { Subject } from './subject.ts';

const artifact = (tag = 'v1') => ({
  agentRuntimeArtifact: {
    containerConfiguration: { containerUri: `123456789012.dkr.ecr.us-east-1.amazonaws.com/agent:${tag}` },
  },
});
const minimal = ({ name, roleArn }: Subject) => ({
  agentRuntimeName: name,
  roleArn,
  networkConfiguration: { networkMode: 'PUBLIC' },
  ...artifact(),
});

/** A client token of the minimum length, 33 characters, unique to the subject. */
const token = ({ name }: Subject) => name.padEnd(33, 'x');

async function created(subject: Subject, more: object = {}): Promise<Fixture> {
  const { agentRuntimeId } = await subject.call('CreateAgentRuntime', { ...minimal(subject), ...more });
  return { agentRuntimeId: String(agentRuntimeId) };
}

async function ready(subject: Subject, more: object = {}): Promise<Fixture> {
  const runtime = await created(subject, more);
  await waitForStatus(subject, 'GetAgentRuntime', runtime, 'READY');
  return runtime;
}

/** Creates a runtime with two versions. */
async function updated(subject: Subject): Promise<Fixture> {
  const runtime = await ready(subject, { description: 'first' });
  await subject.call('UpdateAgentRuntime', { ...runtime, roleArn: subject.roleArn, ...artifact('v2') });
  await waitForStatus(subject, 'GetAgentRuntime', runtime, 'READY');
  return runtime;
}

const lifetimes = (idleRuntimeSessionTimeout: number, maxLifetime: number) => ({
  lifecycleConfiguration: { idleRuntimeSessionTimeout, maxLifetime },
});
const unknownRuntime = { agentRuntimeId: 'unknown-abcdefghij' };

export const agentRuntimeContracts: readonly OperationContract[] = [
  {
    operation: 'CreateAgentRuntime',
    accepted: [
      {
        title: 'longer sessions on the instances of a capacity provider',
        needsEmulator: true,
        input: (_fixture, subject) => ({
          ...minimal(subject),
          ...lifetimes(900, 28_801),
          capacityProviderConfiguration: {
            capacityProviderArn:
              'arn:aws:bedrock-agentcore:us-east-1:123456789012:capacity-provider/fleet-AbCdEf1234',
          },
        }),
        expectedResponse: { status: 'CREATING' },
      },
      {
        title: 'a lifetime of less than 15 minutes, which becomes the idle timeout too',
        needsEmulator: true,
        input: (_fixture, subject) => ({ ...minimal(subject), lifecycleConfiguration: { maxLifetime: 60 } }),
        verify: async (subject, { agentRuntimeId }) => {
          expect(await subject.call('GetAgentRuntime', { agentRuntimeId })).toMatchObject(lifetimes(60, 60));
        },
      },
      {
        title: 'the required members only, and makes the runtime READY',
        needsEmulator: true,
        input: (_fixture, subject) => minimal(subject),
        expectedResponse: { status: 'CREATING', agentRuntimeVersion: '1' },
        verify: async (subject, { agentRuntimeId }) => {
          await waitForStatus(subject, 'GetAgentRuntime', { agentRuntimeId }, 'READY');
        },
      },
      {
        title: 'a runtime whose image does not exist, which fails with the reason',
        options: failing('CreateAgentRuntime', 'no such image'),
        input: (_fixture, subject) => minimal(subject),
        verify: async (subject, { agentRuntimeId }) => {
          const runtime = await waitForStatus(
            subject,
            'GetAgentRuntime',
            { agentRuntimeId },
            'CREATE_FAILED',
          );
          expect(runtime.failureReason).toBe('no such image');
        },
      },
      {
        title: 'a repeated request with the same client token, and creates one resource',
        needsEmulator: true,
        setUp: (subject) => created(subject, { clientToken: token(subject) }),
        input: (_fixture, subject) => ({ ...minimal(subject), clientToken: token(subject) }),
        verify: (_subject, response, { agentRuntimeId }) => {
          expect(response.agentRuntimeId).toBe(agentRuntimeId);
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
        title: 'a session of a microVM beyond eight hours',
        input: (_fixture, subject) => ({ ...minimal(subject), ...lifetimes(900, 28_801) }),
        expectedError: invalid('lifecycleConfiguration.maxLifetime'),
      },
      {
        title: 'an idle timeout longer than the lifetime',
        input: (_fixture, subject) => ({ ...minimal(subject), ...lifetimes(901, 900) }),
        expectedError: invalid('lifecycleConfiguration.idleRuntimeSessionTimeout'),
      },
      {
        title: 'a name with a hyphen',
        input: (_fixture, subject) => ({ ...minimal(subject), agentRuntimeName: 'my-agent' }),
        expectedError: invalid('agentRuntimeName'),
      },
      {
        title: 'an image outside of ECR',
        input: (_fixture, subject) => ({
          ...minimal(subject),
          agentRuntimeArtifact: { containerConfiguration: { containerUri: 'docker.io/library/agent' } },
        }),
        expectedError: invalid('agentRuntimeArtifact.containerConfiguration.containerUri'),
      },
      {
        title: 'an idle timeout of 59 s',
        input: (_fixture, subject) => ({
          ...minimal(subject),
          lifecycleConfiguration: { idleRuntimeSessionTimeout: 59 },
        }),
        expectedError: invalid('lifecycleConfiguration.idleRuntimeSessionTimeout'),
      },
      {
        title: 'no artifact',
        input: (_fixture, { name, roleArn }) => ({ agentRuntimeName: name, roleArn }),
        expectedError: invalid('agentRuntimeArtifact'),
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
    operation: 'GetAgentRuntime',
    accepted: [
      {
        title: 'an old version, with the configuration and state that it had',
        needsEmulator: true,
        options: failing('CreateAgentRuntime', 'no such image'),
        setUp: async (subject) => {
          const runtime = await created(subject, { description: 'first' });
          const old = await waitForStatus(subject, 'GetAgentRuntime', runtime, 'CREATE_FAILED');
          await subject.call('UpdateAgentRuntime', {
            ...runtime,
            roleArn: subject.roleArn,
            ...artifact('v2'),
          });
          return { ...runtime, lastUpdatedAt: Object(old.lastUpdatedAt).toISOString() };
        },
        input: ({ agentRuntimeId }) => ({ agentRuntimeId, agentRuntimeVersion: '1' }),
        expectedResponse: {
          agentRuntimeVersion: '1',
          status: 'CREATE_FAILED',
          failureReason: 'no such image',
          description: 'first',
          ...artifact('v1'),
        },
        verify: async (subject, response, { agentRuntimeId, lastUpdatedAt }) => {
          expect(Object(response.lastUpdatedAt).toISOString()).toBe(lastUpdatedAt);
          const latest = await subject.call('GetAgentRuntime', { agentRuntimeId });
          expect(latest).toMatchObject({ agentRuntimeVersion: '2', status: 'UPDATING' });
          expect(latest).not.toHaveProperty('failureReason');
        },
      },
      {
        title: 'an id, and returns the latest version',
        needsEmulator: true,
        setUp: updated,
        input: (fixture) => fixture,
        expectedResponse: { agentRuntimeVersion: '2', ...artifact('v2') },
      },
      {
        title: 'an older version, and returns its configuration',
        needsEmulator: true,
        setUp: updated,
        input: (fixture) => ({ ...fixture, agentRuntimeVersion: '1' }),
        expectedResponse: { agentRuntimeVersion: '1', description: 'first', ...artifact('v1') },
      },
    ],
    rejected: [
      { title: 'an unknown id', input: unknownRuntime, expectedError: notFound },
      {
        title: 'a version that does not exist',
        needsEmulator: true,
        setUp: created,
        input: (fixture) => ({ ...fixture, agentRuntimeVersion: '7' }),
        expectedError: notFound,
      },
      {
        title: 'version 0',
        input: { ...unknownRuntime, agentRuntimeVersion: '0' },
        expectedError: invalid('agentRuntimeVersion'),
      },
    ],
  },
  {
    operation: 'ListAgentRuntimes',
    accepted: [
      {
        title: 'no parameters',
        needsEmulator: true,
        setUp: created,
        input: {},
        verify: (_subject, { agentRuntimes }, { agentRuntimeId }) => {
          expect(agentRuntimes).toContainEqual(
            expect.objectContaining({ agentRuntimeId, agentRuntimeVersion: '1' }),
          );
        },
      },
    ],
    rejected: [
      { title: 'a page size of 101', input: { maxResults: 101 }, expectedError: invalid('maxResults') },
    ],
  },
  {
    operation: 'ListAgentRuntimeVersions',
    accepted: [
      {
        title: 'an id and a page size',
        needsEmulator: true,
        setUp: updated,
        input: (fixture) => ({ ...fixture, maxResults: 1 }),
        expectedResponse: { agentRuntimes: [{ agentRuntimeVersion: '1' }], nextToken: expect.any(String) },
      },
    ],
    rejected: [{ title: 'an unknown id', input: unknownRuntime, expectedError: notFound }],
  },
  {
    operation: 'UpdateAgentRuntime',
    accepted: [
      {
        title: 'a configuration, and creates a version without the members that it leaves out',
        needsEmulator: true,
        setUp: (subject) =>
          ready(subject, { description: 'first', environmentVariables: { LEVEL: 'debug' } }),
        input: (fixture, { roleArn }) => ({ ...fixture, roleArn, ...artifact('v2') }),
        expectedResponse: { status: 'UPDATING', agentRuntimeVersion: '2' },
        verify: async (subject, _response, fixture) => {
          const runtime = await waitForStatus(subject, 'GetAgentRuntime', fixture, 'READY');
          expect(runtime).not.toHaveProperty('description');
          expect(runtime).not.toHaveProperty('environmentVariables');
        },
      },
      {
        title: 'an update that fails, and returns the reason',
        options: failing('UpdateAgentRuntime', 'no such image'),
        setUp: ready,
        input: (fixture, { roleArn }) => ({ ...fixture, roleArn, ...artifact('v2') }),
        verify: async (subject, _response, fixture) => {
          const runtime = await waitForStatus(subject, 'GetAgentRuntime', fixture, 'UPDATE_FAILED');
          expect(runtime.failureReason).toBe('no such image');
        },
      },
    ],
    rejected: [
      {
        title: 'an idle timeout longer than the lifetime',
        setUp: ready,
        input: (fixture, { roleArn }) => ({ ...fixture, roleArn, ...artifact(), ...lifetimes(901, 900) }),
        expectedError: invalid('lifecycleConfiguration.idleRuntimeSessionTimeout'),
      },
      {
        title: 'a runtime that is being created',
        needsEmulator: true,
        setUp: created,
        input: (fixture, { roleArn }) => ({ ...fixture, roleArn, ...artifact() }),
        expectedError: conflict(/CREATING/),
      },
      {
        title: 'no role',
        input: { ...unknownRuntime, ...artifact() },
        expectedError: invalid('roleArn'),
      },
      {
        title: 'an unknown id',
        input: (_fixture, { roleArn }) => ({ ...unknownRuntime, roleArn, ...artifact() }),
        expectedError: notFound,
      },
    ],
  },
  {
    operation: 'DeleteAgentRuntime',
    accepted: [
      {
        title: 'a runtime, and deletes all its versions',
        needsEmulator: true,
        setUp: updated,
        input: (fixture) => fixture,
        expectedResponse: { status: 'DELETING' },
        verify: isDeleted('GetAgentRuntime'),
      },
      {
        title: 'an older version, and keeps the others',
        needsEmulator: true,
        setUp: updated,
        input: (fixture) => ({ ...fixture, agentRuntimeVersion: '1' }),
        verify: async (subject, _response, fixture) => {
          await waitUntilDeleted(subject, 'GetAgentRuntime', { ...fixture, agentRuntimeVersion: '1' });
          expect(await subject.call('GetAgentRuntime', fixture)).toMatchObject({ status: 'READY' });
        },
      },
      {
        title: 'a runtime whose deletion fails',
        options: failing('DeleteAgentRuntime'),
        setUp: ready,
        input: (fixture) => fixture,
        verify: reachesStatus('GetAgentRuntime', 'DELETE_FAILED'),
      },
    ],
    rejected: [
      { title: 'an unknown id', input: unknownRuntime, expectedError: notFound },
      {
        title: 'a runtime that is being created',
        needsEmulator: true,
        setUp: created,
        input: (fixture) => fixture,
        expectedError: conflict(/CREATING/),
      },
    ],
  },
  {
    operation: 'DeleteCapacityProvider',
    accepted: [],
    rejected: [
      {
        title: 'a capacity provider that a version of a runtime runs on',
        needsEmulator: true,
        setUp: async (subject) => {
          const provider = await subject.call('CreateCapacityProvider', {
            name: subject.name,
            permissionsConfiguration: { capacityProviderOperatorRoleArn: subject.roleArn },
            computeConfiguration: { ec2Configuration: INSTANCES },
          });
          const capacityProviderId = String(provider.capacityProviderId);
          await waitForStatus(subject, 'GetCapacityProvider', { capacityProviderId }, 'READY');
          const capacityProviderArn = String(provider.capacityProviderArn);
          await created(subject, { capacityProviderConfiguration: { capacityProviderArn } });
          return { capacityProviderId };
        },
        input: (fixture) => fixture,
        expectedError: conflict(/version 1/),
      },
    ],
  },
];
