import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { notPossible } from './notPossible.ts';

it('tells readers of docs/deploy.md what is not tested on MiniStack, and why', () => {
  const text = readFileSync(new URL('../../docs/deploy.md', import.meta.url), 'utf8');
  const rows = notPossible.map(({ what, why }) => `| ${what} | ${why} |`);
  expect(rows.filter((row) => !text.includes(row))).toEqual([]);
});
