import { describe, expect, it } from 'vitest';
import { defaultLimits } from './limits.ts';
import { readYaml } from './readYaml.ts';
import { positionOf, toJson } from './tree.ts';

function read(text: string | Uint8Array) {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const { tree, problems } = readYaml(bytes, 'manifest.yaml', defaultLimits);
  return {
    value: tree && toJson(tree),
    problems: problems.map(({ line, column, message }) => `${line}:${column} ${message}`),
  };
}

describe('readYaml', () => {
  it('reads yes, on and dates as text, as YAML 1.2 does', () => {
    expect(read('a: yes\nb: on\nc: 2025-11-25\nd: 0o17\ne: true\nf: ~').value).toEqual({
      ...{ a: 'yes', b: 'on', c: '2025-11-25' },
      ...{ d: 15, e: true, f: null },
    });
  });

  it('reads JSON', () => {
    expect(read('{"a": [1, {"b": null}], "c": "\\u00e9"}').value).toEqual({ a: [1, { b: null }], c: 'é' });
  });

  it('expands aliases', () => {
    expect(read('a: &a { b: 1 }\nc: [*a, *a]').value).toEqual({ a: { b: 1 }, c: [{ b: 1 }, { b: 1 }] });
  });

  it('reads keys that look like numbers and booleans as text', () => {
    expect(read('2024: a\ntrue: b\n1e3: c').value).toEqual({ '2024': 'a', true: 'b', '1e3': 'c' });
  });

  it('reads __proto__ and constructor as plain keys', () => {
    const { value } = read('__proto__: { polluted: true }\nconstructor: 1');
    expect(Object.keys(value ?? {})).toEqual(['__proto__', 'constructor']);
    expect(Object.hasOwn({}, 'polluted') || 'polluted' in {}).toBe(false);
  });

  it.each([
    ['an empty file', '', ['1:1 The file is empty.']],
    ['comments only', '# nothing\n', ['1:1 The file is empty.']],
    [
      'invalid YAML',
      'a: [1',
      ['1:4 The "[" here is not closed, or the lines up to its end are not indented.'],
    ],
    ['tabs as indentation', 'a:\n\tb: 1', ['2:1 YAML does not allow tabs here. Indent with spaces.']],
    [
      'two documents',
      'a: 1\n---\nb: 2',
      ['2:1 The file contains more than one YAML document. Keep one, and remove the "---" line.'],
    ],
    ['an unknown tag', 'a: !secret x', [expect.stringMatching(/^1:4 "!" begins a tag/)]],
    [
      'tags of YAML 1.1',
      'a: !!omap [x: 1]\nb: !!set {x}\nc: !!binary aGk=',
      [
        expect.stringMatching(/^1:4 "!" begins a tag/),
        expect.stringMatching(/^2:4 "!" begins a tag/),
        expect.stringMatching(/^3:4 "!" begins a tag/),
      ],
    ],
    [
      'a merge key',
      'a: &a {}\nb:\n  <<: *a',
      [expect.stringMatching(/^3:3 "<<" is a merge key of YAML 1\.1/)],
    ],
    ['a list as key', '? [a]\n: 1', [expect.stringMatching(/^1:3 A key must be text/)]],
    ['an empty key', ': 1', [expect.stringMatching(/^1:1 A key must be text/)]],
    [
      'infinity',
      'a: .inf\nb: 1e999',
      [
        expect.stringMatching(/^1:4 JSON cannot represent/),
        expect.stringMatching(/^2:4 JSON cannot represent/),
      ],
    ],
    ['half a surrogate pair', 'a: "\\ud800"', [expect.stringMatching(/^1:4 JSON cannot represent/)]],
    [
      'an alias without an anchor',
      'a: *b',
      [expect.stringMatching(/^1:4 The alias \*b comes before or inside/)],
    ],
    [
      'an alias inside its anchor',
      'a: &a [*a]',
      [expect.stringMatching(/^1:8 The alias \*a comes before or inside/)],
    ],
  ])('rejects %s', (_, text, problems) => {
    expect(read(text).problems).toEqual(problems);
  });

  it('rejects a file with the directive %YAML 1.1', () => {
    expect(read('%YAML 1.1\n---\nprune: yes').problems).toEqual([
      expect.stringContaining('declares YAML 1.1'),
    ]);
  });

  it('rejects bytes that are not UTF-8', () => {
    expect(read(new Uint8Array([0x61, 0xff, 0xfe])).problems).toEqual([
      '1:1 The file is not UTF-8 text. Save it as UTF-8.',
    ]);
  });

  it('ignores a byte order mark', () => {
    expect(read('\ufeffa: 1').value).toEqual({ a: 1 });
  });

  it('reports every duplicate key with the line of the first', () => {
    expect(read('a: 1\nb: 2\na: 3\na: 4').problems).toEqual([
      '3:1 Duplicate key "a": line 1 has it already. Keep one.',
      '4:1 Duplicate key "a": line 1 has it already. Keep one.',
    ]);
  });

  it('distinguishes keys that differ in case', () => {
    expect(read('a: 1\nA: 2').value).toEqual({ a: 1, A: 2 });
  });
});

describe('readYaml, for hostile input', () => {
  const nestedAliases = 'bcdefghij'
    .split('')
    .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[index]}`).join(',')}]`);

  it.each([
    ['nested aliases', `a: &a [x,x,x,x,x,x,x,x,x]\n${nestedAliases.join('\n')}`, /more than 200000 values/],
    ['100 levels', `${'['.repeat(100)}${']'.repeat(100)}`, /more than 64 levels/],
    [
      '80 levels through an alias',
      `a: &a ${'['.repeat(40)}${']'.repeat(40)}\nb: ${'['.repeat(40)}*a${']'.repeat(40)}`,
      /64 levels/,
    ],
  ])('rejects %s', (_, text, message) => {
    const { problems } = read(text);
    expect(problems).toEqual([expect.stringMatching(message)]);
  });
});

describe('readYaml, limits', () => {
  const limits = { bytes: 100, tokens: 50, lines: 50, values: 6, depth: 3 };
  const readLimited = (text: string) => {
    const { tree, problems } = readYaml(new TextEncoder().encode(text), 'manifest.yaml', limits);
    return { value: tree && toJson(tree), messages: problems.map(({ message }) => message) };
  };

  it('accepts a file of exactly the allowed bytes, and rejects one byte more', () => {
    expect(readLimited(`a: ${'x'.repeat(97)}`).messages).toEqual([]);
    expect(readLimited(`a: ${'x'.repeat(98)}`).messages).toEqual([
      'The file has 101 bytes; at most 100 are allowed. Split it into smaller files.',
    ]);
  });

  it('accepts exactly the allowed levels, and rejects one level more', () => {
    expect(readLimited('[[1]]')).toEqual({ value: [[1]], messages: [] });
    expect(readLimited('a: { b: 1 }').messages).toEqual([]);
    expect(readLimited('[[[1]]]')).toEqual({
      value: undefined,
      messages: [
        'The file is nested more than 3 levels deep. Remove levels, or close the brackets that are open here.',
      ],
    });
    expect(readLimited('a: { b: { c: 1 } }').messages).toEqual([
      'The file is nested more than 3 levels deep. Remove levels, or close the brackets that are open here.',
    ]);
  });

  it('counts the list itself and each item as a value', () => {
    expect(readLimited('[1, 2, 3, 4, 5]').messages).toEqual([]);
    expect(readLimited('[1, 2, 3, 4, 5, 6]').messages).toEqual([
      'With its aliases expanded, the file has more than 6 values or 3 levels. Use fewer aliases, or split the file.',
    ]);
  });

  it('counts the values and levels of an alias each time that it occurs', () => {
    expect(readLimited('a: &a [1]\nb: *a').messages).toEqual([]);
    expect(readLimited('a: &a [1]\nb: [*a]').messages).toEqual([
      'With its aliases expanded, the file has more than 6 values or 3 levels. Use fewer aliases, or split the file.',
    ]);
    expect(readLimited('a: &a [1, 2]\nb: *a').messages).toEqual([
      'With its aliases expanded, the file has more than 6 values or 3 levels. Use fewer aliases, or split the file.',
    ]);
  });
});

describe('readYaml, positions', () => {
  it('gives each key and each value the line and column where it starts', () => {
    const { tree } = readYaml(new TextEncoder().encode('a:\n  - 1\n  - b: x\n'), 'a.yaml', defaultLimits);
    expect(tree && positionOf(tree, [])).toEqual({ line: 1, column: 1 });
    expect(tree && positionOf(tree, ['a'])).toEqual({ line: 1, column: 1 });
    expect(tree && positionOf(tree, ['a', 0])).toEqual({ line: 2, column: 5 });
    expect(tree && positionOf(tree, ['a', 1, 'b'])).toEqual({ line: 3, column: 5 });
  });

  it('reports all problems of a file, with the name of the file', () => {
    const { tree, problems } = readYaml(
      new TextEncoder().encode('a: .nan\n? [b]\n: 1\n'),
      'shop.yaml',
      defaultLimits,
    );
    expect(problems.map(({ file, severity, line, path }) => ({ file, severity, line, path }))).toEqual([
      { file: 'shop.yaml', severity: 'error', line: 1, path: '' },
      { file: 'shop.yaml', severity: 'error', line: 2, path: '' },
    ]);
    expect(tree && toJson(tree)).toEqual({ a: null });
  });

  it('shortens a duplicate key in the message to 80 characters', () => {
    const key = 'k'.repeat(100);
    expect(read(`${key}: 1\n${key}: 2`).problems).toEqual([
      `2:1 Duplicate key "${'k'.repeat(80)}": line 1 has it already. Keep one.`,
    ]);
  });

  it('keeps the first value of a duplicate key', () => {
    expect(read('a: 1\na: 2').value).toEqual({ a: 1 });
  });
});
