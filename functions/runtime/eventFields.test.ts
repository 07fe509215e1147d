import { describe, expect, it } from 'vitest';
import { invalidEvent, readMapping, readText, readTime } from './eventFields.ts';

const invalid = (message: string) =>
  expect.objectContaining({ code: 'InvalidEvent', retryable: false, message });

describe('invalidEvent', () => {
  it.each([
    [null, 'null'],
    [[], 'a list'],
    ['text', 'string'],
    [undefined, 'undefined'],
  ])('names the kind of the value found: %j', (value, kind) => {
    expect(invalidEvent('a mapping', value)).toEqual(
      invalid(`Expected a mapping, but the event has ${kind} there.`),
    );
  });
});

describe('readMapping', () => {
  it('returns a mapping as it is', () => {
    const mapping = { workspace: 'payments' };
    expect(readMapping(mapping, 'a mapping')).toBe(mapping);
  });

  it.each([[[]], [null], ['text'], [undefined]])('refuses a value that is no mapping: %j', (value) => {
    expect(() => readMapping(value, 'a mapping')).toThrow(expect.objectContaining({ code: 'InvalidEvent' }));
  });
});

describe('readText', () => {
  it('returns a text', () => {
    expect(readText('payments', 'a workspace')).toBe('payments');
  });

  it.each([[''], [7], [undefined], [{}]])('refuses a value that is no text, or an empty one: %j', (value) => {
    expect(() => readText(value, 'a workspace')).toThrow(expect.objectContaining({ code: 'InvalidEvent' }));
  });

  it('readText: refuses a text of more than 10,240 characters, and says how long it is', () => {
    expect(readText('x'.repeat(10_240), 'a key')).toHaveLength(10_240);
    expect(() => readText('x'.repeat(10_241), 'a key')).toThrow(
      invalid('Expected a key, but the event has a text of 10241 characters there; at most 10240 are read.'),
    );
  });
});

describe('readTime', () => {
  it('returns a time in ms since the epoch', () => {
    expect(readTime('2026-01-01T00:00:00.500Z')).toBe(Date.UTC(2026, 0, 1) + 500);
  });

  it.each([['yesterday'], [''], [Date.UTC(2026, 0, 1)]])('refuses what is no ISO 8601 text: %j', (value) => {
    expect(() => readTime(value)).toThrow(expect.objectContaining({ code: 'InvalidEvent' }));
  });
});
