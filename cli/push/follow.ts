import { outcomeKey, progressKey } from '../../core/storage/keys.ts';
import {
  type OutcomeDocument,
  outcomeDocument,
  type ProgressDocument,
  progressDocument,
} from '../../core/storage/outcomeDocument.ts';
import { revisionOf } from '../../functions/poll/readDesired.ts';
import { CommandError } from '../errorReport.ts';
import type { Found, UploadBucket } from './uploadBucket.ts';

/** What is told of a workspace at one moment. */
export interface Told {
  readonly outcome?: Found;
  readonly progress?: Found;
}

export interface Following {
  readonly bucket: UploadBucket;
  readonly workspace: string;
  /** Of what was uploaded. */
  readonly revision: string;
  /** What had been told before the upload; none of it is about it. */
  readonly before: Told;
  readonly minutes: number;
  readonly untilReady: boolean;
  /** Is given every outcome and every step on the way. */
  readonly onProgress: (progress: ProgressDocument) => void;
  readonly onAwaiting: (outcome: OutcomeDocument) => void;
  /** Lets time pass until the next look. */
  readonly pause: () => Promise<void>;
  /** ms since the epoch. */
  readonly now: () => number;
}

export async function readTold(bucket: UploadBucket, workspace: string): Promise<Told> {
  const [outcome, progress] = await Promise.all([
    bucket.read(outcomeKey(workspace)),
    bucket.read(progressKey(workspace)),
  ]);
  return { ...(outcome && { outcome }), ...(progress && { progress }) };
}

/**
 * Looks again and again until the outcome of this very upload is told.
 *
 * @throws GateloopError `NotFollowed` when time is up, or when another upload came after this one
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
    const told = await bucket.read(outcomeKey(workspace), outcome?.etag);
    if (told) {
      outcome = told;
      const document = outcomeDocument.parse(outcomeKey(workspace), told.document);
      if (document.revision !== revision) await checkNotOvertaken(following, document);
      else if (document.outcome !== 'awaiting' || !following.untilReady) return document;
      else following.onAwaiting(document);
    }
    await pause();
  }
  throw new CommandError('NotFollowed', {
    what: `Not settled after ${minutes} minutes.`,
    where: workspace,
    remedy: 'Gateloop goes on by itself; push again to see how it stands.',
  });
}

/** An outcome of an earlier upload may still come in; one of a later upload means that ours will have none. */
async function checkNotOvertaken(
  { bucket, workspace, revision }: Following,
  { revision: told }: OutcomeDocument,
): Promise<void> {
  const present = revisionOf(await bucket.listFiles());
  if (present === revision || present !== told) return;
  throw new CommandError('NotFollowed', {
    what: `Another upload of ${workspace} came meanwhile: what is in the bucket is not what was pushed from here.`,
    where: workspace,
    remedy: 'See who else pushes it.',
  });
}
