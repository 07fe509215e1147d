import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { JsonValue } from '../json.ts';
import { LinePositions } from '../linePositions.ts';
import type { Path } from '../problem.ts';
import type { YamlLimits } from './limits.ts';
import { readYaml } from './readYaml.ts';
import { readYamlDocument } from './readYamlDocument.ts';
import { positionOf, toJson } from './tree.ts';
import { yamlExcess } from './yamlExcess.ts';

const limits: YamlLimits = { bytes: 100_000, tokens: 5000, lines: 5000, depth: 20, values: 5000 };

const read = (text: string) => (yamlExcess(text, limits) ? undefined : readYamlDocument(text, limits));

/** @returns what the reader with positions, which uses the other library, says about a text */
function readWithPositions(text: string) {
  const { tree, problems } = readYaml(new TextEncoder().encode(text), 'a.yaml', limits);
  return { problems, tree, value: tree && toJson(tree) };
}

function pathsIn(value: JsonValue, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const steps = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...steps.flatMap(([step, child]) => pathsIn(child, [...path, step]))];
}

/** JSON has one zero. */
const plain = (value: JsonValue | undefined) => value && JSON.parse(JSON.stringify(value));

/** Expects the same values at the same places from both readers, unless this one leaves the text to the other. */
function expectAgreement(text: string): boolean {
  // The other library may break a line within a surrogate pair, which UTF-8 cannot write.
  const document = text.isWellFormed() ? read(text) : undefined;
  if (document === undefined) return false;
  const { problems, tree, value } = readWithPositions(text);
  expect(problems, text).toEqual([]);
  expect(plain(document.value), text).toEqual(plain(value));
  const lines = new LinePositions(text);
  const paths = pathsIn(document.value);
  expect(
    paths.map((path) => lines.at(document.offsetOf(path))),
    text,
  ).toEqual(paths.map((path) => tree && positionOf(tree, path)));
  return true;
}

describe('readYamlDocument', () => {
  it.each([
    ['yes, on and dates as text', 'a: yes\nb: on\nc: 2025-11-25', { a: 'yes', b: 'on', c: '2025-11-25' }],
    [
      'numbers of the core schema',
      '[0o17, 0x1F, +1, -1.5e3, .5, 1., 017, 0b1]',
      [15, 31, 1, -1500, 0.5, 1, 17, '0b1'],
    ],
    ['large integers, rounded', '[12345678901234567890]', [12345678901234567000]],
    ['null and booleans', '[~, null, Null, , true, TRUE, tRue]', undefined],
    [
      'null and booleans without an empty item',
      '[~, null, true, TRUE, tRue]',
      [null, null, true, true, 'tRue'],
    ],
    [
      'keys as their text',
      '2024: a\ntrue: b\n1e3: c\n"q\\n": d',
      { 2024: 'a', true: 'b', '1e3': 'c', 'q\n': 'd' },
    ],
    ['aliases', 'a: &a { b: 1 }\nc: [*a, *a]', { a: { b: 1 }, c: [{ b: 1 }, { b: 1 }] }],
    [
      'texts of several lines',
      'a: |\n  b\n  c\nd: >-\n  e\n  f\ng: h\n  i',
      { a: 'b\nc\n', d: 'e f', g: 'h i' },
    ],
  ])('readYamlDocument: reads %s', (_, text, value) => {
    expect(read(text)?.value).toEqual(value);
  });

  it('readYamlDocument: reads __proto__ and constructor as plain keys', () => {
    const value = read('__proto__: { polluted: true }\nconstructor: 1')?.value;
    expect(Object.keys(value ?? {})).toEqual(['__proto__', 'constructor']);
    expect('polluted' in {}).toBe(false);
  });

  it.each([
    ['a text alone', 'a'],
    ['nothing', ''],
    ['two documents', 'a: 1\n---\nb: 2'],
    ['a directive', '%YAML 1.1\n---\na: yes'],
    ['a tag', 'a: !!str 1'],
    ['a merge key', 'a: &a {}\nb:\n  <<: *a'],
    ['a duplicate key', 'a: 1\na: 2'],
    ['a key without a space after its colon', 'a: { b:1 }'],
    ['a list as key', '? [a]\n: 1'],
    ['an empty key', ': 1'],
    ['a number that JSON does not have', 'a: 1e999'],
    ['infinity', 'a: .inf'],
    ['half a surrogate pair', 'a: "\\ud800"'],
    ['an anchor without a value', 'a: { b: &c }'],
    ['an alias without an anchor', 'a: *b'],
    ['an alias within its anchor', 'a: &a [*a]'],
    ['tabs as indentation', 'a:\n\tb: 1'],
    ['a key after a quoted item', "a:\n- 'b'c: 1"],
    ['a carriage return alone', 'a: b\rc'],
    ['a byte order mark within the text', 'a: 1\n\ufeffb: 2'],
    ['a block text of blanks', 'a: |2-\n   \n\nb: 1'],
    ['an anchor that ends like a key', '&a: []'],
    ['spaces at the end of a block text', 'a: |2\n    '],
  ])('readYamlDocument: leaves %s to the reader with positions', (_, text) => {
    expect(read(text)).toBeUndefined();
  });

  it('readYamlDocument: counts the values and levels of an alias each time that it occurs', () => {
    const few = { ...limits, values: 6, depth: 3 };
    expect(readYamlDocument('a: &a [1]\nb: *a', few)?.value).toEqual({ a: [1], b: [1] });
    expect(readYamlDocument('a: &a [1, 2]\nb: *a', few)).toBeUndefined();
    expect(readYamlDocument('a: &a [1]\nb: [*a]', { ...few, values: 100 })).toBeUndefined();
    expect(readYamlDocument('a: &a [1]\nb: [*a]', { ...few, values: 100, depth: 4 })).toBeDefined();
  });

  it('readYamlDocument: places items without a value, aliases and block texts', () => {
    const text = '- &a\n  b: 1\n-\n- *a\n- | # a comment, |\n  text\n- "q"\n- [x]\n-\n';
    expect(expectAgreement(text)).toBe(true);
  });

  const styles = [
    {},
    { indent: 4, indentSeq: false },
    { collectionStyle: 'flow' },
    { defaultStringType: 'QUOTE_DOUBLE', lineWidth: 20 },
    { defaultStringType: 'BLOCK_FOLDED' },
    { defaultStringType: 'BLOCK_LITERAL', defaultKeyType: 'PLAIN' },
  ] as const;
  const structures = fc
    .jsonValue({ maxDepth: 4, stringUnit: 'grapheme' })
    .filter((value) => typeof value === 'object' && value !== null);

  it('readYamlDocument: reads what the other library writes, in every style, as that library does', () => {
    let read = 0;
    fc.assert(
      fc.property(structures, fc.constantFrom(...styles), (value, style) => {
        if (expectAgreement(stringify(value, style))) read += 1;
      }),
      { numRuns: 300 },
    );
    expect(read).toBeGreaterThan(200);
  });

  const signs =
    '- |? |: |, |[|]|{|}|"|\'|#|&a |*a|>|-|+|\\|\t|0o17|1e3|~|yes|1e999|.inf|<<: |---|...|%|@|`|!|x:y|\r\n|\r|"a":|\ufeff|\u2028';
  const fragments = [
    '|',
    '|\n',
    '|2\n',
    ' ',
    '  ',
    '\n',
    '\n',
    '\n  ',
    'a',
    'b: ',
    ' # c',
    ...signs.split('|'),
  ];

  it('readYamlDocument: reads a text of any signs as the other library does, or leaves it to that', () => {
    const pieces = fc.array(fc.constantFrom(...fragments), { maxLength: 14 });
    const starts = fc.constantFrom('', 'a: ', 'a:\n  b: ', '- ', '- a\n- ', '{a: ', '[');
    fc.assert(
      fc.property(starts, pieces, (start, rest) => {
        expectAgreement(start + rest.join(''));
      }),
      { numRuns: 4000 },
    );
  });

  it('readYamlDocument: reads a text with one change as the other library does, or leaves it to that', () => {
    const change = fc.tuple(fc.nat(), fc.nat(3), fc.constantFrom(...fragments));
    fc.assert(
      fc.property(structures, fc.constantFrom(...styles), change, (value, style, [at, removed, added]) => {
        const text = stringify(value, style);
        const offset = at % (text.length + 1);
        expectAgreement(text.slice(0, offset) + added + text.slice(offset + removed));
      }),
      { numRuns: 700 },
    );
  });
});
