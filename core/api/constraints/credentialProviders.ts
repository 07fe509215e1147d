import type { ConstraintTable } from './constraintTable.ts';

/**
 * The constraints of OAuth2 and API key credential providers, and of workload identities.
 *
 * Source: the service model of `bedrock-agentcore-control`, API version 2023-06-05, as in botocore 1.44.8: shapes
 * reachable from the inputs of CreateOauth2CredentialProvider, GetOauth2CredentialProvider,
 * UpdateOauth2CredentialProvider, DeleteOauth2CredentialProvider, ListOauth2CredentialProviders, and of the same five
 * operations of API key credential providers, and of GetWorkloadIdentity and UpdateWorkloadIdentity. The reference page `API_<structure>.html` of each structure says the same.
 */
export const credentialProviders: ConstraintTable = {
  values: {
    ActorTokenContentType: { enum: ['NONE', 'M2M', 'AWS_IAM_ID_TOKEN_JWT'] },
    AdditionalClaimName: { pattern: '[A-Za-z0-9_.:#-]+', min: 1, max: 255 },
    AdditionalClaimValue: { min: 1, max: 2048 },
    AdditionalClaims: { min: 1, max: 10, key: 'AdditionalClaimName', value: 'AdditionalClaimValue' },
    ClientAuthenticationMethodType: {
      enum: ['CLIENT_SECRET_BASIC', 'CLIENT_SECRET_POST', 'AWS_IAM_ID_TOKEN_JWT', 'PRIVATE_KEY_JWT'],
    },
    ClientIdType: { min: 1, max: 256 },
    CredentialProviderName: { pattern: '[a-zA-Z0-9\\-_]+', min: 1, max: 128 },
    CredentialProviderVendorType: {
      enum: [
        'GoogleOauth2',
        'GithubOauth2',
        'SlackOauth2',
        'SalesforceOauth2',
        'MicrosoftOauth2',
        'CustomOauth2',
        'AtlassianOauth2',
        'LinkedinOauth2',
        'XOauth2',
        'OktaOauth2',
        'OneLoginOauth2',
        'PingOneOauth2',
        'FacebookOauth2',
        'YandexOauth2',
        'RedditOauth2',
        'ZoomOauth2',
        'TwitchOauth2',
        'SpotifyOauth2',
        'DropboxOauth2',
        'NotionOauth2',
        'HubspotOauth2',
        'CyberArkOauth2',
        'FusionAuthOauth2',
        'Auth0Oauth2',
        'CognitoOauth2',
      ],
    },
    ResourceOauth2ReturnUrlListType: { element: 'ResourceOauth2ReturnUrlType' },
    ResourceOauth2ReturnUrlType: { pattern: '\\w+:(\\/?\\/?)[^\\s]+', min: 1, max: 2048 },
    DefaultApiKeyType: { max: 65536 },
    DefaultClientIdType: { max: 256 },
    DefaultClientSecretType: { max: 2048 },
    DiscoveryUrlType: {
      pattern: '[^\\s?#]+/\\.well-known/(openid-configuration|oauth-authorization-server)(/[^\\s?#]+)?',
    },
    ListOauth2CredentialProvidersRequestMaxResultsInteger: { min: 1, max: 20, integer: true },
    OnBehalfOfTokenExchangeGrantTypeType: { enum: ['TOKEN_EXCHANGE', 'JWT_AUTHORIZATION_GRANT'] },
    ScopeType: { min: 1, max: 128 },
    ScopesListType: { element: 'ScopeType' },
    SecretIdType: { min: 1, max: 2048 },
    SecretJsonKeyType: { min: 1, max: 128 },
    SecretSourceType: { enum: ['MANAGED', 'EXTERNAL'] },
    SigningAlgorithm: { enum: ['RS256', 'PS256', 'ES256'] },
    TenantIdType: { min: 1, max: 2048 },
    TokenAuthMethod: { pattern: '(client_secret_post|client_secret_basic)' },
    TokenEndpointAuthMethodsType: { min: 1, max: 2, element: 'TokenAuthMethod' },
  },
  members: {
    AtlassianOauth2ProviderConfigInput: {
      clientId: 'ClientIdType',
      clientSecret: 'DefaultClientSecretType',
      clientSecretSource: 'SecretSourceType',
    },
    CreateApiKeyCredentialProviderRequest: {
      name: 'CredentialProviderName',
      apiKey: 'DefaultApiKeyType',
      apiKeySecretSource: 'SecretSourceType',
      tags: 'TagsMap',
    },
    CreateOauth2CredentialProviderRequest: {
      name: 'CredentialProviderName',
      credentialProviderVendor: 'CredentialProviderVendorType',
      tags: 'TagsMap',
    },
    CustomOauth2ProviderConfigInput: {
      clientId: 'DefaultClientIdType',
      clientSecret: 'DefaultClientSecretType',
      clientSecretSource: 'SecretSourceType',
      clientAuthenticationMethod: 'ClientAuthenticationMethodType',
      privateEndpointOverrides: 'PrivateEndpointOverrides',
    },
    DeleteApiKeyCredentialProviderRequest: { name: 'CredentialProviderName' },
    DeleteOauth2CredentialProviderRequest: { name: 'CredentialProviderName' },
    GetApiKeyCredentialProviderRequest: { name: 'CredentialProviderName' },
    GetOauth2CredentialProviderRequest: { name: 'CredentialProviderName' },
    GithubOauth2ProviderConfigInput: {
      clientId: 'ClientIdType',
      clientSecret: 'DefaultClientSecretType',
      clientSecretSource: 'SecretSourceType',
    },
    GoogleOauth2ProviderConfigInput: {
      clientId: 'ClientIdType',
      clientSecret: 'DefaultClientSecretType',
      clientSecretSource: 'SecretSourceType',
    },
    IncludedOauth2ProviderConfigInput: {
      clientId: 'ClientIdType',
      clientSecret: 'DefaultClientSecretType',
      clientSecretSource: 'SecretSourceType',
    },
    KmsKeySourceType: { kmsKeyArn: 'KmsKeyArn' },
    LinkedinOauth2ProviderConfigInput: {
      clientId: 'ClientIdType',
      clientSecret: 'DefaultClientSecretType',
      clientSecretSource: 'SecretSourceType',
    },
    ListApiKeyCredentialProvidersRequest: { maxResults: 'MaxResults' },
    ListOauth2CredentialProvidersRequest: {
      maxResults: 'ListOauth2CredentialProvidersRequestMaxResultsInteger',
    },
    MicrosoftOauth2ProviderConfigInput: {
      clientId: 'ClientIdType',
      clientSecret: 'DefaultClientSecretType',
      clientSecretSource: 'SecretSourceType',
      tenantId: 'TenantIdType',
    },
    Oauth2AuthorizationServerMetadata: { tokenEndpointAuthMethods: 'TokenEndpointAuthMethodsType' },
    Oauth2Discovery: { discoveryUrl: 'DiscoveryUrlType' },
    OnBehalfOfTokenExchangeConfigType: { grantType: 'OnBehalfOfTokenExchangeGrantTypeType' },
    PrivateKeyJwtConfig: {
      signingAlgorithm: 'SigningAlgorithm',
      additionalHeaderClaims: 'AdditionalClaims',
      additionalPayloadClaims: 'AdditionalClaims',
    },
    SalesforceOauth2ProviderConfigInput: {
      clientId: 'ClientIdType',
      clientSecret: 'DefaultClientSecretType',
      clientSecretSource: 'SecretSourceType',
    },
    SecretReference: { secretId: 'SecretIdType', jsonKey: 'SecretJsonKeyType' },
    SlackOauth2ProviderConfigInput: {
      clientId: 'ClientIdType',
      clientSecret: 'DefaultClientSecretType',
      clientSecretSource: 'SecretSourceType',
    },
    TokenExchangeGrantTypeConfigType: {
      actorTokenContent: 'ActorTokenContentType',
      actorTokenScopes: 'ScopesListType',
    },
    GetWorkloadIdentityRequest: { name: 'WorkloadIdentityNameType' },
    UpdateWorkloadIdentityRequest: {
      name: 'WorkloadIdentityNameType',
      allowedResourceOauth2ReturnUrls: 'ResourceOauth2ReturnUrlListType',
    },
    UpdateApiKeyCredentialProviderRequest: {
      name: 'CredentialProviderName',
      apiKey: 'DefaultApiKeyType',
      apiKeySecretSource: 'SecretSourceType',
    },
    UpdateOauth2CredentialProviderRequest: {
      name: 'CredentialProviderName',
      credentialProviderVendor: 'CredentialProviderVendorType',
    },
  },
};
