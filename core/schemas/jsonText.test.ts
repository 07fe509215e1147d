import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countMembers, scanJson } from './jsonText.ts';
import { pointerSteps, valueAt } from './pointer.ts';

const DEPTH = 50;

/** JSON of any value with any indentation, with one character replaced, removed or inserted. */
const damaged = fc
  .tuple(
    fc.jsonValue({ maxDepth: 4 }),
    fc.constantFrom(0, 2),
    fc.nat(),
    fc.constantFrom(...'{}[]",:\\ \n\t01.eE+-tfnu/', ''),
    fc.nat(1),
  )
  .map(([value, indent, position, inserted, removedCount]) => {
    const text = JSON.stringify(value, null, indent);
    const offset = position % (text.length + 1);
    return text.slice(0, offset) + inserted + text.slice(offset + removedCount);
  });

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('scanJson', () => {
  it('accepts exactly the texts that JSON.parse accepts', () => {
    fc.assert(
      fc.property(damaged, (text) => {
        expect(scanJson(text, DEPTH, () => {}) === undefined).toBe(isJson(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('reports the offset of every value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(0, 3), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const parsed = JSON.parse(text);
        scanJson(text, DEPTH, ({ pointer, offset, repeated }) => {
          const name = JSON.stringify(pointerSteps(pointer).at(-1));
          const value = JSON.stringify(valueAt(parsed, pointer));
          const rest = text.slice(offset);
          const isAtOffset = rest.startsWith(name ?? '') || JSON.stringify(firstValue(rest)) === value;
          expect({ isAtOffset, repeated }).toEqual({ isAtOffset: true, repeated: false });
        });
      }),
    );
  });

  it('reports the offset at which a text ends too early', () => {
    expect(scanJson('{"a": [1, 2', DEPTH, () => {})).toEqual({
      offset: 11,
      message: 'Invalid JSON: the file ends, expected "," or "]".',
    });
  });

  it('rejects a text that is nested deeper than the maximum', () => {
    expect(scanJson('[[[]]]', 2, () => {})).toBeUndefined();
    expect(scanJson('[[[[]]]]', 2, () => {})).toEqual({
      offset: 3,
      message: 'The document is nested more than 2 levels deep.',
    });
  });
});

describe('countMembers', () => {
  it('counts the members that JSON.parse returns', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value);
        let members = 0;
        scanJson(text, DEPTH, ({ pointer }) => {
          const parent = valueAt(JSON.parse(text), pointer.slice(0, Math.max(0, pointer.lastIndexOf('/'))));
          if (pointer !== '' && !Array.isArray(parent)) members += 1;
        });
        expect(countMembers(text)).toBe(members);
      }),
    );
  });
});

/** @returns the parsed value of the longest prefix that is JSON */
function firstValue(text: string): unknown {
  for (let end = text.length; end > 0; end--)
    if (isJson(text.slice(0, end))) return JSON.parse(text.slice(0, end));
  return undefined;
}
