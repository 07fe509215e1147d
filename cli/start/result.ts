import type { Difference } from '../../core/comparison/compareConfiguration.ts';
import { defined } from '../../core/objects.ts';
import type { Outcome, OutcomeName } from '../../core/outcome/outcome.ts';
import type { Problem } from '../../core/problem.ts';
import type { ResourceCondition } from '../../core/reconcile/ledgerRecord.ts';
import type { KindName } from '../../core/resources/resourceKind.ts';
import { outcomeKey } from '../../core/storage/keys.ts';
import { outcomeDocument } from '../../core/storage/outcomeDocument.ts';
import { type Gateloop, SPEC_BUCKET } from '../../local/gateloop.ts';
import { exitCodes } from '../exitCodes.ts';
import { unfinished } from './unfinished.ts';

/** The result of `gateloop start`, as `--json` prints it. */
export interface Result {
  /** Whether every workspace is ready or waits for a person. */
  readonly ok: boolean;
  readonly workspaces: Readonly<Record<string, WorkspaceResult>>;
  /** Requests to the control plane, by operation. */
  readonly calls: Readonly<Record<string, number>>;
  /** The number of entered workflow states. */
  readonly transitions: number;
  readonly simulatedSeconds: number;
  readonly seconds: number;
}

export interface WorkspaceResult {
  /** `unknown` when the reconciliation has published no outcome; the problems contain the reason. */
  readonly outcome: OutcomeName | 'unknown';
  readonly problems: readonly Problem[];
  readonly resources: readonly ResourceResult[];
}

export interface ResourceResult {
  readonly kind: KindName;
  /** For a target, `<gateway>/<target>`. */
  readonly name: string;
  readonly id: string | null;
  readonly state: ResourceCondition;
  readonly reasons: readonly string[];
  readonly differences?: readonly Difference[];
}

/** The workspaces and the period that a result covers. */
export interface Scope {
  readonly workspaces: readonly string[];
  /** Folders that cannot be workspaces, each with the reason as a sentence. */
  readonly refused: ReadonlyMap<string, string>;
  /** When the run began: in simulated ms since the epoch, and in real ms. */
  readonly since: { readonly simulated: number; readonly real: number };
}

/** The exit code of `--once`: refused input takes precedence over failures, because its owner must correct it. */
export function exitCodeOf({ workspaces }: Pick<Result, 'workspaces'>): number {
  const outcomes = Object.values(workspaces).map(({ outcome }) => outcome);
  if (outcomes.includes('refused')) return exitCodes.refused;
  if (outcomes.some((outcome) => outcome === 'failed' || outcome === 'unknown')) return exitCodes.failed;
  const held = (['suspended', 'drifted'] as const).find((outcome) => outcomes.includes(outcome));
  return held ? exitCodes[held] : exitCodes.done;
}

/** Reads the outcomes of the workspaces. */
export function resultOf(gateloop: Gateloop, { workspaces, refused, since }: Scope): Result {
  const results: [string, WorkspaceResult][] = [
    ...workspaces.map((name): [string, WorkspaceResult] => [
      name,
      workspaceResult(gateloop, name, since.simulated),
    ]),
    ...[...refused].map(([name, why]): [string, WorkspaceResult] => [name, refusedFolder(name, why)]),
  ];
  return {
    ok: results.every(([, { outcome }]) => outcome === 'ready' || outcome === 'awaiting'),
    workspaces: Object.fromEntries(results),
    calls: gateloop.agentCore.calls(),
    transitions: gateloop.aws.stateMachines.transitions,
    simulatedSeconds: Math.round((gateloop.clock.now() - since.simulated) / 1000),
    seconds: Math.round((performance.now() - since.real) / 100) / 10,
  };
}

/**
 * Reads the outcome of a workspace; `unknown` when a later execution failed or still runs.
 *
 * @param since ignores outcomes before this time, which belong to an earlier start; in simulated ms since the epoch
 */
export function workspaceResult(
  { aws }: Pick<Gateloop, 'aws'>,
  workspace: string,
  since: number,
): WorkspaceResult {
  const key = outcomeKey(workspace);
  const [object] = aws.buckets.list(SPEC_BUCKET, { prefix: key });
  const published = object?.key === key && object.lastModified >= since ? object : undefined;
  const problem = unfinished(aws.stateMachines, workspace, published?.lastModified ?? since);
  if (problem || !published) return { outcome: 'unknown', problems: problem ? [problem] : [], resources: [] };
  const stored: unknown = JSON.parse(aws.buckets.content(published).toString('utf8'));
  const { outcome, problems, resources } = outcomeDocument.parse(key, stored);
  return { outcome, problems, resources: resources.map(resourceResult) };
}

function resourceResult(report: Outcome['resources'][number]): ResourceResult {
  const { kind, name, id, state, reasons, differences } = report;
  return { kind, name, id: id ?? null, state, reasons, ...defined({ differences }) };
}

function refusedFolder(name: string, message: string): WorkspaceResult {
  return {
    outcome: 'refused',
    problems: [{ severity: 'error', file: name, path: '', message }],
    resources: [],
  };
}
