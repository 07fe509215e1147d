import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../json.ts';
import { isSubset, matchesConfig } from './diff.ts';

// What fast-check calls a JSON value is one.
const json = fc.jsonValue() as fc.Arbitrary<JsonValue>;

describe('what was asked for and what is there', () => {
  it('are alike where they are equal, whatever they are', () => {
    fc.assert(fc.property(json, (value) => isSubset(value, structuredClone(value))));
  });

  it('are alike where the service has added members, at any depth', () => {
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
    ['a list is no list', ['a'], { 0: 'a' }],
    ['a mapping is no mapping', { a: 1 }, 'a'],
    ['a text is a number', '1', 1],
    ['nothing is asked and something is there', null, 'a'],
  ])('differ where %s', (_name, asked, observed) => {
    expect(isSubset(asked, observed)).toBe(false);
  });
});

it('compares only the members that an update could bring in step', () => {
  const asked: JsonObject = { name: 'a', fixed: 1 };
  expect(matchesConfig(asked, { name: 'a', fixed: 2 }, new Set(['name']))).toBe(true);
  expect(matchesConfig(asked, { name: 'a', fixed: 2 }, new Set(['name', 'fixed']))).toBe(false);
});
