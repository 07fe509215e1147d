import type { Execution, ExecutionDetails, ExecutionEvent, Executions } from '../../core/ports/fleetReads.ts';

/** Inputs that are remembered: those of the latest executions of every workflow fit in. */
const MAX_KNOWN = 500;

/**
 * Remembers what executions were given, which never changes: a list of them asks Step Functions once for each, and not again
 * whenever a screen is looked at.
 */
export class KnownExecutions implements Executions {
  readonly #executions: Executions;
  readonly #known = new Map<string, ExecutionDetails>();

  constructor(executions: Executions) {
    this.#executions = executions;
  }

  list(workflow: string, limit: number): Promise<readonly Execution[]> {
    return this.#executions.list(workflow, limit);
  }

  /** @returns the input of an execution, with the status that it had when it was read first */
  async describe(workflow: string, name: string): Promise<ExecutionDetails | undefined> {
    const key = `${workflow}:${name}`;
    const known = this.#known.get(key);
    if (known) return known;
    const details = await this.#executions.describe(workflow, name);
    if (!details) return undefined;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size >= MAX_KNOWN) this.#known.delete(oldest);
    this.#known.set(key, details);
    return details;
  }

  history(workflow: string, name: string): Promise<readonly ExecutionEvent[]> {
    return this.#executions.history(workflow, name);
  }
}
