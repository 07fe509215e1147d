import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { manifestSchema } from './manifestSchema.ts';
import { parseText, problemsOf } from './testing/sampleManifest.ts';

const manifestWith = (source: string) => `owners: { default: { email: a@example.com } }
settings: { resync: rate(1 day) }
oauth2CredentialProviders:
  github:
    credentialProviderVendor: GithubOauth2
    oauth2ProviderConfigInput:
      githubOauth2ProviderConfig: { clientId: abc, clientSecret: { secretsManager: a/github } }
gateways:
  front:
    roleArn: arn:aws:iam::123456789012:role/front
    authorizerType: CUSTOM_JWT
    authorizerConfiguration: { customJWTAuthorizer: { discoveryUrl: https://login.example.com/.well-known/openid-configuration, allowedClients: [agents] } }
    protocolConfiguration: { mcp: { supportedVersions: ['2025-11-25'] } }
    targetsFromRegistry: ${source}
registries: { tools: {} }
`;
const authorizationCode = `[{ credentialProviderType: OAUTH, credentialProvider: { oauthCredentialProvider: {
      providerArn: '\${oauth2CredentialProviders.github.credentialProviderArn}', scopes: [repo], grantType: AUTHORIZATION_CODE } } }]`;
const sourceOf = (source: string) => parseText(manifestWith(source)).manifest?.sources[0];
const validate = new Ajv({ strict: false }).compile(manifestSchema(resourceShapes));
const isAccepted = (source: string) => validate(parse(manifestWith(source)));

describe('targetsFromRegistry', () => {
  it("targetsFromRegistry inherits the gateway's owner and the workspace's settings", () => {
    const source = sourceOf("{ registryId: '${registries.tools.registryId}' }");
    expect(source).toMatchObject({
      gateway: 'front',
      registryId: '${registries.tools.registryId}',
      config: {},
      owner: { contacts: [{ address: 'a@example.com' }] },
      settings: { resync: 86_400 },
      path: 'gateways.front.targetsFromRegistry',
      location: { file: 'manifest.yaml', line: 14 },
    });
    expect(source?.hosts).toBeUndefined();
  });

  it('targetsFromRegistry accepts owner, settings, hosts and the fields of every target, with references', () => {
    const text = `{ registryId: AbCdEf123456, hosts: [mcp.example.com, '*.example.org'], owner: { email: b@example.com },
      settings: { resync: never }, credentialProviderConfigurations: ${authorizationCode} }`;
    expect(problemsOf(manifestWith(text))).toEqual([]);
    const source = sourceOf(text);
    expect(source).toMatchObject({
      registryId: 'AbCdEf123456',
      hosts: ['mcp.example.com', '*.example.org'],
      owner: { contacts: [{ address: 'b@example.com' }] },
      settings: { resync: 'never' },
      references: [{ kind: 'oauth2CredentialProvider', name: 'github' }],
    });
    expect(Object.keys(source?.config ?? {})).toEqual(['credentialProviderConfigurations']);
    expect(isAccepted(text)).toBe(true);
  });

  it('targetsFromRegistry adds no resource to the manifest', () => {
    const { manifest } = parseText(manifestWith('{ registryId: AbCdEf123456 }'));
    expect(manifest?.resources.map(({ name }) => name)).toEqual(['front', 'github', 'tools']);
    expect(parseText('gateways: {}').manifest?.sources).toEqual([]);
  });

  it.each([
    ['{}', 'The registry is missing. Expected registryId: the id of a registry'],
    ['{ registryId: tools }', 'registryId: This does not name a registry.'],
    ["{ registryId: 'registry-${registries.tools.registryId}' }", 'This does not name a registry.'],
    ["{ registryId: '${registries.tools.registryArn}' }", 'This does not name a registry.'],
    ["{ registryId: '${gateways.front.gatewayId}' }", 'This does not name a registry.'],
    ["{ registryId: '${registries.tolls.registryId}' }", 'Did you mean "tools"?'],
    ['{ registryID: AbCdEf123456 }', 'Did you mean "registryId"?'],
    ['{ registryId: AbCdEf123456, hosts: [] }', 'This is a list of 0. Expected a list of 1 to 50 host names'],
    ['{ registryId: AbCdEf123456, hosts: [https://mcp.example.com] }', 'hosts[0]: This is not a host name.'],
    ["{ registryId: AbCdEf123456, hosts: ['*'] }", 'This is not a host name.'],
    ["{ registryId: AbCdEf123456, hosts: ['*.com'] }", 'This is not a host name.'],
    [
      '{ registryId: AbCdEf123456, targetConfiguration: {} }',
      'targetConfiguration: The registry record sets this field. Remove the line.',
    ],
    ['{ registryId: AbCdEf123456, settings: { prune: true } }', 'settings.prune: Unknown key.'],
  ])('rejects targetsFromRegistry: %s', (source, message) => {
    const problems = problemsOf(manifestWith(source)).filter((line) => line.includes('error'));
    expect(problems[0]).toContain('gateways.front.targetsFromRegistry');
    expect(problems.join('\n')).toContain(message);
  });

  it('targetsFromRegistry rejects credentials without hosts', () => {
    const text = `{ registryId: AbCdEf123456, credentialProviderConfigurations: ${authorizationCode} }`;
    expect(problemsOf(manifestWith(text))).toEqual([
      expect.stringContaining(
        'Without "hosts", Gateloop would configure this for any server that a record names. Expected "hosts" beside it',
      ),
    ]);
  });

  it('applies the plan rules to targetsFromRegistry', () => {
    const text = `{ registryId: AbCdEf123456, hosts: [a.example.com],
      credentialProviderConfigurations: [{ credentialProviderType: OAUTH }] }`;
    expect(problemsOf(manifestWith(text)).join('\n')).toMatch(
      /targetsFromRegistry\.credentialProviderConfigurations.*oauthCredentialProvider/,
    );
    const old = manifestWith(
      `{ registryId: AbCdEf123456, hosts: [a.example.com], credentialProviderConfigurations: ${authorizationCode} }`,
    ).replace('2025-11-25', '2025-06-18');
    expect(problemsOf(old).join('\n')).toContain(
      'AUTHORIZATION_CODE needs MCP version 2025-11-25 or later, but the gateway supports 2025-06-18.',
    );
  });

  it.each([
    '{ registryID: AbCdEf123456 }',
    '{}',
    '{ registryId: tools }',
    "{ registryId: AbCdEf123456, hosts: ['*'] }",
  ])('the JSON Schema rejects targetsFromRegistry: %s', (source) => {
    expect(isAccepted(source)).toBe(false);
  });
});
