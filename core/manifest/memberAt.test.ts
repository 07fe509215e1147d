import { describe, expect, it } from 'vitest';
import { memberAt, withMemberAt } from './memberAt.ts';

const config = { a: { b: [{ c: 1 }, { c: 2 }] }, d: 'text' };

describe('a member of a configuration', () => {
  it.each([
    [['a', 'b', 1, 'c'], 2],
    [['d'], 'text'],
    [['a', 'b', 2, 'c'], undefined],
    [['d', 'length'], undefined],
    [['toString'], undefined],
  ])('at %j is %j', (path, value) => {
    expect(memberAt(config, path)).toBe(value);
  });

  it('is replaced in a copy, with everything else as it was', () => {
    expect(withMemberAt(config, ['a', 'b', 1, 'c'], 3)).toEqual({
      a: { b: [{ c: 1 }, { c: 3 }] },
      d: 'text',
    });
    expect(config.a.b[1]).toEqual({ c: 2 });
  });
});
