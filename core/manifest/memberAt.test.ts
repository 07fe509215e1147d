import { describe, expect, it } from 'vitest';
import { memberAt, withMemberAt } from './memberAt.ts';

const config = { a: { b: [{ c: 1 }, { c: 2 }] }, d: 'text' };

describe('memberAt', () => {
  it.each([
    [['a', 'b', 1, 'c'], 2],
    [['d'], 'text'],
    [['a', 'b', 2, 'c'], undefined],
    [['d', 'length'], undefined],
    [['toString'], undefined],
  ])('returns for path %j the value %j', (path, value) => {
    expect(memberAt(config, path)).toBe(value);
  });
});

describe('withMemberAt', () => {
  it('replaces the value in a copy and keeps everything else', () => {
    expect(withMemberAt(config, ['a', 'b', 1, 'c'], 3)).toEqual({
      a: { b: [{ c: 1 }, { c: 3 }] },
      d: 'text',
    });
    expect(config.a.b[1]).toEqual({ c: 2 });
  });
});
