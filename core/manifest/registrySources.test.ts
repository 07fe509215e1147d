import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { controlPlaneShapes } from '../../adapters/sdkShapes.ts';
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
    authorizerType: AWS_IAM
    protocolConfiguration: { mcp: { supportedVersions: ['2025-11-25'] } }
    targetsFromRegistry: ${source}
registries: { tools: {} }
`;
const consent = `[{ credentialProviderType: OAUTH, credentialProvider: { oauthCredentialProvider: {
      providerArn: '\${oauth2CredentialProviders.github.credentialProviderArn}', scopes: [repo], grantType: AUTHORIZATION_CODE } } }]`;
const sourceOf = (source: string) => parseText(manifestWith(source)).manifest?.sources[0];
const validate = new Ajv({ strict: false }).compile(manifestSchema(controlPlaneShapes));
const isAccepted = (source: string) => validate(parse(manifestWith(source)));

describe('targetsFromRegistry', () => {
  it("gives every record's target the gateway's owner and the workspace's settings", () => {
    const source = sourceOf("{ registryId: '${registries.tools.registryId}' }");
    expect(source).toMatchObject({
      gateway: 'front',
      registryId: '${registries.tools.registryId}',
      config: {},
      owner: { contacts: [{ address: 'a@example.com' }] },
      settings: { resync: 86_400 },
      path: 'gateways.front.targetsFromRegistry',
      location: { file: 'manifest.yaml', line: 13 },
    });
    expect(source?.hosts).toBeUndefined();
  });

  it('takes an owner, settings, hosts and what every target takes, references included', () => {
    const text = `{ registryId: AbCdEf123456, hosts: [mcp.example.com, '*.example.org'], owner: { email: b@example.com },
      settings: { resync: never }, credentialProviderConfigurations: ${consent} }`;
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

  it('adds no resource to the manifest by itself', () => {
    const { manifest } = parseText(manifestWith('{ registryId: AbCdEf123456 }'));
    expect(manifest?.resources.map(({ name }) => name)).toEqual(['front', 'github', 'tools']);
    expect(parseText('gateways: {}').manifest?.sources).toEqual([]);
  });

  it.each([
    ['{}', 'The registry is missing. Expected registryId: the id of a registry'],
    ['{ registryId: tools }', 'registryId: This names no registry.'],
    ["{ registryId: 'registry-${registries.tools.registryId}' }", 'This names no registry.'],
    ["{ registryId: '${registries.tools.registryArn}' }", 'This names no registry.'],
    ["{ registryId: '${gateways.front.gatewayId}' }", 'This names no registry.'],
    ["{ registryId: '${registries.tolls.registryId}' }", 'Did you mean "tools"?'],
    ['{ registryID: AbCdEf123456 }', 'Did you mean "registryId"?'],
    ['{ registryId: AbCdEf123456, hosts: [] }', 'This is no list of 1 to 50.'],
    ['{ registryId: AbCdEf123456, hosts: [https://mcp.example.com] }', 'hosts[0]: This is no host name.'],
    ["{ registryId: AbCdEf123456, hosts: ['*'] }", 'This is no host name.'],
    ["{ registryId: AbCdEf123456, hosts: ['*.com'] }", 'This is no host name.'],
    [
      '{ registryId: AbCdEf123456, targetConfiguration: {} }',
      'targetConfiguration: This comes from the record. Remove the line.',
    ],
    [
      '{ registryId: AbCdEf123456, settings: { prune: true } }',
      'settings.prune: This key is not known here.',
    ],
  ])('is refused with its place: %s', (source, message) => {
    const problems = problemsOf(manifestWith(source)).filter((line) => line.includes('error'));
    expect(problems[0]).toContain('gateways.front.targetsFromRegistry');
    expect(problems.join('\n')).toContain(message);
  });

  it('sends credentials to no host that the manifest does not name', () => {
    const text = `{ registryId: AbCdEf123456, credentialProviderConfigurations: ${consent} }`;
    expect(problemsOf(manifestWith(text))).toEqual([
      expect.stringContaining('This would go to whatever server a record names. Expected "hosts" beside it'),
    ]);
  });

  it("holds the records' targets to the rules of every target", () => {
    const text = `{ registryId: AbCdEf123456, hosts: [a.example.com],
      credentialProviderConfigurations: [{ credentialProviderType: OAUTH }] }`;
    expect(problemsOf(manifestWith(text)).join('\n')).toMatch(
      /targetsFromRegistry\.credentialProviderConfigurations.*oauthCredentialProvider/,
    );
    const old = manifestWith(
      `{ registryId: AbCdEf123456, hosts: [a.example.com], credentialProviderConfigurations: ${consent} }`,
    ).replace('2025-11-25', '2025-06-18');
    expect(problemsOf(old).join('\n')).toContain('AUTHORIZATION_CODE needs an MCP version');
  });

  it.each([
    '{ registryID: AbCdEf123456 }',
    '{}',
    '{ registryId: tools }',
    "{ registryId: AbCdEf123456, hosts: ['*'] }",
  ])('is refused by the JSON Schema as well: %s', (source) => {
    expect(isAccepted(source)).toBe(false);
  });
});
