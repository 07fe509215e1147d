import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { defaultLimits } from './limits.ts';
import { yamlExcess } from './yamlExcess.ts';

const excess = (text: string, limits: Partial<typeof defaultLimits> = {}) =>
  yamlExcess(text, { ...defaultLimits, ...limits });

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe('yamlExcess', () => {
  it.each([
    ['keys', 'a: 1\nb: 2', 6],
    ['items', '- a\n- b', 4],
    ['a list in brackets', '[a, b]', 5],
    ['a quoted text with signs', '"[a, b]: {}"', 1],
    ['a block text with signs', '|\n  - a: [b]\n  - c\n', 2],
    ['a comment with signs', 'a # [b, c]: {}', 1],
    ['an anchor, a tag and an alias', '[&a !b c, *a]', 7],
  ])('yamlExcess: counts the tokens of %s', (_, text, tokens) => {
    expect(excess(text, { tokens })).toBeUndefined();
    expect(excess(text, { tokens: tokens - 1 })).toMatchObject({ bound: 'tokens' });
  });

  it.each([
    ['lists in brackets', '[[[]]]', 3],
    ['lists beside each other', '[[], [], []]', 2],
    ['mappings by indentation', 'a:\n  b:\n    c: 1\nd: 1', 3],
    ['a list at the column of its mapping', 'a:\n- b:\n  - c\nd:\n- e', 4],
    ['lists in one line', '- - - a\n- b', 3],
    ['explicit keys', '? - a\n: - b', 2],
    ['a mapping in a list in a mapping', 'a: [{b: [1]}]', 4],
    ['a key with an anchor', '&a b:\n  &c d: 1', 2],
    ['a flow that a line ends too early', 'a: [[\nb: [[', 3],
  ])('yamlExcess: counts the levels of %s', (_, text, depth) => {
    expect(excess(text, { depth })).toBeUndefined();
    expect(excess(text, { depth: depth - 1 })).toMatchObject({ bound: 'depth' });
  });

  it('yamlExcess: counts line breaks, but not those within a text', () => {
    expect(excess('a: 1\n\n# b\nc: |\n  1\n  2\n', { lines: 4 })).toBeUndefined();
    expect(excess('a: 1\n\n# b\nc: |\n  1\n  2\n', { lines: 3 })).toMatchObject({ bound: 'lines' });
  });

  it.each(['a: 1\n', '---\na: 1', 'a: 1\n...\n', '%YAML 1.2\n---\na: 1\n...\n# end\n', '--- a'])(
    'yamlExcess: takes %j for one document',
    (text) => {
      expect(excess(text)).toBeUndefined();
    },
  );

  it.each([
    ['a: 1\n---\nb: 2', 5],
    ['---\n---\n', 4],
    ['a\n...\nb', 6],
    ['--- a\n--- b', 6],
  ])('yamlExcess: finds the second document of %j', (text, offset) => {
    expect(excess(text)).toMatchObject({ bound: 'documents', offset });
  });

  it('yamlExcess: finds exactly as many levels as a value has, however it is written', () => {
    const styles = [
      {},
      { indent: 4 },
      { indentSeq: false },
      { collectionStyle: 'flow' },
      { defaultStringType: 'QUOTE_DOUBLE' },
    ] as const;
    const value = fc.jsonValue({ maxDepth: 5 }).filter((each) => depthOf(each) > 0);
    fc.assert(
      fc.property(value, fc.constantFrom(...styles), (each, style) => {
        const text = stringify(each, { ...style, lineWidth: 0 });
        const depth = depthOf(each);
        expect(excess(text, { depth }), text).toBeUndefined();
        expect(excess(text, { depth: depth - 1 }), text).toMatchObject({ bound: 'depth' });
      }),
    );
  });

  it('yamlExcess: leaves to the parser no text with two documents', () => {
    const parts = [
      '---',
      '...',
      ' ',
      '\n',
      'a',
      ': ',
      '- ',
      '[',
      ']',
      '"',
      '#',
      '%YAML 1.2',
      '&a',
      '!a',
      '|',
      "'",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 12 }), (each) => {
        const text = each.join('');
        if (!excess(text)) expect(parseAllDocuments(text, { logLevel: 'silent' }).length).toBeLessThan(2);
      }),
      { numRuns: 3000 },
    );
  });
});
