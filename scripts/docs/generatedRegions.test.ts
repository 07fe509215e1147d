import { describe, expect, it } from 'vitest';
import { markdownTable, replaceRegions } from './generatedRegions.ts';

const TEXT = 'before\n<!-- generated: calls -->\nold\n<!-- end -->\nafter\n';

describe('replaceRegions', () => {
  it('replaceRegions: replaces what stands between the marks, and nothing else', () => {
    const once = replaceRegions(TEXT, { calls: 'new' });
    expect(once).toBe('before\n<!-- generated: calls -->\n\nnew\n\n<!-- end -->\nafter\n');
    expect(replaceRegions(once, { calls: 'new' })).toBe(once);
  });

  it('replaceRegions: refuses a region that nothing generates, and one that the document does not have', () => {
    expect(() => replaceRegions(TEXT, {})).toThrow('Nothing generates the region "calls"');
    expect(() => replaceRegions(TEXT, { calls: '', roles: '' })).toThrow('no region roles');
  });
});

describe('markdownTable', () => {
  it('markdownTable: escapes what would end a cell', () => {
    expect(markdownTable(['a'], [['x|y\nz']])).toBe('| a |\n|---|\n| x\\|y z |');
  });
});
