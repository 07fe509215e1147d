import type { Problem } from '../../core/problem.ts';

/** Throws where a promise is broken. @param seen what breaks it */
export function promise(holds: boolean, text: string, seen: unknown = ''): asserts holds {
  if (!holds) throw new Error(`Broken: ${text} ${JSON.stringify(seen)?.slice(0, 600)}`);
}

const prototypes = [Object.prototype, Array.prototype, String.prototype, Function.prototype];
const knownMembers = prototypes.map((each) => Reflect.ownKeys(each).length);

/** Checks that no input has added a member to what every object inherits. */
export function checkGlobals(): void {
  prototypes.forEach((each, index) => {
    const added = Reflect.ownKeys(each).slice(knownMembers[index]);
    for (const name of added) Reflect.deleteProperty(each, name);
    promise(added.length === 0, 'no input adds to a prototype', added.map(String));
  });
}

/** Text of a stranger that a page must escape: it would open an element, or leave an attribute. */
export const HTML_MARK = `<fuzz>"'><b onfuzz="`;

/** Checks that a page shows strangers' texts and does not obey them. */
export function checkHtml(html: string): void {
  promise(!/<fuzz|<b onfuzz|" onfuzz="/i.test(html), 'pages escape the texts of strangers', around(html));
  promise(!/(href|action|src)="(javascript|data):/i.test(html), 'pages link to no script', '');
  promise(!HIDDEN.test(html.replaceAll('\n', '')), 'pages write out hidden characters', '');
  promise(html.length < 300_000, 'pages are bounded', html.length);
}

function around(html: string): string {
  const at = html.search(/<fuzz|<b onfuzz|" onfuzz="/i);
  return html.slice(Math.max(0, at - 100), at + 200);
}

/** Characters that a reader does not see, or that change how the text around them is shown. */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** Checks a text that Gateloop shows to people, of which a part may come from a stranger. */
export function checkText(text: string, maximum: number, name: string): void {
  promise(text.length <= maximum, `${name} is bounded`, text.length);
  promise(!HIDDEN.test(text), `${name} has no hidden character`, text);
}

/** A message has 600 characters, and so have what a rule expects and what it suggests. */
const MAX_PART_LENGTH = 601;
/** 64 steps of 80 characters. */
const MAX_PATH_LENGTH = 64 * 90;

/** Checks the problems of an upload: each has a place and texts that people can read. */
export function checkProblems(problems: readonly ShownProblem[]): void {
  promise(problems.length <= 1000, 'problems are bounded', problems.length);
  for (const problem of problems) {
    const { message, path, expected = '', suggestion = '', line = 1, column = 1 } = problem;
    promise(message !== '' && line >= 1 && column >= 1, 'a problem has a place and a message', problem);
    checkText(message, MAX_PART_LENGTH, 'a message');
    checkText(expected, MAX_PART_LENGTH, 'what is expected');
    checkText(suggestion, MAX_PART_LENGTH, 'a suggestion');
    checkText(path, MAX_PATH_LENGTH, 'a path');
  }
}

type ShownProblem = Pick<Problem, 'message' | 'path' | 'line' | 'column' | 'expected' | 'suggestion'>;
