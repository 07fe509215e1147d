import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { limitations } from './limitations.ts';

it('docs/deploy.md: lists every limitation of the tests on MiniStack with its reason', () => {
  const text = readFileSync(new URL('../../docs/deploy.md', import.meta.url), 'utf8');
  const rows = limitations.map(({ what, why }) => `| ${what} | ${why} |`);
  expect(rows.filter((row) => !text.includes(row))).toEqual([]);
});
