import { describe, expect, it } from 'vitest';
import { defaultLimits } from './limits.ts';
import { readYaml } from './readYaml.ts';
import { toJson } from './tree.ts';

const read = (text: string) => readYaml(new TextEncoder().encode(text), 'manifest.yaml', defaultLimits);

const MB = defaultLimits.bytes;
const filled = (part: string, before = '', after = '') =>
  before + part.repeat(Math.floor((MB - before.length - after.length) / part.length)) + after;

// The limit of a test is 5 s. Without a bound before the parser, each of the first lists took 3 to 9 s and 300 to 700 MB.
describe('readYaml, for large input', () => {
  it.each<[title: string, text: string, problem: RegExp, line?: number]>([
    ['a file of 20 MB', 'a: 1\n'.repeat(4_000_000), /bytes; at most 1048576/],
    ['250,000 values', `a: [${'1,'.repeat(250_000)}]`, /more than 250000 values, keys and signs/],
    ['1 MB of {}{}', filled('{}'), /more than 250000 values, keys and signs/],
    ['1 MB of []: ', filled('[]: '), /nested more than 64 levels/],
    ['1 MB of stray ends', filled(']'), /more than 250000 values/],
    ['1 MB of commas', filled(',', '[', ']'), /more than 250000 values/],
    ['1 MB of aliases', filled('*a,', '&a [', ']'), /more than 250000 values/],
    ['1 MB of empty items', filled('-\n'), /more than 250000 values/, 250_001],
    ['1 MB of empty keys', filled('? \n'), /more than 250000 values/, 250_001],
    ['1 MB of empty lines', filled('\n'), /more than 250000 lines/, 250_001],
    ['1 MB of comments', filled('#\n'), /more than 250000 lines/, 250_001],
    ['1 MB of documents', filled('---\n'), /more than one YAML document/, 2],
    ['1 MB of ends of documents', filled('...\n'), /more than one YAML document/, 2],
    ['1 MB of nested lists', filled('['), /nested more than 64 levels/, 1],
    ['1 MB of nested mappings', filled('{a: '), /nested more than 64 levels/, 1],
    ['1 MB of "- - -"', filled('- '), /nested more than 64 levels/, 1],
    ['1 MB of "? ? ?"', filled('? '), /nested more than 64 levels/, 1],
    ['1 MB of ": : :"', filled(': '), /nested more than 64 levels/, 1],
    ['1 MB of "a: a: a:"', filled('a: '), /nested more than 64 levels/, 1],
  ])('readYaml: rejects %s with one problem, within the test timeout', (_, text, message, line = 1) => {
    expect(read(text).problems).toEqual([
      expect.objectContaining({ line, message: expect.stringMatching(message) }),
    ]);
  });

  it('readYaml: stops at the thousandth problem of a file', () => {
    expect(read('- &a\n'.repeat(80_000)).problems).toHaveLength(1000);
  });

  it('readYaml: stops at the fiftieth sign that cannot stand where it does', () => {
    expect(read('{}'.repeat(60_000)).problems).toEqual([
      expect.objectContaining({ line: 1, message: expect.stringMatching(/not valid YAML/) }),
    ]);
  });

  it('readYaml: reads a mapping of 60,000 keys within the test timeout', () => {
    const text = Array.from({ length: 60_000 }, (_, index) => `key${index}: 1`).join('\n');
    const { tree } = read(text);
    expect(Object.keys((tree && toJson(tree)) ?? {})).toHaveLength(60_000);
  });

  it('readYaml: reads 1 MB of text in one value, whatever signs it has', () => {
    for (const text of [
      filled('  - {}[]: ,\n', 'a: |\n'),
      filled('{}[]: ,', 'a: "', '"'),
      filled('- ', "a: '", "'"),
    ])
      expect(read(text)).toMatchObject({ tree: { type: 'mapping' }, problems: [] });
  });
});
