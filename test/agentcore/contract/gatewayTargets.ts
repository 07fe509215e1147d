import { expect } from 'vitest';
import { JWT_AUTHORIZER } from '../../../local/agentcore/testing/emulator.ts';
import {
  conflict,
  type Fixture,
  failing,
  invalid,
  notFound,
  type OperationContract,
  quotaExceeded,
  waitForStatus,
  waitUntilDeleted,
} from './contract.ts';
import { readyGateway } from './gateways.ts';
import type { Subject } from './subject.ts';

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

/** The credentials of a user: three-legged OAuth. */
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

const apiKeyCredentials = (providerArn: string) => ({
  credentialProviderConfigurations: [
    {
      credentialProviderType: 'API_KEY',
      credentialProvider: {
        apiKeyCredentialProvider: { providerArn, credentialParameterName: 'X-Api-Key' },
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

async function gatewayAndProvider(subject: Subject): Promise<Fixture> {
  return { ...(await readyGateway(subject, JWT_AUTHORIZER)), providerArn: await provider(subject) };
}

/** The ids that identify a target in requests. */
export const idsOf = ({ gatewayIdentifier, targetId }: Fixture) => ({
  gatewayIdentifier,
  targetId,
});

async function create(subject: Subject, gateway: object, target: object): Promise<Fixture> {
  const response = await subject.call('CreateGatewayTarget', { name: 'ledger', ...gateway, ...target });
  const { authorizationUrl = '', userId = '' } = Object(Object(response.authorizationData).oauth2);
  return { ...gateway, targetId: String(response.targetId), authorizationUrl, userId };
}

async function ready(subject: Subject, target: object): Promise<Fixture> {
  const fixture = await create(subject, await readyGateway(subject), target);
  await waitForStatus(subject, 'GetGatewayTarget', idsOf(fixture), 'READY');
  return fixture;
}

const readyLambda = (subject: Subject) => ready(subject, { ...lambda(), ...gatewayRoleCredentials });
const readyServer = (subject: Subject) => ready(subject, server());

/** Creates a target that awaits authorization. */
export async function pending(subject: Subject): Promise<Fixture> {
  const { providerArn = '', ...gateway } = await gatewayAndProvider(subject);
  return {
    ...(await create(subject, gateway, { ...server(), ...authorizationCodeCredentials(providerArn) })),
    providerArn,
  };
}

/** Creates a target with the credentials of a user, which is READY after the consent. */
async function consented(subject: Subject): Promise<Fixture> {
  const fixture = await pending(subject);
  await completeConsent(subject, fixture);
  await waitForStatus(subject, 'GetGatewayTarget', idsOf(fixture), 'READY');
  return fixture;
}

export async function completeConsent(subject: Subject, fixture: Fixture): Promise<void> {
  const { authorizationUrl = '', userId } = fixture;
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
        title: 'a private endpoint in a VPC, and lists the resources that the gateway makes for it',
        needsEmulator: true,
        setUp: readyGateway,
        input: (fixture) => ({
          ...fixture,
          ...server(),
          name: 'private',
          privateEndpoint: {
            managedVpcResource: {
              vpcIdentifier: 'vpc-0123456789abcdef0',
              subnetIds: ['subnet-0123456789abcdef0'],
              endpointIpAddressType: 'IPV4',
            },
          },
        }),
        verify: async (subject, response, { gatewayIdentifier }) => {
          expect(response).not.toHaveProperty('privateEndpointManagedResources');
          const ids = { gatewayIdentifier, targetId: response.targetId };
          const ready = await waitForStatus(subject, 'GetGatewayTarget', ids, 'READY');
          const resources = [
            {
              domain: 'mcp.example.com',
              resourceGatewayArn: expect.stringMatching(/:resourcegateway\/rgw-[0-9a-z]{17}$/),
              resourceAssociationArn: expect.stringMatching(
                /:servicenetworkresourceassociation\/snra-[0-9a-f]{17}$/,
              ),
            },
          ];
          expect(ready.privateEndpointManagedResources).toEqual(resources);
          expect(await subject.call('GetGatewayTarget', ids)).toMatchObject({
            privateEndpointManagedResources: ready.privateEndpointManagedResources,
          });
        },
      },
      {
        title: 'a Lambda function with its tools',
        needsEmulator: true,
        setUp: readyGateway,
        input: (fixture) => ({ ...fixture, name: 'ledger', ...lambda(), ...gatewayRoleCredentials }),
        expectedResponse: { status: 'CREATING', name: 'ledger' },
        verify: async (subject, { targetId }, fixture) => {
          await waitForStatus(subject, 'GetGatewayTarget', { ...fixture, targetId }, 'READY');
        },
      },
      {
        title: 'an OpenAPI document, and makes the target READY',
        needsEmulator: true,
        setUp: readyGateway,
        input: (fixture) => ({
          ...fixture,
          name: 'ledger',
          targetConfiguration: { mcp: { openApiSchema: { inlinePayload: JSON.stringify(openApi) } } },
        }),
        verify: async (subject, { targetId }, fixture) => {
          await waitForStatus(subject, 'GetGatewayTarget', { ...fixture, targetId }, 'READY');
        },
      },
      {
        title: 'an OpenAPI document without operation ids, and fails the target with the reason',
        needsEmulator: true,
        setUp: readyGateway,
        input: (fixture) => ({
          ...fixture,
          name: 'ledger',
          targetConfiguration: {
            mcp: {
              openApiSchema: {
                inlinePayload: JSON.stringify(openApi).replace('"operationId":"balance",', ''),
              },
            },
          },
        }),
        verify: async (subject, { targetId }, fixture) => {
          const failed = await waitForStatus(subject, 'GetGatewayTarget', { ...fixture, targetId }, 'FAILED');
          expect(String(failed.statusReasons)).toMatch(/operationId/);
        },
      },
      {
        title: 'an MCP server, and synchronizes it',
        needsEmulator: true,
        setUp: readyGateway,
        input: (fixture) => ({ ...fixture, name: 'issues', ...server() }),
        verify: async (subject, { targetId }, fixture) => {
          const target = await waitForStatus(subject, 'GetGatewayTarget', { ...fixture, targetId }, 'READY');
          expect(target.lastSynchronizedAt).toBeInstanceOf(Date);
        },
      },
      {
        title: 'an MCP server with dynamic listing, and does not synchronize it',
        needsEmulator: true,
        setUp: readyGateway,
        input: (fixture) => ({ ...fixture, name: 'issues', ...server({ listingMode: 'DYNAMIC' }) }),
        verify: async (subject, { targetId }, fixture) => {
          const target = await waitForStatus(subject, 'GetGatewayTarget', { ...fixture, targetId }, 'READY');
          expect(target).not.toHaveProperty('lastSynchronizedAt');
        },
      },
      {
        title: 'credentials of a user, and awaits authorization',
        needsEmulator: true,
        setUp: gatewayAndProvider,
        input: ({ providerArn = '', ...gateway }) => ({
          ...gateway,
          name: 'issues',
          ...server(),
          ...authorizationCodeCredentials(providerArn),
        }),
        expectedResponse: {
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
        title: 'a static tool schema, and needs no authorization',
        needsEmulator: true,
        setUp: gatewayAndProvider,
        input: ({ providerArn = '', ...gateway }) => ({
          ...gateway,
          name: 'issues',
          ...server(staticSchema),
          ...authorizationCodeCredentials(providerArn),
        }),
        expectedResponse: { status: 'CREATING' },
        verify: async (subject, { targetId }, { gatewayIdentifier }) => {
          await waitForStatus(subject, 'GetGatewayTarget', { gatewayIdentifier, targetId }, 'READY');
        },
      },
      {
        title: 'a target without a name, and generates one',
        needsEmulator: true,
        setUp: readyGateway,
        input: (fixture) => ({ ...fixture, ...server() }),
        expectedResponse: { name: expect.any(String) },
      },
      {
        title: 'an HTTP target on a gateway without a protocol type',
        needsEmulator: true,
        setUp: (subject) => readyGateway(subject, { protocolType: undefined }),
        input: (fixture) => ({
          ...fixture,
          name: 'web',
          targetConfiguration: {
            http: { passthrough: { endpoint: 'https://example.com', protocolType: 'CUSTOM' } },
          },
        }),
        expectedResponse: { status: 'CREATING', name: 'web' },
      },
      {
        title: 'an unreachable MCP server, and fails the target with the reason',
        options: { behaviors: { unreachable: 'fails' } },
        setUp: readyGateway,
        input: (fixture) => ({ ...fixture, name: 'issues', ...server() }),
        verify: async (subject, { targetId }, fixture) => {
          const failed = await waitForStatus(subject, 'GetGatewayTarget', { ...fixture, targetId }, 'FAILED');
          expect(String(failed.statusReasons)).toMatch(/Failed to connect/);
        },
      },
    ],
    rejected: [
      ...['GATEWAY_IAM_ROLE', 'JWT_PASSTHROUGH', 'CALLER_IAM_CREDENTIALS', 'API_KEY'].map((type) => ({
        title: `the provider of another type with credentials of type ${type}`,
        setUp: gatewayAndProvider,
        input: ({ gatewayIdentifier, providerArn }: Fixture) => ({
          gatewayIdentifier,
          ...server(),
          credentialProviderConfigurations: [
            {
              credentialProviderType: type,
              credentialProvider: { oauthCredentialProvider: { providerArn, scopes: ['repo'] } },
            },
          ],
        }),
        expectedError: invalid('credentialProviderConfigurations', new RegExp(`type ${type} must be`)),
      })),
      {
        title: 'an unknown gateway',
        input: { gatewayIdentifier: 'unknown-abcdefghij', name: 'a', ...server() },
        expectedError: notFound,
      },
      {
        title: 'the ARN of a gateway',
        input: {
          gatewayIdentifier: 'arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/x-abcdefghij',
          ...server(),
        },
        expectedError: invalid('gatewayIdentifier'),
      },
      {
        title: 'two kinds of targets in one request',
        setUp: readyGateway,
        input: (fixture) => ({
          ...fixture,
          targetConfiguration: {
            mcp: { ...lambda().targetConfiguration.mcp, ...server().targetConfiguration.mcp },
          },
        }),
        // The SDK sends one member of a union only; the emulator must reject the request of a client that sends two.
        needsEmulator: true,
        expectedError: { code: 'SerializationException' },
      },
      {
        title: 'an endpoint that is not https',
        setUp: readyGateway,
        input: (fixture) => ({ ...fixture, ...server({ endpoint: 'http://mcp.example.com' }) }),
        expectedError: invalid('targetConfiguration.mcp.mcpServer.endpoint'),
      },
      {
        title: 'a Lambda function without credentials',
        setUp: readyGateway,
        input: (fixture) => ({ ...fixture, ...lambda() }),
        expectedError: invalid('credentialProviderConfigurations', /required for Lambda targets/),
      },
      {
        title: 'OAuth on a Lambda function',
        needsEmulator: true,
        setUp: gatewayAndProvider,
        input: ({ providerArn = '', ...gateway }) => ({
          ...gateway,
          ...lambda(),
          ...authorizationCodeCredentials(providerArn),
        }),
        expectedError: invalid('credentialProviderConfigurations'),
      },
      {
        title: 'the gateway role on an MCP server without the service to sign requests for',
        setUp: readyGateway,
        input: (fixture) => ({ ...fixture, ...server(), ...gatewayRoleCredentials }),
        expectedError: invalid(
          'credentialProviderConfigurations',
          /IamCredentialProvider is required for mcpServer targets using IAM authentication/,
        ),
      },
      {
        title: 'a static tool schema without a user, if staticSchemaFor is authorizationCode',
        options: { behaviors: { staticSchemaFor: 'authorizationCode' } },
        setUp: readyGateway,
        input: (fixture) => ({ ...fixture, ...server(staticSchema) }),
        expectedError: invalid('targetConfiguration.mcp.mcpServer.mcpToolSchema'),
      },
      {
        title: 'dynamic listing with credentials of a user',
        setUp: gatewayAndProvider,
        input: ({ providerArn = '', ...gateway }) => ({
          ...gateway,
          ...server({ listingMode: 'DYNAMIC' }),
          ...authorizationCodeCredentials(providerArn),
        }),
        expectedError: invalid('targetConfiguration.mcp.mcpServer.listingMode'),
      },
      {
        title: 'dynamic listing on a gateway with semantic search',
        setUp: (subject) =>
          readyGateway(subject, { protocolConfiguration: { mcp: { searchType: 'SEMANTIC' } } }),
        input: (fixture) => ({ ...fixture, ...server({ listingMode: 'DYNAMIC' }) }),
        expectedError: invalid('targetConfiguration.mcp.mcpServer.listingMode'),
      },
      ...['AWS_IAM', 'NONE'].map((authorizerType) => ({
        title: `credentials of a user on a gateway with the authorizer type ${authorizerType}`,
        needsEmulator: true,
        setUp: async (subject: Subject) => ({
          ...(await readyGateway(subject, { authorizerType })),
          providerArn: await provider(subject),
        }),
        input: ({ providerArn = '', ...gateway }: Fixture) => ({
          ...gateway,
          ...server(),
          ...authorizationCodeCredentials(providerArn),
        }),
        expectedError: invalid(
          'credentialProviderConfigurations',
          new RegExp(`^3LO Auth is not supported when gateway authorizer type is ${authorizerType}$`),
        ),
      })),
      {
        title: 'credentials of a user on a gateway with old protocol versions only',
        setUp: async (subject) => ({
          ...(await readyGateway(subject, {
            ...JWT_AUTHORIZER,
            protocolConfiguration: { mcp: { supportedVersions: ['2025-06-18'] } },
          })),
          providerArn: await provider(subject),
        }),
        input: ({ providerArn = '', ...gateway }) => ({
          ...gateway,
          ...server(),
          ...authorizationCodeCredentials(providerArn),
        }),
        expectedError: invalid('credentialProviderConfigurations', /2025-11-25/),
      },
      {
        title: 'a credential provider that does not exist',
        setUp: (subject) => readyGateway(subject, JWT_AUTHORIZER),
        input: (fixture) => ({
          ...fixture,
          ...server(),
          ...authorizationCodeCredentials(
            'arn:aws:bedrock-agentcore:us-east-1:123456789012:token-vault/default/oauth2credentialprovider/none',
          ),
        }),
        needsEmulator: true,
        expectedError: notFound,
      },
      {
        title: 'an OAuth2 credential provider as the one of an API key',
        setUp: gatewayAndProvider,
        input: ({ providerArn = '', ...gateway }) => ({
          ...gateway,
          ...server(),
          ...apiKeyCredentials(providerArn),
        }),
        needsEmulator: true,
        expectedError: notFound,
      },
      {
        title: 'an HTTP target on an MCP gateway',
        setUp: readyGateway,
        input: (fixture) => ({
          ...fixture,
          targetConfiguration: {
            http: { passthrough: { endpoint: 'https://example.com', protocolType: 'CUSTOM' } },
          },
        }),
        expectedError: invalid('targetConfiguration.http'),
      },
      {
        title: 'a name that exists',
        needsEmulator: true,
        setUp: readyLambda,
        input: ({ gatewayIdentifier }) => ({ gatewayIdentifier, name: 'ledger', ...server() }),
        expectedError: conflict(/already exists/),
      },
      {
        title: 'an inline schema of more than a megabyte',
        needsEmulator: true,
        setUp: readyGateway,
        input: (fixture) => ({
          ...fixture,
          targetConfiguration: { mcp: { openApiSchema: { inlinePayload: ' '.repeat(1024 * 1024 + 1) } } },
        }),
        expectedError: quotaExceeded,
      },
      {
        title: 'a target beyond the quota of the gateway',
        options: { quotas: { targetsPerGateway: 1, ratePerSecond: {} } },
        setUp: readyServer,
        input: ({ gatewayIdentifier }) => ({ gatewayIdentifier, name: 'second', ...server() }),
        expectedError: quotaExceeded,
      },
      {
        title: 'a sixth concurrent operation',
        needsEmulator: true,
        setUp: async (subject) => {
          const gateway = await readyGateway(subject);
          for (const name of ['a', 'b', 'c', 'd', 'e']) await create(subject, gateway, { ...server(), name });
          return gateway;
        },
        input: (fixture) => ({ ...fixture, name: 'f', ...server() }),
        expectedError: conflict(/concurrent operations/),
      },
      {
        title: 'a gateway that is being created',
        setUp: async (subject) => {
          const { gatewayId } = await subject.call('CreateGateway', {
            name: subject.name,
            roleArn: subject.roleArn,
            authorizerType: 'AWS_IAM',
          });
          return { gatewayIdentifier: String(gatewayId) };
        },
        input: (fixture) => ({ ...fixture, ...server() }),
        expectedError: {
          code: 'ValidationException',
          message: /^Cannot perform operation CreateGatewayTarget when gateway is in CREATING status$/,
        },
      },
    ],
  },
  {
    operation: 'GetGatewayTarget',
    accepted: [
      {
        title: 'both ids, and returns the whole configuration',
        needsEmulator: true,
        setUp: readyLambda,
        input: idsOf,
        expectedResponse: { status: 'READY', ...lambda(), ...gatewayRoleCredentials },
      },
    ],
    rejected: [
      {
        title: 'an unknown target',
        setUp: readyGateway,
        input: (fixture) => ({ ...fixture, ...unknownTarget }),
        expectedError: notFound,
      },
      {
        title: 'an unknown gateway',
        input: { gatewayIdentifier: 'unknown-abcdefghij', ...unknownTarget },
        expectedError: notFound,
      },
      {
        title: 'an id with an invalid format',
        setUp: readyGateway,
        input: (fixture) => ({ ...fixture, targetId: 'short' }),
        expectedError: invalid('targetId'),
      },
    ],
  },
  {
    operation: 'ListGatewayTargets',
    accepted: [
      {
        title: 'a gateway, and returns the status and authorization of its targets',
        needsEmulator: true,
        setUp: pending,
        input: ({ gatewayIdentifier }) => ({ gatewayIdentifier, maxResults: 1000 }),
        verify: (_subject, { items }, { targetId, userId }) => {
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
    rejected: [
      {
        title: 'an unknown gateway',
        input: { gatewayIdentifier: 'unknown-abcdefghij' },
        expectedError: notFound,
      },
      {
        title: 'the page token of another list',
        setUp: async (subject) => {
          const gateway = await readyGateway(subject);
          await readyGateway(subject, { name: `${subject.name}-2` });
          const { nextToken } = await subject.call('ListGateways', { maxResults: 1 });
          return { ...gateway, nextToken: String(nextToken) };
        },
        input: (fixture) => fixture,
        expectedError: invalid('nextToken'),
      },
    ],
  },
  {
    operation: 'UpdateGatewayTarget',
    accepted: [
      {
        title: 'a configuration, clears the members that it leaves out, and keeps the name',
        needsEmulator: true,
        setUp: (subject) => ready(subject, { ...lambda(), ...gatewayRoleCredentials, description: 'money' }),
        input: (fixture) => ({
          ...idsOf(fixture),
          ...lambda([{ ...lambdaTool, name: 'transfer' }]),
          ...gatewayRoleCredentials,
        }),
        expectedResponse: { status: 'UPDATING', name: 'ledger' },
        verify: async (subject, _response, fixture) => {
          const target = await waitForStatus(subject, 'GetGatewayTarget', idsOf(fixture), 'READY');
          expect(target).not.toHaveProperty('description');
          expect(target).toMatchObject(lambda([{ ...lambdaTool, name: 'transfer' }]));
        },
      },
      {
        title: 'another kind of target',
        needsEmulator: true,
        setUp: readyLambda,
        input: (fixture) => ({ ...idsOf(fixture), ...server() }),
        verify: async (subject, _response, fixture) => {
          const { items } = await subject.call('ListGatewayTargets', fixture);
          expect(items).toMatchObject([{ targetType: 'MCP_SERVER' }]);
        },
      },
      {
        title: 'a change that needs authorization again',
        needsEmulator: true,
        setUp: consented,
        input: ({ providerArn = '', ...fixture }) => ({
          ...idsOf(fixture),
          ...server(),
          ...authorizationCodeCredentials(providerArn),
        }),
        expectedResponse: { status: 'UPDATE_PENDING_AUTH', authorizationData: { oauth2: {} } },
      },
      {
        title: 'an invalid schema, and fails the update with the reason',
        needsEmulator: true,
        setUp: readyLambda,
        input: (fixture) => ({
          ...idsOf(fixture),
          targetConfiguration: { mcp: { openApiSchema: { inlinePayload: 'not an API' } } },
        }),
        verify: async (subject, _response, fixture) => {
          const target = await waitForStatus(
            subject,
            'GetGatewayTarget',
            idsOf(fixture),
            'UPDATE_UNSUCCESSFUL',
          );
          expect(target.statusReasons).toHaveLength(1);
        },
      },
      {
        title: 'a target whose creation failed, and makes it READY',
        options: failing('CreateGatewayTarget'),
        setUp: async (subject) => {
          const fixture = await create(subject, await readyGateway(subject), server());
          await waitForStatus(subject, 'GetGatewayTarget', idsOf(fixture), 'FAILED');
          return fixture;
        },
        input: (fixture) => ({ ...idsOf(fixture), ...server() }),
        verify: async (subject, _response, fixture) => {
          await waitForStatus(subject, 'GetGatewayTarget', idsOf(fixture), 'READY');
        },
      },
    ],
    rejected: [
      {
        title: 'a target that is being updated',
        needsEmulator: true,
        setUp: async (subject) => {
          const fixture = await readyServer(subject);
          await subject.call('UpdateGatewayTarget', { ...idsOf(fixture), ...server() });
          return fixture;
        },
        input: (fixture) => ({ ...idsOf(fixture), ...server() }),
        expectedError: conflict(/UPDATING/),
      },
      {
        title: 'a target that awaits authorization',
        needsEmulator: true,
        setUp: pending,
        input: (fixture) => ({ ...idsOf(fixture), ...server() }),
        expectedError: conflict(
          /^UpdateGatewayTarget can't be performed on target when it is in Create_Pending_Auth state$/,
        ),
      },
      {
        title: 'a target whose link expired, if afterLinkExpiry is rejected',
        options: { behaviors: { ...expiredLinkFails.behaviors, afterLinkExpiry: 'rejected' } },
        setUp: async (subject) => {
          const fixture = await pending(subject);
          await waitForStatus(subject, 'GetGatewayTarget', idsOf(fixture), 'FAILED');
          return fixture;
        },
        input: (fixture) => ({ ...idsOf(fixture), ...server() }),
        expectedError: conflict(),
      },
      {
        title: 'an unknown target',
        setUp: readyGateway,
        input: (fixture) => ({ ...fixture, ...unknownTarget, ...server() }),
        expectedError: notFound,
      },
    ],
  },
  {
    operation: 'DeleteGatewayTarget',
    accepted: [
      {
        title: 'a target, and deletes it within seconds',
        needsEmulator: true,
        setUp: readyLambda,
        input: idsOf,
        expectedResponse: { status: 'DELETING' },
        verify: (subject, _response, fixture) =>
          waitUntilDeleted(subject, 'GetGatewayTarget', idsOf(fixture)),
      },
      {
        title: 'a target that awaits authorization, if deleteWhilePending is true',
        options: { behaviors: { deleteWhilePending: true } },
        setUp: pending,
        input: idsOf,
        verify: (subject, _response, fixture) =>
          waitUntilDeleted(subject, 'GetGatewayTarget', idsOf(fixture)),
      },
      {
        title: 'a target whose link expired',
        options: expiredLinkFails,
        setUp: async (subject) => {
          const fixture = await pending(subject);
          await waitForStatus(subject, 'GetGatewayTarget', idsOf(fixture), 'FAILED');
          return fixture;
        },
        input: idsOf,
        expectedResponse: { status: 'DELETING' },
      },
    ],
    rejected: [
      {
        title: 'a target that awaits authorization',
        needsEmulator: true,
        setUp: pending,
        input: idsOf,
        expectedError: conflict(
          /^DeleteGatewayTarget can't be performed on target when it is in Create_Pending_Auth state$/,
        ),
      },
      {
        title: 'a target that is being created',
        needsEmulator: true,
        setUp: async (subject) => create(subject, await readyGateway(subject), server()),
        input: idsOf,
        expectedError: conflict(/CREATING/),
      },
      {
        title: 'an unknown target',
        setUp: readyGateway,
        input: (fixture) => ({ ...fixture, ...unknownTarget }),
        expectedError: notFound,
      },
    ],
  },
  {
    operation: 'SynchronizeGatewayTargets',
    accepted: [
      {
        title: 'one target, and updates the time of its synchronization',
        needsEmulator: true,
        setUp: readyServer,
        input: ({ gatewayIdentifier, targetId }) => ({ gatewayIdentifier, targetIdList: [targetId] }),
        expectedResponse: { targets: [{ status: 'SYNCHRONIZING' }] },
        verify: async (subject, { targets }, fixture) => {
          const before = Object(Object(targets)[0]).lastSynchronizedAt;
          const target = await waitForStatus(subject, 'GetGatewayTarget', idsOf(fixture), 'READY');
          expect(Number(target.lastSynchronizedAt)).toBeGreaterThan(Number(before));
        },
      },
      {
        title: 'a target with credentials of a user, and awaits authorization',
        needsEmulator: true,
        setUp: consented,
        input: ({ gatewayIdentifier, targetId }) => ({ gatewayIdentifier, targetIdList: [targetId] }),
        expectedResponse: { targets: [{ status: 'SYNCHRONIZE_PENDING_AUTH' }] },
      },
      {
        title: 'a target whose synchronization fails, and returns the reason',
        options: failing('SynchronizeGatewayTargets', 'gone away'),
        setUp: readyServer,
        input: ({ gatewayIdentifier, targetId }) => ({ gatewayIdentifier, targetIdList: [targetId] }),
        verify: async (subject, _response, fixture) => {
          const target = await waitForStatus(
            subject,
            'GetGatewayTarget',
            idsOf(fixture),
            'SYNCHRONIZE_UNSUCCESSFUL',
          );
          expect(target.statusReasons).toEqual(['gone away']);
        },
      },
    ],
    rejected: [
      {
        title: 'no target',
        setUp: readyGateway,
        input: (fixture) => ({ ...fixture, targetIdList: [] }),
        expectedError: invalid('targetIdList'),
      },
      {
        title: 'two targets',
        setUp: readyGateway,
        input: (fixture) => ({ ...fixture, targetIdList: ['ABCDEFGHIJ', 'ABCDEFGHIK'] }),
        expectedError: invalid('targetIdList'),
      },
      {
        title: 'a target with a static schema',
        needsEmulator: true,
        setUp: async (subject) => {
          const { providerArn = '', ...gateway } = await gatewayAndProvider(subject);
          const fixture = await create(subject, gateway, {
            ...server(staticSchema),
            ...authorizationCodeCredentials(providerArn),
          });
          await waitForStatus(subject, 'GetGatewayTarget', idsOf(fixture), 'READY');
          return fixture;
        },
        input: ({ gatewayIdentifier, targetId }) => ({ gatewayIdentifier, targetIdList: [targetId] }),
        expectedError: invalid('targetIdList', /static tool schema/),
      },
      {
        title: 'a target that is not an MCP server',
        needsEmulator: true,
        setUp: readyLambda,
        input: ({ gatewayIdentifier, targetId }) => ({ gatewayIdentifier, targetIdList: [targetId] }),
        expectedError: invalid('targetIdList', /only MCP server targets/),
      },
      {
        title: 'a target that awaits authorization',
        needsEmulator: true,
        setUp: pending,
        input: ({ gatewayIdentifier, targetId }) => ({ gatewayIdentifier, targetIdList: [targetId] }),
        expectedError: conflict(
          /^SynchronizeGatewayTargets can't be performed on target when it is in Create_Pending_Auth state$/,
        ),
      },
      {
        title: 'an unknown target',
        setUp: readyGateway,
        input: (fixture) => ({ ...fixture, targetIdList: ['ABCDEFGHIJ'] }),
        expectedError: notFound,
      },
    ],
  },
];
