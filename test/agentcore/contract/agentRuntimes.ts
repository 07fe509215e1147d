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

async function created(subject: Subject, more: object = {}): Promise<Record<string, string>> {
  const { agentRuntimeId } = await subject.call('CreateAgentRuntime', { ...minimal(subject), ...more });
  return { agentRuntimeId: String(agentRuntimeId) };
}

async function ready(subject: Subject, more: object = {}): Promise<Record<string, string>> {
  const runtime = await created(subject, more);
  await waitForStatus(subject, 'GetAgentRuntime', runtime, 'READY');
  return runtime;
}

/** A runtime with two versions. */
async function updated(subject: Subject): Promise<Record<string, string>> {
  const runtime = await ready(subject, { description: 'first' });
  await subject.call('UpdateAgentRuntime', { ...runtime, roleArn: subject.roleArn, ...artifact('v2') });
  await waitForStatus(subject, 'GetAgentRuntime', runtime, 'READY');
  return runtime;
}

const unknownRuntime = { agentRuntimeId: 'unknown-abcdefghij' };

export const agentRuntimeContracts: readonly OperationContract[] = [
  {
    operation: 'CreateAgentRuntime',
    accepted: [
      {
        title: 'the least that a runtime needs, and makes it READY',
        needsEmulator: true,
        input: (_given, subject) => minimal(subject),
        answers: { status: 'CREATING', agentRuntimeVersion: '1' },
        afterwards: async (subject, { agentRuntimeId }) => {
          await waitForStatus(subject, 'GetAgentRuntime', { agentRuntimeId }, 'READY');
        },
      },
      {
        title: 'an image that does not exist, and fails',
        options: { faults: [{ fault: 'fail', operation: 'CreateAgentRuntime', reason: 'no such image' }] },
        input: (_given, subject) => minimal(subject),
        afterwards: async (subject, { agentRuntimeId }) => {
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
        title: 'the same client token and request again, once',
        needsEmulator: true,
        given: (subject) => created(subject, { clientToken: 'r'.repeat(33) }),
        input: (_given, subject) => ({ ...minimal(subject), clientToken: 'r'.repeat(33) }),
        afterwards: (_subject, answer, { agentRuntimeId }) => {
          expect(answer.agentRuntimeId).toBe(agentRuntimeId);
        },
      },
    ],
    refused: [
      {
        title: 'a name with a hyphen',
        input: (_given, subject) => ({ ...minimal(subject), agentRuntimeName: 'my-agent' }),
        refusal: invalid('agentRuntimeName'),
      },
      {
        title: 'an image from elsewhere',
        input: (_given, subject) => ({
          ...minimal(subject),
          agentRuntimeArtifact: { containerConfiguration: { containerUri: 'docker.io/library/agent' } },
        }),
        refusal: invalid('agentRuntimeArtifact.containerConfiguration.containerUri'),
      },
      {
        title: 'an idle timeout of 59 s',
        input: (_given, subject) => ({
          ...minimal(subject),
          lifecycleConfiguration: { idleRuntimeSessionTimeout: 59 },
        }),
        refusal: invalid('lifecycleConfiguration.idleRuntimeSessionTimeout'),
      },
      {
        title: 'no artifact',
        input: (_given, { name, roleArn }) => ({ agentRuntimeName: name, roleArn }),
        refusal: invalid('agentRuntimeArtifact'),
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
    operation: 'GetAgentRuntime',
    accepted: [
      {
        title: 'an id, and answers the newest version',
        needsEmulator: true,
        given: updated,
        input: (given) => given,
        answers: { agentRuntimeVersion: '2', ...artifact('v2') },
      },
      {
        title: 'an older version, as it was',
        needsEmulator: true,
        given: updated,
        input: (given) => ({ ...given, agentRuntimeVersion: '1' }),
        answers: { agentRuntimeVersion: '1', description: 'first', ...artifact('v1') },
      },
    ],
    refused: [
      { title: 'an unknown id', input: unknownRuntime, refusal: missing },
      {
        title: 'a version that it does not have',
        needsEmulator: true,
        given: created,
        input: (given) => ({ ...given, agentRuntimeVersion: '7' }),
        refusal: missing,
      },
      {
        title: 'version 0',
        input: { ...unknownRuntime, agentRuntimeVersion: '0' },
        refusal: invalid('agentRuntimeVersion'),
      },
    ],
  },
  {
    operation: 'ListAgentRuntimes',
    accepted: [
      {
        title: 'no parameters',
        needsEmulator: true,
        given: created,
        input: {},
        afterwards: (_subject, { agentRuntimes }, { agentRuntimeId }) => {
          expect(agentRuntimes).toContainEqual(
            expect.objectContaining({ agentRuntimeId, agentRuntimeVersion: '1' }),
          );
        },
      },
    ],
    refused: [{ title: 'a page of 101', input: { maxResults: 101 }, refusal: invalid('maxResults') }],
  },
  {
    operation: 'ListAgentRuntimeVersions',
    accepted: [
      {
        title: 'an id, page by page',
        needsEmulator: true,
        given: updated,
        input: (given) => ({ ...given, maxResults: 1 }),
        answers: { agentRuntimes: [{ agentRuntimeVersion: '1' }], nextToken: expect.any(String) },
      },
    ],
    refused: [{ title: 'an unknown id', input: unknownRuntime, refusal: missing }],
  },
  {
    operation: 'UpdateAgentRuntime',
    accepted: [
      {
        title: 'a whole runtime, as a new version without what is left out',
        needsEmulator: true,
        given: (subject) =>
          ready(subject, { description: 'first', environmentVariables: { LEVEL: 'debug' } }),
        input: (given, { roleArn }) => ({ ...given, roleArn, ...artifact('v2') }),
        answers: { status: 'UPDATING', agentRuntimeVersion: '2' },
        afterwards: async (subject, _answer, given) => {
          const runtime = await waitForStatus(subject, 'GetAgentRuntime', given, 'READY');
          expect(runtime).not.toHaveProperty('description');
          expect(runtime).not.toHaveProperty('environmentVariables');
        },
      },
      {
        title: 'a change that fails, and says why',
        options: { faults: [{ fault: 'fail', operation: 'UpdateAgentRuntime', reason: 'no such image' }] },
        given: ready,
        input: (given, { roleArn }) => ({ ...given, roleArn, ...artifact('v2') }),
        afterwards: async (subject, _answer, given) => {
          const runtime = await waitForStatus(subject, 'GetAgentRuntime', given, 'UPDATE_FAILED');
          expect(runtime.failureReason).toBe('no such image');
        },
      },
    ],
    refused: [
      {
        title: 'a runtime that is being created',
        needsEmulator: true,
        given: created,
        input: (given, { roleArn }) => ({ ...given, roleArn, ...artifact() }),
        refusal: conflict(/CREATING/),
      },
      {
        title: 'no role',
        input: { ...unknownRuntime, ...artifact() },
        refusal: invalid('roleArn'),
      },
      {
        title: 'an unknown id',
        input: (_given, { roleArn }) => ({ ...unknownRuntime, roleArn, ...artifact() }),
        refusal: missing,
      },
    ],
  },
  {
    operation: 'DeleteAgentRuntime',
    accepted: [
      {
        title: 'a runtime with all its versions',
        needsEmulator: true,
        given: updated,
        input: (given) => given,
        answers: { status: 'DELETING' },
        afterwards: (subject, _answer, given) => waitUntilDeleted(subject, 'GetAgentRuntime', given),
      },
      {
        title: 'one older version',
        needsEmulator: true,
        given: updated,
        input: (given) => ({ ...given, agentRuntimeVersion: '1' }),
        afterwards: async (subject, _answer, given) => {
          await waitUntilDeleted(subject, 'GetAgentRuntime', { ...given, agentRuntimeVersion: '1' });
          expect(await subject.call('GetAgentRuntime', given)).toMatchObject({ status: 'READY' });
        },
      },
      {
        title: 'a runtime that cannot be deleted, and fails',
        options: { faults: [{ fault: 'fail', operation: 'DeleteAgentRuntime' }] },
        given: ready,
        input: (given) => given,
        afterwards: async (subject, _answer, given) => {
          await waitForStatus(subject, 'GetAgentRuntime', given, 'DELETE_FAILED');
        },
      },
    ],
    refused: [
      { title: 'an unknown id', input: unknownRuntime, refusal: missing },
      {
        title: 'a runtime that is being created',
        needsEmulator: true,
        given: created,
        input: (given) => given,
        refusal: conflict(/CREATING/),
      },
    ],
  },
];
