import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../json.ts';
import type { RecordContent } from '../ports/registryRecords.ts';
import { diffRecords, recordFingerprint, summarizeDiff } from './diffRecords.ts';
import { recordFacts } from './recordFacts.ts';

const tool = (name: string, more: JsonObject = {}): JsonObject => ({
  name,
  description: `Does ${name}.`,
  inputSchema: { type: 'object', properties: { city: { type: 'string' } } },
  ...more,
});
const server = (more: JsonObject = {}): JsonObject => ({
  name: 'com.example/weather',
  version: '1.0.0',
  remotes: [{ type: 'streamable-http', url: 'https://mcp.example.com/mcp' }],
  ...more,
});
const mcp = (given: JsonValue = server(), tools: JsonValue = [tool('find')]): RecordContent => ({
  name: 'weather',
  description: 'Forecasts',
  recordType: 'MCP',
  descriptors: {
    mcpServer: {
      data: JSON.stringify(given),
      additionalData: { tools: { data: JSON.stringify(tools) } },
    },
  },
});
const custom = (content: string, more: Partial<RecordContent> = {}): RecordContent => ({
  name: 'x',
  recordType: 'CUSTOM',
  descriptors: { custom: { data: content } },
  ...more,
});
const brief = (before: RecordContent, after: RecordContent) =>
  diffRecords(before, after).changes.map(({ kind, label, before: was, after: is }) =>
    [kind, label, was, is].filter((part) => part !== undefined).join(' | '),
  );

describe('diffRecords', () => {
  it('diffRecords: ignores order, white space and wrapping', () => {
    const { version, ...rest } = server();
    const data = JSON.stringify({ ...rest, version }, null, 4);
    const tools = { data: JSON.stringify({ tools: [tool('find')] }) };
    const after = { ...mcp(), descriptors: { mcpServer: { additionalData: { tools }, data } } };
    expect(diffRecords(mcp(), after)).toEqual({ changes: [], total: 0 });
  });

  it('diffRecords: labels changes without JSON terms', () => {
    const remotes = [{ type: 'streamable-http', url: 'https://evil.example.com/mcp' }];
    const after = { ...mcp(server({ version: '2.0.0', remotes })), name: 'weather2', description: 'More' };
    expect(brief(mcp(), after)).toEqual([
      'changed | Name | weather | weather2',
      'changed | Description | Forecasts | More',
      'changed | Version | 1.0.0 | 2.0.0',
      'changed | Server address | https://mcp.example.com/mcp | https://evil.example.com/mcp',
    ]);
  });

  it('diffRecords: compares tools by name, and shows the whole of added and removed ones', () => {
    const before = mcp(server(), [tool('find'), tool('old')]);
    const schema = { type: 'object', properties: { place: { type: 'string' } } };
    const after = mcp(server(), [tool('new'), tool('find', { description: 'Other.', inputSchema: schema })]);
    expect(brief(before, after)).toEqual([
      'changed | Tool “find”: description | Does find. | Other.',
      'removed | Tool “find”: input “city” | {\n  "type": "string"\n}',
      'added | Tool “find”: input “place” | {\n  "type": "string"\n}',
      `removed | Tool “old” | ${JSON.stringify(tool('old'), null, 2)}`,
      `added | Tool “new” | ${JSON.stringify(tool('new'), null, 2)}`,
    ]);
  });

  it('diffRecords: labels a path without a label by the path', () => {
    const remotes = [
      { type: 'streamable-http', url: 'https://mcp.example.com/mcp', headers: [{ name: 'X-Key' }] },
    ];
    const after = mcp(server({ remotes, _meta: { 'a.b': 1 } }));
    expect(diffRecords(mcp(), after).changes.map(({ label, path }) => [label, path])).toEqual([
      ['Headers that the server requires', 'server.remotes[0].headers'],
      ['server._meta', 'server._meta'],
    ]);
  });

  it('diffRecords: writes out line breaks and direction marks in names', () => {
    const after = mcp(server(), [tool('find'), tool('x\n\nOpen https://evil.example.com\u202e')]);
    const name = String.raw`x\u{a}\u{a}Open https://evil.example.com\u{202e}`;
    expect(diffRecords(mcp(), after).changes[0]?.label).toBe(`Tool “${name}”`);
    expect(recordFacts(after).tools?.[1]).toBe(name);
  });

  it('diffRecords: compares text that is not JSON as text, for every kind of descriptor', () => {
    expect(brief(custom('one'), custom('two', { recordType: 'AGENT' }))).toEqual([
      'changed | Kind | CUSTOM | AGENT',
      'changed | content | one | two',
    ]);
    expect(brief(custom('{"a":1}'), custom('{"a":1,"b":[2]}'))).toEqual(['added | content.b | [\n  2\n]']);
    expect(brief(custom('[1,2]'), custom('[1,3,4]'))).toEqual([
      'changed | content[1] | 2 | 3',
      'added | content[2] | 4',
    ]);
  });

  it('diffRecords: lists every change with its whole values, however many and deep they are', () => {
    const many = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`k${index}`, 'y'.repeat(400)]),
    );
    const { changes, total } = diffRecords(custom('{}'), custom(JSON.stringify(many)));
    expect(total).toBe(200);
    expect(changes).toHaveLength(200);
    expect(changes[0]?.after).toHaveLength(400);
    const summary = summarizeDiff({ changes, total });
    expect(summary).toMatchObject({ total: 200, changes: { length: 10 } });
    expect(summary.changes[0]).toEqual({ kind: 'added', label: 'content.k0', path: 'content.k0' });
    const deep = `${'['.repeat(40_000)}${']'.repeat(40_000)}`;
    expect(diffRecords(custom('{}'), custom(deep)).total).toBe(1);
    // A lone surrogate, which JSON can express and UTF-8 cannot.
    const loneSurrogate = custom(String.raw`{"a":["\ud800"],"__proto__":{"x":1}}`);
    expect(diffRecords(custom('{}'), loneSurrogate).total).toBe(1);
  });

  it('diffRecords: finds no change in equal records, and the same number in both directions', () => {
    const anything = fc.record({
      name: fc.string(),
      content: fc.oneof(fc.string(), fc.json({ maxDepth: 4 })),
    });
    fc.assert(
      fc.property(anything, anything, (one, other) => {
        const [left, right] = [one, other].map(({ name, content }) => ({ ...custom(content), name }));
        if (!left || !right) return;
        expect(diffRecords(left, left).total).toBe(0);
        const differ = diffRecords(left, right);
        expect(diffRecords(right, left).total).toBe(differ.total);
        if (left.name !== right.name) expect(differ.total).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });
});

describe('diffRecords with lists and parts', () => {
  it('diffRecords: compares lists by index where two members have one name', () => {
    const twice = mcp(server(), [tool('find'), tool('find')]);
    const changed = mcp(server(), [tool('find'), tool('find', { description: 'Other.' })]);
    expect(diffRecords(twice, changed).changes.map(({ path }) => path)).toEqual(['tools[1].description']);
  });

  it('diffRecords: shows a change from named to unnamed members as one change', () => {
    const unnamed = mcp(server(), [tool('find'), { description: 'No name.' }]);
    expect(diffRecords(mcp(), unnamed).changes.map(({ kind, label }) => [kind, label])).toEqual([
      ['changed', 'All tools'],
    ]);
    expect(diffRecords(mcp(server(), ['find']), mcp(server(), ['seek'])).changes).toMatchObject([
      { kind: 'changed', path: 'tools[0]', before: 'find', after: 'seek' },
    ]);
  });

  it('diffRecords: shows the whole tool where an added one has no description', () => {
    const after = mcp(server(), [tool('find'), { name: 'new' }]);
    expect(brief(mcp(), after)).toEqual(['added | Tool “new” | {\n  "name": "new"\n}']);
  });

  it('diffRecords: shows a description of another part than a tool as a part', () => {
    const packages = [{ name: 'a', description: 'Runs locally.' }];
    expect(brief(mcp(), mcp(server({ packages })))).toEqual([
      `added | Packages to install locally | ${JSON.stringify(packages, null, 2)}`,
    ]);
  });

  it('diffRecords: reports an added and a removed description', () => {
    const { description: _, ...undescribed } = mcp();
    expect(brief(undescribed, mcp())).toEqual(['added | Description | Forecasts']);
    expect(brief(mcp(), undescribed)).toEqual(['removed | Description | Forecasts']);
  });

  it('diffRecords: compares parts without inline content as they are', () => {
    const before = { ...mcp(), descriptors: { mcpServer: { url: 'a' }, note: 'text' } };
    const after = { ...mcp(), descriptors: { mcpServer: { url: 'b' }, note: 'other' } };
    expect(brief(before, after)).toEqual(['changed | url | a | b']);
  });
});

describe('recordFingerprint', () => {
  it('recordFingerprint: covers the content and the version', () => {
    const known = recordFingerprint({ ...mcp(), version: '1' });
    expect(recordFingerprint({ ...mcp(), version: '1' })).toBe(known);
    expect(recordFingerprint({ ...mcp(), version: '2' })).not.toBe(known);
    expect(recordFingerprint({ ...mcp(server({ version: '2' })), version: '1' })).not.toBe(known);
    expect(recordFingerprint({ ...mcp(), description: 'Other', version: '1' })).not.toBe(known);
    expect(recordFingerprint({ ...mcp(), name: 'other', version: '1' })).not.toBe(known);
  });
});

describe('recordFacts', () => {
  it('recordFacts: returns the server, its version and its tools', () => {
    expect(recordFacts(mcp())).toEqual({
      server: 'https://mcp.example.com/mcp',
      version: '1.0.0',
      tools: ['find'],
      toolCount: 1,
    });
  });

  it('recordFacts: says why no gateway can reach the server, and returns nothing for other records', () => {
    expect(recordFacts(mcp({ packages: [] })).server).toMatch(
      /^None that a gateway can reach: it names no remote/,
    );
    expect(recordFacts(custom('{}'))).toEqual({});
  });

  it('recordFacts: limits texts to 200 characters, and says where a tool has no name', () => {
    const long = 'x'.repeat(201);
    const facts = recordFacts(mcp(server({ version: long }), [{ description: 'a' }, tool(long), 'text']));
    expect(facts).toMatchObject({
      version: `${'x'.repeat(200)}…`,
      tools: ['(without a name)', `${'x'.repeat(200)}…`],
      toolCount: 2,
    });
  });

  it('recordFacts: leaves out a version that is not text, and tools that are not a list', () => {
    const facts = recordFacts(mcp(server({ version: 1 }), { find: 1 }));
    expect(facts).toEqual({ server: 'https://mcp.example.com/mcp' });
    expect(recordFacts(mcp(7, []))).not.toHaveProperty('version');
  });

  it('recordFacts: names the first thirty tools', () => {
    const tools = Array.from({ length: 40 }, (_, index) => tool(`t${index}`));
    expect(recordFacts(mcp(server(), tools))).toMatchObject({ toolCount: 40, tools: { length: 30 } });
  });
});
