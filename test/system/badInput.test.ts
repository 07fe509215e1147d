import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifestOf, type System, startSystem, toolSchema, uploadWorkspace, writesIn } from './system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());

const lines = (...text: string[]) => text.join('\n');
const bomb = lines(
  'a: &a [x, x, x, x, x, x, x, x, x]',
  ...Array.from({ length: 9 }, (_, level) => {
    const [above, own] = [String.fromCharCode(97 + level), String.fromCharCode(98 + level)];
    return `${own}: &${own} [${Array.from({ length: 9 }, () => `*${above}`).join(', ')}]`;
  }),
);
const many = Array.from({ length: 101 }, (_, index) => `target-${index}`);
const withFile = (gateway: string, file: string) =>
  manifestOf(['one'], { gateway }).replace('schemas/one.json', file);

/** Workspace, files by path, and the message to the owner. */
const cases: readonly [name: string, files: Readonly<Record<string, string | Buffer>>, message: RegExp][] = [
  ['no-yaml', { 'manifest.yaml': 'gateways: [unclosed' }, /manifest\.yaml:\d+/],
  ['bytes', { 'manifest.yaml': Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x81]) }, /manifest\.yaml/],
  ['a-list', { 'manifest.yaml': '- gateways' }, /mapping/],
  [
    'a-million-braces',
    { 'manifest.yaml': '{}'.repeat(500_000) },
    /manifest\.yaml:1:\d+: .*values, keys and signs/,
  ],
  ['a-million-brackets', { 'manifest.yaml': '['.repeat(1_000_000) }, /manifest\.yaml:1:65: .*64 levels/],
  ['a-bomb', { 'manifest.yaml': bomb }, /manifest\.yaml:\d+/],
  ['too-large', { 'manifest.yaml': `# ${'x'.repeat(20 * 1024 * 1024)}` }, /1048576/],
  [
    'wrong-type',
    { 'manifest.yaml': lines('gateways:', '  front:', '    roleArn: 7') },
    /manifest\.yaml:3:\d+.*roleArn/,
  ],
  ['unknown-kind', { 'manifest.yaml': 'gatways: {}' }, /gateways/],
  ['unknown-field', { 'manifest.yaml': manifestOf(['one']).replace('roleArn', 'rolArn') }, /roleArn/],
  [
    'too-many',
    {
      'manifest.yaml': manifestOf(many),
      ...Object.fromEntries(many.map((name) => [`schemas/${name}.json`, toolSchema()])),
    },
    /100/,
  ],
  [
    'plain-secret',
    {
      'manifest.yaml': lines(
        'oauth2CredentialProviders:',
        '  github:',
        '    credentialProviderVendor: GithubOauth2',
        '    oauth2ProviderConfigInput: { githubOauth2ProviderConfig: { clientId: a, clientSecret: hunter2 } }',
      ),
    },
    /secretsManager/,
  ],
  [
    'foreign-secret',
    {
      'manifest.yaml': lines(
        'oauth2CredentialProviders:',
        '  github:',
        '    credentialProviderVendor: GithubOauth2',
        '    oauth2ProviderConfigInput:',
        '      githubOauth2ProviderConfig: { clientId: a, clientSecret: { secretsManager: payments/github } }',
      ),
    },
    /manifest\.yaml:5:\d+.*foreign-secret may use only secrets named/,
  ],
  ['escaping-encoded', { 'manifest.yaml': withFile('front', '%2e%2e/one.json') }, /manifest\.yaml:\d+/],
  ['no-manifest', { 'schemas/one.json': toolSchema() }, /no manifest\.yaml/],
];

/** Workspace, files by path, the target with the error, and the message to the owner. */
const partialCases: readonly [
  name: string,
  files: Readonly<Record<string, string | Buffer>>,
  target: string,
  message: RegExp,
][] = [
  [
    'missing-file',
    { 'manifest.yaml': manifestOf(['one'], { gateway: 'missing-file' }) },
    'one',
    /schemas\/one\.json/,
  ],
  [
    'escaping',
    { 'manifest.yaml': withFile('escaping', '../other/schemas/one.json') },
    'one',
    /manifest\.yaml:\d+/,
  ],
  [
    'by-case',
    {
      'manifest.yaml': manifestOf(['one', 'One'], { gateway: 'by-case' }),
      'schemas/one.json': toolSchema(),
      'schemas/One.json': toolSchema(),
    },
    'One',
    /case/,
  ],
  [
    'large-schema',
    {
      'manifest.yaml': manifestOf(['one'], { gateway: 'large-schema' }),
      'schemas/one.json': `[${' '.repeat(20 * 1024 * 1024)}]`,
    },
    'one',
    /one\.json/,
  ],
];

describe('invalid input', () => {
  it('is refused with its position, reported to the owner, and changes nothing', async () => {
    for (const [name, files] of cases)
      for (const [path, content] of Object.entries(files)) system.upload(name, path, content);
    const calls = await system.callsDuring(() => system.settle());
    expect(calls).toEqual({});
    const refusals = cases.map(([name, , pattern]) => {
      const message = system.messages(`${name} was refused`).at(-1) ?? '';
      return [name, system.outcome(name).outcome, pattern.test(message) || message];
    });
    expect(refusals).toEqual(cases.map(([name]) => [name, 'refused', true]));
  });

  it('in one target refuses that target alone, and is reported to the owner with its position', async () => {
    for (const [name, files] of partialCases)
      for (const [path, content] of Object.entries(files)) system.upload(name, path, content);
    await system.settle();
    for (const [name, , target, pattern] of partialCases) {
      const { outcome, resources } = system.outcome(name);
      expect(outcome, name).toBe('failed');
      const others = resources.filter((each) => each.name !== `${name}/${target}`);
      expect(
        others.map(({ state }) => state),
        name,
      ).toEqual(others.map(() => 'ready'));
      const [refused] = resources.filter((each) => each.name === `${name}/${target}`);
      expect(refused, name).toMatchObject({ state: 'refused', reasons: [expect.stringMatching(pattern)] });
      expect(system.messages(`${name} has resources that failed`).at(-1)).toMatch(pattern);
    }
  });

  it('keeps a plain-text secret out of messages and outcomes', () => {
    const everything = JSON.stringify([system.gateloop.aws.outbox.list(), system.outcome('plain-secret')]);
    expect(everything).not.toContain('hunter2');
  });

  it('does not stop other workspaces', async () => {
    system.upload('bad-neighbor', 'manifest.yaml', 'gateways: [unclosed');
    uploadWorkspace(system, 'good-neighbor', ['one']);
    await system.settle();
    expect(system.outcome('good-neighbor').outcome).toBe('ready');
    expect(system.outcome('bad-neighbor').outcome).toBe('refused');
  });

  it('leaves resources as they are, and reconciles again once the manifest is corrected', async () => {
    uploadWorkspace(system, 'corrected', ['one', 'two']);
    await system.settle();
    system.upload('corrected', 'manifest.yaml', manifestOf(['one']).replace('roleArn', 'rolArn'));
    await system.settle();
    expect(system.outcome('corrected').outcome).toBe('refused');
    expect(system.states('corrected')).toMatchObject({ 'corrected/one': 'ready', 'corrected/two': 'ready' });
    uploadWorkspace(system, 'corrected', ['one', 'two']);
    await system.settle();
    expect(system.outcome('corrected').outcome).toBe('ready');
  });

  it('publishes one refusal, however many reconciles find it', async () => {
    const [refused] = await refusalsDuring(async () => {
      system.upload('once', 'manifest.yaml', 'gateways: [unclosed');
      await system.settle();
      for (let pass = 0; pass < 3; pass += 1) {
        await system.reconcile('once');
      }
    });
    expect(refused).toEqual(['once']);
  });
});

describe('a workspace whose folder was deleted', () => {
  it('keeps its resources, says once how to delete them, and deletes them for an empty manifest that prunes', async () => {
    uploadWorkspace(system, 'gone', ['one']);
    await system.settle();
    const [refused, calls] = await refusalsDuring(async () => {
      system.remove('gone', 'schemas/one.json');
      system.remove('gone', 'manifest.yaml');
      await system.settle();
      await system.reconcile('gone');
    });
    expect(calls).toEqual({});
    expect(system.states('gone')).toEqual({ gone: 'ready', 'gone/one': 'ready' });
    const [{ message = '' } = {}] = system.outcome('gone').problems;
    expect(message).toContain('stay as they are');
    expect(message).toContain('"settings: { prune: true }"');
    // Two uploads, one without its schema and one without its manifest: each is refused once.
    expect(refused.length).toBeLessThanOrEqual(2);

    const deletion = await system.callsDuring(async () => {
      system.upload('gone', 'manifest.yaml', 'settings: { prune: true }');
      await system.settle();
    });
    expect(writesIn(deletion)).toEqual({ DeleteGatewayTarget: 1, DeleteGateway: 1 });
    expect(system.outcome('gone').outcome).toBe('ready');
  });
});

/** The workspaces of the `Reconcile Refused` events while `work` ran, and the writes. */
async function refusalsDuring(work: () => Promise<void>) {
  const refused: string[] = [];
  const unlisten = system.gateloop.aws.onActivity((activity) => {
    if (activity.kind === 'event' && activity.event['detail-type'] === 'Reconcile Refused')
      refused.push(String(activity.event.detail.workspace));
  });
  const calls = writesIn(await system.callsDuring(work));
  unlisten();
  return [refused, calls] as const;
}
