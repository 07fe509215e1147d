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

const rulesOf = (reading: ReturnType<typeof read>) => reading.problems.map(({ rule }) => rule);

/** A value with the members of every object in another order. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, held]) => [name, reordered(held)]),
  );
}

describe('the fingerprint', () => {
  const expected = read(JSON.stringify(tools)).fingerprint;

  it('is the SHA-256 of the canonical form', () => {
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
  ])('is not changed by %s', (_, text, fileName) => {
    expect(read(text, fileName)).toMatchObject({ fingerprint: expected, problems: [] });
  });

  it('is not changed by the way in which any document is written down', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 1, 3, '\t'), (value, indent) => {
        const plain = read(JSON.stringify(value), 'tools.json', 'mcpTools').fingerprint;
        expect(
          read(JSON.stringify(reordered(value), null, indent), 'tools.json', 'mcpTools').fingerprint,
        ).toBe(plain);
      }),
    );
  });

  it('is the same from YAML as from JSON', () => {
    const value = fc
      .jsonValue({ maxDepth: 4, noUnicodeString: false })
      .filter((held) => typeof held === 'object' && held !== null);
    fc.assert(
      fc.property(value, (held) => {
        const written = JSON.stringify(held);
        fc.pre(!written.includes('__proto__') && !written.includes('<<'));
        const json = read(written, 'tools.json', 'mcpTools');
        const yaml = read(YAML.stringify(JSON.parse(written)), 'tools.yaml', 'mcpTools');
        expect(yaml.fingerprint).toBe(json.fingerprint);
      }),
    );
  });

  it('is shared by equal documents only', () => {
    const value = fc.jsonValue({ maxDepth: 2 }).filter((held) => !JSON.stringify(held).includes('__proto__'));
    fc.assert(
      fc.property(value, value, (one, other) => {
        const [first, second] = [one, other].map((held) => JSON.stringify(held));
        const equal = isDeepStrictEqual(JSON.parse(first ?? ''), JSON.parse(second ?? ''));
        expect(read(first ?? '', 'a.json').fingerprint === read(second ?? '', 'a.json').fingerprint).toBe(
          equal,
        );
      }),
    );
  });
});

describe('any upload', () => {
  it('is read without an exception, whatever its bytes', () => {
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

  it('is read without an exception, whatever its structure', () => {
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

describe('a file that cannot be read', () => {
  it.each<[string, string | Uint8Array, string, object]>([
    ['is empty', '  \n', 'a.yaml', { rule: 'document-empty' }],
    [
      'is UTF-16',
      new Uint8Array(Buffer.from('\uFEFF[]', 'utf16le')),
      'a.json',
      { rule: 'document-encoding' },
    ],
    [
      'is UTF-16 without a mark',
      new Uint8Array(Buffer.from('[{}]', 'utf16le')),
      'a.json',
      { rule: 'document-encoding' },
    ],
    [
      'is Latin-1',
      new Uint8Array(Buffer.from('name: Müller', 'latin1')),
      'a.yaml',
      { rule: 'document-encoding' },
    ],
    [
      'ends too early',
      '[\n  {"name": "a"',
      'a.json',
      {
        rule: 'document-syntax',
        line: 2,
        column: 15,
        message: 'Not JSON: the file ends where "," or "}" should be.',
      },
    ],
    [
      'has a comma too many',
      '[\n  {"name": "a",}\n]',
      'a.json',
      {
        rule: 'document-syntax',
        line: 2,
        column: 16,
        message: expect.stringContaining('Take the comma before it away.'),
      },
    ],
    ['has a bad escape', '["\\x"]', 'a.json', { rule: 'document-syntax', line: 1, column: 2 }],
    ['has a string without an end', '["a]', 'a.json', { rule: 'document-syntax', line: 1, column: 2 }],
    ['goes on after its end', '[] []', 'a.json', { rule: 'document-syntax', line: 1, column: 4 }],
    ['is YAML in a file named JSON', '- name: a', 'a.json', { rule: 'document-syntax', line: 1, column: 1 }],
    ['is not YAML', '- name: a\n  - b: [', 'a.yaml', { rule: 'document-syntax', line: 2 }],
    ['holds two documents', '- a\n---\n- b\n', 'a.yaml', { rule: 'document-syntax' }],
    ['has a tag', '- !secret x', 'a.yaml', { rule: 'document-syntax', line: 1, column: 3 }],
    [
      'names a key twice in JSON',
      '[\n {"name": 1,\n  "name": 2}]',
      'a.json',
      { rule: 'document-duplicate-key', line: 3, column: 3, path: '/0/name' },
    ],
    [
      'names a key twice in YAML',
      '- name: 1\n  name: 2\n',
      'a.yaml',
      { rule: 'document-syntax', line: 2, column: 3 },
    ],
    [
      'reaches for a prototype in JSON',
      '[{"__proto__": {"name": "a"}}]',
      'a.json',
      { rule: 'document-key', path: '/0/__proto__', column: 3 },
    ],
    [
      'reaches for a prototype in YAML',
      '- __proto__: {name: a}\n',
      'a.yaml',
      { rule: 'document-key', path: '/0/__proto__', column: 3 },
    ],
    ['holds a number without end', '[1e999]', 'a.json', { rule: 'document-number', path: '/0' }],
    ['holds not-a-number', '- .nan', 'a.yaml', { rule: 'document-syntax', line: 1, column: 3 }],
    ['holds half a character', '["\\ud800"]', 'a.json', { rule: 'document-unicode', path: '/0' }],
    [
      'is nested without end in JSON',
      '['.repeat(100_000) + ']'.repeat(100_000),
      'a.json',
      { rule: 'document-depth', column: 201 },
    ],
    ['is nested without end, and broken', '['.repeat(100_000), 'a.json', { rule: 'document-syntax' }],
    ['is nested without end in YAML', '- '.repeat(20_000), 'a.yaml', { rule: 'document-syntax' }],
    ['merges as in YAML 1.1', 'a: &a {b: 1}\nc: {<<: *a}\n', 'a.yaml', { rule: 'document-syntax', line: 2 }],
  ])('is refused where it %s', (_, text, fileName, expected) => {
    const reading = read(text, fileName);
    expect(reading.problems[0]).toMatchObject({ severity: 'error', ...expected });
    expect(reading).toMatchObject({ tools: [], fingerprint: '', canonical: new Uint8Array() });
  });

  it('is refused where aliases multiply beyond what anyone would write', () => {
    const levels = Array.from(
      { length: 30 },
      (_, level) => `a${level + 1}: &a${level + 1} [*a${level}, *a${level}, *a${level}]`,
    );
    expect(read(['a0: &a0 [x, x, x]', ...levels].join('\n')).problems).toMatchObject([
      { rule: 'document-syntax', severity: 'error' },
    ]);
  });

  it('is refused where aliases of one long text multiply', () => {
    const text = `- &text ${'x'.repeat(1_000_000)}\n${'- *text\n'.repeat(1000)}`;
    expect(read(text).problems).toMatchObject([{ rule: 'schema-size-s3', line: 1, column: 9 }]);
  });

  it('is refused where an alias stands inside what it names', () => {
    expect(read('a: &a [*a]').problems).toMatchObject([{ rule: 'document-syntax', line: 1, column: 8 }]);
  });

  it('may use an alias twice', () => {
    const text = `- name: find_entry
  description: Finds one entry.
  inputSchema:
    type: object
    properties: { number: &text { type: string }, year: *text, month: *text }`;
    const properties = { number: { type: 'string' }, year: { type: 'string' }, month: { type: 'string' } };
    expect(read(text)).toMatchObject({ problems: [], tools: [{ inputSchema: { properties } }] });
  });
});

describe('the size of a schema', () => {
  const padded = (length: number) => JSON.stringify([{ ...tools[0], description: 'x'.repeat(length) }]);

  it('is refused beyond what is read at all', () => {
    expect(read(new Uint8Array(schemaLimits.uploadedBytes + 1), 'a.json').problems).toMatchObject([
      { rule: 'document-size' },
    ]);
    expect(
      read(new Uint8Array(schemaLimits.yamlBytes + 1).fill(0x20).fill(0x61, 0, 9), 'a.yaml').problems,
    ).toMatchObject([{ rule: 'document-size' }]);
  });

  it('counts without white space for S3', () => {
    const spacious = padded(10) + ' '.repeat(schemaLimits.canonicalBytes + 1000);
    expect(rulesOf(read(spacious, 'a.json'))).toEqual([]);
    expect(rulesOf(read(padded(schemaLimits.canonicalBytes - 50), 'a.json'))).toEqual(['schema-size-s3']);
  });

  it('is at most 1 MB inline', () => {
    expect(rulesOf(read(padded(1_100_000), 'a.json', 'lambdaTools', { inline: true }))).toEqual([
      'schema-size-inline',
    ]);
    expect(rulesOf(read(padded(1_100_000), 'a.json'))).toEqual([]);
  });
});

describe('the tools of a schema', () => {
  const named = (...names: string[]) => JSON.stringify(names.map((name) => ({ ...tools[0], name })));

  it('may be a thousand', () => {
    const names = Array.from({ length: 1001 }, (_, index) => `tool_${index}`);
    expect(rulesOf(read(named(...names.slice(0, 1000))))).toEqual([]);
    expect(read(named(...names)).problems).toMatchObject([{ rule: 'tool-count', path: '/1000' }]);
  });

  it('have names of at most 256 characters with the target’s', () => {
    const options = { targetName: 'ledger' };
    const rules = (length: number) =>
      rulesOf(read(named('x'.repeat(length)), 'a.json', 'lambdaTools', options));
    expect(rules(256 - 'ledger___'.length)).toEqual(['tool-name-portable']);
    expect(rules(257 - 'ledger___'.length)).toEqual(['tool-name-length']);
    expect(rules(64 - 'ledger___'.length)).toEqual([]);
  });

  it('have names of their own', () => {
    expect(read(named('a', 'b', 'a')).problems).toMatchObject([
      { rule: 'tool-name-unique', path: '/2', severity: 'error' },
    ]);
  });

  it('are better named so that every model takes them', () => {
    expect(read(named('repos/list')).problems).toMatchObject([
      { rule: 'tool-name-portable', severity: 'warning' },
    ]);
  });
});

describe('problems', () => {
  it('stand in the order of the file', () => {
    const { problems } = read(
      '- name: a\n  inputSchema: {type: object}\n- name: b\n  description: ""\n  inputSchema: {}\n',
    );
    expect(problems.map(({ line }) => line)).toEqual(problems.map(({ line }) => line).toSorted());
    expect(problems.length).toBeGreaterThan(3);
  });

  it.each(['a.json', 'a.yaml'])('warn of whole numbers that lose digits, in %s', (name) => {
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

  it('of one kind are told twenty times, then once that there are more', () => {
    const { problems } = read(
      JSON.stringify(
        Array.from({ length: 500 }, (_, index) => ({ ...tools[0], name: `tool_${index}`, colour: 1 })),
      ),
    );
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)?.message).toMatch(/^There is more of the same/);
  });
});
