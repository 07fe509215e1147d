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
import { readyGateway } from './gateways.ts';
import type { Subject } from './subject.ts';

type Given = Record<string, string>;

const lambdaTool = { name: 'balance', description: 'Balance', inputSchema: { type: 'object' } };
const lambda = (inlinePayload: object[] = [lambdaTool]) => ({
  targetConfiguration: {
    mcp: {
      lambda: {
        lambdaArn: 'arn:aws:lambda:us-east-1:123456789012:function:ledger',
        toolSchema: { inlinePayload },
      },
    },
  },
});
const gatewayRoleCredentials = {
  credentialProviderConfigurations: [{ credentialProviderType: 'GATEWAY_IAM_ROLE' }],
};
const server = (more: object = {}) => ({
  targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/mcp', ...more } } },
});
const openApi = {
  openapi: '3.0.3',
  info: { title: 'Ledger', version: '1' },
  servers: [{ url: 'https://ledger.example.com' }],
  paths: {
    '/balance': {
      get: { operationId: 'balance', description: 'Balance', responses: { 200: { description: 'it' } } },
    },
  },
};
const staticSchema = { mcpToolSchema: { inlinePayload: JSON.stringify({ tools: [lambdaTool] }) } };

/** Credentials of a person: three-legged OAuth. */
export const authorizationCodeCredentials = (providerArn: string, more: object = {}) => ({
  credentialProviderConfigurations: [
    {
      credentialProviderType: 'OAUTH',
      credentialProvider: {
        oauthCredentialProvider: {
          providerArn,
          scopes: ['repo'],
          grantType: 'AUTHORIZATION_CODE',
          defaultReturnUrl: 'https://example.com/return',
          ...more,
        },
      },
    },
  ],
});

async function provider(subject: Subject): Promise<string> {
  const { credentialProviderArn } = await subject.call('CreateOauth2CredentialProvider', {
    name: subject.name,
    credentialProviderVendor: 'GithubOauth2',
    oauth2ProviderConfigInput: { githubOauth2ProviderConfig: { clientId: 'abc', clientSecret: 'hush' } },
  });
  return String(credentialProviderArn);
}

async function gatewayAndProvider(subject: Subject): Promise<Given> {
  return { ...(await readyGateway(subject)), providerArn: await provider(subject) };
}

/** The two ids of a target, as most operations take them. */
export const idsOf = ({ gatewayIdentifier, targetId }: Readonly<Given>) => ({ gatewayIdentifier, targetId });

async function create(subject: Subject, gateway: object, target: object): Promise<Given> {
  const answer = await subject.call('CreateGatewayTarget', { name: 'ledger', ...gateway, ...target });
  const { authorizationUrl = '', userId = '' } = Object(Object(answer.authorizationData).oauth2);
  return { ...gateway, targetId: String(answer.targetId), authorizationUrl, userId };
}

async function ready(subject: Subject, target: object): Promise<Given> {
  const given = await create(subject, await readyGateway(subject), target);
  await waitForStatus(subject, 'GetGatewayTarget', idsOf(given), 'READY');
  return given;
}

const readyLambda = (subject: Subject) => ready(subject, { ...lambda(), ...gatewayRoleCredentials });
const readyServer = (subject: Subject) => ready(subject, server());

/** A target that waits for a person. */
export async function pending(subject: Subject): Promise<Given> {
  const { providerArn = '', ...gateway } = await gatewayAndProvider(subject);
  return {
    ...(await create(subject, gateway, { ...server(), ...authorizationCodeCredentials(providerArn) })),
    providerArn,
  };
}

/** A target with credentials of a person that has come to be READY through their consent. */
async function consented(subject: Subject): Promise<Given> {
  const given = await pending(subject);
  await completeConsent(subject, given);
  await waitForStatus(subject, 'GetGatewayTarget', idsOf(given), 'READY');
  return given;
}

export async function completeConsent(subject: Subject, given: Readonly<Given>): Promise<void> {
  const { authorizationUrl = '', userId } = given;
  const returned = subject.emulator?.agentCore.consent(authorizationUrl);
  const sessionUri = returned?.searchParams.get('session_id');
  await subject.call('CompleteResourceTokenAuth', { userIdentifier: { userId }, sessionUri });
}

const unknownTarget = { targetId: 'ABCDEFGHIJ' };
const expiredLinkFails = { behaviors: { expiredLink: 'fails' as const, expiredLinkFailsAfter: 0 } };

export const gatewayTargetContracts: readonly OperationContract[] = [
  {
    operation: 'CreateGatewayTarget',
    accepted: [
      {
        title: 'a Lambda function with its tools',
        needsEmulator: true,
        given: readyGateway,
        input: (given) => ({ ...given, name: 'ledger', ...lambda(), ...gatewayRoleCredentials }),
        answers: { status: 'CREATING', protocolType: 'MCP', name: 'ledger' },
        afterwards: async (subject, { targetId }, given) => {
          await waitForStatus(subject, 'GetGatewayTarget', { ...given, targetId }, 'READY');
        },
      },
      {
        title: 'an OpenAPI document, which is read',
        needsEmulator: true,
        given: readyGateway,
        input: (given) => ({
          ...given,
          name: 'ledger',
          targetConfiguration: { mcp: { openApiSchema: { inlinePayload: JSON.stringify(openApi) } } },
        }),
        afterwards: async (subject, { targetId }, given) => {
          await waitForStatus(subject, 'GetGatewayTarget', { ...given, targetId }, 'READY');
        },
      },
      {
        title: 'an OpenAPI document without operation ids, and fails with the reason',
        needsEmulator: true,
        given: readyGateway,
        input: (given) => ({
          ...given,
          name: 'ledger',
          targetConfiguration: {
            mcp: {
              openApiSchema: {
                inlinePayload: JSON.stringify(openApi).replace('"operationId":"balance",', ''),
              },
            },
          },
        }),
        afterwards: async (subject, { targetId }, given) => {
          const failed = await waitForStatus(subject, 'GetGatewayTarget', { ...given, targetId }, 'FAILED');
          expect(String(failed.statusReasons)).toMatch(/operationId/);
        },
      },
      {
        title: 'an MCP server, which it synchronises',
        needsEmulator: true,
        given: readyGateway,
        input: (given) => ({ ...given, name: 'issues', ...server() }),
        afterwards: async (subject, { targetId }, given) => {
          const target = await waitForStatus(subject, 'GetGatewayTarget', { ...given, targetId }, 'READY');
          expect(target.lastSynchronizedAt).toBeInstanceOf(Date);
        },
      },
      {
        title: 'an MCP server that lists dynamically, which it does not synchronise',
        needsEmulator: true,
        given: readyGateway,
        input: (given) => ({ ...given, name: 'issues', ...server({ listingMode: 'DYNAMIC' }) }),
        afterwards: async (subject, { targetId }, given) => {
          const target = await waitForStatus(subject, 'GetGatewayTarget', { ...given, targetId }, 'READY');
          expect(target).not.toHaveProperty('lastSynchronizedAt');
        },
      },
      {
        title: 'credentials of a person, and waits for them',
        needsEmulator: true,
        given: gatewayAndProvider,
        input: ({ providerArn = '', ...gateway }) => ({
          ...gateway,
          name: 'issues',
          ...server(),
          ...authorizationCodeCredentials(providerArn),
        }),
        answers: {
          status: 'CREATE_PENDING_AUTH',
          authorizationData: {
            oauth2: {
              authorizationUrl: expect.stringContaining(
                'request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3A',
              ),
              userId: expect.any(String),
            },
          },
        },
      },
      {
        title: 'a static tool schema, which needs nobody',
        needsEmulator: true,
        given: gatewayAndProvider,
        input: ({ providerArn = '', ...gateway }) => ({
          ...gateway,
          name: 'issues',
          ...server(staticSchema),
          ...authorizationCodeCredentials(providerArn),
        }),
        answers: { status: 'CREATING' },
        afterwards: async (subject, { targetId }, { gatewayIdentifier }) => {
          await waitForStatus(subject, 'GetGatewayTarget', { gatewayIdentifier, targetId }, 'READY');
        },
      },
      {
        title: 'no name, and makes one up',
        needsEmulator: true,
        given: readyGateway,
        input: (given) => ({ ...given, ...server() }),
        answers: { name: expect.any(String) },
      },
      {
        title: 'an HTTP target on a gateway without a protocol type',
        needsEmulator: true,
        given: (subject) => readyGateway(subject, { protocolType: undefined }),
        input: (given) => ({
          ...given,
          name: 'web',
          targetConfiguration: {
            http: { passthrough: { endpoint: 'https://example.com', protocolType: 'CUSTOM' } },
          },
        }),
        answers: { protocolType: 'HTTP' },
      },
      {
        title: 'what a server does not answer for, and fails',
        options: { behaviors: { unreachable: 'fails' } },
        given: readyGateway,
        input: (given) => ({ ...given, name: 'issues', ...server() }),
        afterwards: async (subject, { targetId }, given) => {
          const failed = await waitForStatus(subject, 'GetGatewayTarget', { ...given, targetId }, 'FAILED');
          expect(String(failed.statusReasons)).toMatch(/Failed to connect/);
        },
      },
    ],
    refused: [
      {
        title: 'an unknown gateway',
        input: { gatewayIdentifier: 'unknown-abcdefghij', name: 'a', ...server() },
        refusal: missing,
      },
      {
        title: 'the ARN of a gateway',
        input: {
          gatewayIdentifier: 'arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/x-abcdefghij',
          ...server(),
        },
        refusal: invalid('gatewayIdentifier'),
      },
      {
        title: 'two kinds of target at once',
        given: readyGateway,
        input: (given) => ({
          ...given,
          targetConfiguration: {
            mcp: { ...lambda().targetConfiguration.mcp, ...server().targetConfiguration.mcp },
          },
        }),
        // The SDK sends one member of a union only; the emulator sees what a client without such care would send.
        needsEmulator: true,
        refusal: { error: 'ValidationException' },
      },
      {
        title: 'an endpoint that is not https',
        given: readyGateway,
        input: (given) => ({ ...given, ...server({ endpoint: 'http://mcp.example.com' }) }),
        refusal: invalid('targetConfiguration.mcp.mcpServer.endpoint'),
      },
      {
        title: 'a Lambda function without credentials',
        given: readyGateway,
        input: (given) => ({ ...given, ...lambda() }),
        refusal: invalid('credentialProviderConfigurations', /required for Lambda targets/),
      },
      {
        title: 'OAuth on a Lambda function',
        needsEmulator: true,
        given: gatewayAndProvider,
        input: ({ providerArn = '', ...gateway }) => ({
          ...gateway,
          ...lambda(),
          ...authorizationCodeCredentials(providerArn),
        }),
        refusal: invalid('credentialProviderConfigurations'),
      },
      {
        title: 'the role of the gateway on an MCP server without the service to sign for',
        given: readyGateway,
        input: (given) => ({ ...given, ...server(), ...gatewayRoleCredentials }),
        refusal: invalid(
          'credentialProviderConfigurations',
          /IamCredentialProvider is required for mcpServer targets using IAM authentication/,
        ),
      },
      {
        title: 'a static tool schema without the authorization code grant type',
        given: readyGateway,
        input: (given) => ({ ...given, ...server(staticSchema) }),
        needsEmulator: true,
        refusal: invalid('targetConfiguration.mcp.mcpServer.mcpToolSchema'),
      },
      {
        title: 'dynamic listing with credentials of a person',
        given: gatewayAndProvider,
        input: ({ providerArn = '', ...gateway }) => ({
          ...gateway,
          ...server({ listingMode: 'DYNAMIC' }),
          ...authorizationCodeCredentials(providerArn),
        }),
        refusal: invalid('targetConfiguration.mcp.mcpServer.listingMode'),
      },
      {
        title: 'dynamic listing on a gateway with semantic search',
        given: (subject) =>
          readyGateway(subject, { protocolConfiguration: { mcp: { searchType: 'SEMANTIC' } } }),
        input: (given) => ({ ...given, ...server({ listingMode: 'DYNAMIC' }) }),
        refusal: invalid('targetConfiguration.mcp.mcpServer.listingMode'),
      },
      {
        title: 'credentials of a person on a gateway that speaks old versions only',
        given: async (subject) => ({
          ...(await readyGateway(subject, {
            protocolConfiguration: { mcp: { supportedVersions: ['2025-06-18'] } },
          })),
          providerArn: await provider(subject),
        }),
        input: ({ providerArn = '', ...gateway }) => ({
          ...gateway,
          ...server(),
          ...authorizationCodeCredentials(providerArn),
        }),
        refusal: invalid('credentialProviderConfigurations', /2025-11-25/),
      },
      {
        title: 'a credential provider that does not exist',
        given: readyGateway,
        input: (given) => ({
          ...given,
          ...server(),
          ...authorizationCodeCredentials(
            'arn:aws:bedrock-agentcore:us-east-1:123456789012:token-vault/default/oauth2credentialprovider/none',
          ),
        }),
        needsEmulator: true,
        refusal: missing,
      },
      {
        title: 'an HTTP target on an MCP gateway',
        given: readyGateway,
        input: (given) => ({
          ...given,
          targetConfiguration: {
            http: { passthrough: { endpoint: 'https://example.com', protocolType: 'CUSTOM' } },
          },
        }),
        refusal: invalid('targetConfiguration.http'),
      },
      {
        title: 'a name that is taken',
        needsEmulator: true,
        given: readyLambda,
        input: ({ gatewayIdentifier }) => ({ gatewayIdentifier, name: 'ledger', ...server() }),
        refusal: conflict(/already exists/),
      },
      {
        title: 'an inline schema of more than a megabyte',
        needsEmulator: true,
        given: readyGateway,
        input: (given) => ({
          ...given,
          targetConfiguration: { mcp: { openApiSchema: { inlinePayload: ' '.repeat(1024 * 1024 + 1) } } },
        }),
        refusal: quotaExceeded,
      },
      {
        title: 'more targets than the gateway may have',
        options: { quotas: { targetsPerGateway: 1, ratePerSecond: {} } },
        given: readyServer,
        input: ({ gatewayIdentifier }) => ({ gatewayIdentifier, name: 'second', ...server() }),
        refusal: quotaExceeded,
      },
      {
        title: 'a sixth operation at the same time',
        needsEmulator: true,
        given: async (subject) => {
          const gateway = await readyGateway(subject);
          for (const name of ['a', 'b', 'c', 'd', 'e']) await create(subject, gateway, { ...server(), name });
          return gateway;
        },
        input: (given) => ({ ...given, name: 'f', ...server() }),
        refusal: conflict(/concurrent operations/),
      },
      {
        title: 'a gateway that is being created',
        given: async (subject) => {
          const { gatewayId } = await subject.call('CreateGateway', {
            name: subject.name,
            roleArn: subject.roleArn,
            authorizerType: 'AWS_IAM',
          });
          return { gatewayIdentifier: String(gatewayId) };
        },
        input: (given) => ({ ...given, ...server() }),
        refusal: conflict(/CREATING/),
      },
    ],
  },
  {
    operation: 'GetGatewayTarget',
    accepted: [
      {
        title: 'the two ids, and shows what was asked for',
        needsEmulator: true,
        given: readyLambda,
        input: idsOf,
        answers: { status: 'READY', ...lambda(), ...gatewayRoleCredentials },
      },
    ],
    refused: [
      {
        title: 'an unknown target',
        given: readyGateway,
        input: (given) => ({ ...given, ...unknownTarget }),
        refusal: missing,
      },
      {
        title: 'an unknown gateway',
        input: { gatewayIdentifier: 'unknown-abcdefghij', ...unknownTarget },
        refusal: missing,
      },
      {
        title: 'an id of the wrong form',
        given: readyGateway,
        input: (given) => ({ ...given, targetId: 'short' }),
        refusal: invalid('targetId'),
      },
    ],
  },
  {
    operation: 'ListGatewayTargets',
    accepted: [
      {
        title: 'a gateway, and shows all that one needs to poll',
        needsEmulator: true,
        given: pending,
        input: ({ gatewayIdentifier }) => ({ gatewayIdentifier, maxResults: 1000 }),
        afterwards: (_subject, { items }, { targetId, userId }) => {
          expect(items).toMatchObject([
            {
              targetId,
              status: 'CREATE_PENDING_AUTH',
              targetType: 'MCP_SERVER',
              authorizationData: { oauth2: { userId } },
            },
          ]);
        },
      },
    ],
    refused: [
      { title: 'an unknown gateway', input: { gatewayIdentifier: 'unknown-abcdefghij' }, refusal: missing },
      {
        title: 'the token of another list',
        given: async (subject) => {
          const gateway = await readyGateway(subject);
          await readyGateway(subject, { name: `${subject.name}-2` });
          const { nextToken } = await subject.call('ListGateways', { maxResults: 1 });
          return { ...gateway, nextToken: String(nextToken) };
        },
        input: (given) => given,
        refusal: invalid('nextToken'),
      },
    ],
  },
  {
    operation: 'UpdateGatewayTarget',
    accepted: [
      {
        title: 'a whole target, clears what is left out, and keeps its name',
        needsEmulator: true,
        given: (subject) => ready(subject, { ...lambda(), ...gatewayRoleCredentials, description: 'money' }),
        input: (given) => ({
          ...idsOf(given),
          ...lambda([{ ...lambdaTool, name: 'transfer' }]),
          ...gatewayRoleCredentials,
        }),
        answers: { status: 'UPDATING', name: 'ledger' },
        afterwards: async (subject, _answer, given) => {
          const target = await waitForStatus(subject, 'GetGatewayTarget', idsOf(given), 'READY');
          expect(target).not.toHaveProperty('description');
          expect(target).toMatchObject(lambda([{ ...lambdaTool, name: 'transfer' }]));
        },
      },
      {
        title: 'another kind of target',
        needsEmulator: true,
        given: readyLambda,
        input: (given) => ({ ...idsOf(given), ...server() }),
        afterwards: async (subject, _answer, given) => {
          const { items } = await subject.call('ListGatewayTargets', given);
          expect(items).toMatchObject([{ targetType: 'MCP_SERVER' }]);
        },
      },
      {
        title: 'a change that takes a person again',
        needsEmulator: true,
        given: consented,
        input: ({ providerArn = '', ...given }) => ({
          ...idsOf(given),
          ...server(),
          ...authorizationCodeCredentials(providerArn),
        }),
        answers: { status: 'UPDATE_PENDING_AUTH', authorizationData: { oauth2: {} } },
      },
      {
        title: 'a schema that cannot be read, and is unsuccessful',
        needsEmulator: true,
        given: readyLambda,
        input: (given) => ({
          ...idsOf(given),
          targetConfiguration: { mcp: { openApiSchema: { inlinePayload: 'not an API' } } },
        }),
        afterwards: async (subject, _answer, given) => {
          const target = await waitForStatus(
            subject,
            'GetGatewayTarget',
            idsOf(given),
            'UPDATE_UNSUCCESSFUL',
          );
          expect(target.statusReasons).toHaveLength(1);
        },
      },
      {
        title: 'a target whose creation failed, and makes it READY',
        options: { faults: [{ fault: 'fail', operation: 'CreateGatewayTarget' }] },
        given: async (subject) => {
          const given = await create(subject, await readyGateway(subject), server());
          await waitForStatus(subject, 'GetGatewayTarget', idsOf(given), 'FAILED');
          return given;
        },
        input: (given) => ({ ...idsOf(given), ...server() }),
        afterwards: async (subject, _answer, given) => {
          await waitForStatus(subject, 'GetGatewayTarget', idsOf(given), 'READY');
        },
      },
    ],
    refused: [
      {
        title: 'a target that is being updated',
        needsEmulator: true,
        given: async (subject) => {
          const given = await readyServer(subject);
          await subject.call('UpdateGatewayTarget', { ...idsOf(given), ...server() });
          return given;
        },
        input: (given) => ({ ...idsOf(given), ...server() }),
        refusal: conflict(/UPDATING/),
      },
      {
        title: 'a target that waits for a person',
        needsEmulator: true,
        given: pending,
        input: (given) => ({ ...idsOf(given), ...server() }),
        refusal: conflict(/pending authorization/),
      },
      {
        title: 'a target whose link lapsed, where the service is taken to refuse that',
        options: { behaviors: { ...expiredLinkFails.behaviors, afterLinkExpiry: 'refused' } },
        given: async (subject) => {
          const given = await pending(subject);
          await waitForStatus(subject, 'GetGatewayTarget', idsOf(given), 'FAILED');
          return given;
        },
        input: (given) => ({ ...idsOf(given), ...server() }),
        refusal: conflict(),
      },
      {
        title: 'an unknown target',
        given: readyGateway,
        input: (given) => ({ ...given, ...unknownTarget, ...server() }),
        refusal: missing,
      },
    ],
  },
  {
    operation: 'DeleteGatewayTarget',
    accepted: [
      {
        title: 'a target that is READY, which is gone some seconds later',
        needsEmulator: true,
        given: readyLambda,
        input: idsOf,
        answers: { status: 'DELETING' },
        afterwards: (subject, _answer, given) => waitUntilDeleted(subject, 'GetGatewayTarget', idsOf(given)),
      },
      {
        title: 'a target that waits for a person, where the service is taken to allow that',
        options: { behaviors: { deleteWhilePending: true } },
        given: pending,
        input: idsOf,
        afterwards: (subject, _answer, given) => waitUntilDeleted(subject, 'GetGatewayTarget', idsOf(given)),
      },
      {
        title: 'a target whose link lapsed',
        options: expiredLinkFails,
        given: async (subject) => {
          const given = await pending(subject);
          await waitForStatus(subject, 'GetGatewayTarget', idsOf(given), 'FAILED');
          return given;
        },
        input: idsOf,
        answers: { status: 'DELETING' },
      },
    ],
    refused: [
      {
        title: 'a target that waits for a person',
        needsEmulator: true,
        given: pending,
        input: idsOf,
        refusal: conflict(/pending authorization/),
      },
      {
        title: 'a target that is being created',
        needsEmulator: true,
        given: async (subject) => create(subject, await readyGateway(subject), server()),
        input: idsOf,
        refusal: conflict(/CREATING/),
      },
      {
        title: 'an unknown target',
        given: readyGateway,
        input: (given) => ({ ...given, ...unknownTarget }),
        refusal: missing,
      },
    ],
  },
  {
    operation: 'SynchronizeGatewayTargets',
    accepted: [
      {
        title: 'one target, whose synchronisation is newer afterwards',
        needsEmulator: true,
        given: readyServer,
        input: ({ gatewayIdentifier, targetId }) => ({ gatewayIdentifier, targetIdList: [targetId] }),
        answers: { targets: [{ status: 'SYNCHRONIZING' }] },
        afterwards: async (subject, { targets }, given) => {
          const before = Object(Object(targets)[0]).lastSynchronizedAt;
          const target = await waitForStatus(subject, 'GetGatewayTarget', idsOf(given), 'READY');
          expect(Number(target.lastSynchronizedAt)).toBeGreaterThan(Number(before));
        },
      },
      {
        title: 'a target with credentials of a person, and waits for them',
        needsEmulator: true,
        given: consented,
        input: ({ gatewayIdentifier, targetId }) => ({ gatewayIdentifier, targetIdList: [targetId] }),
        answers: { targets: [{ status: 'SYNCHRONIZE_PENDING_AUTH' }] },
      },
      {
        title: 'a server that has gone away, and is unsuccessful',
        options: { faults: [{ fault: 'fail', operation: 'SynchronizeGatewayTargets', reason: 'gone away' }] },
        given: readyServer,
        input: ({ gatewayIdentifier, targetId }) => ({ gatewayIdentifier, targetIdList: [targetId] }),
        afterwards: async (subject, _answer, given) => {
          const target = await waitForStatus(
            subject,
            'GetGatewayTarget',
            idsOf(given),
            'SYNCHRONIZE_UNSUCCESSFUL',
          );
          expect(target.statusReasons).toEqual(['gone away']);
        },
      },
    ],
    refused: [
      {
        title: 'no target',
        given: readyGateway,
        input: (given) => ({ ...given, targetIdList: [] }),
        refusal: invalid('targetIdList'),
      },
      {
        title: 'two targets',
        given: readyGateway,
        input: (given) => ({ ...given, targetIdList: ['ABCDEFGHIJ', 'ABCDEFGHIK'] }),
        refusal: invalid('targetIdList'),
      },
      {
        title: 'a target with a static schema',
        needsEmulator: true,
        given: async (subject) => {
          const { providerArn = '', ...gateway } = await gatewayAndProvider(subject);
          const given = await create(subject, gateway, {
            ...server(staticSchema),
            ...authorizationCodeCredentials(providerArn),
          });
          await waitForStatus(subject, 'GetGatewayTarget', idsOf(given), 'READY');
          return given;
        },
        input: ({ gatewayIdentifier, targetId }) => ({ gatewayIdentifier, targetIdList: [targetId] }),
        refusal: invalid('targetIdList', /static tool schema/),
      },
      {
        title: 'a target that is no MCP server',
        needsEmulator: true,
        given: readyLambda,
        input: ({ gatewayIdentifier, targetId }) => ({ gatewayIdentifier, targetIdList: [targetId] }),
        refusal: invalid('targetIdList', /only MCP server targets/),
      },
      {
        title: 'a target that waits for a person',
        needsEmulator: true,
        given: pending,
        input: ({ gatewayIdentifier, targetId }) => ({ gatewayIdentifier, targetIdList: [targetId] }),
        refusal: conflict(/pending authorization/),
      },
      {
        title: 'an unknown target',
        given: readyGateway,
        input: (given) => ({ ...given, targetIdList: ['ABCDEFGHIJ'] }),
        refusal: missing,
      },
    ],
  },
];
