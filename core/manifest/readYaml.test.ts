import { describe, expect, it } from 'vitest';
import { defaultLimits } from './limits.ts';
import { readYaml } from './readYaml.ts';
import { toJson } from './tree.ts';

function read(text: string | Uint8Array) {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const { tree, problems } = readYaml(bytes, 'manifest.yaml', defaultLimits);
  return {
    value: tree && toJson(tree),
    problems: problems.map(({ line, column, message }) => `${line}:${column} ${message}`),
  };
}

describe('reading YAML', () => {
  it('takes yes, on and dates for the text that they are in YAML 1.2', () => {
    expect(read('a: yes\nb: on\nc: 2025-11-25\nd: 0o17\ne: true\nf: ~').value).toEqual({
      ...{ a: 'yes', b: 'on', c: '2025-11-25' },
      ...{ d: 15, e: true, f: null },
    });
  });

  it('reads JSON, which is YAML', () => {
    expect(read('{"a": [1, {"b": null}], "c": "\\u00e9"}').value).toEqual({ a: [1, { b: null }], c: 'é' });
  });

  it('follows anchors and aliases', () => {
    expect(read('a: &a { b: 1 }\nc: [*a, *a]').value).toEqual({ a: { b: 1 }, c: [{ b: 1 }, { b: 1 }] });
  });

  it('takes numbers and booleans as keys for the words that they are', () => {
    expect(read('2024: a\ntrue: b\n1e3: c').value).toEqual({ '2024': 'a', true: 'b', '1e3': 'c' });
  });

  it('keeps keys that name members of every object as plain keys', () => {
    const { value } = read('__proto__: { polluted: true }\nconstructor: 1');
    expect(Object.keys(value ?? {})).toEqual(['__proto__', 'constructor']);
    expect(Object.hasOwn({}, 'polluted') || 'polluted' in {}).toBe(false);
  });

  it.each([
    ['an empty file', '', ['1:1 The file is empty.']],
    ['comments only', '# nothing\n', ['1:1 The file is empty.']],
    ['text that is no YAML', 'a: [1', [expect.stringContaining('This is not valid YAML')]],
    ['tabs as indentation', 'a:\n\tb: 1', [expect.stringMatching(/^2:\d+ This is not valid YAML/)]],
    [
      'two documents',
      'a: 1\n---\nb: 2',
      ['2:1 The file holds more than one YAML document. Keep one, without "---" between.'],
    ],
    ['an unknown tag', 'a: !secret x', ['1:4 This is not valid YAML: Unresolved tag: !secret']],
    [
      'tags of YAML 1.1',
      'a: !!omap [x: 1]\nb: !!set {x}\nc: !!binary aGk=',
      [
        '1:4 This is not valid YAML: Unresolved tag: tag:yaml.org,2002:omap',
        '2:4 This is not valid YAML: Unresolved tag: tag:yaml.org,2002:set',
        '3:4 This is not valid YAML: Unresolved tag: tag:yaml.org,2002:binary',
      ],
    ],
    ['a merge key', 'a: &a {}\nb:\n  <<: *a', [expect.stringMatching(/^3:3 "<<" merges in YAML 1\.1 only/)]],
    ['a list as key', '? [a]\n: 1', [expect.stringMatching(/^1:3 A key must be a word/)]],
    ['an empty key', ': 1', [expect.stringMatching(/^1:1 A key must be a word/)]],
    [
      'infinity',
      'a: .inf\nb: 1e999',
      [expect.stringMatching(/^1:4 This is no text/), expect.stringMatching(/^2:4 This is no text/)],
    ],
    ['half a character', 'a: "\\ud800"', [expect.stringMatching(/^1:4 This is no text/)]],
    ['an alias of nothing', 'a: *b', [expect.stringMatching(/^1:4 The alias \*b stands before, or inside/)]],
    [
      'an alias inside what it names',
      'a: &a [*a]',
      [expect.stringMatching(/^1:8 The alias \*a stands before, or inside/)],
    ],
  ])('refuses %s', (_, text, problems) => {
    expect(read(text).problems).toEqual(problems);
  });

  it('refuses a file that asks for the booleans of YAML 1.1', () => {
    expect(read('%YAML 1.1\n---\nprune: yes').problems).toEqual([
      expect.stringContaining('asks for YAML 1.1'),
    ]);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(read(new Uint8Array([0x61, 0xff, 0xfe])).problems).toEqual([
      '1:1 The file is not UTF-8 text. Save it as UTF-8.',
    ]);
  });

  it('takes a byte order mark for what it is', () => {
    expect(read('\ufeffa: 1').value).toEqual({ a: 1 });
  });

  it('tells every repeated key with the line of the first', () => {
    expect(read('a: 1\nb: 2\na: 3\na: 4').problems).toEqual([
      '3:1 "a" stands twice in the same mapping, first in line 1. Keep one.',
      '4:1 "a" stands twice in the same mapping, first in line 1. Keep one.',
    ]);
  });

  it('tells keys apart that differ in case', () => {
    expect(read('a: 1\nA: 2').value).toEqual({ a: 1, A: 2 });
  });
});

describe('reading YAML that is made to hurt', () => {
  const ladder = 'bcdefghij'
    .split('')
    .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[index]}`).join(',')}]`);

  // A reader that takes time by the square of the length takes longer for these than the runner waits.
  it.each([
    ['a file of 20 MB', 'a: 1\n'.repeat(4_000_000), /bytes; at most 1048576/],
    ['a bomb of aliases', `a: &a [x,x,x,x,x,x,x,x,x]\n${ladder.join('\n')}`, /more than 200000 values/],
    ['values without number', `a: [${'1,'.repeat(250_000)}]`, /more than 200000 values/],
    ['lists in lists', '['.repeat(50_000), /nested too deeply/],
    ['mappings in mappings', '{a: '.repeat(50_000), /nested too deeply/],
    ['levels past the limit', `${'['.repeat(100)}${']'.repeat(100)}`, /more than 64 levels/],
    [
      'levels hidden behind aliases',
      `a: &a ${'['.repeat(40)}${']'.repeat(40)}\nb: ${'['.repeat(40)}*a${']'.repeat(40)}`,
      /64 levels/,
    ],
  ])('refuses %s, and soon', (_, text, message) => {
    const { problems } = read(text);
    expect(problems).toEqual([expect.stringMatching(message)]);
  });

  it('reads a mapping of 60,000 keys, and soon', () => {
    const text = Array.from({ length: 60_000 }, (_, index) => `key${index}: 1`).join('\n');
    expect(Object.keys(read(text).value ?? {})).toHaveLength(60_000);
  });
});
