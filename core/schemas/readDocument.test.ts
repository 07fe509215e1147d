import { describe, expect, it } from 'vitest';
import { readSchema } from './readSchema.ts';

function read(text: string | Uint8Array, fileName = 'tools.yaml') {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return readSchema('lambdaTools', bytes, fileName);
}

describe('readDocument, within readSchema', () => {
  it.each<[string, string | Uint8Array, string, object]>([
    ['that is empty', '  \n', 'a.yaml', { rule: 'document-empty' }],
    [
      'in UTF-16',
      new Uint8Array(Buffer.from('\uFEFF[]', 'utf16le')),
      'a.json',
      { rule: 'document-encoding' },
    ],
    [
      'in UTF-16 without a byte order mark',
      new Uint8Array(Buffer.from('[{}]', 'utf16le')),
      'a.json',
      { rule: 'document-encoding' },
    ],
    [
      'in Latin-1',
      new Uint8Array(Buffer.from('name: Müller', 'latin1')),
      'a.yaml',
      { rule: 'document-encoding' },
    ],
    [
      'that ends too early',
      '[\n  {"name": "a"',
      'a.json',
      {
        rule: 'document-syntax',
        line: 2,
        column: 15,
        message: 'Invalid JSON: the file ends, expected "," or "}".',
      },
    ],
    [
      'with a trailing comma',
      '[\n  {"name": "a",}\n]',
      'a.json',
      {
        rule: 'document-syntax',
        line: 2,
        column: 16,
        message: expect.stringContaining('Remove the comma before it.'),
      },
    ],
    ['with an invalid escape', '["\\x"]', 'a.json', { rule: 'document-syntax', line: 1, column: 2 }],
    ['with an unterminated string', '["a]', 'a.json', { rule: 'document-syntax', line: 1, column: 2 }],
    ['with two JSON values', '[] []', 'a.json', { rule: 'document-syntax', line: 1, column: 4 }],
    [
      'named .json that contains YAML',
      '- name: a',
      'a.json',
      { rule: 'document-syntax', line: 1, column: 1 },
    ],
    ['of invalid YAML', '- name: a\n  - b: [', 'a.yaml', { rule: 'document-syntax', line: 2 }],
    ['of two YAML documents', '- a\n---\n- b\n', 'a.yaml', { rule: 'document-syntax' }],
    ['with a YAML tag', '- !secret x', 'a.yaml', { rule: 'document-syntax', line: 1, column: 3 }],
    [
      'with a duplicate key in JSON',
      '[\n {"name": 1,\n  "name": 2}]',
      'a.json',
      { rule: 'document-duplicate-key', line: 3, column: 3, path: '/0/name' },
    ],
    [
      'with a duplicate key in YAML',
      '- name: 1\n  name: 2\n',
      'a.yaml',
      { rule: 'document-syntax', line: 2, column: 3 },
    ],
    [
      'with the key __proto__ in JSON',
      '[{"__proto__": {"name": "a"}}]',
      'a.json',
      { rule: 'document-key', path: '/0/__proto__', column: 3 },
    ],
    [
      'with the key __proto__ in YAML',
      '- __proto__: {name: a}\n',
      'a.yaml',
      { rule: 'document-key', path: '/0/__proto__', column: 3 },
    ],
    ['with a number that is too large', '[1e999]', 'a.json', { rule: 'document-number', path: '/0' }],
    ['with NaN', '- .nan', 'a.yaml', { rule: 'document-syntax', line: 1, column: 3 }],
    ['with half a surrogate pair', '["\\ud800"]', 'a.json', { rule: 'document-unicode', path: '/0' }],
    [
      'of 100,000 levels in JSON',
      '['.repeat(100_000) + ']'.repeat(100_000),
      'a.json',
      { rule: 'document-depth', column: 201 },
    ],
    [
      'of 100,000 levels that never end',
      '['.repeat(100_000),
      'a.json',
      { rule: 'document-depth', column: 201 },
    ],
    ['of 2,500,000 empty lists', `[${'[],'.repeat(2_500_000)}[]]`, 'a.json', { rule: 'document-values' }],
    ['of 20,000 levels in YAML', '- '.repeat(20_000), 'a.yaml', { rule: 'document-syntax' }],
    ['with a merge key', 'a: &a {b: 1}\nc: {<<: *a}\n', 'a.yaml', { rule: 'document-syntax', line: 2 }],
  ])('rejects a file %s', (_, text, fileName, expected) => {
    const schema = read(text, fileName);
    expect(schema.problems[0]).toMatchObject({ severity: 'error', ...expected });
    expect(schema).toMatchObject({ tools: [], fingerprint: '', canonical: new Uint8Array() });
  });

  it('rejects nested aliases that expand to too many values', () => {
    const levels = Array.from(
      { length: 30 },
      (_, level) => `a${level + 1}: &a${level + 1} [*a${level}, *a${level}, *a${level}]`,
    );
    expect(read(['a0: &a0 [x, x, x]', ...levels].join('\n')).problems).toMatchObject([
      { rule: 'document-syntax', severity: 'error' },
    ]);
  });

  it('rejects aliases of one long text that expand to too many bytes', () => {
    const text = `- &text ${'x'.repeat(1_000_000)}\n${'- *text\n'.repeat(1000)}`;
    expect(read(text).problems).toMatchObject([{ rule: 'schema-size-s3', line: 1, column: 9 }]);
  });

  it('rejects an alias inside its anchor', () => {
    expect(read('a: &a [*a]').problems).toMatchObject([{ rule: 'document-syntax', line: 1, column: 8 }]);
  });

  it('accepts several aliases of one anchor', () => {
    const text = `- name: find_entry
  description: Finds one entry.
  inputSchema:
    type: object
    properties: { number: &text { type: string }, year: *text, month: *text }`;
    const properties = { number: { type: 'string' }, year: { type: 'string' }, month: { type: 'string' } };
    expect(read(text)).toMatchObject({ problems: [], tools: [{ inputSchema: { properties } }] });
  });
});
