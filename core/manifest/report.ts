import { formatPath, type Path, type Position, type Problem, truncateMessage } from '../problem.ts';
import { positionOf, type Tree } from './tree.ts';

/** A text, or how to find it: a search among thousands of names is made only for problems that may be told. */
type Hint = string | undefined | (() => string | undefined);

/** What a problem says besides its message. */
export interface ProblemHints {
  readonly expected?: Hint;
  readonly suggestion?: Hint;
}

/** Twice as many as are told at most, so that every problem told in the end has its hints in practice. */
const MAX_HINT_SEARCHES = 400;

/** Collects what is wrong with one file and finds the place of each problem in it. */
export class Report {
  readonly file: string;
  readonly root: Tree;
  /** Whose manifest it is, where that is known: only then can be told whose secrets it may name. */
  readonly workspace: string | undefined;
  readonly #problems = new Map<string, Problem>();

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

  /** @returns where the path stands, or the nearest thing around it that was written */
  position(path: Path): Position {
    return positionOf(this.root, path);
  }

  /** @returns all problems in the order of the file */
  problems(): Problem[] {
    return [...this.#problems.values()].sort(byPosition);
  }

  #add(severity: Problem['severity'], path: Path, message: string, hints: ProblemHints): void {
    const expected = this.#resolveHint(hints.expected);
    const suggestion = this.#resolveHint(hints.suggestion);
    const problem: Problem = {
      severity,
      file: this.file,
      ...this.position(path),
      path: formatPath(path),
      message: truncateMessage(message),
      ...(expected !== undefined && { expected }),
      ...(suggestion !== undefined && { suggestion }),
    };
    this.#problems.set(`${severity} ${problem.path} ${message}`, problem);
  }

  #resolveHint(hint: Hint): string | undefined {
    if (typeof hint !== 'function') return hint;
    return this.#problems.size < MAX_HINT_SEARCHES ? hint() : undefined;
  }
}

function byPosition(left: Problem, right: Problem): number {
  return (left.line ?? 0) - (right.line ?? 0) || (left.column ?? 0) - (right.column ?? 0);
}
