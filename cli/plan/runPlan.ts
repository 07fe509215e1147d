import { writeFileSync } from 'node:fs';
import type { Problem } from '../../core/problem.ts';
import { jsonText, terminalText } from '../../core/text/encoders.ts';
import { explainedBucketError } from '../awsErrors.ts';
import type { Screen } from '../display/screen.ts';
import { type ExitCodeName, exitCodes } from '../exitCodes.ts';
import { bucketNameOf } from '../push/destination.ts';
import { UploadBucket } from '../push/uploadBucket.ts';
import { listWorkspaceFiles } from '../start/workspaceFiles.ts';
import type { WorkspaceOptions } from '../workspaceOptions.ts';
import { FolderSpecBucket } from './folderSpecBucket.ts';
import type { PlanDestination } from './livePorts.ts';
import { planWorkspace, validate } from './plan.ts';
import { isChange, type Plan } from './planDocument.ts';
import { planText } from './planText.ts';

export interface PlanOptions extends WorkspaceOptions {
  /** Of a bucket whose name does not tell it. */
  readonly environment: string;
  /** The file to write the plan to, as JSON. */
  readonly out?: string;
  readonly detailedExitCode: boolean;
  readonly json: boolean;
}

/** The result of `gateloop plan`, as `--json` and `--out` give it. */
export interface PlanResult {
  readonly exitCode: number;
  readonly workspace: string;
  /** Problems in the files of the folder. */
  readonly problems: readonly Problem[];
  /** Absent when the workspace has errors. */
  readonly plan?: Plan;
}

/**
 * Validates and plans a workspace, and shows the plan.
 *
 * @throws CommandError `NotFollowed`, `AwsTrouble`
 */
export async function runPlan(
  options: PlanOptions,
  openDestination: () => PlanDestination,
  screen: Screen,
): Promise<PlanResult> {
  const { workspace, folder: path } = options;
  const { paths: files, skippedFiles } = listWorkspaceFiles(path);
  for (const sentence of skippedFiles) screen.say(`Skipped: ${terminalText(sentence)}`);
  const folder = { workspace, path, files };
  const offline = new FolderSpecBucket(folder, bucketNameOf(options.to) ?? '');
  const valid = await validate(workspace, offline, screen);
  if (!valid.desired) return { exitCode: exitCodes.refused, workspace, problems: valid.problems };
  const { client, bucket, live } = openDestination();
  try {
    const stored = new UploadBucket(client, bucket, workspace).stored();
    const online = new FolderSpecBucket(folder, bucket, stored);
    const { desired, problems } = await validate(workspace, online, screen, valid.problems);
    if (!desired) return { exitCode: exitCodes.refused, workspace, problems };
    const plan = await planWorkspace(workspace, online, live);
    screen.say(planText(plan, screen));
    const exitCode = options.detailedExitCode ? exitCodes[exitOf(plan)] : exitCodes.done;
    const result = { exitCode, workspace, problems, plan };
    if (options.out !== undefined) writeFileSync(options.out, `${jsonText(result, 2)}\n`);
    return result;
  } catch (error) {
    throw explainedBucketError(error, bucket);
  }
}

/** What `--detailed-exitcode` says: the first that holds. */
function exitOf({ resources, suspension }: Plan): ExitCodeName {
  if (resources.some(({ action }) => action === 'refused')) return 'refused';
  if (resources.some(isChange)) return suspension ? 'suspended' : 'changes';
  const states = new Set(resources.map(({ state }) => state));
  if (states.has('failed')) return 'failed';
  if (states.has('awaiting-approval') || states.has('awaiting-authorization')) return 'awaiting';
  return states.has('drifted') ? 'drifted' : 'done';
}
