import { describe, expect, it } from 'vitest';
import { defaultLimits } from './limits.ts';
import { readYaml } from './readYaml.ts';
import { toJson } from './tree.ts';

const read = (text: string) => readYaml(new TextEncoder().encode(text), 'manifest.yaml', defaultLimits);

// A reader whose time grows with the square of the length would exceed the test timeout.
describe('readYaml, for large input', () => {
  it.each([
    ['a file of 20 MB', 'a: 1\n'.repeat(4_000_000), /bytes; at most 1048576/],
    ['250,000 values', `a: [${'1,'.repeat(250_000)}]`, /more than 200000 values/],
    ['50,000 nested lists', '['.repeat(50_000), /nested too deeply/],
    ['50,000 nested mappings', '{a: '.repeat(50_000), /nested too deeply/],
  ])('rejects %s within the test timeout', (_, text, message) => {
    expect(read(text).problems).toEqual([
      expect.objectContaining({ message: expect.stringMatching(message) }),
    ]);
  });

  it('reads a mapping of 60,000 keys within the test timeout', () => {
    const text = Array.from({ length: 60_000 }, (_, index) => `key${index}: 1`).join('\n');
    const { tree } = read(text);
    expect(Object.keys((tree && toJson(tree)) ?? {})).toHaveLength(60_000);
  });
});
