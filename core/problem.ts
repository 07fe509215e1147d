import { visible, visibleStart } from './text/visible.ts';

/** A point in a text file; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A position in a file of a workspace. */
export interface SourceLocation extends Position {
  /** The path relative to the workspace, such as `manifest.yaml` or `schemas/ledger.openapi.yaml`. */
  readonly file: string;
}

/** An error or a warning about the files of a workspace. Never contains a secret. */
export interface Problem {
  /** With an error, Gateloop refuses the workspace; a warning has no such effect. */
  readonly severity: 'error' | 'warning';
  /** The id of the rule that the text breaks, for tools that group problems; absent where the rule has none: see `ruleOf`. */
  readonly rule?: string;
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /**
   * The path in the manifest, such as `gateways.payments.targets.ledger.targetConfiguration`; empty for the whole file.
   */
  readonly path: string;
  /** What is wrong, and what to do. */
  readonly message: string;
  readonly expected?: string;
  /** The word that the author probably meant. */
  readonly suggestion?: string;
}

/** The keys and indexes from the root of a document to a value. */
export type Path = readonly (string | number)[];

/** @returns the path as text: `targets.ledger.scopes[0]`; a key with a dot or a space is quoted */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (!/^[\w$/-]{1,80}$/.test(step)) text += `[${quoted(step.slice(0, 80))}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** @returns the text between quotes, as JSON writes it, visible */
export function quoted(text: string): string {
  return visible(JSON.stringify(text));
}

/** A path that stands at the beginning of a line as it is: it is no command of a build server, and no sentence. */
const PLAIN_FILE = /^[\w.][\w./-]{0,511}$/;

/** @returns the problem in one line: `manifest.yaml:3:5: error: gateways.a: …` */
export function formatProblem(problem: Problem): string {
  const file = PLAIN_FILE.test(problem.file) ? problem.file : quoted(problem.file);
  const place = [file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  return `${visible(place)}: ${problem.severity}: ${problemMessage(problem)}`;
}

/** @returns the problem in one line without its place */
export function problemMessage(problem: Problem): string {
  const path = problem.path === '' ? '' : `${problem.path}: `;
  return visible(path) + problemSentences(problem);
}

/** @returns what is wrong and what to do, without the place and the path */
export function problemSentences({ message, expected, suggestion }: Problem): string {
  const valid = expected === undefined ? '' : ` Expected ${expected}.`;
  const meant = suggestion === undefined ? '' : ` Did you mean "${suggestion}"?`;
  return visible(`${message}${valid}${meant}`);
}

/** @returns the id of the broken rule; a general one for a rule without an id */
export function ruleOf({ rule, file }: Problem): string {
  return rule ?? (file === 'manifest.yaml' ? 'manifest' : 'file');
}

/** @returns whether any of the problems is an error */
export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}

/** Orders the problems of one file by line and column; a problem without a line comes last. */
export function byPosition(left: Problem, right: Problem): number {
  const last = Number.MAX_SAFE_INTEGER;
  return (left.line ?? last) - (right.line ?? last) || (left.column ?? 0) - (right.column ?? 0);
}

/**
 * Orders the problems of a workspace: the manifest's first, then those of each schema file in the order in which they
 * are given, and within each file by line and column.
 */
export function inReadingOrder(problems: readonly Problem[], manifestFile: string): Problem[] {
  const files = new Set([manifestFile, ...problems.map(({ file }) => file)]);
  return [...files].flatMap((name) => problems.filter(({ file }) => file === name).sort(byPosition));
}

/** Messages quote names from uploaded files, which may be as long as a file. */
const MAX_MESSAGE_LENGTH = 600;

/** @returns the text of a problem as terminals and mails show it: visible, on one line, and shortened to 600 characters */
export function messageText(text: string): string {
  return visibleStart(text, MAX_MESSAGE_LENGTH);
}
