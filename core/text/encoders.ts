import { visible, visibleLines } from './visible.ts';

/**
 * What a build server takes for a command within a line of a log: GitHub's runner finds `##[` anywhere in a line, and `::` at
 * the start of a line after white space (source: actions/runner, ActionCommand.cs); Azure Pipelines finds `##vso[`, TeamCity
 * `##teamcity[`.
 */
const BUILD_COMMAND = /^(\s*):(?=:)|#(?=#(?:\[|vso\[|teamcity\[))/gi;

/** @returns untrusted text as a part of a line on a terminal or in the log of a build: no escape, and no command */
export function terminalText(text: string): string {
  return visible(text).replaceAll(BUILD_COMMAND, (found, space: string | undefined) =>
    found.endsWith(':') ? `${space ?? ''}\\u{3a}` : '\\u{23}',
  );
}

/** The sequences that color text: Select Graphic Rendition, as `styleText` of Node writes it. */
const COLOR = new RegExp(`(${String.fromCharCode(27)}\\[\\d{1,3}(?:;\\d{1,3})*m)`);

/** @returns lines for a terminal that hold no escape but those of colors: the last guard of a screen */
export function terminalLines(text: string): string {
  return text
    .split(COLOR)
    .map((part, index) => (index % 2 === 0 ? visibleLines(part) : part))
    .join('');
}

/**
 * @returns text for a field of Slack that reads its markup, where `<!channel>` mentions and `<https://…|text>` links. Source:
 * docs.slack.dev, Formatting message text: `&`, `<` and `>` are the characters to escape
 */
export function slackText(text: string): string {
  return visibleLines(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** @returns lines as a block of code in Markdown, in which nothing is markup; no run of backticks in them ends it */
export function markdownBlock(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${visibleLines(text)}\n${fence}`;
}

/** @returns JSON of the same value in which every hidden character is an escape, such as `\u202e` */
export function jsonText(value: unknown, indent?: number): string {
  // Outside of texts JSON has no hidden character but the line feeds of the indentation.
  return JSON.stringify(value, null, indent).replaceAll(
    /(?!\n)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu,
    (hidden) => [...Array(hidden.length).keys()].map((at) => codeUnit(hidden, at)).join(''),
  );
}

function codeUnit(text: string, at: number): string {
  return `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`;
}

/** A replacer for `JSON.stringify`: the texts and keys of a log, which terminals and consoles show, are visible. */
export function visibleMember(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return visibleLines(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const keys = Object.keys(value);
  if (keys.every((key) => visible(key) === key)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [visible(key), member]));
}

/** A message about a place in a file, as GitHub shows it beside the changed line of a pull request. */
export interface Annotation {
  readonly severity: 'error' | 'warning';
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

/** @returns a workflow command of GitHub. Source: actions/toolkit, packages/core/src/command.ts */
export function githubAnnotation({ severity, file, line, column, message }: Annotation): string {
  const properties = [
    `file=${annotationProperty(file)}`,
    ...(line === undefined ? [] : [`line=${line}`]),
    ...(column === undefined ? [] : [`col=${column}`]),
  ];
  return `::${severity} ${properties.join(',')}::${annotationData(message)}`;
}

function annotationData(text: string): string {
  return visible(text).replaceAll('%', '%25');
}

function annotationProperty(text: string): string {
  return annotationData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
