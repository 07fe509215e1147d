/** A point in a text file; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where in a workspace something stands. */
export interface SourceLocation extends Position {
  /** Relative to the workspace, such as `manifest.yaml` or `schemas/ledger.openapi.yaml`. */
  readonly file: string;
}

/** Something wrong, or worth a second look, in what a team has uploaded. Never carries a secret or a value given for one. */
export interface Problem {
  /** An error refuses the workspace; a warning is told and does not stop anything. */
  readonly severity: 'error' | 'warning';
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** Where in the manifest, such as `gateways.payments.targets.ledger.targetConfiguration`; empty for the whole of it. */
  readonly path: string;
  /** What is wrong, and what to do about it. */
  readonly message: string;
  readonly expected?: string;
  /** What was probably meant. */
  readonly suggestion?: string;
}

/** The keys and indexes that lead to a value in a manifest. */
export type Path = readonly (string | number)[];

/** @returns the path as people write it: `targets.ledger.scopes[0]`; a key that holds a dot or a space is quoted */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (!/^[\w$/-]{1,80}$/.test(step)) text += `[${JSON.stringify(step.slice(0, 80))}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** @returns the problem in one line: `manifest.yaml:3:5: error: gateways.a: …` */
export function formatProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const path = problem.path === '' ? '' : `${problem.path}: `;
  const expected = problem.expected === undefined ? '' : ` Expected ${problem.expected}.`;
  const suggestion = problem.suggestion === undefined ? '' : ` Did you mean "${problem.suggestion}"?`;
  return `${place}: ${problem.severity}: ${path}${problem.message}${expected}${suggestion}`;
}

/** @returns whether any of the problems refuses the workspace */
export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}

/** Messages quote names that others chose, which may be as long as a manifest. */
const MAX_MESSAGE_LENGTH = 600;

/** @returns the message, cut where it is longer than anyone reads */
export function truncateMessage(message: string): string {
  return message.length > MAX_MESSAGE_LENGTH ? `${message.slice(0, MAX_MESSAGE_LENGTH)}…` : message;
}
