import { describe, expect, it } from 'vitest';
import type { Path } from '../problem.ts';
import { escapeInvisibleInLines, labelFor, truncate, withoutControlCharacters } from './recordLabels.ts';

describe('labelFor', () => {
  it.each<[Path, string]>([
    [['server', 'version'], 'Version'],
    [['server', 'remotes', 3, 'url'], 'Server address'],
    [['server', 'remotes', 3, 'url', 'x'], 'server.remotes[3].url.x'],
    [['server', 'other'], 'server.other'],
    [['other', 'find'], 'other.find'],
    [['tools'], 'All tools'],
    [['tools', 0], 'tools[0]'],
    [['tools', 'find'], 'Tool “find”'],
    [['tools', 'find', 'description'], 'Tool “find”: description'],
    [['tools', 'find', 'description', 'x'], 'Tool “find”: description.x'],
    [['tools', 'find', 'title'], 'Tool “find”: title'],
    [['tools', 'find', 'inputSchema', 'properties', 'city'], 'Tool “find”: input “city”'],
    [['tools', 'find', 'inputSchema', 'properties', 'city', 'type'], 'Tool “find”: input “city”, type'],
    [['tools', 'find', 'inputSchema', 'properties'], 'Tool “find”: inputSchema.properties'],
    [['tools', 'find', 'inputSchema', 'required', 0], 'Tool “find”: inputSchema.required[0]'],
    [['tools', 'find', 'outputSchema', 'properties', 'x'], 'Tool “find”: outputSchema.properties.x'],
  ])('labelFor: names the path %j', (path, label) => {
    expect(labelFor(path)).toBe(label);
  });

  it('labelFor: shortens the untrusted names of tools and inputs', () => {
    const long = 'x'.repeat(101);
    const short = `${'x'.repeat(100)}…`;
    expect(labelFor(['tools', long, 'inputSchema', 'properties', long])).toBe(
      `Tool “${short}”: input “${short}”`,
    );
  });
});

it('truncate: keeps text of the maximum length, and marks where it cuts longer text', () => {
  expect(truncate('abc', 3)).toBe('abc');
  expect(truncate('abcd', 3)).toBe('abc…');
  expect(truncate('a\nb', 3)).toBe('a b');
});

it('withoutControlCharacters: replaces each run of control characters by one space', () => {
  expect(withoutControlCharacters('a\r\n\u202eb\u0007c')).toBe('a b c');
});

it('escapeInvisibleInLines: escapes every invisible character except line breaks', () => {
  expect(escapeInvisibleInLines('a b\nc\u202e\u0007é')).toBe('a b\nc\\u202e\\u0007é');
});
