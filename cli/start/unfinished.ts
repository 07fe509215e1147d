import type { Problem } from '../../core/problem.ts';
import type { Execution, ExecutionStatus } from '../../local/aws/stepFunctions/execution.ts';
import type { StateMachines } from '../../local/aws/stepFunctions/stateMachines.ts';
import { definitionFile } from '../../workflows/workflowCatalog.ts';
import { workspaceOfExecution } from './reconcileTracker.ts';

const WORKFLOW = definitionFile('reconcile');
const UNREMARKABLE: ReadonlySet<ExecutionStatus> = new Set(['RUNNING', 'SUCCEEDED']);

/**
 * Finds out why a workspace's reconciliation has told no outcome: an execution failed, or is still under way.
 *
 * @param since simulated ms since the epoch: what ended before says nothing
 * @returns undefined where nothing is wrong
 */
export function unfinished(
  machines: Pick<StateMachines, 'list' | 'history'>,
  workspace: string,
  since: number,
): Problem | undefined {
  const executions = machines
    .list('reconcile')
    .filter((execution) => workspaceOfExecution(execution) === workspace);
  const running = executions.find(({ status }) => status === 'RUNNING');
  const failed = executions
    .filter(({ stoppedAt = 0, status }) => !UNREMARKABLE.has(status) && stoppedAt >= since)
    .reduce<Execution | undefined>(later, undefined);
  if (failed) return problem(failed, failureOf(failed, machines));
  if (running) return problem(running, 'The execution is still under way.');
  return undefined;
}

function later(one: Execution | undefined, other: Execution): Execution {
  return one && Number(one.stoppedAt) > Number(other.stoppedAt) ? one : other;
}

function problem({ name, step }: Execution, what: string): Problem {
  return {
    severity: 'error',
    file: WORKFLOW,
    path: step?.state ?? '',
    message: `${what} Execution ${name}.`,
  };
}

/**
 * The workflow catches a step's error, lets the lease go and then fails by a name of its own: the step's error, the
 * last of the history's failures, is what somebody can act on.
 */
function failureOf(execution: Execution, machines: Pick<StateMachines, 'history'>): string {
  const failure = machines
    .history(execution.arn)
    .filter(({ type }) => type.endsWith('Failed') && type !== 'ExecutionFailed')
    .map(({ details = {} }) => [details.error, details.cause].filter((part) => typeof part === 'string'))
    .findLast((parts) => parts.length > 0);
  const [error, cause] = failure ?? [execution.error ?? execution.status, execution.cause ?? ''];
  return `The execution failed: ${[error, readableCause(String(cause ?? ''))].filter(Boolean).join(': ')}`;
}

/** A function's error is a document with its stack trace; people want its message. */
function readableCause(cause: string): string {
  try {
    const parsed: unknown = JSON.parse(cause);
    if (typeof parsed === 'object' && parsed !== null && 'errorMessage' in parsed)
      return String(parsed.errorMessage);
  } catch {
    // It is a sentence already.
  }
  return cause;
}
