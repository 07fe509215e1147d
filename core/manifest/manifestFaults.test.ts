import { describe, expect, it } from 'vitest';
import { parseText } from './testing/sampleManifest.ts';

const text = (...changes: [from: string, to: string][]) =>
  changes.reduce(
    (manifest, [from, to]) => manifest.replace(from, to),
    `settings: { prune: true }
gateways:
  front:
    roleArn: arn:aws:iam::123456789012:role/front
    authorizerType: AWS_IAM
    targets:
      issues: { targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://a.example.com' } } } }
      notes: { targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://b.example.com' } } } }
  back:
    roleArn: arn:aws:iam::123456789012:role/back
    authorizerType: AWS_IAM
registries:
  internal.tools: { description: Everything we offer }
`,
  );

const faultsIn = (manifest: string) => {
  const { faults } = parseText(manifest);
  return faults && { concernsAll: faults.concernsAll, of: [...faults.byResource.keys()].sort() };
};

describe('manifestFaults', () => {
  it('manifestFaults: has none for a manifest without errors', () => {
    expect(faultsIn(text())).toEqual({ concernsAll: false, of: [] });
  });

  it.each<[string, [string, string], string[]]>([
    [
      'a value of a target',
      ['https://a.example.com', 'http://a.example.com'],
      ['gatewayTarget/front/issues'],
    ],
    [
      'an unknown field of a target',
      ['issues: { ', 'issues: { colour: red, '],
      ['gatewayTarget/front/issues'],
    ],
    ['a value of a gateway', ['AWS_IAM', 'AWS_IAN'], ['gateway/front']],
    ['a reference of a gateway', ['role/back', 'role/${gateways.gone.gatewayId}'], ['gateway/back']],
    [
      'an entry that is no mapping',
      ['{ description: Everything we offer }', '7'],
      ['registry/internal.tools'],
    ],
    [
      'a target that is no mapping',
      ['      notes: {', '      notes: 7\n      other: {'],
      ['gatewayTarget/front/notes'],
    ],
    [
      'a key that a gateway hands down to its targets',
      ['    authorizerType', '    owner: nobody-we-know\n    authorizerType'],
      ['gateway/front', 'gatewayTarget/front/issues', 'gatewayTarget/front/notes'],
    ],
    [
      'an unknown key of a gateway, which may be one that it hands down',
      ['    authorizerType', '    ownr: { email: a@example.com }\n    authorizerType'],
      ['gateway/front', 'gatewayTarget/front/issues', 'gatewayTarget/front/notes'],
    ],
  ])('manifestFaults: %s concerns what depends on it, and nothing else', (_, change, of) => {
    expect(faultsIn(text(change))).toEqual({ concernsAll: false, of });
  });

  it.each<[string, [string, string]]>([
    ['the settings', ['prune: true', 'prune: perhaps']],
    ['an unknown section', ['registries:', 'registrys:']],
    [
      'a section that is no mapping',
      ['registries:\n  internal.tools: { description: Everything we offer }', 'registries: 7'],
    ],
    ['a name that cannot be a key', ['internal.tools', '"internal tools"']],
    ['the YAML text', ['{ prune: true }', '{ prune: true']],
  ])('manifestFaults: an error in %s concerns the whole manifest', (_, change) => {
    expect(faultsIn(text(change))?.concernsAll ?? true).toBe(true);
  });

  it('manifestFaults: keeps fifty problems of a resource, for each of its targets as well', () => {
    const lines = (count: number, line: (index: number) => string) =>
      Array.from({ length: count }, (_, index) => line(index)).join('');
    const keys = lines(2000, (index) => `    wrong${index}: 1\n`);
    const targets = lines(2000, (index) => `      t${index}: {}\n`);
    const { faults } = parseText(`gateways:\n  front:\n${keys}    targets:\n${targets}`);
    // Within the test timeout: all pairs would take a minute, and 2,000 lists of 2,000 problems.
    expect(faults?.byResource.get('gateway/front')).toHaveLength(50);
    expect(faults?.byResource.get('gatewayTarget/front/t1999')?.length).toBeLessThan(100);
  });
});
