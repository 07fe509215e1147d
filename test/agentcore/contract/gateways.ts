import { expect } from 'vitest';
import {
  conflict,
  invalid,
  missing,
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

/** As short as a client token may be, and of this subject only. */
const token = ({ name }: Subject) => name.padEnd(33, 'x');

async function created(subject: Subject, more: object = {}): Promise<Record<string, string>> {
  const { gatewayId } = await subject.call('CreateGateway', { ...minimal(subject), ...more });
  return { gatewayIdentifier: String(gatewayId) };
}

/** A gateway that is READY, for whatever needs one. */
export async function readyGateway(subject: Subject, more: object = {}): Promise<Record<string, string>> {
  const gateway = await created(subject, more);
  await waitForStatus(subject, 'GetGateway', gateway, 'READY');
  return gateway;
}

const unknownGateway = { gatewayIdentifier: 'unknown-abcdefghij' };
const failing = (operation: string) => ({
  faults: [{ fault: 'fail' as const, operation, reason: 'no such role' }],
});

export const gatewayContracts: readonly OperationContract[] = [
  {
    operation: 'CreateGateway',
    accepted: [
      {
        title: 'the least that a gateway needs, and makes it READY',
        input: (_given, subject) => minimal(subject),
        answers: {
          status: 'CREATING',
          authorizerType: 'AWS_IAM',
          gatewayArn: expect.stringContaining(':gateway/'),
        },
        afterwards: async (subject, { gatewayId }) => {
          await waitForStatus(subject, 'GetGateway', { gatewayIdentifier: gatewayId }, 'READY');
        },
      },
      {
        title: 'sessions and streaming, with an hour as the default of a session',
        input: (_given, subject) => ({
          ...minimal(subject),
          ...mcp({ sessionConfiguration: {}, streamingConfiguration: { enableResponseStreaming: true } }),
        }),
        answers: mcp({
          sessionConfiguration: { sessionTimeoutInSeconds: 3600 },
          streamingConfiguration: { enableResponseStreaming: true },
        }),
      },
      ...[900, 28800].map((sessionTimeoutInSeconds) => ({
        title: `a session timeout of ${sessionTimeoutInSeconds} s`,
        input: (_given: object, subject: Subject) => ({
          ...minimal(subject),
          ...mcp({ sessionConfiguration: { sessionTimeoutInSeconds } }),
        }),
        answers: mcp({ sessionConfiguration: { sessionTimeoutInSeconds } }),
      })),
      {
        title: 'a JWT authorizer',
        input: (_given, subject) => ({
          ...minimal(subject),
          authorizerType: 'CUSTOM_JWT',
          authorizerConfiguration: jwt,
        }),
        answers: { authorizerConfiguration: jwt },
      },
      {
        title: 'the same client token and request again, once',
        given: (subject) => created(subject, { clientToken: token(subject) }),
        input: (_given, subject) => ({ ...minimal(subject), clientToken: token(subject) }),
        afterwards: async (_subject, { gatewayId }, { gatewayIdentifier }) => {
          expect(gatewayId).toBe(gatewayIdentifier);
        },
      },
      {
        title: 'a role that cannot be used, and fails',
        options: failing('CreateGateway'),
        input: (_given, subject) => minimal(subject),
        afterwards: async (subject, { gatewayId }) => {
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
    refused: [
      {
        title: 'no authorizer type',
        input: (_given, { name, roleArn }) => ({ name, roleArn }),
        refusal: invalid('authorizerType'),
      },
      {
        title: 'an unknown authorizer type',
        input: (_given, subject) => ({ ...minimal(subject), authorizerType: 'PASSWORD' }),
        refusal: invalid('authorizerType', /enum value set/),
      },
      {
        title: 'CUSTOM_JWT without its configuration',
        input: (_given, subject) => ({ ...minimal(subject), authorizerType: 'CUSTOM_JWT' }),
        refusal: invalid('authorizerConfiguration'),
      },
      ...['-payments', 'pay ments', 'a'.repeat(49), 'pay--ments'].map((name) => ({
        title: `the name "${name}"`,
        input: (_given: object, subject: Subject) => ({ ...minimal(subject), name }),
        refusal: invalid('name'),
      })),
      ...[899, 28801].map((sessionTimeoutInSeconds) => ({
        title: `a session timeout of ${sessionTimeoutInSeconds} s`,
        input: (_given: object, subject: Subject) => ({
          ...minimal(subject),
          ...mcp({ sessionConfiguration: { sessionTimeoutInSeconds } }),
        }),
        refusal: invalid('protocolConfiguration.mcp.sessionConfiguration.sessionTimeoutInSeconds'),
      })),
      {
        title: 'a client token of 32 characters',
        input: (_given, subject) => ({ ...minimal(subject), clientToken: 'a'.repeat(32) }),
        refusal: invalid('clientToken'),
      },
      {
        title: 'a client token that came with another request',
        given: (subject) => created(subject, { clientToken: token(subject) }),
        input: (_given, subject) => ({
          ...minimal(subject),
          description: 'other',
          clientToken: token(subject),
        }),
        refusal: { error: 'ValidationException', message: /token/ },
      },
      {
        title: 'a name that is taken',
        given: created,
        input: (_given, subject) => minimal(subject),
        refusal: conflict(/already exists/),
      },
      {
        title: 'more gateways than the account may have',
        options: { quotas: { gatewaysPerAccount: 1, ratePerSecond: {} } },
        given: created,
        input: (_given, subject) => ({ ...minimal(subject), name: 'second' }),
        refusal: quotaExceeded,
      },
      {
        title: 'more requests than its rate allows',
        options: { quotas: { ratePerSecond: { CreateGateway: 1 } } },
        given: created,
        input: (_given, subject) => ({ ...minimal(subject), name: 'second' }),
        refusal: { error: 'ThrottlingException' },
      },
    ],
  },
  {
    operation: 'GetGateway',
    accepted: [
      {
        title: 'an id, and shows all that was asked for',
        given: (subject) => created(subject, { description: 'money', exceptionLevel: 'DEBUG' }),
        input: (given) => given,
        answers: { description: 'money', exceptionLevel: 'DEBUG', workloadIdentityDetails: {} },
      },
    ],
    refused: [
      { title: 'an unknown id', input: unknownGateway, refusal: missing },
      {
        title: 'an ARN instead of an id',
        input: { gatewayIdentifier: 'arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/x-abcdefghij' },
        refusal: invalid('gatewayIdentifier'),
      },
    ],
  },
  {
    operation: 'ListGateways',
    accepted: [
      {
        title: 'no parameters',
        given: created,
        input: {},
        afterwards: (_subject, { items }, { gatewayIdentifier }) => {
          expect(items).toContainEqual(expect.objectContaining({ gatewayId: gatewayIdentifier }));
        },
      },
      {
        title: 'a page size, and gives a token for the rest',
        given: async (subject) => {
          await created(subject);
          return created(subject, { name: `${subject.name}-2` });
        },
        input: { maxResults: 1 },
        answers: { items: [{}], nextToken: expect.any(String) },
      },
    ],
    refused: [
      { title: 'a page of 1001', input: { maxResults: 1001 }, refusal: invalid('maxResults') },
      { title: 'a page of 0', input: { maxResults: 0 }, refusal: invalid('maxResults') },
      { title: 'a token that it never gave', input: { nextToken: 'abc' }, refusal: invalid('nextToken') },
    ],
  },
  {
    operation: 'UpdateGateway',
    accepted: [
      {
        title: 'a whole gateway, and clears what is left out',
        given: (subject) => readyGateway(subject, { description: 'money', exceptionLevel: 'DEBUG' }),
        input: (given, subject) => ({ ...minimal(subject), ...given, exceptionLevel: 'DEBUG' }),
        answers: { status: 'UPDATING', exceptionLevel: 'DEBUG' },
        afterwards: async (subject, answer, given) => {
          expect(answer).not.toHaveProperty('description');
          const gateway = await waitForStatus(subject, 'GetGateway', given, 'READY');
          expect(gateway).not.toHaveProperty('description');
        },
      },
      {
        title: 'a change that fails, and says why',
        options: failing('UpdateGateway'),
        given: readyGateway,
        input: (given, subject) => ({ ...minimal(subject), ...given }),
        afterwards: async (subject, _answer, given) => {
          const gateway = await waitForStatus(subject, 'GetGateway', given, 'UPDATE_UNSUCCESSFUL');
          expect(gateway.statusReasons).toEqual(['no such role']);
        },
      },
    ],
    refused: [
      {
        title: 'another name',
        given: readyGateway,
        input: (given, subject) => ({ ...minimal(subject), ...given, name: 'other' }),
        refusal: invalid('name'),
      },
      {
        title: 'another authorizer type',
        given: readyGateway,
        input: (given, subject) => ({ ...minimal(subject), ...given, authorizerType: 'NONE' }),
        refusal: invalid('authorizerType', /Authorizer type cannot be updated for an existing gateway/),
      },
      {
        title: 'other versions of the protocol',
        given: (subject) => readyGateway(subject, mcp({ supportedVersions: ['2025-06-18'] })),
        input: (given, subject) => ({
          ...minimal(subject),
          ...given,
          ...mcp({ supportedVersions: ['2025-11-25'] }),
        }),
        refusal: invalid('protocolConfiguration.mcp.supportedVersions'),
      },
      {
        title: 'a gateway that is being created',
        given: created,
        input: (given, subject) => ({ ...minimal(subject), ...given }),
        refusal: conflict(/CREATING/),
      },
      {
        title: 'an unknown gateway',
        input: (_given, subject) => ({ ...minimal(subject), ...unknownGateway }),
        refusal: missing,
      },
    ],
  },
  {
    operation: 'DeleteGateway',
    accepted: [
      {
        title: 'an empty gateway, whose name is free afterwards',
        given: readyGateway,
        input: (given) => given,
        answers: { status: 'DELETING' },
        afterwards: async (subject, _answer, given) => {
          await waitUntilDeleted(subject, 'GetGateway', given);
          await created(subject);
        },
      },
    ],
    refused: [
      {
        title: 'a gateway that has targets',
        given: async (subject) => {
          const gateway = await readyGateway(subject);
          await subject.call('CreateGatewayTarget', {
            ...gateway,
            name: 'issues',
            targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/mcp' } } },
          });
          return gateway;
        },
        input: (given) => given,
        refusal: conflict(/targets/),
      },
      {
        title: 'a gateway that is being deleted',
        given: async (subject) => {
          const gateway = await readyGateway(subject);
          await subject.call('DeleteGateway', gateway);
          return gateway;
        },
        input: (given) => given,
        refusal: conflict(/DELETING/),
      },
      { title: 'an unknown gateway', input: unknownGateway, refusal: missing },
    ],
  },
];
