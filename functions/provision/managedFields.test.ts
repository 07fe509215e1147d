import { describe, expect, it } from 'vitest';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import type { JsonObject } from '../../core/json.ts';
import { PAGES_URL, ReconcileFixture } from '../testing/reconcileFixture.ts';
import { withReturnUrl, withWorkspaceTag } from './managedFields.ts';

describe('withWorkspaceTag', () => {
  it('adds the tag of the workspace to the tags of the manifest', () => {
    const config = { name: 'front', tags: { team: 'payments' } };
    expect(withWorkspaceTag('gateway', config, 'payments', resourceShapes)).toEqual({
      name: 'front',
      tags: { team: 'payments', 'gateloop:workspace': 'payments' },
    });
  });

  it('adds the tag where the manifest has no tags', () => {
    expect(withWorkspaceTag('gateway', {}, 'payments', resourceShapes)).toEqual({
      tags: { 'gateloop:workspace': 'payments' },
    });
  });

  it('overwrites a tag of that name in the manifest, so that no workspace poses as another', () => {
    const config = { tags: { 'gateloop:workspace': 'orders' } };
    expect(withWorkspaceTag('gateway', config, 'payments', resourceShapes)).toEqual({
      tags: { 'gateloop:workspace': 'payments' },
    });
  });

  it('adds no tag to a target, since the API takes none', () => {
    const config = { name: 'issues' };
    expect(withWorkspaceTag('gatewayTarget', config, 'payments', resourceShapes)).toBe(config);
  });
});

describe('withReturnUrl', () => {
  const withProvider = (credentialProvider: JsonObject) => ({
    name: 'issues',
    credentialProviderConfigurations: [{ credentialProviderType: 'OAUTH', credentialProvider }],
  });

  it('adds the URL of the pages to a provider that asks a person for consent', () => {
    const oauth = { providerArn: 'arn', grantType: 'AUTHORIZATION_CODE' };
    expect(withReturnUrl(withProvider({ oauthCredentialProvider: oauth }), PAGES_URL)).toEqual(
      withProvider({
        oauthCredentialProvider: { ...oauth, defaultReturnUrl: `${PAGES_URL}/authorizations/return` },
      }),
    );
  });

  it.each<[string, JsonObject]>([
    [
      'names its own URL',
      { oauthCredentialProvider: { grantType: 'AUTHORIZATION_CODE', defaultReturnUrl: 'https://own' } },
    ],
    ['asks no person', { oauthCredentialProvider: { grantType: 'CLIENT_CREDENTIALS' } }],
    ['is no OAuth provider', { apiKeyCredentialProvider: { providerArn: 'arn' } }],
  ])('leaves a provider that %s as it is', (_, credentialProvider) => {
    const config = withProvider(credentialProvider);
    expect(withReturnUrl(config, PAGES_URL)).toEqual(config);
  });

  it.each<[string, JsonObject]>([
    ['without credential providers', { name: 'issues' }],
    [
      'with the role of the gateway',
      { credentialProviderConfigurations: [{ credentialProviderType: 'GATEWAY_IAM_ROLE' }] },
    ],
  ])('leaves a target %s as it is', (_, config) => {
    expect(withReturnUrl(config, PAGES_URL)).toEqual(config);
  });

  it('is part of every target that provision creates', async () => {
    const provider = `{ providerArn: 'arn:aws:bedrock-agentcore:us-east-1:123456789012:token-vault/default/oauth2credentialprovider/github', scopes: [repo], grantType: AUTHORIZATION_CODE }`;
    const fixture = new ReconcileFixture(`gateways:
  front:
    roleArn: arn:aws:iam::123456789012:role/front
    authorizerType: CUSTOM_JWT
    authorizerConfiguration: { customJWTAuthorizer: { discoveryUrl: https://login.example.com/.well-known/openid-configuration, allowedClients: [agents] } }
    targets:
      issues:
        targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/v1' } } }
        credentialProviderConfigurations: [{ credentialProviderType: OAUTH, credentialProvider: { oauthCredentialProvider: ${provider} } }]
`);
    await fixture.reconcile();
    const defaultReturnUrl = `${PAGES_URL}/authorizations/return`;
    expect(fixture.controlPlane.resource('gatewayTarget/front/issues')?.config).toMatchObject({
      credentialProviderConfigurations: [
        { credentialProvider: { oauthCredentialProvider: { defaultReturnUrl } } },
      ],
    });
  });
});
