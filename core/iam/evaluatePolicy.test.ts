import { describe, expect, it } from 'vitest';
import { evaluatePolicy, matchesPattern } from './evaluatePolicy.ts';
import type { Conditions, Statement } from './statement.ts';

const BUCKET = 'arn:aws:s3:::specs';
const read: Statement = { actions: ['s3:GetObject'], resources: [`${BUCKET}/desired/*`] };
const request = { action: 's3:GetObject', resource: `${BUCKET}/desired/a.json` };

/** What a statement with these conditions comes to in a request with this context. */
const decide = (conditions: Conditions, context: Readonly<Record<string, string | readonly string[]>> = {}) =>
  evaluatePolicy([{ ...read, conditions }], { ...request, context });

describe('evaluatePolicy', () => {
  it('evaluatePolicy: allows what a statement names, and nothing else', () => {
    expect(evaluatePolicy([read], request)).toBe('allowed');
    expect(evaluatePolicy([], request)).toBe('not-allowed');
    expect(evaluatePolicy([read], { ...request, action: 's3:PutObject' })).toBe('not-allowed');
    expect(evaluatePolicy([read], { ...request, resource: `${BUCKET}/applied/a.json` })).toBe('not-allowed');
  });

  it('evaluatePolicy: lets a statement that denies win over those that allow', () => {
    expect(evaluatePolicy([read, { ...read, effect: 'Deny' }], request)).toBe('denied');
    const deny: Statement = { ...read, effect: 'Deny', resources: [`${BUCKET}/applied/*`] };
    expect(evaluatePolicy([read, deny], request)).toBe('allowed');
  });

  it('evaluatePolicy: compares actions without regard to case, and resources with it', () => {
    expect(evaluatePolicy([{ ...read, actions: ['S3:getobject'] }], request)).toBe('allowed');
    expect(evaluatePolicy([{ ...read, resources: [`${BUCKET}/Desired/*`] }], request)).toBe('not-allowed');
  });

  it.each<[string, Conditions, Readonly<Record<string, string | readonly string[]>>, boolean]>([
    ['an equal value', { StringEquals: { k: 'a' } }, { k: 'a' }, true],
    ['one of several values', { StringEquals: { k: ['a', 'b'] } }, { k: 'b' }, true],
    ['another value', { StringEquals: { k: 'a' } }, { k: 'b' }, false],
    ['a missing key', { StringEquals: { k: 'a' } }, {}, false],
    ['a missing key with IfExists', { StringEqualsIfExists: { k: 'a' } }, {}, true],
    ['another value with IfExists', { StringEqualsIfExists: { k: 'a' } }, { k: 'b' }, false],
    ['a negated operator and a missing key', { StringNotEquals: { k: 'a' } }, {}, true],
    ['a negated operator and another value', { StringNotEquals: { k: ['a', 'b'] } }, { k: 'c' }, true],
    ['a negated operator and a listed value', { StringNotEquals: { k: ['a', 'b'] } }, { k: 'b' }, false],
    ['a pattern', { StringLike: { k: 'a*' } }, { k: 'abc' }, true],
    ['a pattern of an ARN', { ArnLike: { k: 'arn:aws:*' } }, { k: 'arn:aws:x' }, true],
    [
      'two operators, one of which fails',
      { StringEquals: { k: 'a' }, Null: { j: 'false' } },
      { k: 'a' },
      false,
    ],
    ['Null true and a missing key', { Null: { k: 'true' } }, {}, true],
    ['Null false and a present key', { Null: { k: 'false' } }, { k: 'a' }, true],
    [
      'ForAllValues and only listed values',
      { 'ForAllValues:StringEquals': { k: ['a', 'b'] } },
      { k: ['a', 'b'] },
      true,
    ],
    [
      'ForAllValues and one other value',
      { 'ForAllValues:StringEquals': { k: ['a'] } },
      { k: ['a', 'c'] },
      false,
    ],
    ['ForAllValues and a missing key', { 'ForAllValues:StringEquals': { k: ['a'] } }, {}, true],
    [
      'ForAllValues, negated, and one listed value',
      { 'ForAllValues:StringNotEquals': { k: ['a'] } },
      { k: ['a', 'c'] },
      false,
    ],
    [
      'ForAnyValue and one listed value',
      { 'ForAnyValue:StringEquals': { k: ['a'] } },
      { k: ['a', 'c'] },
      true,
    ],
    [
      'ForAnyValue, negated, and one other value',
      { 'ForAnyValue:StringNotEquals': { k: ['a'] } },
      { k: ['a', 'c'] },
      true,
    ],
    ['ForAnyValue and a missing key', { 'ForAnyValue:StringEquals': { k: ['a'] } }, {}, false],
    ['Bool', { Bool: { k: 'true' } }, { k: 'True' }, true],
  ])('evaluatePolicy: decides as IAM about %s', (_, conditions, context, allowed) => {
    expect(decide(conditions, context)).toBe(allowed ? 'allowed' : 'not-allowed');
  });

  it('evaluatePolicy: refuses a policy with an operator or a variable that it does not know', () => {
    expect(() => decide({ NumericLessThan: { k: '3' } }, { k: '2' })).toThrow('NumericLessThan');
    const variable = `\${aws:PrincipalAccount}`;
    expect(() => decide({ StringEquals: { k: variable } }, { k: 'a' })).toThrow(variable);
  });
});

describe('matchesPattern', () => {
  it('matchesPattern: knows * and ?, and takes every other character as it is', () => {
    expect(matchesPattern('a.b/c', 'a.b/*')).toBe(true);
    expect(matchesPattern('axb/c', 'a.b/*')).toBe(false);
    expect(matchesPattern('abc', 'a?c')).toBe(true);
    expect(matchesPattern('abbc', 'a?c')).toBe(false);
    expect(matchesPattern('', '*')).toBe(true);
  });
});
