import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';
import { manifestSchema } from './manifestSchema.ts';
import { problemsOf } from './testing/sampleManifest.ts';

const page = readFileSync(new URL('../../docs/manifest.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```yaml\n(.*?)```/gs)]
  .map(([, text = '']) => text)
  .filter((text) => !text.startsWith('# yaml-'));
const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(manifestSchema(resourceShapes));

describe('docs/manifest.md', () => {
  it('docs/manifest.md contains at least four examples', () => {
    expect(examples.length).toBeGreaterThan(3);
  });

  it.each(examples)('parseManifest accepts example %# of docs/manifest.md without a warning', (text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  it.each(examples)('the JSON Schema accepts example %# of docs/manifest.md', (text) => {
    validate(parse(text));
    expect(validate.errors).toBeNull();
  });

  it.each(Object.values(resourceKinds))(
    'docs/manifest.md lists the outputs of $kind; npm run docs:kinds writes them',
    ({ section: own, parent, operations, outputs }) => {
      const section = parent ? `${resourceKinds[parent].section}.<name>.${own}` : own;
      const fields = outputs.map((field) => `\`${field}\``).join(', ');
      expect(page).toContain(`| \`${section}\` | ${operations.create} | ${fields} |`);
    },
  );
});
