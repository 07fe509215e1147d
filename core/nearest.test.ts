import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from './nearest.ts';

describe('the nearest known word', () => {
  it.each([
    ['gatways', 'gateways'],
    ['Gateways', 'gateways'],
    ['autorizerType', 'authorizerType'],
    ['athorizreType', 'authorizerType'],
    ['rolearn', 'roleArn'],
    ['xy', undefined],
    ['roles', undefined],
    ['', undefined],
  ])('of %s is %s', (word, expected) => {
    expect(nearest(word, ['roleArn', 'gateways', 'authorizerType', 'authorizerConfiguration'])).toBe(
      expected,
    );
  });

  it('is not looked for among words of absurd length', () => {
    expect(nearest('a'.repeat(100_000), ['a'.repeat(99_999)])).toBeUndefined();
  });

  it('prefers the fewest edits', () => {
    expect(nearest('target', ['targett', 'targets', 'target'])).toBe('target');
  });
});

describe('the distance of two words', () => {
  const word = fc.string({ maxLength: 12 });

  it('counts a swap of neighbours as one edit', () => {
    expect(editDistance('ab', 'ba')).toBe(1);
    expect(editDistance('kitten', 'sitting')).toBe(3);
  });

  it('is nothing to the word itself, the same both ways, and at most the longer length', () => {
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
