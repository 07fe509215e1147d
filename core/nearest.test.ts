import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from './nearest.ts';

describe('nearest', () => {
  it.each([
    ['gatways', 'gateways'],
    ['Gateways', 'gateways'],
    ['autorizerType', 'authorizerType'],
    ['athorizreType', 'authorizerType'],
    ['rolearn', 'roleArn'],
    ['xy', undefined],
    ['roles', undefined],
    ['', undefined],
  ])('returns for %j the candidate %j', (word, expected) => {
    expect(nearest(word, ['roleArn', 'gateways', 'authorizerType', 'authorizerConfiguration'])).toBe(
      expected,
    );
  });

  it('does not compare words of 100,000 letters', () => {
    expect(nearest('a'.repeat(100_000), ['a'.repeat(99_999)])).toBeUndefined();
  });

  it('returns the candidate with the fewest edits', () => {
    expect(nearest('target', ['targett', 'targets', 'target'])).toBe('target');
  });
});

describe('editDistance', () => {
  const word = fc.string({ maxLength: 12 });

  it('counts a swap of neighbors as one edit', () => {
    expect(editDistance('ab', 'ba')).toBe(1);
    expect(editDistance('kitten', 'sitting')).toBe(3);
  });

  it('is 0 only for equal words, symmetric, and at most the longer length', () => {
    fc.assert(
      fc.property(word, word, (left, right) => {
        expect(editDistance(left, left)).toBe(0);
        expect(editDistance(left, right)).toBe(editDistance(right, left));
        expect(editDistance(left, right)).toBeLessThanOrEqual(Math.max(left.length, right.length));
        expect(editDistance(left, right) === 0).toBe(left === right);
      }),
    );
  });
});
