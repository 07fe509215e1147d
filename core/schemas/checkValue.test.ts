import { describe, expect, it } from 'vitest';
import { checkValue } from './checkValue.ts';
import { MAX_FINDINGS_PER_RULE } from './rule.ts';
import { schemaLimits } from './schemaLimits.ts';

const errorsOf = (value: Parameters<typeof checkValue>[0]) =>
  checkValue(value).errors.map(({ rule, path, message }) => [rule, path, message]);

/** @returns lists within lists, with the value in the innermost one */
function nested(levels: number, value: string | Record<string, string> | string[] = 'text') {
  let list: Parameters<typeof checkValue>[0] = value;
  for (let level = 0; level < levels; level += 1) list = [list];
  return list;
}

describe('checkValue', () => {
  it('accepts every value that JSON has, and counts the members of all objects', () => {
    const value = { a: [1, 0.5, true, null, 'text'], b: { c: {}, d: [{ e: '🚀' }] } };
    expect(checkValue(value)).toMatchObject({ errors: [], warnings: [], members: 5 });
  });

  it('accepts a value as deep as the limit, and rejects an object or a list that is deeper', () => {
    expect(errorsOf(nested(schemaLimits.depth))).toEqual([]);
    const path = '/0'.repeat(schemaLimits.depth);
    const message = 'The document is nested more than 200 levels deep.';
    expect(errorsOf(nested(schemaLimits.depth, ['text']))).toEqual([['document-depth', path, message]]);
    expect(errorsOf(nested(schemaLimits.depth, { a: 'text' }))).toEqual([['document-depth', path, message]]);
    expect(errorsOf([nested(schemaLimits.depth - 1), null])).toEqual([]);
  });

  it('rejects numbers and texts that JSON cannot represent, at their path', () => {
    expect(errorsOf({ a: [Number.NaN, Number.NEGATIVE_INFINITY], 'b/c': 'half \ud800' })).toEqual([
      ['document-number', '/a/0', 'The number is too large or not a number, so JSON cannot represent it.'],
      ['document-number', '/a/1', 'The number is too large or not a number, so JSON cannot represent it.'],
      [
        'document-unicode',
        '/b~1c',
        'The text contains half of a surrogate pair, which UTF-8 cannot represent.',
      ],
    ]);
  });

  it('rejects a key that changes a prototype or is not Unicode, and checks the value and the next keys', () => {
    const value = JSON.parse('{"__proto__": {"a": 1e999}, "b": 1e999}');
    expect(errorsOf(value).map(([rule, path]) => [rule, path])).toEqual([
      ['document-key', '/__proto__'],
      ['document-number', '/__proto__/a'],
      ['document-number', '/b'],
    ]);
    const [error] = errorsOf({ [`\ud800${'k'.repeat(100)}`]: 1 });
    expect(error?.[0]).toBe('document-key');
    expect(error?.[2]).toContain(`The key "\\ud800${'k'.repeat(79)}" is not allowed`);
  });

  it('warns about whole numbers beyond 2^53, and shows the number that Gateloop applies', () => {
    const { errors, warnings } = checkValue([2 ** 53 - 1, 2 ** 53, -(2 ** 53), 1.5]);
    expect(errors).toEqual([]);
    expect(warnings).toMatchObject([
      { rule: 'document-number-precision', path: '/1', message: expect.stringContaining('9007199254740992') },
      {
        rule: 'document-number-precision',
        path: '/2',
        message: expect.stringContaining('-9007199254740992'),
      },
    ]);
  });

  it('stops after the maximum of errors, and of warnings', () => {
    const count = MAX_FINDINGS_PER_RULE + 5;
    const { errors, warnings } = checkValue([
      ...Array.from({ length: count }, () => 2 ** 60),
      ...Array.from({ length: count }, () => Number.NaN),
    ]);
    expect(errors).toHaveLength(MAX_FINDINGS_PER_RULE);
    expect(warnings).toHaveLength(MAX_FINDINGS_PER_RULE);
  });

  it('counts the characters of keys and texts, and reports the one that exceeds the S3 limit', () => {
    const long = 'x'.repeat(schemaLimits.canonicalBytes - 3);
    expect(errorsOf({ a: long, b: 'y' })).toEqual([]);
    expect(errorsOf({ a: long, b: 'yz', c: Number.NaN })).toEqual([
      [
        'schema-size-s3',
        '/b',
        expect.stringContaining('The schema exceeds the limit of 10485760 bytes here.'),
      ],
    ]);
    expect(errorsOf({ a: long, bcd: '' }).map(([rule]) => rule)).toEqual(['schema-size-s3']);
  });
});
