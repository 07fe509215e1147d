import { describe, expect, it } from 'vitest';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';
import { gateloopKeys } from './gateloopKeys.ts';
import { defaultLimits, type ManifestLimits } from './limits.ts';
import { parseManifest } from './parseManifest.ts';
import { manifestWithTargets, parseText, problemsOf, sampleManifest } from './testing/sampleManifest.ts';

const mcpServer = `targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/mcp' } } }`;

describe('parseManifest', () => {
  it('returns the resources with parents before their children', () => {
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

  it('returns the config of a resource without Gateloop keys, and its location', () => {
    const { manifest } = parseText(sampleManifest);
    const [gateway] = manifest?.resources ?? [];
    expect(gateway?.config).toEqual({
      roleArn: 'arn:aws:iam::123456789012:role/payments-gateway',
      authorizerType: 'CUSTOM_JWT',
      authorizerConfiguration: {
        customJWTAuthorizer: {
          discoveryUrl: 'https://login.example.com/.well-known/openid-configuration',
          allowedClients: ['agents'],
        },
      },
      protocolConfiguration: {
        mcp: { supportedVersions: ['2025-11-25'], sessionConfiguration: { sessionTimeoutInSeconds: 3600 } },
      },
      tags: { team: 'payments' },
    });
    expect(gateway?.location).toEqual({ file: 'manifest.yaml', line: 11, column: 3 });
  });

  it('returns the resolved references of each resource', () => {
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

  it('keeps ${HOME} as plain text, with a warning', () => {
    const { problems } = parseText(sampleManifest);
    expect(problems.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
      `warning: \${HOME} is treated as plain text: it does not have the form of a reference.`,
    ]);
  });

  it('returns the schemas of each resource with their kind and origin', () => {
    const { manifest } = parseText(sampleManifest);
    const schemas = manifest?.resources.flatMap((resource) => resource.schemas);
    expect(schemas?.map(({ kind, origin, file }) => ({ kind, origin, file }))).toEqual([
      { kind: 'openApi', origin: 'file', file: 'schemas/ledger.openapi.yaml' },
      { kind: 'lambdaTools', origin: 'inlinePayload', file: undefined },
    ]);
  });

  it('lets children inherit and override owner and settings', () => {
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

  it('accepts sections without a value', () => {
    expect(problemsOf('gateways:\nharnesses: {}\nowners:\nsettings:')).toEqual([
      '1:1: warning: The manifest declares no resource.',
    ]);
  });

  it('accepts several targets that share a configuration by alias', () => {
    expect(problemsOf(manifestWithTargets(`a: &same\n  ${mcpServer}\nb: *same\nc: *same`))).toEqual([]);
  });

  it.each(Object.values(resourceKinds))('has no Gateloop key that hides an API field of $kind', (row) => {
    const members = resourceShapes.operation(row.operations.create)?.input.members;
    expect(gateloopKeys(row).filter((key) => members?.has(key))).toEqual([]);
  });
});

describe('parseManifest, for an invalid manifest', () => {
  it.each(Object.values(resourceKinds))(
    'parseManifest: offers for an unknown key of a $kind what it accepts there, and nothing else',
    (row) => {
      const problemsWith = (...keys: string[]) => {
        const own = `{ ${keys.map((key) => `${key}: {}`).join(', ')} }`;
        const entry = `${row.section}: ${row.isOnly ? own : `{ sample: ${own} }`}`;
        const text = row.parent ? `${resourceKinds[row.parent].section}: { parent: { ${entry} } }` : entry;
        return parseText(text).problems.filter(({ path }) => keys.includes(path.split('.').at(-1) ?? ''));
      };
      const offered = problemsWith('nothingKnown')
        .flatMap(({ expected = '' }) => expected.replace('one of ', '').split(', '))
        .filter((name) => name !== '');
      expect(offered).toEqual(expect.arrayContaining([...gateloopKeys(row)]));
      const refusals = /The API has no field|Remove the line/;
      expect(problemsWith(...offered).filter(({ message }) => refusals.test(message))).toEqual([]);
    },
  );

  it('reports all problems at once, in the order of the file', () => {
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
    ['text', 'just text', 'A manifest must be a mapping of sections.'],
    ['a list', '- gateways', 'A manifest must be a mapping of sections.'],
    ['only null', '~', 'A manifest must be a mapping of sections.'],
    [
      'a section of the wrong type',
      'gateways: [payments]',
      'gateways: This is a sequence. Expected a mapping.',
    ],
    [
      'a resource of the wrong type',
      'gateways: { payments: text }',
      'gateways.payments: This is a string. Expected a mapping.',
    ],
    ['targets outside a gateway', 'targets: { a: {} }', '"targets" belongs inside an entry of "gateways".'],
    ['a section in the singular', 'gateway: {}', 'Did you mean "gateways"?'],
    [
      'an unknown section',
      'paymentConnectors: {}',
      'Unknown section. Expected one of owners, settings, gateways',
    ],
  ])('rejects a manifest that contains %s', (_, text, message) => {
    expect(problemsOf(text)).toEqual(expect.arrayContaining([expect.stringContaining(message)]));
    expect(parseText(text).manifest).toBeUndefined();
  });

  it.each([
    ['a list instead of text', 'roleArn: [a]', '"roleArn" is a list. Expected a string.'],
    ['a number instead of text', 'description: 12', '"description" is a number. Expected a string.'],
    [
      'text instead of a number',
      'protocolConfiguration: { mcp: { sessionConfiguration: { sessionTimeoutInSeconds: 1h } } }',
      'Expected a number.',
    ],
    [
      'text instead of a boolean',
      'protocolConfiguration: { mcp: { streamingConfiguration: { enableResponseStreaming: yes } } }',
      'is a string. Expected true or false.',
    ],
    [
      'a mapping instead of a list',
      'interceptorConfigurations: {}',
      '"interceptorConfigurations" is an object. Expected a list.',
    ],
    [
      'text instead of a mapping',
      'protocolConfiguration: MCP',
      '"protocolConfiguration" is a string. Expected an object',
    ],
    ['a field without a value', 'description:', 'This field has no value. Add a value or remove the line.'],
    ['a clientToken', 'clientToken: abc', 'Gateloop sets this field. Remove the line.'],
    ['a name beside the key', 'name: payments', 'The key above, "payments", is the name. Remove the line.'],
    ['settings of a target', 'settings: { resync: never }', 'The API has no field "settings" here.'],
  ])('rejects a gateway with %s', (_, line, message) => {
    const text = `gateways:\n  payments:\n    roleArn: arn:aws:iam::123456789012:role/a\n    authorizerType: NONE\n    ${line}\n`;
    const given = line.startsWith('roleArn')
      ? text.replace('    roleArn: arn:aws:iam::123456789012:role/a\n', '')
      : text;
    expect(problemsOf(given)).toEqual([expect.stringContaining(message)]);
  });

  it('rejects a name that does not match the pattern of the API', () => {
    expect(problemsOf(manifestWithTargets(`under_score:\n  ${mcpServer}`))).toEqual([
      expect.stringContaining('gateways.payments.targets.under_score: The name does not match the pattern.'),
    ]);
  });

  it('rejects names that differ only in case', () => {
    expect(problemsOf(manifestWithTargets(`Ledger:\n  ${mcpServer}\nledger:\n  ${mcpServer}`))).toEqual([
      expect.stringContaining('This name and "Ledger" differ only in case.'),
    ]);
  });

  it('accepts 100 targets on a gateway and rejects 101', () => {
    const targets = (count: number) =>
      Array.from({ length: count }, (_, index) => `t${index}:\n  ${mcpServer}`).join('\n');
    expect(problemsOf(manifestWithTargets(targets(100)))).toEqual([]);
    expect(problemsOf(manifestWithTargets(targets(101)))).toEqual([
      expect.stringContaining(
        'gateways.payments.targets: There are 101 targets here; the service allows 100.',
      ),
    ]);
  });

  it('rejects 1001 gateways', () => {
    const gateways = Array.from(
      { length: 1001 },
      (_, index) => `  g${index}: { roleArn: 'arn:aws:iam::123456789012:role/a', authorizerType: NONE }`,
    );
    expect(problemsOf(`gateways:\n${gateways.join('\n')}`)).toEqual([
      expect.stringContaining('gateways: There are 1001 gateways here; the service allows 1000.'),
    ]);
  });

  it('reports at most 200 problems, the last of which counts the others', () => {
    const { problems } = parseText(
      `gateways:\n${Array.from({ length: 500 }, (_, index) => `  g${index}: {}`).join('\n')}`,
    );
    expect(problems).toHaveLength(200);
    expect(problems.at(-1)?.message).toBe('801 further problems are not listed. Fix the listed ones first.');
  });
});

describe('parseManifest, limits', () => {
  const parseLimited = (text: string, limits: Partial<ManifestLimits>) =>
    parseManifest(new TextEncoder().encode(text), 'manifest.yaml', resourceShapes, {
      ...defaultLimits,
      ...limits,
    });
  const gateway = "roleArn: arn:aws:iam::123456789012:role/a, authorizerType: NONE, description: '${HOME}'";

  it('reports all problems if they are exactly as many as the limit', () => {
    const { problems } = parseLimited('a: 1\nb: 1', { problems: 3 });
    expect(problems.map(({ path }) => path)).toEqual(['a', '', 'b']);
  });

  it('reports errors before warnings if there are too many problems, and counts the others', () => {
    const text = `gateways: { one: { ${gateway} }, two: { ${gateway} } }\nbad: 1\nworse: 1`;
    const { manifest, problems } = parseLimited(text, { problems: 3 });
    expect(manifest).toBeUndefined();
    expect(problems).toMatchObject([
      { severity: 'error', path: 'bad' },
      { severity: 'error', path: 'worse' },
      {
        severity: 'error',
        path: '',
        message: '2 further problems are not listed. Fix the listed ones first.',
      },
    ]);
  });

  it('returns what can be read of a manifest with errors', () => {
    const { manifest, readable } = parseText(sampleManifest.replace('issues:\n', 'is sues:\n'));
    expect(manifest).toBeUndefined();
    expect(readable?.resources.map(({ name }) => name)).toContain('payments/ledger');
    expect(readable?.owners.default).toEqual({
      contacts: [{ channel: 'email', address: 'payments-oncall@example.com' }],
    });
    expect(parseText('- a').readable).toBeUndefined();
    expect(parseText('a: [').readable).toBeUndefined();
  });

  it('accepts a manifest with more warnings than the limit', () => {
    const text = `gateways: { one: { ${gateway} }, two: { ${gateway} }, three: { ${gateway} } }`;
    const { manifest, problems } = parseLimited(text, { problems: 2 });
    expect(manifest?.resources).toHaveLength(3);
    expect(problems).toMatchObject([
      { severity: 'warning', path: 'gateways.one.description' },
      { severity: 'warning', message: expect.stringContaining('2 further problems') },
    ]);
  });

  it('accepts as many entries of a section as the service allows', () => {
    const text = `gateways: { one: { ${gateway} }, two: { ${gateway} } }`;
    const errorsOf = (count: number) =>
      parseLimited(text, { entries: { gateway: count } }).problems.filter(
        ({ severity }) => severity === 'error',
      );
    expect(errorsOf(2)).toEqual([]);
    expect(errorsOf(1)).toMatchObject([
      {
        path: 'gateways',
        message: 'There are 2 gateways here; the service allows 1.',
        expected: 'at most 1',
      },
    ]);
  });
});

describe('parseManifest, for sections and keys in the wrong place', () => {
  it('says where a section belongs that is nested in another', () => {
    const problem = parseText('targets: {}').problems.find(({ path }) => path === 'targets');
    expect(problem).toMatchObject({
      message: '"targets" belongs inside an entry of "gateways".',
      expected: 'gateways: { <name>: { targets: … } }',
    });
    expect(problem).not.toHaveProperty('suggestion');
  });

  it('names the sections that a manifest may have, and suggests the nearest', () => {
    const problem = parseText('registrys: {}').problems.find(({ path }) => path === 'registrys');
    expect(problem).toMatchObject({ message: 'Unknown section.', suggestion: 'registries' });
    expect(problem?.expected).toMatch(/^one of owners, settings, .*gateways.*registries/);
    expect(parseText('text').problems[0]?.expected).toMatch(/^sections such as .*gateways.*registries/);
  });

  it('rejects owners that are not a mapping, and continues without them', () => {
    const { problems } = parseText('owners: platform\nregistries: { tools: {} }');
    expect(problems).toMatchObject([
      { path: 'owners', message: 'This is a string.', expected: 'a mapping', severity: 'error' },
    ]);
  });

  it('locates a resource and its members', () => {
    const { manifest } = parseText('registries:\n  tools:\n    description: Tools\n');
    const [registry] = manifest?.resources ?? [];
    expect(registry).toMatchObject({
      path: ['registries', 'tools'],
      location: { file: 'manifest.yaml', line: 2, column: 3 },
    });
    expect(registry?.locationOf(['description'])).toEqual({ file: 'manifest.yaml', line: 3, column: 5 });
  });

  it('compares the names of resources without regard to case, and reports each one after the first', () => {
    const { problems } = parseText('registries: { Tools: {}, tools: {}, TOOLS: {} }');
    expect(problems.map(({ path, message }) => [path, message])).toEqual([
      ['registries.tools', expect.stringContaining('"Tools" differ only in case')],
      ['registries.TOOLS', expect.stringContaining('"Tools" differ only in case')],
    ]);
  });
});

describe('parseManifest, for very long names', () => {
  const long = 'a'.repeat(300_000);

  it.each([
    ['a name', `gateways: { ? ${long} : {} }`],
    ['a key', `? ${long}\n: 1`],
    ['an alias', `a: *${long}`],
    [
      'a reference',
      manifestWithTargets(`a:\n  description: '\${gateways.${long}.gatewayId}'\n  ${mcpServer}`),
    ],
  ])('shortens the message about %s of 300,000 characters', (_, text) => {
    const problems = problemsOf(text);
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) expect(problem.length).toBeLessThan(1500);
  });
});
