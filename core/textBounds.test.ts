import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonExcess, parseJsonWithin } from './textBounds.ts';

const wide = { tokens: 1_000_000, depth: 1000 };

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe('jsonExcess', () => {
  it.each([
    ['[]', 2],
    ['[1,2]', 3],
    ['{"a":{},"b":"[,]{}"}', 5],
    ['"\\",\\","', 0],
  ])('jsonExcess: counts the commas and brackets of %s', (text, tokens) => {
    expect(jsonExcess(text, { ...wide, tokens })).toBeUndefined();
    if (tokens > 0)
      expect(jsonExcess(text, { ...wide, tokens: tokens - 1 })).toMatchObject({ bound: 'tokens' });
  });

  it('jsonExcess: gives the place of the first bracket that is too deep', () => {
    expect(jsonExcess('[1, [2, {"a": []}]]', { ...wide, depth: 3 })).toEqual({
      bound: 'depth',
      offset: 14,
      message: expect.stringContaining('more than 3 levels deep'),
    });
  });

  it('jsonExcess: finds exactly as many levels as a value has, and no fewer tokens than values', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 2), (value, space) => {
        const text = JSON.stringify(value, null, space);
        const depth = depthOf(value);
        expect(jsonExcess(text, { ...wide, depth })).toBeUndefined();
        if (depth > 0)
          expect(jsonExcess(text, { ...wide, depth: depth - 1 })).toMatchObject({ bound: 'depth' });
      }),
    );
  });
});

describe('parseJsonWithin', () => {
  it('parseJsonWithin: returns the value of a text within the bounds', () => {
    expect(parseJsonWithin('{"a":[1,"]"]}', { tokens: 5, depth: 2 })).toEqual({ a: [1, ']'] });
  });

  it.each(['{"a":[[1]]}', '[1,2,3,4,5,6]', '{"a":', '', 'undefined'])(
    'parseJsonWithin: returns nothing for %j, which exceeds the bounds or is no JSON',
    (text) => {
      expect(parseJsonWithin(text, { tokens: 5, depth: 2 })).toBeUndefined();
    },
  );

  it('parseJsonWithin: refuses a million levels without an exception', () => {
    expect(parseJsonWithin('['.repeat(1_000_000), wide)).toBeUndefined();
  });
});
