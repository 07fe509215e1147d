import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../desired/desired.ts';
import type { JsonObject } from '../json.ts';
import type { Contact } from '../manifest/owners.ts';
import { defaultSettings } from '../manifest/settings.ts';
import { isAddressedTo, isAuthorizedApprover } from './approver.ts';
import { hashId } from './hashId.ts';
import { newRequest, requestOutcome } from './request.ts';
import { authorizationSubject } from './requestSubject.ts';

const ADA: Contact = { channel: 'email', address: 'Ada@example.com' };
const LEAD: Contact = { channel: 'email', address: 'lead@example.com' };
const CHAT: Contact = { channel: 'slack', address: '#payments' };

const location = { file: 'manifest.yaml', line: 1, column: 1 };
const targetWith = (providerArn: string) => ({
  address: 'gatewayTarget/front/issues' as const,
  kind: 'gatewayTarget' as const,
  name: 'front/issues',
  config: {
    targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com' } } },
    credentialProviderConfigurations: [
      { credentialProvider: { oauthCredentialProvider: { grantType: 'CLIENT_CREDENTIALS' } } },
      {
        credentialProvider: {
          oauthCredentialProvider: { grantType: 'AUTHORIZATION_CODE', providerArn, scopes: ['repo'] },
        },
      },
    ],
  },
  references: [],
  settings: defaultSettings,
  location,
});

const customProvider = (oauthDiscovery: JsonObject): JsonObject => ({
  credentialProviderVendor: 'CustomOauth2',
  oauth2ProviderConfigInput: { customOauth2ProviderConfig: { oauthDiscovery } },
});

const requestTo = (owner: Contact[] | undefined, escalation: Contact[] = []) =>
  newRequest({
    id: 'id',
    workspace: 'payments',
    address: 'gatewayTarget/front/issues',
    subject: { kind: 'authorization', gateway: 'front', target: 'issues', scopes: [], reason: 'create' },
    owner: owner && { contacts: owner },
    owners: escalation.length > 0 ? { escalation: { contacts: escalation } } : {},
    settings: { remindAfter: [], escalateAfter: 1, expireAfter: 2 },
    askedAt: 0,
  });

describe('newRequest', () => {
  it('newRequest: is open, and names the second contact and the hash of the id', () => {
    const request = requestTo([ADA], [LEAD]);
    expect(request).toMatchObject({
      reference: hashId('id'),
      state: 'open',
      owner: { contacts: [ADA] },
      escalation: { contacts: [LEAD] },
      attempts: [],
      notifications: [],
    });
    expect(request).not.toHaveProperty('owners');
    expect(requestOutcome(request)).toBeUndefined();
    expect(requestOutcome({ state: 'refused' })).toBe('refused');
    expect(requestTo([ADA])).not.toHaveProperty('escalation');
    expect(requestOutcome({ state: 'completing' })).toBeUndefined();
  });
});

describe('isAddressedTo and isAuthorizedApprover', () => {
  it.each([
    ['the owner, in another case of letters', 'ada@EXAMPLE.com', true],
    ['the second contact', 'lead@example.com', true],
    ['another person', 'bob@example.com', false],
    ['a person without an e-mail address', undefined, false],
  ])('isAddressedTo: decides for %s', (_title, email, expected) => {
    const identity = { name: 'x', ...(email !== undefined && { email }) };
    const request = requestTo([ADA, CHAT], [LEAD]);
    expect(isAddressedTo(request, identity)).toBe(expected);
    expect(isAuthorizedApprover(request, identity, 'owners')).toBe(expected);
    expect(isAuthorizedApprover(request, identity, 'anybody')).toBe(true);
  });

  it('isAuthorizedApprover: accepts every logged-in person for a request that went to no e-mail address', () => {
    const request = requestTo([CHAT]);
    expect(isAuthorizedApprover(request, { name: 'bob' }, 'owners')).toBe(true);
    expect(isAuthorizedApprover(request, undefined, 'owners')).toBe(false);
    expect(isAuthorizedApprover(request, undefined, 'anybody')).toBe(true);
    expect(isAuthorizedApprover(requestTo(undefined), { name: 'bob' }, 'owners')).toBe(true);
  });
});

describe('authorizationSubject', () => {
  it.each([
    [`\${oauth2CredentialProviders.github.credentialProviderArn}`, 'github'],
    [
      'arn:aws:bedrock-agentcore:eu-west-1:123456789012:token-vault/default/oauth2credentialprovider/gitlab',
      'gitlab',
    ],
  ])('authorizationSubject: names endpoint, scopes and the provider of %s', (providerArn, provider) => {
    expect(authorizationSubject(targetWith(providerArn), 'update')).toEqual({
      kind: 'authorization',
      gateway: 'front',
      target: 'issues',
      endpoint: 'https://mcp.example.com',
      provider,
      scopes: ['repo'],
      reason: 'update',
    });
  });

  it.each([
    [{ credentialProviderVendor: 'GithubOauth2' }, 'GitHub'],
    [{ credentialProviderVendor: 'SlackOauth2' }, 'Slack'],
    [
      customProvider({ discoveryUrl: 'https://login.example.com/.well-known/openid-configuration' }),
      'login.example.com',
    ],
    [
      customProvider({
        authorizationServerMetadata: { authorizationEndpoint: 'https://id.example.com/authorize' },
      }),
      'id.example.com',
    ],
    [{ credentialProviderVendor: 'CustomOauth2' }, undefined],
  ])('authorizationSubject: says where the person logs in, of a provider %j', (config, loginAt) => {
    const target = targetWith(`\${oauth2CredentialProviders.github.credentialProviderArn}`);
    const provider: DesiredResource = {
      ...target,
      ...{
        address: 'oauth2CredentialProvider/github',
        kind: 'oauth2CredentialProvider',
        name: 'github',
        config,
      },
    };
    expect(authorizationSubject(target, 'create', [provider]).loginAt).toBe(loginAt);
  });

  it('authorizationSubject: names the site that the browser returns to in place of the pages', () => {
    const oauthCredentialProvider = {
      grantType: 'AUTHORIZATION_CODE',
      defaultReturnUrl: 'https://portal.example.com/done',
    };
    const config = {
      credentialProviderConfigurations: [{ credentialProvider: { oauthCredentialProvider } }],
    };
    expect(authorizationSubject({ ...targetWith('arn'), config }, 'create')).toMatchObject({
      returnUrl: 'https://portal.example.com/done',
    });
  });

  it('authorizationSubject: leaves out endpoint and provider where the target has none', () => {
    const target = { ...targetWith(''), config: {} };
    expect(authorizationSubject(target, 'create')).toEqual({
      kind: 'authorization',
      gateway: 'front',
      target: 'issues',
      scopes: [],
      reason: 'create',
    });
  });
});
