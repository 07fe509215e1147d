import { createHash } from 'node:crypto';
import type { DesiredState } from '../desired/desired.ts';
import type { Refusal } from '../outcome/refusal.ts';
import type { DocumentStore, WorkspaceFile } from '../ports/specBucket.ts';
import type { Problem } from '../problem.ts';
import { desiredKey } from './keys.ts';
import { isList, isMapping, isText, isTrue, optional } from './memberChecks.ts';
import { type ReadableStore, StoredDocument } from './storedDocument.ts';
import { storedFormats } from './storedFormats.ts';

/** The result of parsing one upload of a workspace. */
export interface DesiredDocument {
  readonly revision: string;
  /** Absent where the upload is refused. */
  readonly desired?: DesiredState;
  readonly problems: readonly Problem[];
  /** Present where the upload has errors and its manifest can be read. */
  readonly refusal?: Refusal;
  /** Schemas of the upload are not read yet. The revision says which, so that the whole upload has another one. */
  readonly isPartial?: true;
}

const desiredDocument = new StoredDocument<DesiredDocument>(storedFormats.parsedUpload, {
  revision: isText,
  desired: optional(isMapping),
  problems: isList,
  refusal: optional(isMapping),
  isPartial: optional(isTrue),
});

/** @returns the revision of an upload together with the contents of the registries that it imports targets from */
export function combinedRevision(upload: string, registryDigest: string): string {
  return `${upload}-${registryDigest}`;
}

/** The revision of an upload: a digest of its files, which a team can compute from its own copies. */
export function revisionOf(files: readonly WorkspaceFile[]): string {
  const parts = files.map(({ path, size, etag }) => [path, size, etag]).sort();
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** @returns the revision of the upload alone, which the uploading team can compute from its files */
export function uploadRevision(revision: string): string {
  return revision.replace(/-.*/, '');
}

export async function writeDesiredDocument(
  workspace: string,
  document: DesiredDocument,
  bucket: Pick<DocumentStore, 'writeDocument'>,
): Promise<void> {
  await desiredDocument.write(desiredKey(workspace, document.revision), document, bucket);
}

/**
 * @returns what poll parsed of a revision; undefined where it has expired, is broken or has another format: poll parses
 * the upload again
 */
export function readDesiredDocument(
  workspace: string,
  revision: string,
  bucket: ReadableStore,
): Promise<DesiredDocument | undefined> {
  return desiredDocument.readIfSupported(desiredKey(workspace, revision), bucket);
}
