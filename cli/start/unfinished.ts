import type { Problem } from '../../core/problem.ts';
import type { Execution, ExecutionStatus } from '../../local/aws/stepFunctions/execution.ts';
import type { StateMachines } from '../../local/aws/stepFunctions/stateMachines.ts';
import { definitionFile } from '../../workflows/workflowCatalog.ts';
import { workspaceOfExecution } from './reconcileTracker.ts';

const WORKFLOW = definitionFile('reconcile');
const UNREMARKABLE: ReadonlySet<ExecutionStatus> = new Set(['RUNNING', 'SUCCEEDED']);

/**
 * Finds out why the reconciliation of a workspace has published no outcome: an execution failed or still runs.
 *
 * @param since ignores executions that ended before this time; in simulated ms since the epoch
 * @returns undefined when no execution failed or runs
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
  if (running) return problem(running, 'The execution still runs.');
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
 * The workflow catches a step's error, releases the lease and then fails with a different error name. Only the step's
 * error, the last failure in the history, shows the cause.
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

/** @returns the message of a function's error, which Lambda wraps in JSON with the stack trace */
function readableCause(cause: string): string {
  try {
    const parsed: unknown = JSON.parse(cause);
    if (typeof parsed === 'object' && parsed !== null && 'errorMessage' in parsed)
      return String(parsed.errorMessage);
  } catch {
    // The cause is plain text.
  }
  return cause;
}
