import { expect } from 'vitest';
import type { ApiResponse, Subject } from '../contract/subject.ts';
import { ACK, CLI, expectGone, type Fact, Kind, ROLE, TERRAFORM } from './fact.ts';

const runtimes = new Kind('AgentRuntime', ({ agentRuntimeId }) => ({
  agentRuntimeId: String(agentRuntimeId),
}));
const harnesses = new Kind('Harness', ({ harness }) => ({ harnessId: String(Object(harness).harnessId) }));

const runtimeInput = (more: object = {}) => ({
  agentRuntimeName: 'agent',
  roleArn: ROLE,
  networkConfiguration: { networkMode: 'PUBLIC' },
  agentRuntimeArtifact: {
    containerConfiguration: { containerUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/agent:v1' },
  },
  ...more,
});
const { agentRuntimeName: _, ...runtimeUpdate } = runtimeInput();
const harnessInput = (more: object = {}) => ({ harnessName: 'coder', executionRoleArn: ROLE, ...more });

/** The members of the harness in an answer. */
const harnessOf = (response: ApiResponse): ApiResponse => Object(response.harness);
const environmentOf = (response: ApiResponse): ApiResponse =>
  Object(Object(harnessOf(response).environment).agentCoreRuntimeEnvironment);

/** Creates a runtime without optional members, and expects these members in Get. */
const fillsInRuntime = (members: object) => async (subject: Subject) => {
  const { response } = await runtimes.ready(subject, runtimeInput());
  expect(response).toMatchObject(members);
};

/** Creates a harness without optional members, and expects these members in Get. */
const fillsInHarness = (members: object) => async (subject: Subject) => {
  const { response } = await harnesses.ready(subject, harnessInput());
  expect(response.harness).toMatchObject(members);
};

const becomesReadyWith = (more: object) => async (subject: Subject) => {
  const { response } = await runtimes.ready(subject, runtimeInput(more));
  expect(response).toMatchObject(more);
};

const RUNTIME_TEST = `${TERRAFORM}/agent_runtime_test.go`;
const HARNESS_TEST = `${TERRAFORM}/harness_test.go`;

export const runtimeFacts: readonly Fact[] = [
  {
    fact: 'a runtime with a container is CREATING, then READY in version 1, with ten characters after its name',
    certainty: 'asserted',
    source: `${RUNTIME_TEST}, basic; ${ACK}, test_agent_runtime.py; ${CLI}/runtime, GetAgentRuntime`,
    holds: async (subject) => {
      const { ids, response } = await runtimes.create(subject, runtimeInput());
      expect(response).toMatchObject({ status: 'CREATING', agentRuntimeVersion: '1' });
      expect(ids.agentRuntimeId).toMatch(/^agent-[A-Za-z0-9]{10}$/);
      await runtimes.until(subject, ids, 'READY');
    },
  },
  {
    fact: 'the service fills in the lifecycle of sessions of a runtime',
    certainty: 'recorded',
    source: `${CLI}/runtime, GetAgentRuntime`,
    holds: fillsInRuntime({
      lifecycleConfiguration: { idleRuntimeSessionTimeout: 900, maxLifetime: 28_800 },
    }),
  },
  {
    fact: 'the service fills in the metadata configuration of a runtime',
    certainty: 'recorded',
    source: `${CLI}/runtime, GetAgentRuntime, three times`,
    holds: fillsInRuntime({ metadataConfiguration: { requireMMDSV2: true } }),
  },
  {
    fact: 'the workload identity of a runtime has the id of the runtime as name',
    certainty: 'recorded',
    source: `${CLI}/runtime, GetAgentRuntime`,
    holds: async (subject) => {
      const { ids, response } = await runtimes.ready(subject, runtimeInput());
      const { workloadIdentityArn } = Object(response.workloadIdentityDetails);
      expect(workloadIdentityArn).toMatch(new RegExp(`/workload-identity/${ids.agentRuntimeId}$`));
    },
  },
  {
    fact: 'an update makes version 2 of the same runtime and replaces its variables',
    certainty: 'asserted',
    source: `${RUNTIME_TEST}, environmentVariables`,
    holds: async (subject) => {
      const { ids } = await runtimes.ready(
        subject,
        runtimeInput({ environmentVariables: { A: '1', B: '2' } }),
      );
      const after = { ...runtimeUpdate, environmentVariables: { B: '3' } };
      const { environmentVariables, ...updated } = await runtimes.update(subject, ids, after);
      expect(environmentVariables).toEqual({ B: '3' });
      expect(updated).toMatchObject({ ...ids, agentRuntimeVersion: '2' });
    },
  },
  {
    fact: 'Get of an unknown runtime is ResourceNotFoundException',
    certainty: 'recorded',
    source: `${CLI}/runtime, GetAgentRuntime`,
    holds: (subject) => expectGone(subject, 'GetAgentRuntime', { agentRuntimeId: 'unknown-abcdefghij' }),
  },
  {
    fact: 'tags of a runtime change without a new version',
    certainty: 'asserted',
    source: `${RUNTIME_TEST}, tags; ${ACK}, hooks/agentruntime`,
    holds: async (subject) => {
      const { ids, response } = await runtimes.ready(subject, runtimeInput());
      await subject.call('TagResource', { resourceArn: response.agentRuntimeArn, tags: { team: 'a' } });
      expect(await runtimes.get(subject, ids)).toMatchObject({ agentRuntimeVersion: '1', status: 'READY' });
    },
  },
  {
    fact: 'an update changes the mount path of session storage',
    certainty: 'asserted',
    source: `${ACK}, test_create_update_filesystem_configurations`,
    holds: async (subject) => {
      const storage = (mountPath: string) => ({
        filesystemConfigurations: [{ sessionStorage: { mountPath } }],
      });
      const { ids } = await runtimes.ready(subject, runtimeInput(storage('/mnt/one')));
      const after = storage('/mnt/two');
      expect(await runtimes.update(subject, ids, { ...runtimeUpdate, ...after })).toMatchObject(after);
    },
  },
  {
    fact: 'a JWT authorizer of a runtime comes back whole',
    certainty: 'asserted',
    source: `${RUNTIME_TEST}, authorizerConfiguration`,
    holds: becomesReadyWith({
      authorizerConfiguration: {
        customJWTAuthorizer: {
          discoveryUrl: 'https://login.example.com/.well-known/openid-configuration',
          allowedAudience: ['tools'],
          allowedClients: ['agents'],
        },
      },
    }),
  },
  {
    fact: 'a deleted runtime is gone',
    certainty: 'asserted',
    source: `${RUNTIME_TEST}, disappears`,
    holds: async (subject) => {
      const { ids } = await runtimes.ready(subject, runtimeInput());
      await runtimes.delete(subject, ids);
    },
  },
];

export const harnessFacts: readonly Fact[] = [
  {
    fact: 'CreateHarness answers the name of its runtime, but no id and no ARN of it',
    certainty: 'recorded',
    source: `${CLI}/harness, CreateHarness`,
    holds: async (subject) => {
      const { response } = await harnesses.create(subject, harnessInput());
      expect(response.harness).toMatchObject({ status: 'CREATING', harnessVersion: '1' });
      expect(environmentOf(response).agentRuntimeName).toBe('harness_coder');
      expect(environmentOf(response)).not.toHaveProperty('agentRuntimeId');
      expect(environmentOf(response)).not.toHaveProperty('agentRuntimeArn');
    },
  },
  {
    fact: 'the runtime of a harness is called harness_<name> and has its own id',
    certainty: 'asserted',
    source: `${HARNESS_TEST}, basic; ${CLI}/harness, GetHarness`,
    holds: async (subject) => {
      const { response } = await harnesses.ready(subject, harnessInput());
      expect(environmentOf(response)).toMatchObject({
        agentRuntimeName: 'harness_coder',
        agentRuntimeId: expect.stringMatching(/^harness_coder-[A-Za-z0-9]{10}$/),
        agentRuntimeArn: expect.stringMatching(/:runtime\/harness_coder-[A-Za-z0-9]{10}$/),
      });
    },
  },
  {
    fact: 'the runtime of a harness answers GetAgentRuntime, is in ListAgentRuntimes, and goes with the harness',
    certainty: 'asserted',
    source: `${ACK}, test_harness.py; ${CLI}/runtime, ListAgentRuntimes and GetAgentRuntime`,
    holds: async (subject) => {
      const { ids, response } = await harnesses.ready(subject, harnessInput());
      const { agentRuntimeId } = environmentOf(response);
      const runtime = { agentRuntimeId: String(agentRuntimeId) };
      await runtimes.until(subject, runtime, 'READY');
      const { agentRuntimes } = await subject.call('ListAgentRuntimes', {});
      expect(agentRuntimes).toMatchObject([{ ...runtime, agentRuntimeName: 'harness_coder' }]);
      await harnesses.delete(subject, ids);
      await expectGone(subject, 'GetAgentRuntime', runtime);
    },
  },
  {
    fact: 'the service fills in the limits of a harness',
    certainty: 'asserted',
    source: `${HARNESS_TEST}, basic`,
    holds: fillsInHarness({ maxIterations: 75, timeoutSeconds: 3600 }),
  },
  {
    fact: 'the service fills in the allowed tools, the network and the lifecycle of a harness',
    certainty: 'asserted',
    source: `${HARNESS_TEST}, basic`,
    holds: fillsInHarness({
      allowedTools: ['*'],
      environment: {
        agentCoreRuntimeEnvironment: {
          networkConfiguration: { networkMode: 'PUBLIC' },
          lifecycleConfiguration: { idleRuntimeSessionTimeout: 900, maxLifetime: 28_800 },
        },
      },
    }),
  },
  {
    fact: 'a harness gets a managed memory, which has an ARN once the harness is READY',
    certainty: 'asserted',
    source: `${HARNESS_TEST}, basic; ${CLI}/harness, GetHarness`,
    holds: async (subject) => {
      const { ids, response } = await harnesses.create(subject, harnessInput());
      expect(harnessOf(response).memory).toEqual({ managedMemoryConfiguration: {} });
      const { memory } = harnessOf(await harnesses.until(subject, ids, 'READY'));
      expect(Object(memory).managedMemoryConfiguration.arn).toMatch(/^arn:.*:memory\//);
    },
  },
  {
    fact: 'the id of a harness is its name and ten more characters, and ends its ARN',
    certainty: 'asserted',
    source: `${HARNESS_TEST}, checkHarnessARN`,
    holds: async (subject) => {
      const { ids, response } = await harnesses.create(subject, harnessInput());
      expect(ids.harnessId).toMatch(/^coder-[A-Za-z0-9]{10}$/);
      expect(harnessOf(response).arn).toMatch(new RegExp(`:harness/${ids.harnessId}$`));
    },
  },
  {
    fact: 'UpdateHarness answers UPDATING and the new version, and keeps what it does not name',
    certainty: 'recorded',
    source: `${CLI}/harness, UpdateHarness; ${ACK}, test_harness.py`,
    holds: async (subject) => {
      const { ids } = await harnesses.ready(subject, harnessInput({ maxIterations: 10 }));
      const answer = await subject.call('UpdateHarness', { ...ids, timeoutSeconds: 60 });
      const expected = { status: 'UPDATING', harnessVersion: '2', maxIterations: 10, timeoutSeconds: 60 };
      expect(answer.harness).toMatchObject(expected);
    },
  },
  {
    fact: 'a disabled memory is taken and shown, and tags of a harness are shown',
    certainty: 'asserted',
    source: `${ACK}, harness.yaml and test_harness.py`,
    holds: async (subject) => {
      const input = harnessInput({ memory: { disabled: {} }, tags: { team: 'a' } });
      const { response } = await harnesses.ready(subject, input);
      expect(harnessOf(response).memory).toEqual({ disabled: {} });
      const resource = { resourceArn: harnessOf(response).arn };
      expect(await subject.call('ListTagsForResource', resource)).toEqual({ tags: { team: 'a' } });
    },
  },
  {
    fact: 'DeleteHarness answers the whole harness, which is gone later',
    certainty: 'recorded',
    source: `${CLI}/harness, DeleteHarness; ${ACK}, test_harness.py`,
    holds: async (subject) => {
      const { ids, response } = await harnesses.ready(subject, harnessInput());
      const answer = await harnesses.delete(subject, ids);
      expect(answer.harness).toEqual({ ...harnessOf(response), status: 'DELETING' });
    },
  },
];
