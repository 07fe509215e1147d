import { describe, expect, it } from 'vitest';
import type { Constraint } from './constraints/constraintTable.ts';
import { constraintViolations, formatMemberPath } from './violation.ts';

describe('constraintViolations', () => {
  it.each<[Constraint, unknown, string]>([
    [{ min: 3 }, 'ab', 'length: has 2 characters; at least 3 characters'],
    [{ max: 1 }, 'ab', 'length: has 2 characters; at most 1 characters'],
    [{ min: 3, max: 5 }, 'ab', 'length: has 2 characters; 3 to 5 characters'],
    [{ min: 3, max: 3 }, 'ab', 'length: has 2 characters; exactly 3 characters'],
    [{ min: 1 }, [], 'length: has 0 entries; at least 1 entries'],
    [{ max: 1 }, { a: 1, b: 2 }, 'length: has 2 entries; at most 1 entries'],
    [{ min: 60 }, 59, 'range: is 59; at least 60'],
    [{ max: 60 }, 61, 'range: is 61; at most 60'],
    [{ integer: true, min: 1 }, 0.5, 'integer: is not an integer; an integer'],
    [{ integer: true }, 2 ** 31, 'integer: exceeds 32 bits; -2147483648 to 2147483647'],
    [{ integer: true, min: 60, max: 600 }, -(2 ** 31) - 1, 'integer: exceeds 32 bits; 60 to 600'],
    [{ enum: ['IPV4', 'IPV6'] }, 'IPV5', 'enum: is not one of the allowed values; one of IPV4, IPV6'],
    [{ pattern: 'a|b' }, 'ab', 'pattern: does not match the pattern; a match of a|b'],
  ])('reports that %j forbids %j', (constraint, value, expected) => {
    const texts = constraintViolations(constraint, value).map(
      ({ kind, message, expected }) => `${kind}: ${message}; ${expected}`,
    );
    expect(texts).toEqual([expected]);
  });

  it.each<[Constraint, unknown]>([
    [{ min: 2, max: 2 }, 'ab'],
    [{ min: 60, max: 60 }, 60],
    [{ min: 2, max: 2 }, ['a', 'b']],
    [{ min: 1, max: 1 }, { a: 1 }],
    [{ integer: true }, 7],
    [{ integer: true }, 2 ** 31 - 1],
    [{ integer: true }, -(2 ** 31)],
    [{}, 2 ** 31],
    [{}, 0.5],
    [{ enum: ['IPV4', 'IPV6'] }, 'IPV6'],
    [{ pattern: 'a|b' }, 'b'],
  ])('reports that %j allows %j, without a violation', (constraint, value) => {
    expect(constraintViolations(constraint, value)).toEqual([]);
  });

  it('applies a pattern and an enumeration only to strings', () => {
    expect(constraintViolations({ pattern: 'a', enum: ['a'] }, ['b'])).toEqual([]);
    expect(constraintViolations({ pattern: 'a', enum: ['a'] }, 7)).toEqual([]);
  });

  it('gives the allowed values of an enumeration as candidates', () => {
    expect(constraintViolations({ enum: ['IPV4', 'IPV6'] }, 'IPV5')[0]?.candidates).toEqual(['IPV4', 'IPV6']);
  });

  it('reports every constraint that a value violates', () => {
    const kinds = constraintViolations({ min: 3, pattern: '[a-z]+' }, 'A').map(({ kind }) => kind);
    expect(kinds).toEqual(['length', 'pattern']);
  });
});

describe('formatMemberPath', () => {
  it('writes members with dots and list indexes with brackets', () => {
    expect(formatMemberPath(['targets', 0, 'name'])).toBe('targets[0].name');
    expect(formatMemberPath([])).toBe('');
  });
});
