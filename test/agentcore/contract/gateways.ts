import { expect } from 'vitest';
import {
  conflict,
  type Fixture,
  failing,
  invalid,
  invalidClaims,
  mismatchedClaims,
  notFound,
  type OperationContract,
  quotaExceeded,
  waitForStatus,
  waitUntilDeleted,
} from './contract.ts';
import type { Subject } from './subject.ts';

const minimal = ({ name, roleArn }: Subject) => ({
  name,
  roleArn,
  authorizerType: 'AWS_IAM',
  protocolType: 'MCP',
});
const jwt = {
  customJWTAuthorizer: {
    discoveryUrl: 'https://example.com/.well-known/openid-configuration',
    allowedAudience: ['gateway'],
  },
};
const mcp = (configuration: object) => ({ protocolConfiguration: { mcp: configuration } });

/** A client token of the minimum length, 33 characters, unique to the subject. */
const token = ({ name }: Subject) => name.padEnd(33, 'x');

async function created(subject: Subject, more: object = {}): Promise<Fixture> {
  const { gatewayId } = await subject.call('CreateGateway', { ...minimal(subject), ...more });
  return { gatewayIdentifier: String(gatewayId) };
}

/** Creates a gateway and waits until it is READY. */
export async function readyGateway(subject: Subject, more: object = {}): Promise<Fixture> {
  const gateway = await created(subject, more);
  await waitForStatus(subject, 'GetGateway', gateway, 'READY');
  return gateway;
}

const unknownGateway = { gatewayIdentifier: 'unknown-abcdefghij' };

export const gatewayContracts: readonly OperationContract[] = [
  {
    operation: 'CreateGateway',
    accepted: [
      {
        title: 'the required members only, and makes the gateway READY',
        input: (_fixture, subject) => minimal(subject),
        expectedResponse: {
          status: 'CREATING',
          authorizerType: 'AWS_IAM',
          gatewayArn: expect.stringContaining(':gateway/'),
        },
        verify: async (subject, { gatewayId }) => {
          await waitForStatus(subject, 'GetGateway', { gatewayIdentifier: gatewayId }, 'READY');
        },
      },
      {
        title: 'session and streaming settings, with a session timeout of one hour by default',
        input: (_fixture, subject) => ({
          ...minimal(subject),
          ...mcp({ sessionConfiguration: {}, streamingConfiguration: { enableResponseStreaming: true } }),
        }),
        expectedResponse: mcp({
          sessionConfiguration: { sessionTimeoutInSeconds: 3600 },
          streamingConfiguration: { enableResponseStreaming: true },
        }),
      },
      ...[900, 28800].map((sessionTimeoutInSeconds) => ({
        title: `a session timeout of ${sessionTimeoutInSeconds} s`,
        input: (_fixture: object, subject: Subject) => ({
          ...minimal(subject),
          ...mcp({ sessionConfiguration: { sessionTimeoutInSeconds } }),
        }),
        expectedResponse: mcp({ sessionConfiguration: { sessionTimeoutInSeconds } }),
      })),
      {
        title: 'a JWT authorizer',
        input: (_fixture, subject) => ({
          ...minimal(subject),
          authorizerType: 'CUSTOM_JWT',
          authorizerConfiguration: jwt,
        }),
        expectedResponse: { authorizerConfiguration: jwt },
      },
      {
        title: 'a repeated request with the same client token, and creates one resource',
        setUp: (subject) => created(subject, { clientToken: token(subject) }),
        input: (_fixture, subject) => ({ ...minimal(subject), clientToken: token(subject) }),
        verify: async (_subject, { gatewayId }, { gatewayIdentifier }) => {
          expect(gatewayId).toBe(gatewayIdentifier);
        },
      },
      {
        title: 'a gateway whose role is unusable, which fails with the reason',
        options: failing('CreateGateway', 'no such role'),
        input: (_fixture, subject) => minimal(subject),
        verify: async (subject, { gatewayId }) => {
          const failed = await waitForStatus(
            subject,
            'GetGateway',
            { gatewayIdentifier: gatewayId },
            'FAILED',
          );
          expect(failed.statusReasons).toEqual(['no such role']);
        },
      },
    ],
    rejected: [
      {
        title: 'an operator that does not compare the type of a custom claim',
        input: (_fixture, subject) => ({
          ...minimal(subject),
          authorizerType: 'CUSTOM_JWT',
          authorizerConfiguration: mismatchedClaims,
        }),
        expectedError: invalidClaims,
      },
      {
        title: 'no authorizer type',
        input: (_fixture, { name, roleArn }) => ({ name, roleArn }),
        expectedError: invalid('authorizerType'),
      },
      {
        title: 'an unknown authorizer type',
        input: (_fixture, subject) => ({ ...minimal(subject), authorizerType: 'PASSWORD' }),
        expectedError: invalid('authorizerType', /enum value set/),
      },
      {
        title: 'CUSTOM_JWT without its configuration',
        input: (_fixture, subject) => ({ ...minimal(subject), authorizerType: 'CUSTOM_JWT' }),
        expectedError: invalid('authorizerConfiguration'),
      },
      ...['-payments', 'pay ments', 'a'.repeat(49), 'pay--ments'].map((name) => ({
        title: `the name "${name}"`,
        input: (_fixture: object, subject: Subject) => ({ ...minimal(subject), name }),
        expectedError: invalid('name'),
      })),
      ...[899, 28801].map((sessionTimeoutInSeconds) => ({
        title: `a session timeout of ${sessionTimeoutInSeconds} s`,
        input: (_fixture: object, subject: Subject) => ({
          ...minimal(subject),
          ...mcp({ sessionConfiguration: { sessionTimeoutInSeconds } }),
        }),
        expectedError: invalid('protocolConfiguration.mcp.sessionConfiguration.sessionTimeoutInSeconds'),
      })),
      {
        title: 'a client token of 32 characters',
        input: (_fixture, subject) => ({ ...minimal(subject), clientToken: 'a'.repeat(32) }),
        expectedError: invalid('clientToken'),
      },
      {
        title: 'a client token that was used with other parameters',
        setUp: (subject) => created(subject, { clientToken: token(subject) }),
        input: (_fixture, subject) => ({
          ...minimal(subject),
          description: 'other',
          clientToken: token(subject),
        }),
        expectedError: { code: 'ValidationException', message: /token/ },
      },
      {
        title: 'a name that exists',
        setUp: created,
        input: (_fixture, subject) => minimal(subject),
        expectedError: conflict(/already exists/),
      },
      {
        title: 'a gateway beyond the quota of the account',
        options: { quotas: { gatewaysPerAccount: 1, ratePerSecond: {} } },
        setUp: created,
        input: (_fixture, subject) => ({ ...minimal(subject), name: 'second' }),
        expectedError: quotaExceeded,
      },
      {
        title: 'requests beyond the rate limit',
        options: { quotas: { ratePerSecond: { CreateGateway: 1 } } },
        setUp: created,
        input: (_fixture, subject) => ({ ...minimal(subject), name: 'second' }),
        expectedError: { code: 'ThrottlingException' },
      },
    ],
  },
  {
    operation: 'GetGateway',
    accepted: [
      {
        title: 'an id, and returns the whole configuration',
        setUp: (subject) => created(subject, { description: 'money', exceptionLevel: 'DEBUG' }),
        input: (fixture) => fixture,
        expectedResponse: { description: 'money', exceptionLevel: 'DEBUG', workloadIdentityDetails: {} },
      },
    ],
    rejected: [
      { title: 'an unknown id', input: unknownGateway, expectedError: notFound },
      {
        title: 'an ARN instead of an id',
        input: { gatewayIdentifier: 'arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/x-abcdefghij' },
        expectedError: invalid('gatewayIdentifier'),
      },
    ],
  },
  {
    operation: 'ListGateways',
    accepted: [
      {
        title: 'no parameters',
        setUp: created,
        input: {},
        verify: (_subject, { items }, { gatewayIdentifier }) => {
          expect(items).toContainEqual(expect.objectContaining({ gatewayId: gatewayIdentifier }));
        },
      },
      {
        title: 'a page size, and returns a token for the next page',
        setUp: async (subject) => {
          await created(subject);
          return created(subject, { name: `${subject.name}-2` });
        },
        input: { maxResults: 1 },
        expectedResponse: { items: [{}], nextToken: expect.any(String) },
      },
    ],
    rejected: [
      { title: 'a page size of 1001', input: { maxResults: 1001 }, expectedError: invalid('maxResults') },
      { title: 'a page size of 0', input: { maxResults: 0 }, expectedError: invalid('maxResults') },
      {
        title: 'an unknown page token',
        input: { nextToken: 'abc' },
        expectedError: invalid('nextToken'),
      },
    ],
  },
  {
    operation: 'UpdateGateway',
    accepted: [
      {
        title: 'a configuration, and clears the members that it leaves out',
        setUp: (subject) => readyGateway(subject, { description: 'money', exceptionLevel: 'DEBUG' }),
        input: (fixture, subject) => ({ ...minimal(subject), ...fixture, exceptionLevel: 'DEBUG' }),
        expectedResponse: { status: 'UPDATING', exceptionLevel: 'DEBUG' },
        verify: async (subject, response, fixture) => {
          expect(response).not.toHaveProperty('description');
          const gateway = await waitForStatus(subject, 'GetGateway', fixture, 'READY');
          expect(gateway).not.toHaveProperty('description');
        },
      },
      {
        title: 'one protocol version less',
        setUp: (subject) => readyGateway(subject, mcp({ supportedVersions: ['2025-06-18', '2025-11-25'] })),
        input: (fixture, subject) => ({
          ...minimal(subject),
          ...fixture,
          ...mcp({ supportedVersions: ['2025-11-25'] }),
        }),
        expectedResponse: mcp({ supportedVersions: ['2025-11-25'] }),
      },
      {
        title: 'an update that fails, and returns the reason',
        options: failing('UpdateGateway', 'no such role'),
        setUp: readyGateway,
        input: (fixture, subject) => ({ ...minimal(subject), ...fixture }),
        verify: async (subject, _response, fixture) => {
          const gateway = await waitForStatus(subject, 'GetGateway', fixture, 'UPDATE_UNSUCCESSFUL');
          expect(gateway.statusReasons).toEqual(['no such role']);
        },
      },
    ],
    rejected: [
      {
        title: 'the protocol MCP on a gateway with an HTTP target',
        needsEmulator: true,
        setUp: async (subject) => {
          const gateway = await readyGateway(subject, { protocolType: undefined });
          await subject.call('CreateGatewayTarget', {
            ...gateway,
            name: 'pages',
            targetConfiguration: {
              http: { passthrough: { endpoint: 'https://pages.example.com', protocolType: 'CUSTOM' } },
            },
          });
          return gateway;
        },
        input: (fixture, subject) => ({ ...fixture, ...minimal(subject) }),
        expectedError: invalid('protocolType', /HTTP targets are not supported/),
      },
      {
        title: 'another name',
        setUp: readyGateway,
        input: (fixture, subject) => ({ ...minimal(subject), ...fixture, name: 'other' }),
        expectedError: invalid('name'),
      },
      {
        title: 'another authorizer type',
        setUp: readyGateway,
        input: (fixture, subject) => ({ ...minimal(subject), ...fixture, authorizerType: 'NONE' }),
        expectedError: invalid('authorizerType', /Authorizer type cannot be updated for an existing gateway/),
      },
      {
        title: 'one more protocol version',
        setUp: (subject) => readyGateway(subject, mcp({ supportedVersions: ['2025-06-18'] })),
        input: (fixture, subject) => ({
          ...minimal(subject),
          ...fixture,
          ...mcp({ supportedVersions: ['2025-06-18', '2025-11-25'] }),
        }),
        expectedError: invalid('protocolConfiguration.mcp.supportedVersions'),
      },
      {
        title: 'a gateway that is being created',
        setUp: created,
        input: (fixture, subject) => ({ ...minimal(subject), ...fixture }),
        expectedError: conflict(/CREATING/),
      },
      {
        title: 'an unknown gateway',
        input: (_fixture, subject) => ({ ...minimal(subject), ...unknownGateway }),
        expectedError: notFound,
      },
    ],
  },
  {
    operation: 'DeleteGateway',
    accepted: [
      {
        title: 'a gateway without targets, and frees its name',
        setUp: readyGateway,
        input: (fixture) => fixture,
        expectedResponse: { status: 'DELETING' },
        verify: async (subject, _response, fixture) => {
          await waitUntilDeleted(subject, 'GetGateway', fixture);
          await created(subject);
        },
      },
    ],
    rejected: [
      {
        title: 'a gateway that has targets',
        setUp: async (subject) => {
          const gateway = await readyGateway(subject);
          await subject.call('CreateGatewayTarget', {
            ...gateway,
            name: 'issues',
            targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/mcp' } } },
          });
          return gateway;
        },
        input: (fixture) => fixture,
        expectedError: {
          code: 'ValidationException',
          message: /has targets associated with it\. Delete all targets before deleting the gateway\.$/,
        },
      },
      {
        title: 'a gateway that is being deleted',
        setUp: async (subject) => {
          const gateway = await readyGateway(subject);
          await subject.call('DeleteGateway', gateway);
          return gateway;
        },
        input: (fixture) => fixture,
        expectedError: conflict(/DELETING/),
      },
      { title: 'an unknown gateway', input: unknownGateway, expectedError: notFound },
    ],
  },
];
