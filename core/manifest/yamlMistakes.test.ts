import { describe, expect, it } from 'vitest';
import { defaultLimits } from './limits.ts';
import { readYaml } from './readYaml.ts';
import { problemsOf } from './testing/sampleManifest.ts';

/** Texts with one mistake each, and the place and the beginning of the one problem about it. */
const mistakes: readonly (readonly [text: string, place: string, message: string])[] = [
  // A "#" after a space begins a comment, so that the closing brackets are lost.
  ['owners: { team: { slack: #desk } }\nsettings: {}\n', '1:26', '"#" begins a comment here'],
  ['owners:\n  a: { slack: #desk, email: a@example.com }\n  b: { slack: "#b" }\n', '2:15', '"#" begins'],
  ['owners: { team: [ #desk ] }\nsettings: {}\n', '1:19', '"#" begins a comment here'],
  ['a: { b: 1, # }\n  c: 2 }\nd: [ #e ]\nf: 1\n', '3:6', '"#" begins a comment here'],
  ['a: { b: x } # }\nc: { d: 1\n', '2:4', 'The "{" here is not closed'],
  ['a: { b: x, # }\n  c: 1 }\nd: [1\ne: 2\n', '3:4', 'The "[" here is not closed'],
  ['a: "#x"\nb: { c: [ 1, 2 }\n', '2:9', 'The "[" here is not closed'],
  ['a: { b: "x }\nc: { d: 1 }\n', '1:9', 'The quote that opens here is not closed'],
  ["a: 'it's'\n", '1:7', 'The text in quotes ends here'],
  ['a: @desk\n', '1:4', 'Text that begins with "@" needs quotes'],
  ['a: { b: @desk }\n', '1:9', 'Text that begins with "@" needs quotes'],
  ['a: `x`\n', '1:4', 'Text that begins with "`" needs quotes'],
  ['a: %x\n', '1:4', 'Text that begins with "%" needs quotes'],
  ['a: !desk\n', '1:4', '"!" begins a tag'],
  ['hosts: [*.example.com]\n', '1:9', 'The alias *.example.com comes before or inside its anchor'],
  ['a: { b: &desk }\n', '1:9', '"&" begins an anchor, and no value follows it'],
  ['a:\n\tb: 1\n', '2:1', 'YAML does not allow tabs here'],
  ['a:\n  b:1\n  c: 2\n', '2:3', 'A space is missing after the ":"'],
  ['a: { b:1 }\n', '1:6', 'A space is missing after the ":"'],
  ['a: see: this\n', '1:4', 'A mapping cannot begin here'],
  ['a: 1\n  b: 2\n', '1:4', 'A mapping cannot begin here'],
  ['a: { b: ${gateways.c.gatewayId} }\n', '1:9', 'Between { and }, a reference needs quotes'],
  ['a:\n    b: 1\n  c: 2\n', '3:1', 'This is not valid YAML: '],
];

describe('explainMistake', () => {
  it.each(mistakes)(
    'explains once, and where it is to be mended, the mistake in %j',
    (text, place, message) => {
      const { problems } = readYaml(new TextEncoder().encode(text), 'manifest.yaml', defaultLimits);
      expect(problems.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([
        expect.stringContaining(`${place} ${message}`),
      ]);
    },
  );

  it('reports mistakes of several lines, each once', () => {
    const { problems } = readYaml(new TextEncoder().encode('a: @b\nc: @d\n'), 'a.yaml', defaultLimits);
    expect(problems.map(({ line }) => line)).toEqual([1, 2]);
  });

  it('names no text of the file, which may be a secret', () => {
    const text = 'owners: { team: { slack: #hunter2 } }\na: !hunter2 x\nb: "hunter2\n';
    const { problems } = readYaml(new TextEncoder().encode(text), 'manifest.yaml', defaultLimits);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  it.each([['a: { b: "#c" } # { }'], ['{ https://example.com/a }']])('accepts %j', (text) => {
    const { problems } = readYaml(new TextEncoder().encode(text), 'manifest.yaml', defaultLimits);
    expect(problems).toEqual([]);
  });
});

describe('parseManifest, for a line that YAML reads otherwise', () => {
  it.each([
    ['owners: { team: { slack: *desk } }', '1:26: error: The alias *desk'],
    ['owners: { team: { slack: &desk } }', '1:26: error: "&" begins an anchor'],
    ['owners: { team: { email:desk@example.com } }', '1:19: error: A space is missing after the ":"'],
    [
      'owners:\n  team:\n    email:desk@example.com',
      '2:3: error: owners.team: This is a string, since a space is missing after the ":".',
    ],
  ])('reports one error in %j', (text, problem) => {
    const errors = problemsOf(`${text}\n`).filter((one) => one.includes('error'));
    expect(errors).toEqual([expect.stringContaining(problem)]);
  });
});
