import { writeFileSync } from 'node:fs';
import { jsonText } from '../../core/text/encoders.ts';
import type { Screen } from '../display/screen.ts';
import { type ExitCodeName, exitCodes } from '../exitCodes.ts';
import type { WorkspaceOptions } from '../workspaceOptions.ts';
import type { PlanDestination } from './livePorts.ts';
import { type PlanOptions, type PlanResult, runPlan } from './runPlan.ts';

/** The plan of a folder that holds workspaces. */
export interface PlanFolderOptions extends Omit<PlanOptions, keyof WorkspaceOptions> {
  readonly to: WorkspaceOptions['to'];
  readonly workspaces: readonly WorkspaceOptions[];
}

/** The plans of several workspaces, as `--json` and `--out` give them. */
export interface PlansResult {
  readonly exitCode: number;
  /** By the names of the workspaces. */
  readonly workspaces: Readonly<Record<string, PlanResult>>;
}

/** What the plans of several workspaces end with: the first that one of them ends with. */
const ranking: readonly ExitCodeName[] = [
  'refused',
  'failed',
  'suspended',
  'changes',
  'awaiting',
  'drifted',
  'done',
];

/**
 * Plans each workspace for itself, as a push of each would find it.
 *
 * @throws CommandError `NotFollowed`, `AwsTrouble`
 */
export async function planFolder(
  { workspaces, out, ...options }: PlanFolderOptions,
  openDestination: () => PlanDestination,
  screen: Screen,
): Promise<PlansResult> {
  const results: PlanResult[] = [];
  for (const workspace of workspaces)
    results.push(await runPlan({ ...options, ...workspace }, openDestination, screen));
  const codes = new Set(results.map(({ exitCode }) => exitCode));
  const worst = ranking.find((name) => codes.has(exitCodes[name])) ?? 'done';
  const result = {
    exitCode: exitCodes[worst],
    workspaces: Object.fromEntries(results.map((each) => [each.workspace, each])),
  };
  if (out !== undefined) writeFileSync(out, `${jsonText(result, 2)}\n`);
  return result;
}
