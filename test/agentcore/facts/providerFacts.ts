import { expect } from 'vitest';
import type { Subject } from '../contract/subject.ts';
import { CLI, expectGone, type Fact, Kind, TERRAFORM } from './fact.ts';

const providers = new Kind('Oauth2CredentialProvider', ({ name }) => ({ name: String(name) }));
const registries = new Kind('Registry', ({ registryArn }) => ({ registryId: String(registryArn) }));

const secret = { clientId: 'abc', clientSecret: 'hush' };
const METADATA = {
  issuer: 'https://login.example.com',
  authorizationEndpoint: 'https://login.example.com/authorize',
  tokenEndpoint: 'https://login.example.com/token',
  responseTypes: ['code'],
};
const custom = (oauthDiscovery: object, clientId = 'abc') => ({
  credentialProviderVendor: 'CustomOauth2',
  oauth2ProviderConfigInput: { customOauth2ProviderConfig: { ...secret, clientId, oauthDiscovery } },
});
const DISCOVERY = { discoveryUrl: 'https://login.example.com/.well-known/openid-configuration' };

/** Creates a custom provider. @returns the answer */
const createCustom = async (subject: Subject, name = 'login') =>
  (await providers.create(subject, { name, ...custom(DISCOVERY) })).response;

const takesVendor = (vendor: 'Github' | 'Atlassian' | 'Linkedin'): Fact => ({
  fact: `${vendor}Oauth2 takes a client id and a secret in its own member`,
  certainty: 'asserted',
  source: `${TERRAFORM}/oauth2_credential_provider_test.go`,
  holds: async (subject) => {
    const { response } = await providers.create(subject, {
      name: 'vendor',
      credentialProviderVendor: `${vendor}Oauth2`,
      oauth2ProviderConfigInput: { [`${vendor.toLowerCase()}Oauth2ProviderConfig`]: secret },
    });
    expect(response.status).toBe('READY');
  },
});

/** Changes one member of a registry, and expects the new value. */
const changesRegistry = (before: object, change: object, after: object) => async (subject: Subject) => {
  const { ids } = await registries.ready(subject, { name: 'tools', ...before });
  expect(await registries.update(subject, ids, change)).toMatchObject(after);
};

const AREA = `${CLI}/identity/oauth2-credential-provider`;

export const providerFacts: readonly Fact[] = [
  {
    fact: 'CreateOauth2CredentialProvider answers READY and a managed secret',
    certainty: 'recorded',
    source: `${AREA}, Create, twice`,
    holds: async (subject) => {
      const expected = { status: 'READY', clientSecretSource: 'MANAGED' };
      expect(await createCustom(subject)).toMatchObject(expected);
    },
  },
  {
    fact: 'the secret of a provider is called bedrock-agentcore-identity!default/oauth2/<name>',
    certainty: 'message',
    source: 'policies of two unrelated deployments',
    holds: async (subject) => {
      const { clientSecretArn } = await createCustom(subject);
      expect(Object(clientSecretArn).secretArn).toContain(
        ':secret:bedrock-agentcore-identity!default/oauth2/login',
      );
    },
  },
  {
    fact: 'callbackUrl ends in a UUID',
    certainty: 'recorded',
    source: `${AREA}, Create, twice`,
    holds: async (subject) => {
      const { callbackUrl } = await createCustom(subject);
      expect(callbackUrl).toMatch(
        /\/identities\/oauth2\/callback\/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
    },
  },
  {
    fact: 'the answer shows the client id and the discovery of a custom provider, and no secret',
    certainty: 'recorded',
    source: `${AREA}, Create, twice`,
    holds: async (subject) => {
      const response = await createCustom(subject);
      expect(response.oauth2ProviderConfigOutput).toMatchObject({
        customOauth2ProviderConfig: { clientId: 'abc', oauthDiscovery: DISCOVERY },
      });
      expect(JSON.stringify(response)).not.toContain('hush');
    },
  },
  {
    fact: 'an update is READY at once, keeps callbackUrl, secret and createdTime, and moves lastUpdatedTime',
    certainty: 'recorded',
    source: `${AREA}, Update`,
    holds: async (subject) => {
      const { callbackUrl, clientSecretArn } = await createCustom(subject);
      const { createdTime, lastUpdatedTime } = await providers.get(subject, { name: 'login' });
      await subject.emulator?.clock.advance(1000);
      const input = { name: 'login', ...custom(DISCOVERY, 'def') };
      const updated = await subject.call('UpdateOauth2CredentialProvider', input);
      expect(updated).toMatchObject({ status: 'READY', callbackUrl, clientSecretArn, createdTime });
      expect(Number(updated.lastUpdatedTime)).toBeGreaterThan(Number(lastUpdatedTime));
    },
  },
  {
    fact: 'Get of an unknown provider is ResourceNotFoundException',
    certainty: 'recorded',
    source: `${AREA}, Get`,
    holds: (subject) => expectGone(subject, 'GetOauth2CredentialProvider', { name: 'unknown' }),
  },
  ...(['Github', 'Atlassian', 'Linkedin'] as const).map(takesVendor),
  {
    fact: 'the metadata of an authorization server comes back',
    certainty: 'asserted',
    source: `${TERRAFORM}/oauth2_credential_provider_test.go, authorizationServerMetadata`,
    holds: async (subject) => {
      const oauthDiscovery = { authorizationServerMetadata: METADATA };
      const { response } = await providers.create(subject, { name: 'login', ...custom(oauthDiscovery) });
      expect(response.oauth2ProviderConfigOutput).toMatchObject({
        customOauth2ProviderConfig: { oauthDiscovery },
      });
    },
  },
  {
    fact: 'a list of providers pages in the order of names, with five members an item',
    certainty: 'recorded',
    source: `${AREA}, List, twice`,
    holds: async (subject) => {
      for (const name of ['second', 'first']) await createCustom(subject, name);
      const first = await subject.call('ListOauth2CredentialProviders', { maxResults: 1 });
      expect(first).toEqual({
        credentialProviders: [
          {
            name: 'first',
            credentialProviderVendor: 'CustomOauth2',
            credentialProviderArn: expect.any(String),
            createdTime: expect.any(Date),
            lastUpdatedTime: expect.any(Date),
          },
        ],
        nextToken: expect.any(String),
      });
    },
  },
  {
    fact: 'a deleted provider is gone',
    certainty: 'asserted',
    source: `${TERRAFORM}/oauth2_credential_provider_test.go, disappears`,
    holds: async (subject) => {
      await createCustom(subject);
      await providers.delete(subject, { name: 'login' });
    },
  },
];

export const registryFacts: readonly Fact[] = [
  {
    fact: 'a registry made with a name only has the authorizer type AWS_IAM',
    certainty: 'asserted',
    source: `${TERRAFORM}/registry_test.go, basic`,
    holds: async (subject) => {
      const { response } = await registries.ready(subject, { name: 'tools' });
      expect(response.authorizerType).toBe('AWS_IAM');
    },
  },
  {
    fact: 'an update changes autoApproval from true to false',
    certainty: 'asserted',
    source: `${TERRAFORM}/registry_test.go, approvalConfiguration`,
    holds: changesRegistry(
      { approvalConfiguration: { autoApproval: true } },
      { approvalConfiguration: { optionalValue: { autoApproval: false } } },
      { approvalConfiguration: { autoApproval: false } },
    ),
  },
  {
    fact: 'an update changes the description of a registry',
    certainty: 'asserted',
    source: `${TERRAFORM}/registry_test.go, description`,
    holds: changesRegistry(
      { description: 'one' },
      { description: { optionalValue: 'two' } },
      { description: 'two' },
    ),
  },
];
