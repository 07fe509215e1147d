import { isJsonObject } from '../../core/json.ts';
import { workspaceOf } from '../../functions/workspaceOf.ts';
import type { Activity } from '../../local/aws/activity.ts';
import type { Execution } from '../../local/aws/stepFunctions/execution.ts';

/** A finished reconciliation of a workspace. */
export interface EndedPass {
  readonly workspace: string;
  /** Whether it did more than read. */
  readonly acted: boolean;
}

const MACHINE = 'reconcile';
/** States of the workflow that change something or wait. */
const ACTING: ReadonlySet<string> = new Set(['Provision', 'Synchronize', 'OpenRequests', 'Wait']);

/** Tracks the executions that reconcile workspaces. */
export class ReconcileTracker {
  /** By the execution's name. */
  readonly #running = new Map<string, { readonly workspace: string; readonly startedAt: number }>();
  /** Workspaces reconciled since `takeEnded`, and whether an execution acted. */
  readonly #acted = new Map<string, boolean>();

  follow(activity: Activity): void {
    if (activity.kind === 'execution') this.#onExecution(activity.execution);
    if (activity.kind === 'state' && activity.machine === MACHINE && ACTING.has(activity.state)) {
      const run = this.#running.get(activity.execution);
      if (run) this.#acted.set(run.workspace, true);
    }
  }

  /** Workspaces under reconciliation, with its start in simulated ms. */
  get underWay(): ReadonlyMap<string, number> {
    const since = new Map<string, number>();
    for (const { workspace, startedAt } of this.#running.values())
      since.set(workspace, Math.min(startedAt, since.get(workspace) ?? startedAt));
    return since;
  }

  /** @returns the reconciliations that have finished since the last call */
  takeEnded(): EndedPass[] {
    const { underWay } = this;
    const ended = [...this.#acted].filter(([workspace]) => !underWay.has(workspace));
    for (const [workspace] of ended) this.#acted.delete(workspace);
    return ended.map(([workspace, acted]) => ({ workspace, acted })).sort(byWorkspace);
  }

  #onExecution(execution: Execution): void {
    if (execution.machine !== MACHINE) return;
    if (execution.status !== 'RUNNING') {
      this.#running.delete(execution.name);
      return;
    }
    const workspace = workspaceOfExecution(execution);
    if (workspace === undefined) return;
    this.#running.set(execution.name, { workspace, startedAt: execution.startedAt });
    this.#acted.set(workspace, this.#acted.get(workspace) ?? false);
  }
}

/** @returns undefined for an execution of another state machine, or without a workspace */
export function workspaceOfExecution({ machine, input }: Execution): string | undefined {
  if (machine !== MACHINE || !isJsonObject(input)) return undefined;
  try {
    return workspaceOf(input);
  } catch {
    return undefined;
  }
}

function byWorkspace(one: EndedPass, other: EndedPass): number {
  return one.workspace.localeCompare(other.workspace);
}
