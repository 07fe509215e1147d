import fc from 'fast-check';
import { expect, it } from 'vitest';
import { textDifference } from './difference.ts';

it('textDifference: finds a change beyond the 500th character', () => {
  const common = 'x'.repeat(600);
  expect(textDifference(`${common} reads.`, `${common} deletes.`)).toEqual({
    position: 602,
    before: { start: `${common} `, changed: 'read', end: 's.' },
    after: { start: `${common} `, changed: 'delete', end: 's.' },
  });
});

it('textDifference: passes over white space of another length, which is no change', () => {
  const { before, after } = textDifference('a  b c', 'a\nb d');
  expect([before, after]).toEqual([
    { start: 'a  b ', changed: 'c', end: '' },
    { start: 'a\nb ', changed: 'd', end: '' },
  ]);
});

it('textDifference: does not count a character twice that both texts could begin and end with', () => {
  expect(textDifference('aa', 'aaa').after).toEqual({ start: 'aa', changed: 'a', end: '' });
});

it('textDifference: splits no surrogate pair', () => {
  expect(textDifference('😀', '😁')).toMatchObject({ before: { changed: '😀' }, after: { changed: '😁' } });
});

it('textDifference: keeps both texts whole, whatever they are', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', '😀', '\u202e') });
  fc.assert(
    fc.property(text, text, (one, other) => {
      const { before, after } = textDifference(one, other);
      expect([before, after].map(({ start, changed, end }) => start + changed + end)).toEqual([one, other]);
    }),
  );
});
