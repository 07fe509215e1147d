import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../../core/problem.ts';
import { retryCommand } from '../../core/reconcile/retries.ts';
import { revisionOf } from '../../core/storage/desiredDocument.ts';
import { outcomeKey } from '../../core/storage/keys.ts';
import { type OutcomeDocument, outcomeDocument } from '../../core/storage/outcomeDocument.ts';
import { terminalText } from '../../core/text/encoders.ts';
import { explainedBucketError } from '../awsErrors.ts';
import type { Screen } from '../display/screen.ts';
import { exitCodes } from '../exitCodes.ts';
import { type Folder, FolderSpecBucket } from '../plan/folderSpecBucket.ts';
import type { PlanDestination } from '../plan/livePorts.ts';
import { planWorkspace, validate } from '../plan/plan.ts';
import type { Plan } from '../plan/planDocument.ts';
import { planText } from '../plan/planText.ts';
import { listWorkspaceFiles } from '../start/workspaceFiles.ts';
import type { WorkspaceOptions } from '../workspaceOptions.ts';
import { bucketNameOf } from './destination.ts';
import { type PublishedDocuments, readPublished } from './follow.ts';
import { outcomeText } from './outcomeText.ts';
import { type FollowPorts, followOnScreen } from './progressDisplay.ts';
import { UploadBucket } from './uploadBucket.ts';
import { uploaderMetadata } from './uploader.ts';
import { compareFiles, type FileChanges, filesText, uploadFiles } from './uploadFiles.ts';

export interface PushOptions extends WorkspaceOptions {
  readonly planOnly: boolean;
  readonly reconcile: boolean;
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
  openDestination: () => PlanDestination,
  ports: FollowPorts,
): Promise<PushResult> {
  const { folder, workspace } = options;
  const { screen } = ports;
  const { paths, skippedFiles } = listWorkspaceFiles(folder);
  for (const sentence of skippedFiles) screen.say(`Skipped: ${terminalText(sentence)}`);
  const upload = { workspace, path: folder, files: paths };
  // The bucket's name is part of the schema URIs of targets, and so of fingerprints.
  const bucket = new FolderSpecBucket(upload, bucketNameOf(options.to) ?? '');
  const { desired, problems } = await validate(workspace, bucket, screen);
  if (!desired) return { exitCode: exitCodes.refused, workspace, problems };
  const destination = openDestination();
  try {
    const stored = new UploadBucket(destination.client, destination.bucket, workspace).stored();
    const online = new FolderSpecBucket(upload, destination.bucket, stored);
    const guarded = await validate(workspace, online, screen, problems);
    if (!guarded.desired) return { exitCode: exitCodes.refused, workspace, problems: guarded.problems };
    return await new Push(options, destination, ports, upload, guarded.problems).run();
  } catch (error) {
    throw explainedBucketError(error, destination.bucket);
  }
}

/** One push of a valid workspace. */
class Push {
  readonly #options: PushOptions;
  readonly #ports: FollowPorts;
  readonly #bucket: UploadBucket;
  readonly #destination: PlanDestination;
  readonly #folder: Folder;
  readonly #problems: readonly Problem[];

  constructor(
    options: PushOptions,
    destination: PlanDestination,
    ports: FollowPorts,
    folder: Folder,
    problems: readonly Problem[],
  ) {
    const { client, bucket } = destination;
    this.#options = options;
    this.#ports = ports;
    this.#destination = destination;
    this.#bucket = new UploadBucket(client, bucket, options.workspace);
    this.#folder = folder;
    this.#problems = problems;
  }

  async run(): Promise<PushResult> {
    const { folder, workspace, planOnly } = this.#options;
    const { files: paths } = this.#folder;
    const content = new Map(paths.map((path) => [path, readFileSync(join(folder, path))]));
    const published = await readPublished(this.#bucket, workspace);
    const files = await compareFiles(content, await this.#bucket.listFiles(), this.#bucket);
    const planned = await this.#plan();
    this.#ports.screen.say(planText(planned, this.#ports.screen));
    this.#ports.screen.say(`Files: ${terminalText(filesText(files))}.`);
    const parts = { workspace, problems: this.#problems, plan: planned, files };
    if (planOnly) return { ...parts, exitCode: exitCodes.done };
    await this.#upload(content, files, published);
    const outcome = await this.#outcome(files, published);
    this.#ports.screen.say(outcomeText(outcome, this.#ports.screen));
    return { ...parts, outcome, exitCode: this.#exitCodeOf(outcome) };
  }

  #plan(): Promise<Plan> {
    const { bucket, live } = this.#destination;
    const upload = new FolderSpecBucket(this.#folder, bucket, this.#bucket.stored());
    return planWorkspace(this.#options.workspace, upload, live);
  }

  async #upload(
    content: ReadonlyMap<string, Buffer>,
    files: FileChanges,
    { outcome }: PublishedDocuments,
  ): Promise<void> {
    const { folder, reconcile } = this.#options;
    const isNew = files.changed.length + files.deleted.length > 0;
    // Any upload starts a reconciliation; uploading an unchanged manifest has no other effect.
    const manifestOnly = { changed: ['manifest.yaml'], deleted: [], unchanged: files.unchanged };
    if (isNew || reconcile) {
      const metadata = uploaderMetadata(folder, process.env);
      await uploadFiles(content, isNew ? files : manifestOnly, this.#bucket, metadata);
    }
    this.#ports.screen.say(
      isNew
        ? `Uploaded ${files.changed.length}, deleted ${files.deleted.length}.`
        : reconcile
          ? 'No file differs; uploaded the manifest again to start a reconciliation.'
          : 'No file differs from the bucket.',
    );
    if (!isNew && outcome)
      for (const line of failureHints(
        outcomeDocument.parse(outcomeKey(this.#options.workspace), outcome.document),
      ))
        this.#ports.screen.say(terminalText(line));
  }

  async #outcome(files: FileChanges, before: PublishedDocuments): Promise<OutcomeDocument> {
    const { workspace, minutes, untilReady, reconcile } = this.#options;
    const { screen } = this.#ports;
    const revision = revisionOf(await this.#bucket.listFiles());
    const isNew = files.changed.length + files.deleted.length > 0 || reconcile;
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
