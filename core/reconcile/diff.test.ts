import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../json.ts';
import { isSubset, matchesConfig } from './diff.ts';

// fast-check types its JSON values as unknown.
const json = fc.jsonValue() as fc.Arbitrary<JsonValue>;

describe('isSubset', () => {
  it('holds for any two equal values', () => {
    fc.assert(fc.property(json, (value) => isSubset(value, structuredClone(value))));
  });

  it('holds where the service added members, at any depth', () => {
    expect(
      isSubset(
        { mcp: { server: { endpoint: 'a' } } },
        { mcp: { server: { endpoint: 'a', mode: 'b' } }, id: 1 },
      ),
    ).toBe(true);
  });

  it.each<[string, JsonValue, JsonValue | undefined]>([
    ['a member is missing', { a: 1, b: 2 }, { a: 1 }],
    ['a member differs', { a: 1 }, { a: 2 }],
    ['all of it is missing', { a: 1 }, undefined],
    ['a list is longer', ['a'], ['a', 'b']],
    ['a list is shorter', ['a', 'b'], ['a']],
    ['a list is in another order', ['a', 'b'], ['b', 'a']],
    ['an object stands for a list', ['a'], { 0: 'a' }],
    ['a string stands for an object', { a: 1 }, 'a'],
    ['a number stands for a string', '1', 1],
    ['null is desired and a value is observed', null, 'a'],
  ])('does not hold where %s', (_name, desired, observed) => {
    expect(isSubset(desired, observed)).toBe(false);
  });
});

it('matchesConfig: compares only the members that an update accepts', () => {
  const desired: JsonObject = { name: 'a', fixed: 1 };
  expect(matchesConfig(desired, { name: 'a', fixed: 2 }, new Set(['name']))).toBe(true);
  expect(matchesConfig(desired, { name: 'a', fixed: 2 }, new Set(['name', 'fixed']))).toBe(false);
});
