import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import YAML from 'yaml';
import { readSchema } from './readSchema.ts';
import { schemaLimits } from './schemaLimits.ts';
import type { SchemaKind, SchemaOptions } from './schemaTypes.ts';

const tools = [
  {
    name: 'find_entry',
    description: 'Finds one entry of the ledger by its number.',
    inputSchema: {
      type: 'object',
      properties: { number: { type: 'string' }, year: { type: 'integer' } },
      required: ['number'],
    },
  },
];

function read(
  text: string | Uint8Array,
  fileName = 'tools.yaml',
  kind: SchemaKind = 'lambdaTools',
  options?: SchemaOptions,
) {
  return readSchema(
    kind,
    typeof text === 'string' ? new TextEncoder().encode(text) : text,
    fileName,
    options,
  );
}

const rulesOf = ({ problems }: ReturnType<typeof read>) => problems.map(({ rule }) => rule);

/** @returns the value with the members of every object in reverse order */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reordered(member)]),
  );
}

describe('readSchema, fingerprint', () => {
  const expected = read(JSON.stringify(tools)).fingerprint;

  it('returns the canonical form and its SHA-256', () => {
    const { canonical, fingerprint, contentType } = read(JSON.stringify(tools));
    expect(new TextDecoder().decode(canonical)).toBe(
      '[{"description":"Finds one entry of the ledger by its number.","inputSchema":{"properties":{"number":{"type":"string"},"year":{"type":"integer"}},"required":["number"],"type":"object"},"name":"find_entry"}]',
    );
    expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(contentType).toBe('application/json');
  });

  it.each([
    ['indentation', JSON.stringify(tools, null, 4), 'tools.json'],
    ['Windows line ends', JSON.stringify(tools, null, 2).replaceAll('\n', '\r\n'), 'tools.json'],
    ['a byte order mark', `\uFEFF${JSON.stringify(tools)}`, 'tools.json'],
    ['the order of keys', JSON.stringify(reordered(tools)), 'tools.json'],
    ['YAML for JSON', YAML.stringify(tools), 'tools.yaml'],
    ['comments', `# who owns this\n${YAML.stringify(tools)}# the end\n`, 'tools.yml'],
    ['JSON in a file named YAML', JSON.stringify(tools, null, 1), 'tools.yaml'],
    ['escapes', JSON.stringify(tools).replaceAll('ledger', '\\u006cedger'), 'tools.json'],
  ])('is independent of %s', (_, text, fileName) => {
    expect(read(text, fileName)).toMatchObject({ fingerprint: expected, problems: [] });
  });

  it('is independent of indentation and key order, for any document', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 1, 3, '\t'), (value, indent) => {
        const plain = read(JSON.stringify(value), 'tools.json', 'mcpTools').fingerprint;
        expect(
          read(JSON.stringify(reordered(value), null, indent), 'tools.json', 'mcpTools').fingerprint,
        ).toBe(plain);
      }),
    );
  });
});

describe('readSchema, size limits', () => {
  const padded = (length: number) => JSON.stringify([{ ...tools[0], description: 'x'.repeat(length) }]);

  it('rejects a file that exceeds the upload limit', () => {
    expect(read(new Uint8Array(schemaLimits.uploadedBytes + 1), 'a.json').problems).toMatchObject([
      { rule: 'document-size' },
    ]);
    expect(
      read(new Uint8Array(schemaLimits.yamlBytes + 1).fill(0x20).fill(0x61, 0, 9), 'a.yaml').problems,
    ).toMatchObject([{ rule: 'document-size' }]);
  });

  it('rejects an inline schema above 1 MB', () => {
    expect(rulesOf(read(padded(1_100_000), 'a.json', 'lambdaTools', { inline: true }))).toEqual([
      'schema-size-inline',
    ]);
    expect(rulesOf(read(padded(1_100_000), 'a.json'))).toEqual([]);
  });
});

describe('readSchema, tool limits', () => {
  const named = (...names: string[]) => JSON.stringify(names.map((name) => ({ ...tools[0], name })));

  it('accepts 1000 tools and rejects 1001', () => {
    const names = Array.from({ length: 1001 }, (_, index) => `tool_${index}`);
    expect(rulesOf(read(named(...names.slice(0, 1000))))).toEqual([]);
    expect(read(named(...names)).problems).toMatchObject([{ rule: 'tool-count', path: '/1000' }]);
  });

  it('limits the full name of a tool, with the target name, to 256 characters', () => {
    const options = { targetName: 'ledger' };
    const rules = (length: number) =>
      rulesOf(read(named('x'.repeat(length)), 'a.json', 'lambdaTools', options));
    expect(rules(256 - 'ledger___'.length)).toEqual(['tool-name-portable']);
    expect(rules(257 - 'ledger___'.length)).toEqual(['tool-name-length']);
    expect(rules(64 - 'ledger___'.length)).toEqual([]);
  });

  it('rejects duplicate tool names', () => {
    expect(read(named('a', 'b', 'a')).problems).toMatchObject([
      { rule: 'tool-name-unique', path: '/2', severity: 'error' },
    ]);
  });

  it('warns about a tool name that some models do not accept', () => {
    expect(read(named('repos/list')).problems).toMatchObject([
      { rule: 'tool-name-portable', severity: 'warning' },
    ]);
  });
});

describe('readSchema, problems', () => {
  it('returns problems in the order of the file', () => {
    const { problems } = read(
      '- name: a\n  inputSchema: {type: object, required: a}\n- name: b\n  description: ""\n  inputSchema: {}\n',
    );
    expect(problems.map(({ line }) => line)).toEqual(problems.map(({ line }) => line).toSorted());
    expect(problems.length).toBeGreaterThan(3);
  });

  it.each(['a.json', 'a.yaml'])('warns about whole numbers that lose digits, in %s', (name) => {
    const list = JSON.stringify({
      tools: [{ ...tools[0], inputSchema: { type: 'object', maximum: 'N' } }],
    }).replace('"N"', '9223372036854775807');
    const { problems, canonical } = read(list, name, 'mcpTools');
    expect(problems).toMatchObject([
      { rule: 'document-number-precision', severity: 'warning', path: '/tools/0/inputSchema/maximum' },
    ]);
    expect(new TextDecoder().decode(canonical)).toContain('9223372036854776000');
  });

  it('returns at most 20 problems per rule, and one that says that there are more', () => {
    const { problems } = read(
      JSON.stringify(
        Array.from({ length: 500 }, (_, index) => ({ ...tools[0], name: `tool_${index}`, color: 1 })),
      ),
    );
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)?.message).toMatch(/^This rule finds more problems/);
  });
});
