import { describe, expect, it } from 'vitest';
import { controlPlaneShapes } from '../../adapters/sdkShapes.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';
import { gateloopKeys } from './gateloopKeys.ts';
import { manifestWithTargets, parseText, problemsOf, sampleManifest } from './testing/sampleManifest.ts';

const mcpServer = `targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/mcp' } } }`;

describe('a manifest', () => {
  it('is read into resources, parents before children, in the order of the file', () => {
    const { manifest } = parseText(sampleManifest);
    expect(manifest?.resources.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'gateway payments',
      'gatewayTarget payments/ledger',
      'gatewayTarget payments/issues',
      'gatewayTarget payments/refunds',
      'agentRuntime assistant',
      'oauth2CredentialProvider github',
      'registry internal.tools',
    ]);
  });

  it('gives each resource the fields of the create call and its place, without the keys that are ours', () => {
    const { manifest } = parseText(sampleManifest);
    const [gateway] = manifest?.resources ?? [];
    expect(gateway?.config).toEqual({
      roleArn: 'arn:aws:iam::123456789012:role/payments-gateway',
      authorizerType: 'AWS_IAM',
      protocolConfiguration: {
        mcp: { supportedVersions: ['2025-11-25'], sessionConfiguration: { sessionTimeoutInSeconds: 3600 } },
      },
      tags: { team: 'payments' },
    });
    expect(gateway?.location).toEqual({ file: 'manifest.yaml', line: 11, column: 3 });
  });

  it('finds references, with what they mean', () => {
    const { manifest } = parseText(sampleManifest);
    const references = manifest?.resources.flatMap(({ name, references: found }) =>
      found.map((reference) => `${name} → ${reference.kind} ${reference.name} ${reference.field}`),
    );
    expect(references).toEqual([
      'payments/issues → gateway payments gatewayArn',
      'payments/issues → oauth2CredentialProvider github credentialProviderArn',
      'assistant → gateway payments gatewayUrl',
    ]);
  });

  it('warns of what only resembles a reference, and leaves it as it is', () => {
    const { manifest, problems } = parseText(sampleManifest);
    expect(problems.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
      `warning: \${HOME} is taken as plain text: it has not the form of a reference.`,
    ]);
    expect(manifest?.warnings).toEqual(problems);
  });

  it('finds schemas, and what each is to be read as', () => {
    const { manifest } = parseText(sampleManifest);
    const schemas = manifest?.resources.flatMap((resource) => resource.schemas);
    expect(schemas?.map(({ kind, origin, file }) => ({ kind, origin, file }))).toEqual([
      { kind: 'openApi', origin: 'file', file: 'schemas/ledger.openapi.yaml' },
      { kind: 'lambdaTools', origin: 'inlinePayload', file: undefined },
    ]);
  });

  it('hands down owners and settings, which what is inside may replace', () => {
    const { manifest } = parseText(sampleManifest);
    const byName = Object.fromEntries(manifest?.resources.map((resource) => [resource.name, resource]) ?? []);
    expect(byName.payments?.owner?.contacts).toEqual([
      { channel: 'email', address: 'payments-oncall@example.com' },
    ]);
    expect(byName['payments/ledger']?.owner).toEqual(byName.payments?.owner);
    expect(byName['payments/issues']?.owner?.contacts).toEqual([{ channel: 'slack', address: '#issues' }]);
    expect(byName['payments/refunds']?.owner).toEqual(manifest?.owners.escalation);
    expect(byName.payments?.settings).toEqual({
      resync: 6 * 3600,
      approve: 'breaking',
      authorization: { remindAfter: [3600, 86_400, 259_200], escalateAfter: 432_000, expireAfter: 604_800 },
    });
    expect(byName['payments/ledger']?.settings).toEqual({
      resync: 'never',
      approve: 'breaking',
      authorization: { remindAfter: [7200], escalateAfter: 432_000, expireAfter: 2_592_000 },
    });
  });

  it('may have sections without a value', () => {
    expect(problemsOf('gateways:\nharnesses: {}\nowners:\nsettings:')).toEqual([
      '1:1: warning: The manifest holds no resource.',
    ]);
  });

  it('may have several targets of one configuration', () => {
    expect(problemsOf(manifestWithTargets(`a: &same\n  ${mcpServer}\nb: *same\nc: *same`))).toEqual([]);
  });

  it.each(Object.values(resourceKinds))('has no key of ours that hides a field of the API ($kind)', (row) => {
    const members = controlPlaneShapes.operation(row.operations.create)?.input.members;
    expect(gateloopKeys(row).filter((key) => members?.has(key))).toEqual([]);
  });
});

describe('a manifest that is refused', () => {
  it('is told everything that is wrong at once, in the order of the file', () => {
    const text = `owner: me
gatways: {}
gateways:
  payments:
    roleArn: arn:aws:iam::123456789012:role/payments
    authorizerTyp: AWS_IAM
    authorizerType: AWS-IAM
    protocolConfiguration: { mcp: { sessionConfiguration: { sessionTimeoutInSeconds: 3 } } }
    targets:
      a b: { targetConfiguration: { mcp: { openApiSchema: { fil: a.yaml } } } }
`;
    const { manifest, problems } = parseText(text);
    expect(manifest).toBeUndefined();
    expect(problems.map(({ line, column, path, suggestion }) => [line, column, path, suggestion])).toEqual([
      [1, 1, 'owner', 'owners'],
      [2, 1, 'gatways', 'gateways'],
      [6, 5, 'gateways.payments.authorizerTyp', 'authorizerType'],
      [7, 5, 'gateways.payments.authorizerType', 'AWS_IAM'],
      [
        8,
        61,
        'gateways.payments.protocolConfiguration.mcp.sessionConfiguration.sessionTimeoutInSeconds',
        undefined,
      ],
      [10, 7, 'gateways.payments.targets["a b"]', undefined],
      [10, 61, 'gateways.payments.targets["a b"].targetConfiguration.mcp.openApiSchema.fil', 'file'],
    ]);
  });

  it.each([
    ['text', 'just text', 'A manifest is a mapping of sections.'],
    ['a list', '- gateways', 'A manifest is a mapping of sections.'],
    ['nothing', '~', 'A manifest is a mapping of sections.'],
    [
      'sections of the wrong type',
      'gateways: [payments]',
      'gateways: This is a sequence. Expected a mapping.',
    ],
    [
      'resources of the wrong type',
      'gateways: { payments: text }',
      'gateways.payments: This is a string. Expected a mapping.',
    ],
    ['targets outside a gateway', 'targets: { a: {} }', '"targets" stand inside an entry of "gateways".'],
    ['a kind in the singular', 'gateway: {}', 'Did you mean "gateways"?'],
    [
      'a kind that does not exist',
      'memories: {}',
      'There is no section of this name. Expected one of owners, settings, gateways',
    ],
  ])('holds %s', (_, text, message) => {
    expect(problemsOf(text)).toEqual(expect.arrayContaining([expect.stringContaining(message)]));
    expect(parseText(text).manifest).toBeUndefined();
  });

  it.each([
    ['a list for a text', 'roleArn: [a]', '"roleArn" is a list. Expected a string.'],
    ['a number for a text', 'description: 12', '"description" is a number. Expected a string.'],
    [
      'a text for a number',
      'protocolConfiguration: { mcp: { sessionConfiguration: { sessionTimeoutInSeconds: 1h } } }',
      'Expected a number.',
    ],
    [
      'a text for a boolean',
      'protocolConfiguration: { mcp: { streamingConfiguration: { enableResponseStreaming: yes } } }',
      'is a string. Expected true or false.',
    ],
    [
      'a mapping for a list',
      'interceptorConfigurations: {}',
      '"interceptorConfigurations" is an object. Expected a list.',
    ],
    [
      'a text for a mapping',
      'protocolConfiguration: MCP',
      '"protocolConfiguration" is a string. Expected an object',
    ],
    ['a field without value', 'description:', 'This field has no value. Give it one, or remove the line.'],
    ['the token that Gateloop makes', 'clientToken: abc', 'Gateloop gives this itself. Remove the line.'],
    ['a name beside the key', 'name: payments', 'The name is the key above, "payments". Remove the line.'],
    [
      'settings where only targets have them',
      'settings: { resync: never }',
      '"settings" is no field that the API knows here.',
    ],
  ])('gives %s', (_, line, message) => {
    const text = `gateways:\n  payments:\n    roleArn: arn:aws:iam::123456789012:role/a\n    authorizerType: NONE\n    ${line}\n`;
    const given = line.startsWith('roleArn')
      ? text.replace('    roleArn: arn:aws:iam::123456789012:role/a\n', '')
      : text;
    expect(problemsOf(given)).toEqual([expect.stringContaining(message)]);
  });

  it('names resources as the API would not', () => {
    expect(problemsOf(manifestWithTargets(`under_score:\n  ${mcpServer}`))).toEqual([
      expect.stringContaining('gateways.payments.targets.under_score: The name does not match the pattern.'),
    ]);
  });

  it('names resources alike but for their case', () => {
    expect(problemsOf(manifestWithTargets(`Ledger:\n  ${mcpServer}\nledger:\n  ${mcpServer}`))).toEqual([
      expect.stringContaining('This name and "Ledger" differ in case only.'),
    ]);
  });

  it('puts 101 targets on a gateway', () => {
    const targets = (count: number) =>
      Array.from({ length: count }, (_, index) => `t${index}:\n  ${mcpServer}`).join('\n');
    expect(problemsOf(manifestWithTargets(targets(100)))).toEqual([]);
    expect(problemsOf(manifestWithTargets(targets(101)))).toEqual([
      expect.stringContaining(
        'gateways.payments.targets: There are 101 targets here; the service allows 100.',
      ),
    ]);
  });

  it('holds 1001 gateways', () => {
    const gateways = Array.from(
      { length: 1001 },
      (_, index) => `  g${index}: { roleArn: 'arn:aws:iam::123456789012:role/a', authorizerType: NONE }`,
    );
    expect(problemsOf(`gateways:\n${gateways.join('\n')}`)).toEqual([
      expect.stringContaining('gateways: There are 1001 gateways here; the service allows 1000.'),
    ]);
  });

  it('is not drowned in its own problems', () => {
    const { problems } = parseText(
      `gateways:\n${Array.from({ length: 500 }, (_, index) => `  g${index}: {}`).join('\n')}`,
    );
    expect(problems).toHaveLength(200);
    expect(problems.at(-1)?.message).toBe('801 further problems are not listed. Fix these first.');
  });
});

describe('the schema of a target', () => {
  const openApi = (schema: string) =>
    manifestWithTargets(`ledger:\n  targetConfiguration: { mcp: { openApiSchema: ${schema} } }`);

  it.each([
    ['a file that leaves the workspace', '{ file: ../other/a.yaml }', 'leaves the workspace with ".."'],
    ['a file at an absolute path', '{ file: /etc/passwd }', 'is absolute'],
    ['a file that is not text', '{ file: [a.yaml] }', 'The path of a schema file must be text.'],
    [
      'a file and an object in S3',
      '{ file: a.yaml, s3: { uri: s3://b/k } }',
      'A schema comes from one place, and this one from file and s3.',
    ],
    ['a file and a payload', "{ file: a.yaml, inlinePayload: '{}' }", 'A schema comes from one place'],
    [
      'an object in S3 and a payload',
      "{ s3: { uri: s3://b/k }, inlinePayload: '{}' }",
      'A schema comes from one place',
    ],
    ['nowhere', '{}', 'is empty. Expected exactly one of s3, inlinePayload.'],
    [
      'a file with an unknown companion',
      '{ file: a.yaml, version: 3 }',
      '"version" is no field that the API knows here.',
    ],
  ])('may not come from %s', (_, schema, message) => {
    expect(problemsOf(openApi(schema))).toContainEqual(expect.stringContaining(message));
  });

  it('may be a file of the workspace, wherever the API takes one from S3', () => {
    const text = manifestWithTargets(
      `a:\n  targetConfiguration:\n    http:\n      agentcoreRuntime:\n        arn: arn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime/abc-0123456789\n        schema: { source: { file: a.json } }`,
    );
    expect(problemsOf(text)).toEqual([]);
    expect(parseText(text).manifest?.resources[1]?.schemas).toEqual([
      {
        path: ['targetConfiguration', 'http', 'agentcoreRuntime', 'schema', 'source'],
        origin: 'file',
        file: 'a.json',
      },
    ]);
  });

  it('may hold what looks like a reference, which is none', () => {
    const text = openApi(`{ inlinePayload: '{"default": "\${gateways.nowhere.x}"}' }`);
    expect(problemsOf(text)).toEqual([]);
    expect(parseText(text).manifest?.resources[1]?.references).toEqual([]);
  });
});

describe('references', () => {
  const described = (text: string) => manifestWithTargets(`ledger:\n  description: ${text}\n  ${mcpServer}`);

  it.each([
    [
      `\${gateways.billing.gatewayArn}`,
      `\${gateways.billing.gatewayArn} names a gateway that is not in this manifest. Expected one of payments.`,
    ],
    [`\${gateways.payment.gatewayArn}`, 'Did you mean "payments"?'],
    [
      `\${gateways.payments.targets.leger.targetId}`,
      'names a gatewayTarget that is not in this manifest. Expected one of payments/ledger. Did you mean "payments/ledger"?',
    ],
    [
      `\${gateways.payments.gatewayARN}`,
      'asks for a field that a gateway does not give. Expected one of gatewayId, gatewayArn, gatewayUrl. Did you mean "gatewayArn"?',
    ],
    [`\${gatways.payments.gatewayArn}`, 'names no section of a manifest.'],
    [`\${gatways.payments.gatewayArn}`, 'Did you mean "gateways"?'],
    [`\${gateway.payments.gatewayArn}`, 'Did you mean "gateways"?'],
    [`\${env.user.name}`, 'names no section of a manifest.'],
    [`\${gateways.payments}`, 'is no whole reference.'],
    [`\${gateways}`, 'is no whole reference.'],
    [`\${payments.gatewayArn}`, 'is no whole reference.'],
    [`\${gateways.payments.}`, 'is no whole reference.'],
    [`\${gatways.payments}`, 'is no whole reference. Expected'],
    [`\${gatways.payments}`, 'Did you mean "gateways"?'],
    [`\${harnesses.a.arn}`, 'names a harness that is not in this manifest.'],
    [`\${agentRuntimes.a.agentRuntimeArn}`, 'names an agentRuntime that is not in this manifest.'],
  ])('that go nowhere are refused: %s', (reference, message) => {
    expect(problemsOf(described(`'${reference}'`))).toEqual([expect.stringContaining(message)]);
  });

  it.each([`\${HOME}`, `\${gatways}`, `\${user.name}`, `\${}`])(
    'are not what %s is: that stays text, with a warning',
    (text) => {
      const { manifest, problems } = parseText(described(`'${text}'`));
      expect(problems.map(({ severity, suggestion }) => [severity, suggestion])).toEqual([
        ['warning', undefined],
      ]);
      expect(manifest?.resources[1]?.config.description).toBe(text);
      expect(manifest?.resources[1]?.references).toEqual([]);
    },
  );

  it('that go nowhere are told with ten of the names that exist', () => {
    const registries = Array.from({ length: 5 }, (_, index) => `r${index}`);
    const harnesses = Array.from({ length: 12 }, (_, index) => `h${index}`);
    const text = `registries: { ${registries.map((name) => `${name}: {}`)} }
harnesses: { ${harnesses.map((name) => `${name}: { executionRoleArn: 'arn:aws:iam::123456789012:role/a' }`)} }
${described(`'\${harnesses.zzzz.arn}'`)}`;
    expect(parseText(text).problems.map(({ expected }) => expected)).toEqual([
      `one of ${harnesses.slice(0, 10).join(', ')}`,
    ]);
  });

  it('are found in lists, maps and free JSON, where nothing is a value too', () => {
    const text = `${described('text')}
harnesses:
  a:
    executionRoleArn: arn:aws:iam::123456789012:role/a
    environmentVariables: { GATEWAY: '\${gateways.payments.gatewayId}' }
    allowedTools: ['\${gateways.payments.gatewayArn}']
    tags: { gateway: '\${gateways.payments.gatewayUrl}' }
    model: { bedrockModelConfig: { modelId: a, additionalParams: { none: ~, list: [1, '\${gateways.payments.gatewayId}'] } } }
`;
    const { manifest, problems } = parseText(text);
    expect(problems).toEqual([]);
    expect(
      manifest?.resources.find(({ name }) => name === 'a')?.references.map(({ path }) => path.join('.')),
    ).toEqual([
      'environmentVariables.GATEWAY',
      'allowedTools.0',
      'tags.gateway',
      'model.bedrockModelConfig.additionalParams.list.1',
    ]);
  });

  it('may stand inside a text, and several times', () => {
    expect(
      problemsOf(described(`'<\${gateways.payments.gatewayId}> <\${gateways.payments.gatewayUrl}>'`)),
    ).toEqual([]);
  });

  const runtime = (fields: string) => `agentRuntimes:
  a:
    agentRuntimeArtifact: { containerConfiguration: { containerUri: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/a } }
    roleArn: \${gateways.payments.gatewayArn}
    ${fields}
${described('text')}`;
  const vpc = (subnets: string) =>
    `networkConfiguration: { networkMode: VPC, networkModeConfig: { subnets: ${subnets}, securityGroups: [sg-12345678] } }`;
  const lifecycle = (timeout: string) =>
    `networkConfiguration: { networkMode: PUBLIC }\n    lifecycleConfiguration: { maxLifetime: ${timeout} }`;
  const ID = `\${gateways.payments.gatewayId}`;

  it('satisfy the patterns of the fields that they stand in', () => {
    expect(problemsOf(runtime(vpc(`['${ID}']`)))).toEqual([]);
  });

  it.each([
    ['a list', runtime(vpc(`'${ID}'`)), '"subnets" is a string. Expected a list.'],
    ['a number', runtime(lifecycle(`'${ID}'`)), '"maxLifetime" is a string. Expected a number.'],
  ])('are text, and cannot stand for %s', (_, text, message) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining(message)]);
  });

  it('that run in a circle are refused with the circle', () => {
    const text = `harnesses:
  a: { executionRoleArn: 'arn:aws:iam::123456789012:role/a', model: { bedrockModelConfig: { modelId: '\${harnesses.b.arn}' } } }
  b: { executionRoleArn: 'arn:aws:iam::123456789012:role/a', model: { bedrockModelConfig: { modelId: '\${harnesses.a.arn}' } } }
`;
    expect(problemsOf(text)).toEqual([
      '2:93: error: harnesses.a.model.bedrockModelConfig.modelId: References run in a circle: harness/a → harness/b → harness/a. Take one of them out.',
    ]);
  });

  it('that run in a long circle are told by its beginning, at the resource where it begins', () => {
    const harness = (index: number, next: number) =>
      `  h${index}: { executionRoleArn: 'arn:aws:iam::123456789012:role/a', model: { bedrockModelConfig: { modelId: '\${harnesses.h${next}.arn}' } } }`;
    const circle = Array.from({ length: 14 }, (_, index) => harness(index, (index + 1) % 14));
    const text = `registries: { alone: {} }\nharnesses:\n${circle.join('\n')}`;
    const [problem, ...others] = parseText(text).problems;
    expect(others).toEqual([]);
    expect(problem?.path).toBe('harnesses.h0.model.bedrockModelConfig.modelId');
    expect(problem?.message).toContain('harness/h8 → harness/h9 → … 4 more → harness/h0.');
    expect(problem?.message).not.toContain('h10');
  });

  it('from a gateway to its own target are a circle, since the target needs the gateway', () => {
    const text = manifestWithTargets(
      `ledger:\n  ${mcpServer}`,
      `description: '\${gateways.payments.targets.ledger.targetId}'`,
    );
    expect(problemsOf(text)).toEqual([
      expect.stringContaining('gateway/payments → gatewayTarget/payments/ledger → gateway/payments'),
    ]);
  });

  it('of a resource to itself are a circle', () => {
    const text = manifestWithTargets(
      `ledger:\n  description: '\${gateways.payments.targets.ledger.targetId}'\n  ${mcpServer}`,
    );
    expect(problemsOf(text)).toEqual([
      expect.stringContaining('gatewayTarget/payments/ledger → gatewayTarget/payments/ledger'),
    ]);
  });
});

describe('names that are far too long', () => {
  const long = 'a'.repeat(300_000);

  it.each([
    ['a name', `gateways: { ? ${long} : {} }`],
    ['a key', `? ${long}\n: 1`],
    ['an alias', `a: *${long}`],
    [
      'a reference',
      manifestWithTargets(`a:\n  description: '\${gateways.${long}.gatewayId}'\n  ${mcpServer}`),
    ],
  ])('do not make a long message: %s', (_, text) => {
    const told = problemsOf(text);
    expect(told.length).toBeGreaterThan(0);
    for (const problem of told) expect(problem.length).toBeLessThan(1500);
  });
});
