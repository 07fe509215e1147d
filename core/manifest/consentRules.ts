import type { JsonObject } from '../json.ts';
import type { Path } from '../problem.ts';
import { CREDENTIALS_MEMBER, credentialsOf } from './credentialRules.ts';
import { usesDynamicListing } from './endpointRules.ts';
import { memberAt } from './memberAt.ts';
import { finding, noFindings, type PlanRule } from './planRule.ts';

const MCP_SERVER: Path = ['targetConfiguration', 'mcp', 'mcpServer'];
/** The first version of MCP with the URL elicitation that three-legged OAuth is made with. Versions are dates. */
const MIN_CONSENT_VERSION = '2025-11-25';

/** What goes with a person's consent, and what does not. */
export const consentRules: readonly PlanRule[] = [
  {
    id: 'consent-needs-mcp-version',
    kind: 'gatewayTarget',
    severity: 'error',
    source: 'developer guide: three-legged OAuth needs MCP version 2025-11-25 or later on the gateway',
    find: ({ config, parent }) => {
      const versions = parent && supportedVersions(parent);
      const consent = consentPath(config);
      if (!consent || versions === undefined || versions.some(supportsConsent)) return noFindings;
      return finding(
        consent,
        `AUTHORIZATION_CODE needs an MCP version that the gateway does not list: it lists ${versions.join(', ') || 'none'}.`,
        `${MIN_CONSENT_VERSION} or later in protocolConfiguration.mcp.supportedVersions of the gateway`,
      );
    },
  },
  {
    id: 'consent-version-unsaid',
    kind: 'gatewayTarget',
    severity: 'warning',
    source: 'developer guide as above; which versions a gateway supports without being told is not published',
    find: ({ config, parent }) => {
      const consent = consentPath(config);
      return consent &&
        parent &&
        memberAt(parent, ['protocolConfiguration', 'mcp', 'supportedVersions']) === undefined
        ? finding(
            consent,
            `AUTHORIZATION_CODE needs MCP version ${MIN_CONSENT_VERSION} or later, and the gateway does not say which it supports.`,
            `protocolConfiguration: { mcp: { supportedVersions: ['${MIN_CONSENT_VERSION}'] } } on the gateway`,
          )
        : noFindings;
    },
  },
  {
    id: 'tool-schema-needs-consent',
    kind: 'gatewayTarget',
    severity: 'error',
    source:
      'API reference, McpServerTargetConfiguration: mcpToolSchema is supported only with an authorization code grant',
    find: ({ config }) =>
      memberAt(config, [...MCP_SERVER, 'mcpToolSchema']) !== undefined && !consentPath(config)
        ? finding(
            [...MCP_SERVER, 'mcpToolSchema'],
            'A tool schema up front is supported only with the grant type AUTHORIZATION_CODE.',
            'no mcpToolSchema, or an oauthCredentialProvider with grantType AUTHORIZATION_CODE',
          )
        : noFindings,
  },
  {
    id: 'dynamic-listing-without-consent',
    kind: 'gatewayTarget',
    severity: 'error',
    source: 'developer guide: dynamic listing does not go with three-legged OAuth',
    find: ({ config }) =>
      usesDynamicListing(config) && consentPath(config)
        ? finding(
            [...MCP_SERVER, 'listingMode'],
            'DYNAMIC listing does not go with AUTHORIZATION_CODE: listing tools would need a person.',
            'DEFAULT',
          )
        : noFindings,
  },
];

/** @returns where a target asks for a person's consent, if it does */
export function consentPath(config: JsonObject): Path | undefined {
  const index = credentialsOf(config).findIndex(
    (credential) =>
      memberAt(credential, ['credentialProvider', 'oauthCredentialProvider', 'grantType']) ===
      'AUTHORIZATION_CODE',
  );
  return index < 0
    ? undefined
    : [CREDENTIALS_MEMBER, index, 'credentialProvider', 'oauthCredentialProvider', 'grantType'];
}

function supportedVersions(gateway: JsonObject): readonly string[] | undefined {
  const versions = memberAt(gateway, ['protocolConfiguration', 'mcp', 'supportedVersions']);
  return Array.isArray(versions) ? versions.filter((version) => typeof version === 'string') : undefined;
}

function supportsConsent(version: string): boolean {
  return version.includes('${') || (/^\d{4}-\d\d-\d\d$/.test(version) && version >= MIN_CONSENT_VERSION);
}
