import { readFileSync } from 'node:fs';
import type { ResourceKind } from '../core/resources/resourceKind.ts';
import { resourceKinds } from '../core/resources/resourceKinds.ts';
import { writeGeneratedFiles } from './docs/generatedFile.ts';
import { markdownTable, replaceRegions } from './docs/generatedRegions.ts';

/** `npm run docs:kinds`: writes the tables of kinds from their catalog. */
const rows = Object.values(resourceKinds);
const code = (text: string) => `\`${text}\``;

/** Where a manifest has the kind: `gateways`, or `gateways.<name>.targets` for the kind of a part. */
function sectionOf({ section, parent }: ResourceKind): string {
  return parent ? `${sectionOf(resourceKinds[parent])}.<name>.${section}` : section;
}

const tagTexts = { changeable: 'set and changed', atCreation: 'set at its creation' };

const kindTable = markdownTable(
  ['kind', 'in a manifest', 'created by', 'tags'],
  rows.map((row) => [
    row.kind,
    code(sectionOf(row)),
    row.service ? `${row.operations.create} of Agent Registry` : row.operations.create,
    row.tags ? tagTexts[row.tags] : '–',
  ]),
);

const sectionTable = markdownTable(
  ['section', 'fields of its entries', 'outputs for references'],
  rows.map((row) => [code(sectionOf(row)), row.operations.create, row.outputs.map(code).join(', ')]),
);

const region = (path: string, name: string, table: string) => ({
  path,
  generate: () =>
    replaceRegions(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'), { [name]: table }),
});

await writeGeneratedFiles({
  script: 'docs:kinds',
  summary: 'write the tables of kinds in README.md and docs/manifest.md from the catalog of kinds',
  files: [region('README.md', 'kinds', kindTable), region('docs/manifest.md', 'sections', sectionTable)],
});
