import type { Subject } from '../contract/subject.ts';

export const serverTarget = (more: object = {}) => ({
  name: 'issues',
  targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/mcp', ...more } } },
});
export const gatewayRole = (credentialProvider?: object) => ({
  credentialProviderConfigurations: [
    { credentialProviderType: 'GATEWAY_IAM_ROLE', ...(credentialProvider && { credentialProvider }) },
  ],
});
export const lambdaTarget = (inputSchema: object) => ({
  name: 'ledger',
  targetConfiguration: {
    mcp: {
      lambda: {
        lambdaArn: 'arn:aws:lambda:us-east-1:123456789012:function:ledger',
        toolSchema: { inlinePayload: [{ name: 'balance', description: 'A balance', inputSchema }] },
      },
    },
  },
  ...gatewayRole(),
});
export const openApiTarget = (credentials: object, operations: readonly string[] = ['read']) => ({
  name: 'orders',
  targetConfiguration: {
    mcp: {
      openApiSchema: {
        inlinePayload: JSON.stringify({
          openapi: '3.0.3',
          info: { title: 'Orders', version: '1' },
          servers: [{ url: 'https://orders.example.com' }],
          paths: Object.fromEntries(
            operations.map((operationId) => [
              `/${operationId}`,
              { get: { operationId, responses: { 200: { description: 'Done' } } } },
            ]),
          ),
        }),
      },
    },
  },
  credentialProviderConfigurations: [credentials],
});
export const VAULT = 'arn:aws:bedrock-agentcore:us-east-1:123456789012:token-vault/default';
export const apiKey = {
  credentialProviderType: 'API_KEY',
  credentialProvider: {
    apiKeyCredentialProvider: {
      providerArn: `${VAULT}/apikeycredentialprovider/orders`,
      credentialLocation: 'HEADER',
      credentialParameterName: 'X-Key',
    },
  },
};

/** Creates an OAuth2 credential provider. @returns credentials of a target that name it */
export async function oauthCredentials(subject: Subject, more: object = {}): Promise<object> {
  const { credentialProviderArn: providerArn } = await subject.call('CreateOauth2CredentialProvider', {
    name: 'github',
    credentialProviderVendor: 'GithubOauth2',
    oauth2ProviderConfigInput: { githubOauth2ProviderConfig: { clientId: 'abc', clientSecret: 'hush' } },
  });
  const oauthCredentialProvider = { providerArn, scopes: ['repo'], ...more };
  return { credentialProviderType: 'OAUTH', credentialProvider: { oauthCredentialProvider } };
}

export const smithyTarget = (http: object, input: object) => ({
  name: 'stock',
  targetConfiguration: {
    mcp: {
      smithyModel: {
        inlinePayload: JSON.stringify({
          smithy: '2.0',
          shapes: {
            'stock#Stock': {
              type: 'service',
              version: '1',
              operations: [{ target: 'stock#Find' }],
              traits: { 'aws.protocols#restJson1': {} },
            },
            'stock#Find': {
              type: 'operation',
              input: { target: 'stock#Input' },
              traits: { 'smithy.api#http': http },
            },
            'stock#Input': {
              type: 'structure',
              members: { part: { target: 'smithy.api#String', traits: input } },
            },
          },
        }),
      },
    },
  },
  ...gatewayRole(),
});
export const passthrough = {
  name: 'web',
  targetConfiguration: { http: { passthrough: { endpoint: 'https://example.com', protocolType: 'CUSTOM' } } },
};
export const webSearch = {
  name: 'search',
  targetConfiguration: {
    mcp: { connector: { source: { connectorId: 'web-search' }, configurations: [{ name: 'WebSearch' }] } },
  },
};
