import type { DeletedResource } from '../authorization/requestSubject.ts';
import type { DocumentStore } from '../ports/specBucket.ts';
import { deletionsKey } from './keys.ts';
import { isList } from './memberChecks.ts';
import { type ReadableStore, StoredDocument } from './storedDocument.ts';
import { storedFormats } from './storedFormats.ts';

interface Deletions {
  readonly resources: readonly DeletedResource[];
}

const deletionsDocument = new StoredDocument<Deletions>(storedFormats.deletions, { resources: isList });

/** Stores what a person is asked to let go, for the step that opens the request. */
export async function saveDeletions(
  workspace: string,
  fingerprint: string,
  resources: readonly DeletedResource[],
  bucket: Pick<DocumentStore, 'writeDocument'>,
): Promise<void> {
  await deletionsDocument.write(deletionsKey(workspace, fingerprint), { resources }, bucket);
}

/** @returns undefined where the document is absent, is broken or has another format: poll writes it anew */
export async function readDeletions(
  workspace: string,
  fingerprint: string,
  bucket: ReadableStore,
): Promise<readonly DeletedResource[] | undefined> {
  return (await deletionsDocument.readIfSupported(deletionsKey(workspace, fingerprint), bucket))?.resources;
}
