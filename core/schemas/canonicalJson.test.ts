import { describe, expect, it } from 'vitest';
import { canonicalJson, sha256 } from './canonicalJson.ts';

const text = (value: Parameters<typeof canonicalJson>[0]) => new TextDecoder().decode(canonicalJson(value));

describe('canonicalJson', () => {
  it('serializes the example of RFC 8785, section 3.2.2', () => {
    const value = JSON.parse(
      '{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001], "string": "\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/", "literals": [null, true, false]}',
    );
    expect(text(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts keys by UTF-16 code units, as in RFC 8785, section 3.2.3', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 };
    expect(
      Object.values(
        JSON.parse(
          `[${text(value)
            .replaceAll(/[{}]/g, '')
            .split(',')
            .map((pair) => pair.split(':').at(-1))}]`,
        ),
      ),
    ).toEqual([2, 4, 6, 7, 1, 5, 3]);
  });

  it('has the same SHA-256 as the output of sha256sum', () => {
    // printf '{"a":1}' | sha256sum
    expect(sha256(canonicalJson({ a: 1 }))).toBe(
      '015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862',
    );
  });
});
