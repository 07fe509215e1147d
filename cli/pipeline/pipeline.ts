import { appendFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { markdownBlock } from '../../core/text/encoders.ts';
import type { CommandIo } from '../commandSpec.ts';
import { screenOn } from '../display/screen.ts';
import { errorReport, reportText } from '../errorReport.ts';
import { exitCodeOfError, exitCodes } from '../exitCodes.ts';
import type { PlanDestination } from '../plan/livePorts.ts';
import { runPlan } from '../plan/runPlan.ts';
import type { FollowPorts } from '../push/progressDisplay.ts';
import { push } from '../push/push.ts';
import { type LocalWorkspace, validateFolders, workspacesIn } from '../validate/validate.ts';

export interface PipelineOptions {
  readonly folders: readonly string[];
  /** The file with the operators' guardrails. */
  readonly guardrails?: string;
  /** Absent: nothing is planned. */
  readonly bucket?: string;
  readonly environment: string;
  /** Uploads the workspaces after they were validated; otherwise they are planned. */
  readonly push: boolean;
  readonly minutes: number;
  /** The role to assume by the token that GitHub gives the job. */
  readonly role?: string;
  readonly json: boolean;
}

/** What `gateloop pipeline --json` prints. */
export interface PipelineResult {
  readonly exitCode: number;
  /** The exit code of the plan or push of each workspace; empty where the files have errors, or no bucket is given. */
  readonly workspaces: Readonly<Record<string, number>>;
}

export interface PipelinePorts extends Omit<FollowPorts, 'screen'> {
  readonly openDestination: () => PlanDestination;
}

/**
 * Validates the workspaces, then plans or pushes each. Its text goes to the log, and to the summary of the job where GitHub has
 * one. A workspace that fails does not stop the others.
 */
export async function runPipeline(
  options: PipelineOptions,
  ports: PipelinePorts,
  { stdout, stderr, environment }: CommandIo,
): Promise<PipelineResult> {
  const log = options.json ? stderr : stdout;
  const summary = new Summary(environment.GITHUB_STEP_SUMMARY);
  const checked = recorder(log);
  const { folders, guardrails, bucket, environment: of } = options;
  const valid = await validateFolders(
    { folders, format: 'github', environment: of, ...(guardrails !== undefined && { guardrails }) },
    { stdout: checked.stream, environment },
  );
  summary.add('Files', checked.text());
  if (valid !== exitCodes.done || bucket === undefined) return { exitCode: valid, workspaces: {} };
  const workspaces: Record<string, number> = {};
  for (const workspace of workspacesIn(folders)) {
    const shown = recorder(log);
    const screen = screenOn(shown.stream, environment);
    try {
      const { exitCode } = await one(workspace, { ...options, bucket }, { ...ports, screen });
      workspaces[workspace.name] = exitCode;
    } catch (error) {
      const report = errorReport(error, `gateloop pipeline, ${workspace.name}`);
      screen.say(reportText(report, false));
      workspaces[workspace.name] = exitCodeOfError(report.code);
    }
    summary.add(workspace.name, shown.text());
  }
  return { exitCode: worstOf(Object.values(workspaces)), workspaces };
}

function one(
  { name: workspace, folder }: LocalWorkspace,
  { bucket, environment, minutes, json, push: isPush }: PipelineOptions & { readonly bucket: string },
  { openDestination, ...ports }: PipelinePorts & FollowPorts,
): Promise<{ readonly exitCode: number }> {
  const place = { workspace, folder, to: { bucket }, environment, json };
  if (!isPush) return runPlan({ ...place, detailedExitCode: false }, openDestination, ports.screen);
  const following = { planOnly: false, reconcile: false, untilReady: false, policy: false };
  // People may answer after the pipeline has ended.
  return push({ ...place, ...following, allowWaiting: true, minutes }, openDestination, ports);
}

/** The codes from the worst on; any other code is none of a plan or a push. */
const BY_WEIGHT: readonly number[] = [
  exitCodes.failed,
  exitCodes.refused,
  exitCodes.notFollowed,
  exitCodes.drifted,
  exitCodes.suspended,
  exitCodes.awaiting,
];

function worstOf(codes: readonly number[]): number {
  return BY_WEIGHT.find((code) => codes.includes(code)) ?? exitCodes.done;
}

/** A stream that is no terminal: it passes its text on, and keeps it. */
function recorder(log: NodeJS.WritableStream): { readonly stream: Writable; readonly text: () => string } {
  let text = '';
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      text += chunk;
      log.write(chunk);
      done();
    },
  });
  return { stream, text: () => text };
}

/** The page of the job that GitHub shows; nothing elsewhere. */
class Summary {
  readonly #file: string | undefined;

  constructor(file: string | undefined) {
    this.#file = file;
  }

  add(title: string, text: string): void {
    if (this.#file === undefined) return;
    const lines = text.split('\n').filter((line) => !line.startsWith('::'));
    appendFileSync(
      this.#file,
      `### ${title.replaceAll('_', '\\_')}\n\n${markdownBlock(lines.join('\n').trim())}\n\n`,
    );
  }
}
