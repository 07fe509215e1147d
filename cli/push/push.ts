import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { controlPlaneShapes } from '../../adapters/sdkShapes.ts';
import type { DesiredState } from '../../core/desired/desired.ts';
import { hasErrors, type Problem } from '../../core/problem.ts';
import { retryCommand } from '../../core/reconcile/retries.ts';
import { contractKey, outcomeKey } from '../../core/storage/keys.ts';
import { type OutcomeDocument, outcomeDocument } from '../../core/storage/outcomeDocument.ts';
import { contractDocument } from '../../core/storage/toolContractDocuments.ts';
import { readDesired, revisionOf } from '../../functions/poll/readDesired.ts';
import { explainedBucketError } from '../awsErrors.ts';
import type { Screen } from '../display/screen.ts';
import { exitCodes } from '../exitCodes.ts';
import { listWorkspaceFiles } from '../start/workspaceFiles.ts';
import { bucketNameOf, type Destination, type PushTo } from './destination.ts';
import { FolderSpecBucket } from './folderSpecBucket.ts';
import { type PublishedDocuments, readPublished } from './follow.ts';
import { outcomeText, problemText } from './outcomeText.ts';
import { type Plan, plan } from './plan.ts';
import { planText } from './planText.ts';
import { type FollowPorts, followOnScreen } from './progressDisplay.ts';
import { UploadBucket } from './uploadBucket.ts';
import { compareFiles, type FileChanges, uploadFiles } from './uploadFiles.ts';

export interface PushOptions {
  /** Absolute. */
  readonly folder: string;
  readonly workspace: string;
  readonly to: PushTo;
  readonly planOnly: boolean;
  readonly look: boolean;
  readonly untilReady: boolean;
  readonly allowWaiting: boolean;
  readonly minutes: number;
  readonly json: boolean;
  readonly policy: boolean;
}

/** The result of a push, as `--json` prints it. */
export interface PushResult {
  readonly exitCode: number;
  readonly workspace: string;
  /** Problems in the files of the folder. */
  readonly problems: readonly Problem[];
  /** Absent when the workspace has errors. */
  readonly plan?: Plan;
  readonly files?: FileChanges;
  /** Absent with `--plan`. */
  readonly outcome?: OutcomeDocument;
}

/**
 * Validates a workspace, plans and uploads it, and follows its reconciliation.
 *
 * @throws CommandError `NotFollowed`, `AwsTrouble`
 */
export async function push(
  options: PushOptions,
  openDestination: () => Destination,
  ports: FollowPorts,
): Promise<PushResult> {
  const { folder, workspace } = options;
  const { screen } = ports;
  const { paths, skippedFiles } = listWorkspaceFiles(folder);
  for (const sentence of skippedFiles) screen.say(`Skipped: ${sentence}`);
  // The bucket's name is part of the schema URIs of targets, and so of fingerprints.
  const bucket = new FolderSpecBucket(folder, paths, bucketNameOf(options.to) ?? '');
  const { desired, problems } = await validate(workspace, bucket, screen);
  if (!desired) return { exitCode: exitCodes.refused, workspace, problems };
  const destination = openDestination();
  try {
    return await new Push(options, destination, ports, paths, { desired, problems }).run();
  } catch (error) {
    throw explainedBucketError(error, destination.bucket);
  }
}

/** Validates the workspace with the code of the poll step, before the first request to AWS. */
async function validate(
  workspace: string,
  bucket: FolderSpecBucket,
  screen: Screen,
): Promise<{ desired?: DesiredState; problems: readonly Problem[] }> {
  const { desired, problems } = await readDesired(workspace, bucket, controlPlaneShapes);
  for (const problem of problems) screen.say(problemText(problem, screen));
  if (desired && !hasErrors(problems)) return { desired, problems };
  const count = problems.filter(({ severity }) => severity === 'error').length;
  screen.say(`${workspace} is refused: ${count} ${count === 1 ? 'error' : 'errors'}. Nothing was uploaded.`);
  return { problems };
}

/** A workspace without errors; it may have warnings. */
interface Checked {
  readonly desired: DesiredState;
  readonly problems: readonly Problem[];
}

/** One push of a valid workspace. */
class Push {
  readonly #options: PushOptions;
  readonly #ports: FollowPorts;
  readonly #bucket: UploadBucket;
  readonly #paths: readonly string[];
  readonly #checked: Checked;

  constructor(
    options: PushOptions,
    { client, bucket }: Destination,
    ports: FollowPorts,
    paths: readonly string[],
    checked: Checked,
  ) {
    this.#options = options;
    this.#ports = ports;
    this.#bucket = new UploadBucket(client, bucket, options.workspace);
    this.#paths = paths;
    this.#checked = checked;
  }

  async run(): Promise<PushResult> {
    const { folder, workspace, planOnly } = this.#options;
    const content = new Map(this.#paths.map((path) => [path, readFileSync(join(folder, path))]));
    const published = await readPublished(this.#bucket, workspace);
    const files = await compareFiles(content, await this.#bucket.listFiles(), this.#bucket);
    const planned = await this.#plan(published);
    this.#ports.screen.say(planText(planned, files, this.#ports.screen));
    const parts = { workspace, problems: this.#checked.problems, plan: planned, files };
    if (planOnly) return { ...parts, exitCode: exitCodes.done };
    await this.#upload(content, files, published);
    const outcome = await this.#outcome(files, published);
    this.#ports.screen.say(outcomeText(outcome, this.#ports.screen));
    return { ...parts, outcome, exitCode: this.#exitCodeOf(outcome) };
  }

  async #plan({ outcome }: PublishedDocuments): Promise<Plan> {
    const { workspace } = this.#options;
    const last = outcome && outcomeDocument.parse(outcomeKey(workspace), outcome.document);
    const readContract = async (fingerprint: string) => {
      const key = contractKey(workspace, fingerprint);
      const stored = await this.#bucket.read(key);
      return stored && contractDocument.parse(key, stored.document);
    };
    return plan(this.#checked.desired, last, readContract, controlPlaneShapes);
  }

  async #upload(
    content: ReadonlyMap<string, Buffer>,
    files: FileChanges,
    { outcome }: PublishedDocuments,
  ): Promise<void> {
    const { look } = this.#options;
    const isNew = files.changed.length + files.deleted.length > 0;
    // Any upload starts a reconciliation; uploading an unchanged manifest has no other effect.
    const manifestOnly = { changed: ['manifest.yaml'], deleted: [], unchanged: files.unchanged };
    if (isNew || look) await uploadFiles(content, isNew ? files : manifestOnly, this.#bucket);
    this.#ports.screen.say(
      isNew
        ? `Uploaded ${files.changed.length}, deleted ${files.deleted.length}.`
        : look
          ? 'No file differs; uploaded the manifest again to start a reconciliation.'
          : 'No file differs from the bucket.',
    );
    if (!isNew && outcome)
      for (const line of failureHints(
        outcomeDocument.parse(outcomeKey(this.#options.workspace), outcome.document),
      ))
        this.#ports.screen.say(line);
  }

  async #outcome(files: FileChanges, before: PublishedDocuments): Promise<OutcomeDocument> {
    const { workspace, minutes, untilReady, look } = this.#options;
    const { screen } = this.#ports;
    const revision = revisionOf(await this.#bucket.listFiles());
    const isNew = files.changed.length + files.deleted.length > 0 || look;
    const last = before.outcome && outcomeDocument.parse(outcomeKey(workspace), before.outcome.document);
    const isCurrent = !isNew && last?.revision === revision && !(untilReady && last.outcome === 'awaiting');
    if (isCurrent) return last;
    const printAwaiting = printChanges((outcome: OutcomeDocument) => outcomeText(outcome, screen), screen);
    if (!isNew && last?.revision === revision) printAwaiting(last);
    return followOnScreen(
      {
        bucket: this.#bucket,
        workspace,
        revision,
        // The outcome of another user's identical upload may be there already.
        before: isNew || last?.revision === revision ? before : {},
        minutes,
        untilReady,
        onAwaiting: printAwaiting,
      },
      this.#ports,
    );
  }

  #exitCodeOf({ outcome }: OutcomeDocument): number {
    if (outcome === 'ready' || (outcome === 'awaiting' && this.#options.allowWaiting)) return exitCodes.done;
    return exitCodes[outcome];
  }
}

/** What failed with these very files, which a push without a change does not try again. */
function failureHints({ resources }: OutcomeDocument): string[] {
  return resources
    .filter(({ state }) => state === 'failed')
    .map(({ address }) => `${address} failed with these files. To try again, run: ${retryCommand(address)}`);
}

/** Prints a text only when it changes: each drift check publishes the outcome again. */
function printChanges<T>(textOf: (value: T) => string, screen: Screen): (value: T) => void {
  let printed = '';
  return (value) => {
    const text = textOf(value);
    if (text !== printed) screen.say(text);
    printed = text;
  };
}
