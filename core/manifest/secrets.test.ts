import { describe, expect, it } from 'vitest';
import { parseText, problemsOf } from './testing/sampleManifest.ts';

const SECRET = 'hunter2-correct-horse';

function provider(config: string): string {
  return `oauth2CredentialProviders:\n  github:\n    credentialProviderVendor: GithubOauth2\n    oauth2ProviderConfigInput: { githubOauth2ProviderConfig: ${config} }\n`;
}

function runtime(environment: string): string {
  return `agentRuntimes:
  a:
    agentRuntimeArtifact: { containerConfiguration: { containerUri: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/a } }
    roleArn: arn:aws:iam::123456789012:role/a
    networkConfiguration: { networkMode: PUBLIC }
    environmentVariables: ${environment}
`;
}

function harness(headers: string, more = 'maxTokens: 100'): string {
  return `harnesses:
  a:
    executionRoleArn: arn:aws:iam::123456789012:role/a
    tools: [{ type: remote_mcp, config: { remoteMcp: { url: 'https://mcp.example.com', headers: ${headers} } } }]
    ${more}
`;
}

describe('a secret in a manifest', () => {
  it.each([
    ['a client secret', provider(`{ clientId: a, clientSecret: ${SECRET} }`)],
    ['a client secret in a reference', provider(`{ clientId: a, clientSecret: '\${gateways.a.gatewayId}' }`)],
    ['a variable that is called a secret', runtime(`{ DB_PASSWORD: ${SECRET} }`)],
    ['a variable that is called a token', runtime(`{ GITHUB_TOKEN: ${SECRET} }`)],
    ['a header that authorises', harness(`{ Authorization: Bearer ${SECRET} }`)],
    ['a header that holds a key', harness(`{ X-Api-Key: ${SECRET} }`)],
    ['a GitHub token', runtime(`{ START: 'x ghp_${'a1B2'.repeat(9)}' }`)],
    ['a private key', runtime('{ CERTIFICATE: "-----BEGIN RSA PRIVATE KEY-----\\nMIIE" }')],
    ['an AWS access key', runtime(`{ START: AKIA${'Q'.repeat(16)} }`)],
    ['a Slack webhook', runtime('{ HOOK: https://hooks.slack.com/services/T00/B00/xyz }')],
  ])('is refused: %s', (_, text) => {
    const problems = problemsOf(text);
    expect(problems).toContainEqual(expect.stringContaining('AWS Secrets Manager'));
    expect(parseText(text).manifest).toBeUndefined();
    expect(problems.join()).not.toContain(SECRET);
  });

  it('is not what another resource gives, whatever the variable is called', () => {
    const gateway = 'gateways: { a: { roleArn: "arn:aws:iam::123456789012:role/a", authorizerType: NONE } }';
    expect(problemsOf(`${runtime("{ GATEWAY_TOKEN: '${gateways.a.gatewayId}' }")}${gateway}`)).toEqual([]);
  });

  it('is fine by its name in Secrets Manager', () => {
    expect(
      problemsOf(provider('{ clientId: a, clientSecret: { secretsManager: payments/github } }')),
    ).toEqual([]);
    expect(problemsOf(runtime('{ DB_PASSWORD: { secretsManager: db }, PLAIN: text }'))).toEqual([]);
    expect(problemsOf(harness('{ Authorization: { secretsManager: mcp } }'))).toEqual([]);
  });

  it('is fine as the API itself refers to Secrets Manager', () => {
    const config =
      '{ clientId: a, clientSecretSource: EXTERNAL, clientSecretConfig: { secretId: s, jsonKey: k } }';
    expect(problemsOf(provider(config))).toEqual([]);
  });

  it('is not suspected in counts, switches and what merely sounds alike', () => {
    expect(
      problemsOf(
        runtime("{ MAX_TOKEN: '4096', USE_TOKEN: 'true', TOKEN_URL: https://a.example.com, SECRETARY: Ada }"),
      ),
    ).toEqual([]);
  });

  it('is not suspected in descriptions, though the API marks them sensitive', () => {
    expect(
      problemsOf('registries: { tools: { description: Everything about secrets and passwords } }'),
    ).toEqual([]);
  });

  it.each([
    ['{ secretManager: a }', 'Did you mean "secretsManager"?'],
    ['{}', 'The name of the secret is missing.'],
    ["{ secretsManager: '' }", 'This is no name that Secrets Manager allows.'],
    ['{ secretsManager: has space }', 'This is no name that Secrets Manager allows.'],
    ['{ secretsManager: 12 }', 'This is a number.'],
    ['{ secretsManager: a, version: 2 }', 'This key is not known here.'],
  ])('must be named rightly: %s', (secret, message) => {
    expect(problemsOf(provider(`{ clientId: a, clientSecret: ${secret} }`)).join('\n')).toContain(message);
  });

  it.each([
    [
      'a field that holds none',
      provider('{ clientId: { secretsManager: a }, clientSecret: { secretsManager: a } }'),
    ],
    ['a description, which everyone may read', 'registries: { a: { description: { secretsManager: a } } }'],
    [
      'free JSON',
      harness(
        '{}',
        'model: { bedrockModelConfig: { modelId: a, additionalParams: { x: { secretsManager: a } } } }',
      ),
    ],
    [
      'tags',
      'gateways: { a: { roleArn: "arn:aws:iam::123456789012:role/a", authorizerType: NONE, tags: { secretsManager: a } } }',
    ],
  ])('cannot stand in %s, from where it could be read back', (_, text) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining('No secret can stand here')]);
  });
});
