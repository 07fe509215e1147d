import type { DocumentStore } from '../../core/ports/specBucket.ts';
import type { ReconcileResult } from '../../core/reconcile/decide.ts';
import { uploadRevision } from '../../core/storage/desiredDocument.ts';
import { writeProgress as writeProgressDocument } from '../../core/storage/outcomeDocument.ts';
import type { PollEvent } from './pollEvent.ts';

/**
 * Leaves word of how far the pass has come, for whoever follows an upload. Only where something moves: a pass that
 * finds everything in step costs no write, and how one ended is told by its outcome.
 */
export async function writeProgress(
  { workspace, now }: Pick<PollEvent, 'workspace' | 'now'>,
  revision: string,
  { next, upserts, deletes, resources }: ReconcileResult,
  bucket: DocumentStore,
): Promise<void> {
  if (next === 'settled' || upserts.length + deletes.length === 0) return;
  await writeProgressDocument(
    workspace,
    {
      revision: uploadRevision(revision),
      time: new Date(now).toISOString(),
      resources: resources.map(({ address, state }) => ({ address, state })),
    },
    bucket,
  );
}
