import { revisionOf } from '../../core/storage/desiredDocument.ts';
import { outcomeKey, progressKey } from '../../core/storage/keys.ts';
import {
  type OutcomeDocument,
  outcomeDocument,
  type ProgressDocument,
  progressDocument,
} from '../../core/storage/outcomeDocument.ts';
import { CommandError } from '../errorReport.ts';
import type { Found, UploadBucket } from './uploadBucket.ts';

/** The documents that Gateloop has published about a workspace. */
export interface PublishedDocuments {
  readonly outcome?: Found;
  readonly progress?: Found;
}

export interface Following {
  readonly bucket: UploadBucket;
  readonly workspace: string;
  /** The revision of the upload. */
  readonly revision: string;
  /** The documents from before the upload, which describe earlier uploads. */
  readonly before: PublishedDocuments;
  readonly minutes: number;
  readonly untilReady: boolean;
  /** Receives each new progress document of this upload. */
  readonly onProgress: (progress: ProgressDocument) => void;
  readonly onAwaiting: (outcome: OutcomeDocument) => void;
  /** Waits until the next poll. */
  readonly pause: () => Promise<void>;
  /** ms since the epoch. */
  readonly now: () => number;
}

export async function readPublished(bucket: UploadBucket, workspace: string): Promise<PublishedDocuments> {
  const [outcome, progress] = await Promise.all([
    bucket.read(outcomeKey(workspace)),
    bucket.read(progressKey(workspace)),
  ]);
  return { ...(outcome && { outcome }), ...(progress && { progress }) };
}

/**
 * Polls until Gateloop publishes the outcome of this upload.
 *
 * @throws CommandError `NotFollowed` on timeout, or when a later upload has replaced this one
 */
export async function follow(following: Following): Promise<OutcomeDocument> {
  const { bucket, workspace, revision, before, minutes, pause, now } = following;
  const end = now() + minutes * 60_000;
  let { outcome, progress } = before;
  while (now() < end) {
    const newer = await bucket.read(progressKey(workspace), progress?.etag);
    if (newer) {
      progress = newer;
      const document = progressDocument.parse(progressKey(workspace), newer.document);
      if (document.revision === revision) following.onProgress(document);
    }
    const published = await bucket.read(outcomeKey(workspace), outcome?.etag);
    if (published) {
      outcome = published;
      const document = outcomeDocument.parse(outcomeKey(workspace), published.document);
      if (document.revision !== revision) await checkNotOvertaken(following, document);
      else if (document.outcome !== 'awaiting' || !following.untilReady) return document;
      else following.onAwaiting(document);
    }
    await pause();
  }
  throw new CommandError('NotFollowed', {
    what: `Not settled after ${minutes} minutes.`,
    where: workspace,
    remedy: 'Gateloop continues in the background; push again to see the outcome.',
  });
}

/** Gateloop may still publish the outcome of an earlier upload; the outcome of a later upload means that this one gets none. */
async function checkNotOvertaken(
  { bucket, workspace, revision }: Following,
  { revision: settled }: OutcomeDocument,
): Promise<void> {
  const present = revisionOf(await bucket.listFiles());
  if (present === revision || present !== settled) return;
  throw new CommandError('NotFollowed', {
    what: `Another user has uploaded ${workspace} since: the bucket does not hold the files of this push.`,
    where: workspace,
    remedy: 'Find out who else pushes this workspace, and push again.',
  });
}
