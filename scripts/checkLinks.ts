import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { exitCodes } from '../cli/exitCodes.ts';
import { brokenLinks } from './docs/brokenLinks.ts';
import { runScript } from './runScript.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'examples/README.md',
  ...readdirSync(`${root}docs`)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

await runScript({
  name: 'check:links',
  summary: 'check that every relative link of the documentation leads to a file and a heading',
  exits: { done: 'all links are good', failed: 'a link is broken' },
  run: () => {
    const problems = documents.flatMap((path) => brokenLinks(root, path));
    for (const problem of problems) console.error(problem);
    return problems.length > 0 ? exitCodes.failed : exitCodes.done;
  },
});
