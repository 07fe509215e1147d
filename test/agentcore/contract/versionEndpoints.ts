import { expect } from 'vitest';
import {
  type AcceptedRow,
  conflict,
  type Fixture,
  failing,
  invalid,
  isDeleted,
  notFound,
  type OperationContract,
  quotaExceeded,
  waitForStatus,
} from './contract.ts';
import type { ApiResponse, Subject } from './subject.ts';

/** How the two APIs of endpoints differ. */
interface EndpointApi {
  readonly noun: string;
  readonly name: string;
  readonly version: string;
  /** Creates a parent that is READY, with so many versions. */
  readonly parent: (subject: Subject, versions: number) => Promise<Fixture>;
  readonly unknownParent: Fixture;
  readonly items: string;
}

const IMAGE = '123456789012.dkr.ecr.us-east-1.amazonaws.com/agent';

const runtimes: EndpointApi = {
  noun: 'AgentRuntimeEndpoint',
  name: 'name',
  version: 'agentRuntimeVersion',
  parent: async (subject, versions) => {
    const artifact = (tag: number) => ({
      roleArn: subject.roleArn,
      networkConfiguration: { networkMode: 'PUBLIC' },
      agentRuntimeArtifact: { containerConfiguration: { containerUri: `${IMAGE}:${tag}` } },
    });
    const named = { agentRuntimeName: subject.name, ...artifact(1) };
    const { agentRuntimeId } = await subject.call('CreateAgentRuntime', named);
    const runtime = { agentRuntimeId: String(agentRuntimeId) };
    await waitForStatus(subject, 'GetAgentRuntime', runtime, 'READY');
    for (let version = 2; version <= versions; version += 1) {
      await subject.call('UpdateAgentRuntime', { ...runtime, ...artifact(version) });
      await waitForStatus(subject, 'GetAgentRuntime', runtime, 'READY');
    }
    return runtime;
  },
  unknownParent: { agentRuntimeId: 'unknown-abcdefghij' },
  items: 'runtimeEndpoints',
};

const harnesses: EndpointApi = {
  noun: 'HarnessEndpoint',
  name: 'endpointName',
  version: 'targetVersion',
  parent: async (subject, versions) => {
    const named = { harnessName: subject.name, executionRoleArn: subject.roleArn };
    const { harness } = await subject.call('CreateHarness', named);
    const fixture = { harnessId: String(Object(harness).harnessId) };
    await waitForStatus(subject, 'GetHarness', fixture, 'READY');
    for (let version = 2; version <= versions; version += 1) {
      await subject.call('UpdateHarness', { ...fixture, maxIterations: version });
      await waitForStatus(subject, 'GetHarness', fixture, 'READY');
    }
    return fixture;
  },
  unknownParent: { harnessId: 'unknown-abcdefghij' },
  items: 'endpoints',
};

const ENDPOINT = 'production';
const bodyOf = (response: ApiResponse) => Object(response.endpoint ?? response);

function contractsOf(api: EndpointApi): readonly OperationContract[] {
  const { noun, name, version, parent, unknownParent, items } = api;
  const [create, get, list, update, remove] = [
    `Create${noun}`,
    `Get${noun}`,
    `List${noun}s`,
    `Update${noun}`,
    `Delete${noun}`,
  ];
  const reached = (subject: Subject, fixture: object, status: string) =>
    subject.until(
      () => subject.call(get, { ...fixture, endpointName: ENDPOINT }),
      (response) => bodyOf(response).status === status,
    );
  const withEndpoint =
    (versions: number, more: object = {}) =>
    async (subject: Subject): Promise<Fixture> => {
      const fixture = await parent(subject, versions);
      await subject.call(create, { ...fixture, [name]: ENDPOINT, [version]: '1', ...more });
      await reached(subject, fixture, 'READY');
      return fixture;
    };
  const named = (fixture: Fixture) => ({ ...fixture, endpointName: ENDPOINT });
  const serves =
    (live: string, status = 'READY'): NonNullable<AcceptedRow['verify']> =>
    async (subject, _response, fixture) => {
      expect(bodyOf(await reached(subject, fixture, status))).toMatchObject({ liveVersion: live });
    };
  return [
    {
      operation: create,
      accepted: [
        {
          title: 'an endpoint of one version, which it serves once it is READY',
          setUp: (subject) => parent(subject, 2),
          input: (fixture) => ({
            ...fixture,
            [name]: ENDPOINT,
            [version]: '1',
            description: 'For everybody',
          }),
          verify: serves('1'),
        },
        {
          title: 'an endpoint without a version, which serves the latest one',
          setUp: (subject) => parent(subject, 2),
          input: (fixture) => ({ ...fixture, [name]: ENDPOINT }),
          verify: serves('2'),
        },
        {
          title: 'an endpoint whose creation fails',
          options: failing(create, 'The container does not start.'),
          setUp: (subject) => parent(subject, 1),
          input: (fixture) => ({ ...fixture, [name]: ENDPOINT }),
          verify: async (subject, _response, fixture) => {
            const endpoint = bodyOf(await reached(subject, fixture, 'CREATE_FAILED'));
            expect(endpoint).toMatchObject({
              failureReason: 'The container does not start.',
              targetVersion: '1',
            });
            expect(endpoint.liveVersion).toBeUndefined();
          },
        },
      ],
      rejected: [
        {
          title: 'an endpoint of an unknown parent',
          input: { ...unknownParent, [name]: ENDPOINT },
          expectedError: notFound,
        },
        {
          title: 'an unknown version',
          setUp: (subject) => parent(subject, 1),
          input: (fixture) => ({ ...fixture, [name]: ENDPOINT, [version]: '7' }),
          expectedError: notFound,
        },
        {
          title: 'a name that is in use',
          setUp: withEndpoint(1),
          input: (fixture) => ({ ...fixture, [name]: ENDPOINT }),
          expectedError: conflict(),
        },
        {
          title: 'the name of the endpoint that the service makes',
          setUp: (subject) => parent(subject, 1),
          input: (fixture) => ({ ...fixture, [name]: 'DEFAULT' }),
          expectedError: conflict(),
        },
        {
          title: 'a name with a hyphen',
          input: { ...unknownParent, [name]: 'a-b' },
          expectedError: invalid(name),
        },
        {
          title: 'more endpoints than the quota allows',
          options: { quotas: { endpointsPerAgentRuntime: 1 } },
          setUp: withEndpoint(1),
          input: (fixture) => ({ ...fixture, [name]: 'second' }),
          expectedError: quotaExceeded,
        },
      ],
    },
    {
      operation: get,
      accepted: [
        {
          title: 'the endpoint that the service makes, which serves the latest version',
          setUp: (subject) => parent(subject, 2),
          input: (fixture) => ({ ...fixture, endpointName: 'DEFAULT' }),
          verify: (_subject, response) => {
            expect(bodyOf(response)).toMatchObject({ status: 'READY', liveVersion: '2', targetVersion: '2' });
          },
        },
      ],
      rejected: [
        {
          title: 'an unknown endpoint',
          setUp: (subject) => parent(subject, 1),
          input: named,
          expectedError: notFound,
        },
      ],
    },
    {
      operation: list,
      accepted: [
        {
          title: 'the endpoints of one parent, with the one that the service makes',
          setUp: withEndpoint(1),
          input: (fixture) => fixture,
          verify: (_subject, response) => {
            const found: unknown[] = Object(response)[items];
            const names = found.map((item) => Object(item)[name]);
            expect(names.toSorted()).toEqual(['DEFAULT', ENDPOINT]);
          },
        },
      ],
      rejected: [{ title: 'an unknown parent', input: unknownParent, expectedError: notFound }],
    },
    {
      operation: update,
      accepted: [
        {
          title: 'another version, which it serves once it is READY, and keeps the description',
          setUp: withEndpoint(2, { description: 'kept' }),
          input: (fixture) => ({ ...named(fixture), [version]: '2' }),
          verify: async (subject, response, fixture) => {
            expect(bodyOf(response)).toMatchObject({
              liveVersion: '1',
              targetVersion: '2',
              status: 'UPDATING',
            });
            const endpoint = bodyOf(await reached(subject, fixture, 'READY'));
            expect(endpoint).toMatchObject({ liveVersion: '2', description: 'kept' });
          },
        },
        {
          title: 'another description, and keeps the version',
          setUp: withEndpoint(2),
          input: (fixture) => ({ ...named(fixture), description: 'new' }),
          verify: serves('1'),
        },
        {
          title: 'a move that fails, after which it serves what it served before',
          options: failing(update),
          setUp: withEndpoint(1),
          input: (fixture) => ({ ...named(fixture), [version]: '1' }),
          verify: serves('1', 'UPDATE_FAILED'),
        },
      ],
      rejected: [
        {
          title: 'an unknown version',
          setUp: withEndpoint(1),
          input: (fixture) => ({ ...named(fixture), [version]: '7' }),
          expectedError: notFound,
        },
        {
          title: 'the endpoint that the service makes',
          setUp: (subject) => parent(subject, 1),
          input: (fixture) => ({ ...fixture, endpointName: 'DEFAULT', description: 'mine' }),
          expectedError: conflict(),
        },
        {
          title: 'an endpoint whose update is in progress',
          setUp: async (subject) => {
            const fixture = await withEndpoint(1)(subject);
            await subject.call(update, { ...named(fixture), description: 'first' });
            return fixture;
          },
          input: (fixture) => ({ ...named(fixture), description: 'second' }),
          expectedError: conflict(/UPDATING/),
        },
      ],
    },
    {
      operation: remove,
      accepted: [
        {
          title: 'an endpoint, which is gone afterwards',
          setUp: withEndpoint(1),
          input: named,
          verify: async (subject, response, fixture) => {
            expect(bodyOf(response).status).toBe('DELETING');
            await isDeleted(get)(subject, response, { ...fixture, endpointName: ENDPOINT });
          },
        },
      ],
      rejected: [
        {
          title: 'the endpoint that the service makes',
          setUp: (subject) => parent(subject, 1),
          input: (fixture) => ({ ...fixture, endpointName: 'DEFAULT' }),
          expectedError: conflict(),
        },
        {
          title: 'an unknown endpoint',
          setUp: (subject) => parent(subject, 1),
          input: named,
          expectedError: notFound,
        },
      ],
    },
  ];
}

/** A parent cannot be deleted before its endpoints. */
const parentContracts: readonly OperationContract[] = [runtimes, harnesses].map((api) => {
  const operation = api === runtimes ? 'DeleteAgentRuntime' : 'DeleteHarness';
  return {
    operation,
    accepted: [],
    rejected: [
      {
        title: 'what has an endpoint besides DEFAULT',
        setUp: async (subject) => {
          const fixture = await api.parent(subject, 1);
          await subject.call(`Create${api.noun}`, { ...fixture, [api.name]: ENDPOINT });
          return fixture;
        },
        input: (fixture) => fixture,
        expectedError: conflict(/endpoints: production/),
      },
    ],
  };
});

export const versionEndpointContracts: readonly OperationContract[] = [
  ...contractsOf(runtimes),
  ...contractsOf(harnesses),
  ...parentContracts,
];
