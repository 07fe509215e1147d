import { describe, expect, it } from 'vitest';
import type { Contact } from '../manifest/owners.ts';
import { defaultSettings } from '../manifest/settings.ts';
import { isAddressedTo, isAuthorizedApprover } from './approver.ts';
import { hashId } from './hashId.ts';
import { newRequest, requestOutcome } from './request.ts';
import { isStalled } from './requestStateMachine.ts';
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

const requestTo = (owner: Contact[], escalation: Contact[] = []) =>
  newRequest({
    id: 'id',
    workspace: 'payments',
    address: 'gatewayTarget/front/issues',
    subject: { kind: 'authorization', gateway: 'front', target: 'issues', scopes: [], reason: 'create' },
    owner: { contacts: owner },
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
  });
});

describe('isStalled', () => {
  it('isStalled: is true two minutes after the last consent of a completing request', () => {
    const attempts = [
      { browser: 'a', clickedAt: 0 },
      { browser: 'b', clickedAt: 0, consentedAt: 1000 },
    ];
    expect(isStalled({ state: 'completing', attempts }, 121_000)).toBe(false);
    expect(isStalled({ state: 'completing', attempts }, 121_001)).toBe(true);
    expect(isStalled({ state: 'open', attempts }, 121_001)).toBe(false);
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
