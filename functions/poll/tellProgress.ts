import type { Decision } from '../../core/decide/decide.ts';
import type { Documents } from '../../core/ports/specBucket.ts';
import { uploadOf } from '../desiredDocument.ts';
import { type ProgressDocument, progressKey } from '../outcomeDocument.ts';
import type { PollEvent } from './pollEvent.ts';

/**
 * Leaves word of how far the pass has come, for whoever follows an upload. Only where something moves: a pass that
 * finds everything in step costs no write, and how one ended is told by its outcome.
 */
export async function tellProgress(
  { workspace, now }: Pick<PollEvent, 'workspace' | 'now'>,
  revision: string,
  { next, remember, forget, resources }: Decision,
  bucket: Documents,
): Promise<void> {
  if (next === 'settled' || remember.length + forget.length === 0) return;
  const progress: ProgressDocument = {
    revision: uploadOf(revision),
    time: new Date(now).toISOString(),
    resources: resources.map(({ address, state }) => ({ address, state })),
  };
  await bucket.writeDocument(progressKey(workspace), progress);
}
