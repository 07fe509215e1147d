import { describe, expect, it } from 'vitest';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { formatProblem } from '../problem.ts';
import { defaultLimits } from './limits.ts';
import { parseManifest } from './parseManifest.ts';
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

describe('parseManifest, for secrets', () => {
  it.each([
    ['a client secret', provider(`{ clientId: a, clientSecret: ${SECRET} }`)],
    ['an API key', `apiKeyCredentialProviders: { a: { apiKey: ${SECRET} } }`],
    ['a reference as client secret', provider(`{ clientId: a, clientSecret: '\${gateways.a.gatewayId}' }`)],
    ['an environment variable DB_PASSWORD', runtime(`{ DB_PASSWORD: ${SECRET} }`)],
    ['an environment variable GITHUB_TOKEN', runtime(`{ GITHUB_TOKEN: ${SECRET} }`)],
    ['an Authorization header', harness(`{ Authorization: Bearer ${SECRET} }`)],
    ['an X-Api-Key header', harness(`{ X-Api-Key: ${SECRET} }`)],
    ['a GitHub token', runtime(`{ START: 'x ghp_${'a1B2'.repeat(9)}' }`)],
    ['a private key', runtime('{ CERTIFICATE: "-----BEGIN RSA PRIVATE KEY-----\\nMIIE" }')],
    ['an AWS access key', runtime(`{ START: AKIA${'Q'.repeat(16)} }`)],
    ['a Slack webhook', runtime('{ HOOK: https://hooks.slack.com/services/T00/B00/xyz }')],
  ])('rejects %s in plain text and does not repeat it', (_, text) => {
    const problems = problemsOf(text);
    expect(problems).toContainEqual(expect.stringContaining('AWS Secrets Manager'));
    expect(parseText(text).manifest).toBeUndefined();
    expect(problems.join()).not.toContain(SECRET);
  });

  it('accepts a reference in an environment variable whose name says token', () => {
    const gateway = 'gateways: { a: { roleArn: "arn:aws:iam::123456789012:role/a", authorizerType: NONE } }';
    expect(problemsOf(`${runtime("{ GATEWAY_TOKEN: '${gateways.a.gatewayId}' }")}${gateway}`)).toEqual([]);
  });

  it('accepts the name of a secret in Secrets Manager', () => {
    expect(
      problemsOf(provider('{ clientId: a, clientSecret: { secretsManager: payments/github } }')),
    ).toEqual([]);
    expect(problemsOf('apiKeyCredentialProviders: { a: { apiKey: { secretsManager: k } } }')).toEqual([]);
    expect(problemsOf(runtime('{ DB_PASSWORD: { secretsManager: db }, PLAIN: text }'))).toEqual([]);
    expect(problemsOf(harness('{ Authorization: { secretsManager: mcp } }'))).toEqual([]);
  });

  it("accepts the API's own reference to Secrets Manager", () => {
    const config =
      '{ clientId: a, clientSecretSource: EXTERNAL, clientSecretConfig: { secretId: s, jsonKey: k } }';
    expect(problemsOf(provider(config))).toEqual([]);
  });

  it('accepts numbers, booleans and similar names such as SECRETARY', () => {
    expect(
      problemsOf(
        runtime("{ MAX_TOKEN: '4096', USE_TOKEN: 'true', TOKEN_URL: https://a.example.com, SECRETARY: Ada }"),
      ),
    ).toEqual([]);
  });

  it('accepts words such as secret in descriptions, which the API marks as sensitive', () => {
    expect(
      problemsOf('registries: { tools: { description: Everything about secrets and passwords } }'),
    ).toEqual([]);
  });

  it.each([
    ['{ secretManager: a }', 'Did you mean "secretsManager"?'],
    ['{}', 'The name of the secret is missing.'],
    ["{ secretsManager: '' }", 'Secrets Manager does not allow this name.'],
    ['{ secretsManager: has space }', 'Secrets Manager does not allow this name.'],
    ['{ secretsManager: 12 }', 'This is a number.'],
    ['{ secretsManager: a, version: 2 }', 'Unknown key.'],
  ])('rejects the reference to a secret %s', (secret, message) => {
    expect(problemsOf(provider(`{ clientId: a, clientSecret: ${secret} }`)).join('\n')).toContain(message);
  });

  it.each([
    [
      'a field that is not a secret',
      provider('{ clientId: { secretsManager: a }, clientSecret: { secretsManager: a } }'),
    ],
    ['a description', 'registries: { a: { description: { secretsManager: a } } }'],
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
  ])('rejects a secret in %s, where anyone could read it', (_, text) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining('A secret is not allowed here')]);
  });
});

describe('secretNameProblem, within parseManifest', () => {
  const parse = (text: string, workspace: string) =>
    parseManifest(
      new TextEncoder().encode(text),
      'manifest.yaml',
      resourceShapes,
      defaultLimits,
      workspace,
    ).problems.map(formatProblem);
  const clientSecret = (name: string) =>
    provider(`{ clientId: a, clientSecret: { secretsManager: ${name} } }`);

  it.each([
    'payments/github',
    'payments/a/b',
    'shared/github',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:payments/github-AbCdEf',
  ])('allows the workspace payments to use the secret %s', (name) => {
    expect(parse(clientSecret(name), 'payments')).toEqual([]);
  });

  it.each([
    'orders/github',
    'payments',
    'payments-old/github',
    'PAYMENTS/github',
    'x/payments/github',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders/github-AbCdEf',
    'arn:aws:secretsmanager:eu-west-1:123456789012:payments/:secret:orders/github',
  ])('does not allow the workspace payments to use the secret %s', (name) => {
    expect(parse(clientSecret(name), 'payments')).toEqual([
      expect.stringMatching(
        /^manifest\.yaml:4:\d+: error: .*clientSecret\.secretsManager: The workspace payments may use only secrets named "payments\/…"/,
      ),
    ]);
  });

  it("checks headers, environment variables, contacts and the API's own references to secrets", () => {
    const text = `owners: { default: [{ slack: { secretsManager: b/1 } }, { webhook: { secretsManager: b/2 } }] }
${runtime('{ DB_PASSWORD: { secretsManager: b/3 } }')}${harness('{ Authorization: { secretsManager: b/4 } }')}${provider(
  '{ clientId: a, clientSecretSource: EXTERNAL, clientSecretConfig: { secretId: b/5, jsonKey: k } }',
)}apiKeyCredentialProviders:
  a: { apiKeySecretSource: EXTERNAL, apiKeySecretConfig: { secretId: b/6, jsonKey: k } }
  c: { apiKey: { secretsManager: b/7 } }`;
    const problems = parse(text, 'payments');
    expect(problems).toHaveLength(7);
    for (const problem of problems) expect(problem).toContain('may use only secrets named');
  });

  it("does not allow Gateloop's own secrets, even for a workspace named gateloop", () => {
    expect(parse(clientSecret('gateloop/main/webhook-signing-key'), 'gateloop')).toEqual([
      expect.stringContaining('are reserved for Gateloop itself'),
    ]);
  });
});
