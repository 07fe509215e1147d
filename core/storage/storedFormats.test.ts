import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatDifferences, formatsText, type StoredFormat, storedFormats } from './storedFormats.ts';

const rows: readonly (readonly [string, StoredFormat])[] = Object.entries(storedFormats);

describe('formatDifferences', () => {
  it('formatDifferences: finds none between a version and itself', () => {
    expect(formatDifferences(formatsText())).toEqual([]);
  });

  it.each(rows)(
    'formatDifferences: says what becomes of %s in another format',
    (name, { format, other, label }) => {
      const [line, ...more] = formatDifferences(
        JSON.stringify({ ...JSON.parse(formatsText()), [name]: format + 1 }),
      );
      expect(more).toEqual([]);
      expect(line).toContain(`stores ${label} in format ${format + 1}, and this one reads format ${format}`);
      expect(line).toContain(
        other === 'rebuilt' ? 'writes them anew' : `Deploy a version that reads format ${format + 1}`,
      );
    },
  );

  it('formatDifferences: passes over data that only one of the two versions stores', () => {
    expect(formatDifferences('{"ledger":1,"later":7}')).toEqual([]);
  });

  it.each([undefined, 'no JSON', '[1'])(
    'formatDifferences: asks to compare by hand where it is told %j',
    (text) => {
      expect(formatDifferences(text)).toEqual([expect.stringContaining('docs/upgrade.md')]);
    },
  );
});

describe('docs/upgrade.md', () => {
  const page = readFileSync(new URL('../../docs/upgrade.md', import.meta.url), 'utf8');

  it.each(rows)(
    'docs/upgrade.md: names the format of %s, and what becomes of another one',
    (_, { format, other, label }) => {
      expect(page).toContain(
        `| ${label} | ${format} | ${other === 'rebuilt' ? 'rebuilt' : 'kept, and nothing is done about it'} |`,
      );
    },
  );
});
