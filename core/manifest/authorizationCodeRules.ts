import type { JsonObject } from '../json.ts';
import type { Path } from '../problem.ts';
import { CREDENTIALS_MEMBER, credentialsOf } from './credentialRules.ts';
import { usesDynamicListing } from './endpointRules.ts';
import { memberAt } from './memberAt.ts';
import { GRANT_TYPE, targetTypeOf, unsupportedMethod } from './outboundAuthorization.ts';
import { finding, MCP_SERVER, noFindings, type PlanRule } from './planRule.ts';

/** The first version of MCP with URL elicitation, on which three-legged OAuth is built. Versions are dates. */
const MIN_MCP_VERSION = '2025-11-25';

/** Authorizers that tell a gateway no user. AUTHENTICATE_ONLY is not listed, because no report names it. */
const AUTHORIZERS_WITHOUT_USER: readonly string[] = ['AWS_IAM', 'NONE'];

/** Rules on targets that need the authorization of a person (grant type AUTHORIZATION_CODE). */
export const authorizationCodeRules: readonly PlanRule[] = [
  {
    id: 'authorization-code-needs-jwt-authorizer',
    kind: 'gatewayTarget',
    severity: 'error',
    source:
      'service error in three write-ups of two parties: 3LO Auth is not supported when gateway authorizer type is AWS_IAM (one party: or NONE)',
    find: ({ config, parent }) => {
      const grantTypePath = authorizationCodePath(config);
      const authorizer = parent?.authorizerType;
      if (!grantTypePath || typeof authorizer !== 'string' || !AUTHORIZERS_WITHOUT_USER.includes(authorizer))
        return noFindings;
      return finding(
        grantTypePath,
        `AUTHORIZATION_CODE does not work on a gateway with authorizerType ${authorizer}: the service must know from the caller's token for whom it acts.`,
        'authorizerType: CUSTOM_JWT with a customJWTAuthorizer on the gateway, or the grant type CLIENT_CREDENTIALS',
      );
    },
  },
  {
    id: 'authorization-code-needs-mcp-version',
    kind: 'gatewayTarget',
    severity: 'error',
    source: 'developer guide: three-legged OAuth needs MCP version 2025-11-25 or later on the gateway',
    find: ({ config, parent }) => {
      const versions = parent && supportedVersions(parent);
      const grantTypePath = authorizationCodePath(config);
      if (!grantTypePath || versions === undefined || versions.some(supportsAuthorizationCode))
        return noFindings;
      return finding(
        grantTypePath,
        `AUTHORIZATION_CODE needs MCP version ${MIN_MCP_VERSION} or later, but the gateway supports ${versions.join(', ') || 'none'}.`,
        `${MIN_MCP_VERSION} or later in protocolConfiguration.mcp.supportedVersions of the gateway`,
      );
    },
  },
  {
    id: 'authorization-code-version-unspecified',
    kind: 'gatewayTarget',
    severity: 'warning',
    source: 'developer guide as above; which versions a gateway supports by default is not published',
    find: ({ config, parent }) => {
      const grantTypePath = authorizationCodePath(config);
      return grantTypePath &&
        parent &&
        memberAt(parent, ['protocolConfiguration', 'mcp', 'supportedVersions']) === undefined
        ? finding(
            grantTypePath,
            `AUTHORIZATION_CODE needs MCP version ${MIN_MCP_VERSION} or later, and the gateway has no supportedVersions.`,
            `protocolConfiguration: { mcp: { supportedVersions: ['${MIN_MCP_VERSION}'] } } on the gateway`,
          )
        : noFindings;
    },
  },
  {
    id: 'tool-schema-needs-authorization-code',
    kind: 'gatewayTarget',
    severity: 'warning',
    source:
      'API reference, McpServerTargetConfiguration: mcpToolSchema is supported only with an authorization code grant; the newest service model says: with all credential providers',
    find: ({ config }) =>
      memberAt(config, [...MCP_SERVER, 'mcpToolSchema']) !== undefined && !authorizationCodePath(config)
        ? finding(
            [...MCP_SERVER, 'mcpToolSchema'],
            'According to the API reference, mcpToolSchema is supported only with the grant type AUTHORIZATION_CODE; newer documents allow it with all credentials.',
            'no mcpToolSchema, or an oauthCredentialProvider with grantType AUTHORIZATION_CODE',
          )
        : noFindings,
  },
  {
    id: 'dynamic-listing-without-authorization-code',
    kind: 'gatewayTarget',
    severity: 'error',
    source: 'developer guide: dynamic listing cannot be combined with three-legged OAuth',
    find: ({ config }) =>
      usesDynamicListing(config) && authorizationCodePath(config)
        ? finding(
            [...MCP_SERVER, 'listingMode'],
            'listingMode DYNAMIC cannot be combined with AUTHORIZATION_CODE: each listing would need a person.',
            'DEFAULT',
          )
        : noFindings,
  },
];

/** @returns the path of grantType AUTHORIZATION_CODE, if the target needs a person's authorization and supports that */
function authorizationCodePath(config: JsonObject): Path | undefined {
  const target = targetTypeOf(config);
  const index = credentialsOf(config).findIndex(
    (credential) =>
      memberAt(credential, GRANT_TYPE) === 'AUTHORIZATION_CODE' && !unsupportedMethod(target, credential),
  );
  return index < 0 ? undefined : [CREDENTIALS_MEMBER, index, ...GRANT_TYPE];
}

function supportedVersions(gateway: JsonObject): readonly string[] | undefined {
  const versions = memberAt(gateway, ['protocolConfiguration', 'mcp', 'supportedVersions']);
  return Array.isArray(versions) ? versions.filter((version) => typeof version === 'string') : undefined;
}

function supportsAuthorizationCode(version: string): boolean {
  return version.includes('${') || (/^\d{4}-\d\d-\d\d$/.test(version) && version >= MIN_MCP_VERSION);
}
