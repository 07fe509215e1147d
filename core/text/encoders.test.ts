import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  githubAnnotation,
  jsonText,
  markdownBlock,
  slackText,
  terminalLines,
  terminalText,
  visibleMember,
} from './encoders.ts';

/** What GitHub's runner takes for a command, as its ActionCommand.cs reads a line. */
const GITHUB_COMMAND = /^\s*::|##\[/;

describe('terminalText', () => {
  it.each([
    ['a command of GitHub', '  ::error file=a::b', '  \\u{3a}:error file=a::b'],
    ['an older command of GitHub, anywhere in a line', 'a ##[group]b', 'a \\u{23}#[group]b'],
    ['a command of Azure Pipelines', '##vso[task.setvariable]', '\\u{23}#vso[task.setvariable]'],
    ['a command of TeamCity', '##teamcity[a]', '\\u{23}#teamcity[a]'],
    [
      'a command behind a no-break space, which the runner trims',
      '\u00a0::stop-commands::x',
      '\u00a0\\u{3a}:stop-commands::x',
    ],
  ])('terminalText: breaks %s', (_, text, shown) => {
    expect(terminalText(text)).toBe(shown);
  });

  it('terminalText: leaves headings and paths with colons as they are', () => {
    expect(terminalText('## Usage of std::vector')).toBe('## Usage of std::vector');
  });

  it('terminalText: no text makes a line that a build server takes for a command', () => {
    const part = fc.constantFrom('#', '[', ':', ' ', '\n', '\u00a0', '\u2028', 'vso[', 'error', '\r');
    fc.assert(
      fc.property(fc.string({ unit: part }), (text) => {
        expect(terminalText(text)).not.toMatch(GITHUB_COMMAND);
      }),
    );
  });
});

it('terminalLines: keeps line feeds and colors, and writes out every other escape', () => {
  const red = '\u001b[31m';
  expect(terminalLines(`${red}a\nb\u001b]8;;https://evil.example.com\u0007c\u001b[2J`)).toBe(
    `${red}a\nb\\u{1b}]8;;https://evil.example.com\\u{7}c\\u{1b}[2J`,
  );
});

it('markdownBlock: no text ends its block', () => {
  const part = fc.constantFrom('`', '``', '```', '````\n', '\n', '~~~', 'a', '<b>', ' ', '\u202e');
  fc.assert(
    fc.property(fc.string({ unit: part }), (text) => {
      const [first = '', ...lines] = markdownBlock(text).split('\n');
      const fence = first.replace('text', '');
      // CommonMark: a line of at least as many backticks, with up to three spaces before them, ends the block.
      const ends = lines.filter((line) => /^ {0,3}`+\s*$/.test(line) && line.trim().length >= fence.length);
      expect([fence, ends]).toEqual([expect.stringMatching(/^`{3,}$/), [fence]]);
    }),
  );
});

it('slackText: escapes mentions and links with another text', () => {
  expect(slackText('<!channel> <https://evil.example.com|ok> &\u202e')).toBe(
    '&lt;!channel&gt; &lt;https://evil.example.com|ok&gt; &amp;\\u{202e}',
  );
});

it('jsonText: writes JSON of the same value without a hidden character', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const text = jsonText(value);
      expect(text).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

it('visibleMember: writes out the texts and the keys of a log line', () => {
  expect(JSON.stringify({ 'a\u202e': ['b\u200b\nc', 1, null] }, visibleMember)).toBe(
    String.raw`{"a\\u{202e}":["b\\u{200b}\nc",1,null]}`,
  );
});

it('githubAnnotation: a path or a message adds no property and no line', () => {
  const annotation = {
    severity: 'error',
    file: 'a,line=9::b.yaml',
    message: 'No.\n::warning::100%',
  } as const;
  expect(githubAnnotation({ ...annotation, line: 3, column: 1 })).toBe(
    String.raw`::error file=a%2Cline=9%3A%3Ab.yaml,line=3,col=1::No.\u{a}::warning::100%25`,
  );
});
