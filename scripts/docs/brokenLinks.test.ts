import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { brokenLinks } from './brokenLinks.ts';

const root = mkdtempSync(join(tmpdir(), 'gateloop-links-'));
mkdirSync(join(root, 'docs'));
writeFileSync(join(root, 'README.md'), '# Gateloop\n\n## What `npm start` does, and why?\n');

it('brokenLinks: reports links to files and headings that do not exist', () => {
  const document = [
    '[a file](../README.md), [a folder](../docs), [a heading](../README.md#what-npm-start-does-and-why)',
    '[the web](https://example.com/nowhere), [itself](#a-heading)',
    '## A heading',
    '```',
    '[in code](nowhere.md)',
    '```',
    '[no file](nowhere.md) and [no heading](../README.md#nowhere) and [none here](#nowhere)',
  ].join('\n');
  writeFileSync(join(root, 'docs/guide.md'), document);
  expect(brokenLinks(root, 'docs/guide.md')).toEqual([
    'docs/guide.md: nowhere.md leads to no file.',
    'docs/guide.md: ../README.md#nowhere leads to no heading.',
    'docs/guide.md: #nowhere leads to no heading.',
  ]);
});
