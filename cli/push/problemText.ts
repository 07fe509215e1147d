import { formatProblem, type Problem } from '../../core/problem.ts';
import type { Screen } from '../../local/start/screen.ts';

/** A problem as compilers write it, so that editors and CI systems can jump to the place. */
export function problemText(problem: Problem, screen: Screen): string {
  return screen.paint(problem.severity === 'error' ? 'red' : 'yellow', formatProblem(problem));
}
