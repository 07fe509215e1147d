import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import YAML from 'yaml';
import { readSchema } from './readSchema.ts';
import { schemaLimits } from './schemaLimits.ts';
import type { SchemaKind, SchemaOptions } from './schemaTypes.ts';

const kinds: readonly SchemaKind[] = ['openApi', 'smithy', 'lambdaTools', 'mcpTools'];

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

  it('is the same for YAML and JSON, for any document', () => {
    const document = fc
      .jsonValue({ maxDepth: 4, noUnicodeString: false })
      .filter((value) => typeof value === 'object' && value !== null);
    fc.assert(
      fc.property(document, (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes('__proto__') && !text.includes('<<'));
        const json = read(text, 'tools.json', 'mcpTools');
        const yaml = read(YAML.stringify(JSON.parse(text)), 'tools.yaml', 'mcpTools');
        expect(yaml.fingerprint).toBe(json.fingerprint);
      }),
    );
  });

  it('is the same only for equal documents', () => {
    const document = fc
      .jsonValue({ maxDepth: 2 })
      .filter((value) => !JSON.stringify(value).includes('__proto__'));
    fc.assert(
      fc.property(document, document, (one, other) => {
        const [first, second] = [one, other].map((value) => JSON.stringify(value));
        const equal = isDeepStrictEqual(JSON.parse(first ?? ''), JSON.parse(second ?? ''));
        expect(read(first ?? '', 'a.json').fingerprint === read(second ?? '', 'a.json').fingerprint).toBe(
          equal,
        );
      }),
    );
  });
});

describe('readSchema, for arbitrary input', () => {
  it('reports problems and never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom('a.json', 'a.yaml'),
        (kind, bytes, name) => {
          expect(read(bytes, name, kind).problems.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('never throws, whatever the structure, and locates every problem', () => {
    const words = [
      'openapi',
      '3.1.0',
      '3.0.3',
      'paths',
      '/a',
      'get',
      'parameters',
      '$ref',
      '#/paths',
      '#/components/schemas/a',
      'components',
    ];
    const more = [
      'schemas',
      'a',
      'properties',
      'allOf',
      'servers',
      'url',
      'smithy',
      '2.0',
      'shapes',
      'a#B',
      'type',
      'structure',
      'members',
    ];
    const others = [
      'target',
      'traits',
      'name',
      'inputSchema',
      'items',
      'tools',
      'constructor',
      'toString',
      'requestBody',
      'content',
      'operation',
      'input',
    ];
    const word = fc.constantFrom(...words, ...more, ...others);
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 7 },
        word,
        fc.integer(),
        fc.constant(null),
        tie('list'),
        tie('map'),
        tie('map'),
      ),
      list: fc.array(tie('tree'), { maxLength: 3 }),
      map: fc.dictionary(word, tie('tree'), { maxKeys: 5 }),
    }));
    fc.assert(
      fc.property(fc.constantFrom(...kinds), tree, (kind, value) => {
        const headed =
          typeof value === 'object' && value !== null && !Array.isArray(value)
            ? { openapi: '3.1.0', smithy: '2.0', shapes: {}, ...value }
            : value;
        const { problems } = read(JSON.stringify(headed), 'a.json', kind);
        for (const { line, column, severity } of problems)
          expect({ line, column, severity }).toMatchObject({ line: 1, column: expect.any(Number) });
      }),
      { numRuns: 500 },
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

  it('applies the S3 limit to the size without white space', () => {
    const spacious = padded(10) + ' '.repeat(schemaLimits.canonicalBytes + 1000);
    expect(rulesOf(read(spacious, 'a.json'))).toEqual([]);
    expect(rulesOf(read(padded(schemaLimits.canonicalBytes - 50), 'a.json'))).toEqual(['schema-size-s3']);
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
      '- name: a\n  inputSchema: {type: object}\n- name: b\n  description: ""\n  inputSchema: {}\n',
    );
    expect(problems.map(({ line }) => line)).toEqual(problems.map(({ line }) => line).toSorted());
    expect(problems.length).toBeGreaterThan(3);
  });

  it.each(['a.json', 'a.yaml'])('warns about whole numbers that lose digits, in %s', (name) => {
    const list = JSON.stringify([{ ...tools[0], inputSchema: { type: 'object', maximum: 'N' } }]).replace(
      '"N"',
      '9223372036854775807',
    );
    const { problems, canonical } = read(list, name, 'mcpTools');
    expect(problems).toMatchObject([
      { rule: 'document-number-precision', severity: 'warning', path: '/0/inputSchema/maximum' },
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
