import { describe, expect, it } from 'vitest';
import { controlPlaneShapes } from '../../adapters/sdkShapes.ts';
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

describe('a secret of another workspace', () => {
  const parse = (text: string, workspace: string) =>
    parseManifest(
      new TextEncoder().encode(text),
      'manifest.yaml',
      controlPlaneShapes,
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
  ])('is none of those that a workspace may name: %s', (name) => {
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
  ])('is refused where it is named, with the names that are allowed: %s', (name) => {
    expect(parse(clientSecret(name), 'payments')).toEqual([
      expect.stringMatching(
        /^manifest\.yaml:4:\d+: error: .*clientSecret\.secretsManager: The workspace payments may only name secrets of its own, "payments\/…"/,
      ),
    ]);
  });

  it('is refused in headers, variables, contacts, and where the API refers to secrets itself', () => {
    const text = `owners: { default: [{ slack: { secretsManager: b/1 } }, { webhook: { secretsManager: b/2 } }] }
${runtime('{ DB_PASSWORD: { secretsManager: b/3 } }')}${harness('{ Authorization: { secretsManager: b/4 } }')}${provider(
  '{ clientId: a, clientSecretSource: EXTERNAL, clientSecretConfig: { secretId: b/5, jsonKey: k } }',
)}`;
    const problems = parse(text, 'payments');
    expect(problems).toHaveLength(5);
    for (const problem of problems) expect(problem).toContain('may only name secrets of its own');
  });

  it("is Gateloop's own, even for a workspace of that name", () => {
    expect(parse(clientSecret('gateloop/main/webhook-signing-key'), 'gateloop')).toEqual([
      expect.stringContaining("are Gateloop's own"),
    ]);
  });
});
