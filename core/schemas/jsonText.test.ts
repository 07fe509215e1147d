import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countMembers, scanJson } from './jsonText.ts';
import { pointerSteps, valueAt } from './pointer.ts';

const DEPTH = 50;

/** JSON of any value with any indentation, and with one character replaced, left out or put in. */
const damaged = fc
  .tuple(
    fc.jsonValue({ maxDepth: 4 }),
    fc.constantFrom(0, 2),
    fc.nat(),
    fc.constantFrom(...'{}[]",:\\ \n\t01.eE+-tfnu/', ''),
    fc.nat(1),
  )
  .map(([value, indent, place, sign, taken]) => {
    const text = JSON.stringify(value, null, indent);
    const at = place % (text.length + 1);
    return text.slice(0, at) + sign + text.slice(at + taken);
  });

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('the reader of places', () => {
  it('takes for JSON what JSON.parse takes for JSON', () => {
    fc.assert(
      fc.property(damaged, (text) => {
        expect(scanJson(text, DEPTH, () => {}) === undefined).toBe(isJson(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('finds every value where it stands', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(0, 3), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const parsed = JSON.parse(text);
        scanJson(text, DEPTH, ({ pointer, offset, repeated }) => {
          const name = JSON.stringify(pointerSteps(pointer).at(-1));
          const held = JSON.stringify(valueAt(parsed, pointer));
          const rest = text.slice(offset);
          const begins = rest.startsWith(name ?? '') || JSON.stringify(firstValue(rest)) === held;
          expect({ begins, repeated }).toEqual({ begins: true, repeated: false });
        });
      }),
    );
  });

  it('counts members as JSON.parse makes them', () => {
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

  it('tells where a text ends that should go on', () => {
    expect(scanJson('{"a": [1, 2', DEPTH, () => {})).toEqual({
      offset: 11,
      message: 'Not JSON: the file ends where "," or "]" should be.',
    });
  });

  it('goes no deeper than it is told', () => {
    expect(scanJson('[[[]]]', 2, () => {})).toBeUndefined();
    expect(scanJson('[[[[]]]]', 2, () => {})).toEqual({
      offset: 3,
      message: 'The nesting is deeper than 2 levels.',
    });
  });
});

/** @returns the longest beginning of the text that is JSON, parsed */
function firstValue(text: string): unknown {
  for (let end = text.length; end > 0; end--)
    if (isJson(text.slice(0, end))) return JSON.parse(text.slice(0, end));
  return undefined;
}
