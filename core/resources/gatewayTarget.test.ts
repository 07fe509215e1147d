import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import { cachesListedTools, requiresConsent } from './gatewayTarget.ts';

const withServer = (server: JsonObject): JsonObject => ({
  name: 'repository',
  targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com', ...server } } },
  credentialProviderConfigurations: [
    {
      credentialProviderType: 'OAUTH',
      credentialProvider: { oauthCredentialProvider: { grantType: 'AUTHORIZATION_CODE' } },
    },
  ],
});
const config = withServer({});

describe('requiresConsent', () => {
  const withGrant = (grantType: string): JsonObject => ({
    ...config,
    credentialProviderConfigurations: [{ credentialProvider: { oauthCredentialProvider: { grantType } } }],
  });

  it.each([
    ['an authorization code grant', config, true],
    ['client credentials', withGrant('CLIENT_CREDENTIALS'), false],
    ['no credentials', { ...config, credentialProviderConfigurations: [] }, false],
    ['credentials that are not a list', { ...config, credentialProviderConfigurations: 'none' }, false],
    ['static tools', withServer({ mcpToolSchema: { s3: {} } }), false],
    ['tools listed at each call', withServer({ listingMode: 'DYNAMIC' }), false],
    ['tools listed by default', withServer({ listingMode: 'DEFAULT' }), true],
    ['no MCP server', { ...config, targetConfiguration: { mcp: { lambda: {} } } }, false],
  ])('of a target with %s is %s', (_name, given, expected) => {
    expect(requiresConsent(given)).toBe(expected);
  });
});

it('cachesListedTools: is true for targets of MCP servers only', () => {
  expect(cachesListedTools(config)).toBe(true);
  expect(cachesListedTools({ targetConfiguration: { mcp: { openApiSchema: {} } } })).toBe(false);
  expect(cachesListedTools({})).toBe(false);
});
