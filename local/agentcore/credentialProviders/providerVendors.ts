import type {
  CredentialProviderVendorType,
  Oauth2Discovery,
  Oauth2ProviderConfigInput,
  Oauth2ProviderConfigOutput,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { controlPlaneShapes } from '../../../adapters/sdkShapes.ts';
import type { Shape, ShapeMember } from '../../../core/api/shapes.ts';

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

/** The published endpoints of vendors. Microsoft's depend on the tenant; other vendors get an example domain with their name. */
const DISCOVERY: Partial<Record<CredentialProviderVendorType, Oauth2Discovery>> = {
  GoogleOauth2: { discoveryUrl: 'https://accounts.google.com/.well-known/openid-configuration' },
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

/** The members of a vendor's configuration that decide about its endpoints, and the one that all have. */
interface EndpointInput {
  readonly clientId?: string;
  readonly oauthDiscovery?: Oauth2Discovery;
  readonly tenantId?: string;
  readonly issuer?: string;
  readonly authorizationEndpoint?: string;
  readonly tokenEndpoint?: string;
}

/** The members of the configuration in responses, from the SDK's schemas. */
const outputMembers = new Map(
  [...membersOf(controlPlaneShapes.shape('Oauth2ProviderConfigOutput'))].map(([member, { shape }]) => [
    member,
    new Set(membersOf(shape).keys()),
  ]),
);

/** The configuration as responses contain it: all members that both have, and the vendor's endpoints. No secret is among them. */
export function outputOf(
  vendor: CredentialProviderVendorType,
  member: ConfigMember,
  input: EndpointInput,
): Oauth2ProviderConfigOutput {
  const names = outputMembers.get(member);
  const common = Object.fromEntries(Object.entries(input).filter(([name]) => names?.has(name)));
  const output = { [member]: { ...common, oauthDiscovery: discoveryOf(vendor, input) } };
  // The type system cannot relate a computed member name to the vendor.
  return output as unknown as Oauth2ProviderConfigOutput;
}

/** The endpoints of a vendor: those of the client's own tenant if the configuration names them. */
function discoveryOf(vendor: CredentialProviderVendorType, input: EndpointInput): Oauth2Discovery {
  if (input.oauthDiscovery) return input.oauthDiscovery;
  if (vendor === 'MicrosoftOauth2') {
    const tenant = input.tenantId ?? 'common';
    return {
      discoveryUrl: `https://login.microsoftonline.com/${tenant}/v2.0/.well-known/openid-configuration`,
    };
  }
  const host = `https://${vendor.replace('Oauth2', '').toLowerCase()}.example.com`;
  const { issuer, authorizationEndpoint, tokenEndpoint } = input;
  if ((issuer ?? authorizationEndpoint ?? tokenEndpoint) !== undefined) {
    return {
      authorizationServerMetadata: {
        issuer: issuer ?? host,
        authorizationEndpoint: authorizationEndpoint ?? `${host}/authorize`,
        tokenEndpoint: tokenEndpoint ?? `${host}/token`,
      },
    };
  }
  return DISCOVERY[vendor] ?? { discoveryUrl: `${host}/.well-known/openid-configuration` };
}

function membersOf(shape: Shape | undefined): ReadonlyMap<string, ShapeMember> {
  return shape && 'members' in shape ? shape.members : new Map();
}
