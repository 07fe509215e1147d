import { defined } from '../objects.ts';
import { byPosition, formatPath, messageText, type Path, type Position, type Problem } from '../problem.ts';
import { positionOf, type Tree } from './tree.ts';

/**
 * A text, or a function that finds it: a search among thousands of names runs only for problems that may be reported.
 */
type Hint = string | undefined | (() => string | undefined);

/** The optional parts of a problem. */
export interface ProblemHints {
  readonly expected?: Hint;
  readonly suggestion?: Hint;
  /** Whether another error at the same path says the same more clearly, and then replaces this one. */
  readonly isGeneral?: boolean;
  /** The id of the rule that the text breaks. */
  readonly rule?: string;
}

/** Twice the number of reported problems, since sorting may move later problems to the front. */
const MAX_HINT_SEARCHES = 400;

/** Collects the problems of one file with their line and column. */
export class Report {
  readonly file: string;
  readonly root: Tree;
  /** The workspace of the manifest; undefined disables the check of which secrets it may use. */
  readonly workspace: string | undefined;
  readonly #problems = new Map<string, Problem>();
  readonly #paths = new Map<Problem, Path>();
  /** The key in `#problems` of the general error at each path. */
  readonly #general = new Map<string, string>();

  constructor(file: string, root: Tree, workspace?: string) {
    this.file = file;
    this.root = root;
    this.workspace = workspace;
  }

  error(path: Path, message: string, hints: ProblemHints = {}): void {
    this.#add('error', path, message, hints);
  }

  warning(path: Path, message: string, hints: ProblemHints = {}): void {
    this.#add('warning', path, message, hints);
  }

  /** @returns the position of the value at the path, or of its nearest existing parent */
  position(path: Path): Position {
    return positionOf(this.root, path);
  }

  /** @returns all problems in the order of the file */
  problems(): Problem[] {
    return [...this.#problems.values()].sort(byPosition);
  }

  /** @returns the path of what a problem of this report is about */
  pathOf(problem: Problem): Path | undefined {
    return this.#paths.get(problem);
  }

  #add(severity: Problem['severity'], path: Path, message: string, hints: ProblemHints): void {
    const expected = this.#textOf(hints.expected);
    const suggestion = this.#textOf(hints.suggestion);
    const problem: Problem = {
      severity,
      ...defined({ rule: hints.rule }),
      file: this.file,
      ...this.position(path),
      path: formatPath(path),
      message: messageText(message),
      ...defined({ expected, suggestion }),
    };
    const key = `${severity} ${problem.path} ${message}`;
    if (hints.isGeneral) this.#general.set(problem.path, key);
    else if (severity === 'error') this.#problems.delete(this.#general.get(problem.path) ?? '');
    this.#problems.set(key, problem);
    this.#paths.set(problem, path);
  }

  #textOf(hint: Hint): string | undefined {
    const isSearched = typeof hint !== 'function' || this.#problems.size < MAX_HINT_SEARCHES;
    const text = typeof hint === 'function' && isSearched ? hint() : hint;
    return typeof text === 'string' ? messageText(text) : undefined;
  }
}
