import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { limitations } from './limitations.ts';

it('tells readers of docs/deploy.md what is not tested on MiniStack, and why', () => {
  const text = readFileSync(new URL('../../docs/deploy.md', import.meta.url), 'utf8');
  const rows = limitations.map(({ what, why }) => `| ${what} | ${why} |`);
  expect(rows.filter((row) => !text.includes(row))).toEqual([]);
});
