/** The manifest of a workspace whose one target needs a person's consent. */
export const manifest = (
  settings = '',
  endpoint = 'https://mcp.example.com/issues',
  workspace = 'repositories',
) => `
owners:
  default: { email: platform@example.com }
  escalation: { email: lead@example.com }
settings: { ${settings} }
oauth2CredentialProviders:
  ${workspace}-github:
    credentialProviderVendor: GithubOauth2
    oauth2ProviderConfigInput:
      githubOauth2ProviderConfig: { clientId: abc, clientSecret: { secretsManager: shared/github } }
gateways:
  ${workspace}:
    roleArn: arn:aws:iam::123456789012:role/repositories-gateway
    protocolType: MCP
    protocolConfiguration: { mcp: { supportedVersions: ["2025-11-25"] } }
    authorizerType: CUSTOM_JWT
    authorizerConfiguration: { customJWTAuthorizer: { discoveryUrl: https://login.example.com/.well-known/openid-configuration, allowedClients: [agents] } }
    targets:
      issues:
        targetConfiguration: { mcp: { mcpServer: { endpoint: "${endpoint}" } } }
        credentialProviderConfigurations:
          - credentialProviderType: OAUTH
            credentialProvider:
              oauthCredentialProvider:
                providerArn: "\${oauth2CredentialProviders.${workspace}-github.credentialProviderArn}"
                scopes: [repo]
                grantType: AUTHORIZATION_CODE
`;

export const CLIENT_SECRET = 'client-secret-of-the-provider';
