import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { defaultLimits } from '../../core/manifest/limits.ts';
import { readYaml } from '../../core/manifest/readYaml.ts';
import { everyObject } from '../../core/schemas/openApi/testing/everyObject.ts';
import { readSchema } from '../../core/schemas/readSchema.ts';
import { importBundled } from './testing/importBundled.ts';

const MODULE = `
export { readYaml } from './core/manifest/readYaml.ts';
export { readSchema } from './core/schemas/readSchema.ts';
`;

type Reading = { readYaml: typeof readYaml; readSchema: typeof readSchema };

const documents: Readonly<Record<string, string>> = {
  'every style of scalar': [
    'plain: over\n  two lines',
    "single: 'it''s\n  folded'",
    'double: "a\\tb\\u00e9 \\\n  c"',
    'literal: |2-\n   kept\n  lines\n',
    'folded: >+\n  one\n  line\n\n  and another\n\n',
    'empty:\nnull: ~\nyes: [true, False, yes]\nnumbers: [0o17, 0x1F, -1.5e3, .5, .inf, .nan, 1_000]',
  ].join('\n'),
  'every style of collection':
    '- {a: 1, "b": 2, c, ? d : 4,}\n- [x: 1, [], {}]\n- ? long\n  : value\n-\n  - nested\n',
  'anchors, aliases and tags':
    'a: &a !!map {b: &b !!str 1}\nc: [*a, *b, !!seq [!!int 2, !!bool true, !!null ""]]\n*b : key\n',
  'directives and comments':
    '# before\n%YAML 1.2\n%TAG !e! tag:example.com,2000:\n---\n# in\na: !e!x 1 # after\n...\n',
  'tags of YAML 1.1': 'a: !!set {x}\nb: !!omap [x: 1]\nc: !!binary aGk=\nd: !!timestamp 2025-11-25\n',
  'YAML 1.1': '%YAML 1.1\n---\na: yes\n<<: {b: 1}\n',
  'what is broken': 'a: [1\nb: "\\q"\n\tc: 1\n d: *none\na: 2\n---\n%X\n- }',
};

describe('a bundle that reads manifests and schemas', () => {
  let bundled: Reading;
  beforeAll(async () => {
    bundled = await importBundled(MODULE);
  });

  function expectTheSame(text: string): void {
    const bytes = new TextEncoder().encode(text);
    const read = (by: Reading) => by.readYaml(bytes, 'manifest.yaml', defaultLimits);
    expect(read(bundled)).toEqual(read({ readYaml, readSchema }));
  }

  it.each(Object.entries(documents))('reads %s in YAML as the whole library does', (_, text) => {
    expectTheSame(text);
  });

  it('reads anything made of what means something in YAML as the whole library does', () => {
    const pieces = fc.constantFrom(
      ...[
        'a',
        'b',
        ' ',
        '  ',
        '\n',
        '\n  ',
        '\t',
        ':',
        ': ',
        '- ',
        '? ',
        ', ',
        '[',
        ']',
        '{',
        '}',
        '#',
        ' #',
      ],
      ...[
        '&a ',
        '*a',
        '! ',
        '!x ',
        '!!str ',
        '!!int ',
        '!!set ',
        '!!omap ',
        '!!merge ',
        '<<',
        '|',
        '>',
        '|-\n',
      ],
      ...['"', "'", '\\', '1', '-1', '0x1', '.inf', '~', 'true', 'yes', '---\n', '...\n', '%YAML 1.1\n', '@'],
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (text) => expectTheSame(text.join(''))),
      { numRuns: 2000 },
    );
  });

  it.each(['3.0', '3.1'] as const)('says the same of documents of OpenAPI %s', (version) => {
    const right = everyObject[version];
    const wrong = {
      ...right,
      info: { titel: 1 },
      components: { schemas: { 'a b': { type: 'number', minLength: -1 } } },
    };
    const read = (by: Reading, document: object) =>
      by.readSchema('openApi', new TextEncoder().encode(JSON.stringify(document)), 'a.json');
    expect(read(bundled, right)).toEqual(
      readSchema('openApi', new TextEncoder().encode(JSON.stringify(right)), 'a.json'),
    );
    const problems = read({ readYaml, readSchema }, wrong).problems;
    expect(problems.length).toBeGreaterThan(3);
    expect(read(bundled, wrong).problems).toEqual(problems);
  });
});
