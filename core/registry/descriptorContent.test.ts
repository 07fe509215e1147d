import { describe, expect, it } from 'vitest';
import { contentAt, parseContent } from './descriptorContent.ts';

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('parseContent', () => {
  it('parseContent: returns the JSON of a text', () => {
    expect(parseContent('{"a":[1]}')).toEqual({ a: [1] });
  });

  it.each([
    ['no value', undefined],
    ['a value that is not text', 7],
    ['text that is not JSON', 'a'],
    ['a lone surrogate, which UTF-8 cannot express', String.raw`"\ud800"`],
    ['brackets at 65 levels', nested(65)],
    ['braces at 65 levels', `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`],
    ['text of more than 30,000 commas and brackets', `[${'0,'.repeat(30_000)}0]`],
    ['text of more than 102,400 characters', `"${'x'.repeat(102_399)}"`],
  ])('parseContent: returns undefined for %s', (_title, text) => {
    expect(parseContent(text)).toBeUndefined();
  });

  it('parseContent: accepts the maximum length and depth, and as many values side by side as a server has tools', () => {
    expect(parseContent(`"${'x'.repeat(102_398)}"`)).toHaveLength(102_398);
    expect(parseContent(nested(64))).toBeDefined();
    expect(parseContent(`[${Array.from({ length: 100 }, () => '[],{}').join(',')}]`)).toHaveLength(200);
  });
});

it('contentAt: reads the content of a part of a descriptor', () => {
  const descriptors = { mcpServer: { data: '{"name":"a"}' } };
  expect(contentAt(descriptors, ['mcpServer'])).toEqual({ name: 'a' });
  expect(contentAt(descriptors, ['mcpServer', 'additionalData', 'tools'])).toBeUndefined();
});
