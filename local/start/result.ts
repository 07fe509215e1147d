import type { Problem } from '../../core/manifest/problem.ts';
import type { Outcome, OutcomeName } from '../../core/outcome/outcome.ts';
import { outcomeKey } from '../../functions/outcomeDocument.ts';
import { type Gateloop, SPEC_BUCKET } from '../gateloop.ts';

/** What one start came to, as `--json` prints it. */
export interface Result {
  /** Whether everything is ready or waits for a person. */
  readonly ok: boolean;
  readonly workspaces: Readonly<Record<string, WorkspaceResult>>;
  /** Requests to the control plane, by operation. */
  readonly calls: Readonly<Record<string, number>>;
  /** States that executions have entered. */
  readonly transitions: number;
  readonly simulatedSeconds: number;
  readonly seconds: number;
}

export interface WorkspaceResult {
  /** `unknown` for a workspace whose reconciliation has not told an outcome. */
  readonly outcome: OutcomeName | 'unknown';
  readonly problems: readonly Problem[];
  readonly resources: readonly Readonly<Record<string, unknown>>[];
}

/** Reads what became of the workspaces. */
export function resultOf(
  gateloop: Gateloop,
  workspaces: readonly string[],
  since: { simulated: number; real: number },
): Result {
  const results = Object.fromEntries(
    workspaces.map((workspace) => [workspace, workspaceResult(gateloop, workspace, since.simulated)]),
  );
  return {
    ok: Object.values(results).every(({ outcome }) => outcome === 'ready' || outcome === 'awaiting'),
    workspaces: results,
    calls: gateloop.agentCore.calls(),
    transitions: gateloop.aws.stateMachines.transitions,
    simulatedSeconds: Math.round((gateloop.clock.now() - since.simulated) / 1000),
    seconds: Math.round((performance.now() - since.real) / 100) / 10,
  };
}

/** The exit code of `--once`: refused input weighs more than what failed, since somebody must correct it. */
export function exitCodeOf({ workspaces }: Result): 0 | 1 | 2 {
  const outcomes = Object.values(workspaces).map(({ outcome }) => outcome);
  if (outcomes.includes('refused')) return 2;
  return outcomes.some((outcome) => outcome === 'failed' || outcome === 'unknown') ? 1 : 0;
}

function workspaceResult({ aws }: Gateloop, workspace: string, since: number): WorkspaceResult {
  const key = outcomeKey(workspace);
  const [object] = aws.buckets.list(SPEC_BUCKET, { prefix: key });
  // An outcome of an earlier start says nothing about this one.
  if (object?.key !== key || object.lastModified < since)
    return { outcome: 'unknown', problems: [], resources: [] };
  // The notify step wrote it.
  const { outcome, problems, resources } = JSON.parse(
    aws.buckets.content(object).toString('utf8'),
  ) as Outcome;
  return {
    outcome,
    problems,
    resources: resources.map(({ kind, name, id = null, state, reasons }) => ({
      kind,
      name,
      id,
      state,
      reasons,
    })),
  };
}
