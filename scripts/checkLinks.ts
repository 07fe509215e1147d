import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes } from '../cli/exitCodes.ts';
import { packageRoot } from '../workflows/packageRoot.ts';
import { brokenLinks } from './docs/brokenLinks.ts';
import { runScript } from './runScript.ts';

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'examples/README.md',
  ...readdirSync(join(packageRoot, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

await runScript({
  name: 'check:links',
  summary: 'check that every relative link of the documentation leads to a file and a heading',
  exits: { done: 'all links are good', failed: 'a link is broken' },
  run: () => {
    const problems = documents.flatMap((path) => brokenLinks(packageRoot, path));
    for (const problem of problems) console.error(problem);
    return problems.length > 0 ? exitCodes.failed : exitCodes.done;
  },
});
