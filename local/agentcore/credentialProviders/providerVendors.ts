import type {
  CredentialProviderVendorType,
  Oauth2Discovery,
  Oauth2ProviderConfigInput,
} from '@aws-sdk/client-bedrock-agentcore-control';

type ConfigMember = Exclude<keyof Oauth2ProviderConfigInput, '$unknown'>;

/** The vendors with a specific configuration member. The others use `includedOauth2ProviderConfig`. */
const VENDOR_MEMBERS: Partial<Record<CredentialProviderVendorType, ConfigMember>> = {
  CustomOauth2: 'customOauth2ProviderConfig',
  GoogleOauth2: 'googleOauth2ProviderConfig',
  GithubOauth2: 'githubOauth2ProviderConfig',
  SlackOauth2: 'slackOauth2ProviderConfig',
  SalesforceOauth2: 'salesforceOauth2ProviderConfig',
  MicrosoftOauth2: 'microsoftOauth2ProviderConfig',
  AtlassianOauth2: 'atlassianOauth2ProviderConfig',
  LinkedinOauth2: 'linkedinOauth2ProviderConfig',
};

/** The published endpoints of vendors. Other vendors get an example domain with their name. */
const DISCOVERY: Partial<Record<CredentialProviderVendorType, Oauth2Discovery>> = {
  GoogleOauth2: { discoveryUrl: 'https://accounts.google.com/.well-known/openid-configuration' },
  MicrosoftOauth2: {
    discoveryUrl: 'https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration',
  },
  SlackOauth2: { discoveryUrl: 'https://slack.com/.well-known/openid-configuration' },
  SalesforceOauth2: { discoveryUrl: 'https://login.salesforce.com/.well-known/openid-configuration' },
  LinkedinOauth2: { discoveryUrl: 'https://www.linkedin.com/oauth/.well-known/openid-configuration' },
  GithubOauth2: {
    authorizationServerMetadata: {
      issuer: 'https://github.com',
      authorizationEndpoint: 'https://github.com/login/oauth/authorize',
      tokenEndpoint: 'https://github.com/login/oauth/access_token',
    },
  },
  AtlassianOauth2: {
    authorizationServerMetadata: {
      issuer: 'https://auth.atlassian.com',
      authorizationEndpoint: 'https://auth.atlassian.com/authorize',
      tokenEndpoint: 'https://auth.atlassian.com/oauth/token',
    },
  },
};

/** The member of the configuration union for a vendor. */
export function configMemberOf(vendor: CredentialProviderVendorType): ConfigMember {
  return VENDOR_MEMBERS[vendor] ?? 'includedOauth2ProviderConfig';
}

/** The endpoints of a vendor, as the service's responses contain them. */
export function discoveryOf(vendor: CredentialProviderVendorType): Oauth2Discovery {
  const host = `https://${vendor.replace('Oauth2', '').toLowerCase()}.example.com`;
  return DISCOVERY[vendor] ?? { discoveryUrl: `${host}/.well-known/openid-configuration` };
}
