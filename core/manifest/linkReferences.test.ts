import { describe, expect, it } from 'vitest';
import { manifestWithTargets, parseText, problemsOf } from './testing/sampleManifest.ts';

const mcpServer = `targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/mcp' } } }`;

describe('linkReferences', () => {
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
      'names a field that a gateway does not output. Expected one of gatewayId, gatewayArn, gatewayUrl. Did you mean "gatewayArn"?',
    ],
    [`\${gatways.payments.gatewayArn}`, 'names an unknown section.'],
    [`\${gatways.payments.gatewayArn}`, 'Did you mean "gateways"?'],
    [`\${gateway.payments.gatewayArn}`, 'Did you mean "gateways"?'],
    [`\${env.user.name}`, 'names an unknown section.'],
    [`\${gateways.payments}`, 'is not a complete reference.'],
    [`\${gateways}`, 'is not a complete reference.'],
    [`\${payments.gatewayArn}`, 'is not a complete reference.'],
    [`\${gateways.payments.}`, 'is not a complete reference.'],
    [`\${gatways.payments}`, 'is not a complete reference. Expected'],
    [`\${gatways.payments}`, 'Did you mean "gateways"?'],
    [`\${harnesses.a.arn}`, 'names a harness that is not in this manifest.'],
    [`\${agentRuntimes.a.agentRuntimeArn}`, 'names an agentRuntime that is not in this manifest.'],
  ])('rejects the unresolvable reference %s', (reference, message) => {
    expect(problemsOf(described(`'${reference}'`))).toEqual([expect.stringContaining(message)]);
  });

  it.each([`\${HOME}`, `\${gatways}`, `\${user.name}`, `\${}`])(
    'keeps %s as plain text, with a warning',
    (text) => {
      const { manifest, problems } = parseText(described(`'${text}'`));
      expect(problems.map(({ severity, suggestion }) => [severity, suggestion])).toEqual([
        ['warning', undefined],
      ]);
      expect(manifest?.resources[1]?.config.description).toBe(text);
      expect(manifest?.resources[1]?.references).toEqual([]);
    },
  );

  it('lists at most ten existing names for an unknown name', () => {
    const registries = Array.from({ length: 5 }, (_, index) => `r${index}`);
    const harnesses = Array.from({ length: 12 }, (_, index) => `h${index}`);
    const text = `registries: { ${registries.map((name) => `${name}: {}`)} }
harnesses: { ${harnesses.map((name) => `${name}: { executionRoleArn: 'arn:aws:iam::123456789012:role/a' }`)} }
${described(`'\${harnesses.zzzz.arn}'`)}`;
    expect(parseText(text).problems.map(({ expected }) => expected)).toEqual([
      `one of ${harnesses.slice(0, 10).join(', ')}`,
    ]);
  });

  it('finds references in lists, maps and free JSON that contains null', () => {
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

  it('accepts several references within one text', () => {
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

  it('accepts a reference in a field with a pattern', () => {
    expect(problemsOf(runtime(vpc(`['${ID}']`)))).toEqual([]);
  });

  it.each([
    ['a list field', runtime(vpc(`'${ID}'`)), '"subnets" is a string. Expected a list.'],
    ['a number field', runtime(lifecycle(`'${ID}'`)), '"maxLifetime" is a string. Expected a number.'],
  ])('rejects a reference, which is text, in %s', (_, text, message) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining(message)]);
  });

  it('reports the cycle of circular references', () => {
    const text = `harnesses:
  a: { executionRoleArn: 'arn:aws:iam::123456789012:role/a', model: { bedrockModelConfig: { modelId: '\${harnesses.b.arn}' } } }
  b: { executionRoleArn: 'arn:aws:iam::123456789012:role/a', model: { bedrockModelConfig: { modelId: '\${harnesses.a.arn}' } } }
`;
    expect(problemsOf(text)).toEqual([
      '2:93: error: harnesses.a.model.bedrockModelConfig.modelId: Circular references: harness/a → harness/b → harness/a. Remove one of them.',
    ]);
  });

  it('reports a long cycle at its first resource, shortened to ten resources', () => {
    const harness = (index: number, next: number) =>
      `  h${index}: { executionRoleArn: 'arn:aws:iam::123456789012:role/a', model: { bedrockModelConfig: { modelId: '\${harnesses.h${next}.arn}' } } }`;
    const cycle = Array.from({ length: 14 }, (_, index) => harness(index, (index + 1) % 14));
    const text = `registries: { alone: {} }\nharnesses:\n${cycle.join('\n')}`;
    const [problem, ...others] = parseText(text).problems;
    expect(others).toEqual([]);
    expect(problem?.path).toBe('harnesses.h0.model.bedrockModelConfig.modelId');
    expect(problem?.message).toContain('harness/h8 → harness/h9 → … 4 more → harness/h0.');
    expect(problem?.message).not.toContain('h10');
  });

  it('reports a reference from a gateway to its own target, which depends on the gateway, as a cycle', () => {
    const text = manifestWithTargets(
      `ledger:\n  ${mcpServer}`,
      `description: '\${gateways.payments.targets.ledger.targetId}'`,
    );
    expect(problemsOf(text)).toEqual([
      expect.stringContaining('gateway/payments → gatewayTarget/payments/ledger → gateway/payments'),
    ]);
  });

  it('reports a reference of a resource to itself as a cycle', () => {
    const text = manifestWithTargets(
      `ledger:\n  description: '\${gateways.payments.targets.ledger.targetId}'\n  ${mcpServer}`,
    );
    expect(problemsOf(text)).toEqual([
      expect.stringContaining('gatewayTarget/payments/ledger → gatewayTarget/payments/ledger'),
    ]);
  });
});
