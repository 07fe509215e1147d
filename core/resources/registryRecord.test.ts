import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import { containerOf } from './observe.ts';
import { readsWithConsent, recordSources, registryRecord } from './registryRecord.ts';

const oauth = (grantType: string): JsonObject => ({ providerArn: 'arn:p', grantType });
const sourceAt = (url: string, provider?: JsonObject): JsonObject => ({
  fromUrl: {
    url,
    ...(provider && {
      credentialProviderConfigurations: [
        { credentialProviderType: 'OAUTH', credentialProvider: { oauthCredentialProvider: provider } },
      ],
    }),
  },
});
const skill = (additionalData: JsonObject): JsonObject => ({
  descriptors: { agentSkillsDefinition: { additionalData } },
});

describe('recordSources', () => {
  it('recordSources: finds the source of a descriptor, and of a part of it', () => {
    const server = {
      descriptors: { mcpServer: { data: '{}', source: sourceAt('https://a.example.com/mcp') } },
    };
    expect(recordSources(server)).toEqual([{ url: 'https://a.example.com/mcp' }]);
    expect(recordSources(skill({ skillMd: { source: sourceAt('s3://skills/a') } }))).toEqual([
      { url: 's3://skills/a' },
    ]);
    expect(recordSources(skill({ skillPackage: { source: sourceAt('s3://skills/b') } }))).toEqual([
      { url: 's3://skills/b' },
    ]);
  });

  it('recordSources: names the OAuth settings with which the service reads', () => {
    const source = sourceAt('https://github.com/acme/skills/tree/main/a', oauth('AUTHORIZATION_CODE'));
    expect(recordSources(skill({ skillMd: { source } }))).toEqual([
      { url: 'https://github.com/acme/skills/tree/main/a', oauth: oauth('AUTHORIZATION_CODE') },
    ]);
  });

  it.each<[string, JsonObject]>([
    ['no descriptors', {}],
    ['descriptors of texts alone', { descriptors: { custom: { data: 'source' } } }],
    ['a source that is none', { descriptors: { mcpServer: { source: 'https://a.example.com' } } }],
    ['a source of another form', { descriptors: { mcpServer: { source: { fromOther: {} } } } }],
    ['descriptors that are none', { descriptors: 'text' }],
    ['what stands beside the descriptors', { source: sourceAt('https://a.example.com') }],
  ])('recordSources: finds none in %s', (_, config) => {
    expect(recordSources(config)).toEqual([]);
  });

  it('recordSources: reads an address that is no text as an empty one', () => {
    const source: JsonObject = { fromUrl: { url: 7, credentialProviderConfigurations: 'none' } };
    expect(recordSources({ descriptors: { http: { source } } })).toEqual([{ url: '' }]);
  });
});

describe('readsWithConsent', () => {
  const reading = (provider?: JsonObject) =>
    readsWithConsent(
      skill({ skillMd: { source: sourceAt('https://github.com/a/b/tree/main/c', provider) } }),
    );

  it('readsWithConsent: only where a person has to give access to the source', () => {
    expect(reading(oauth('AUTHORIZATION_CODE'))).toBe(true);
    expect(reading(oauth('CLIENT_CREDENTIALS'))).toBe(false);
    expect(reading()).toBe(false);
    expect(readsWithConsent({})).toBe(false);
  });
});

describe('registryRecord', () => {
  it('registryRecord: tells the registry of a record from its ARN', () => {
    const arn = 'arn:aws:agent-registry:eu-west-1:123456789012:registry/AbCdEf123456/record/GhIjKl789012';
    expect(containerOf(registryRecord, arn)).toBe('AbCdEf123456');
    expect(containerOf(registryRecord, 'GhIjKl789012')).toBeUndefined();
  });
});
