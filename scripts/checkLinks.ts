import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brokenLinks } from './docs/brokenLinks.ts';

/** `npm run check:links`: checks that every relative link of the documentation leads to a file and a heading. */
const root = fileURLToPath(new URL('..', import.meta.url));
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'examples/README.md',
  ...readdirSync(`${root}docs`)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const problems = documents.flatMap((path) => brokenLinks(root, path));
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
