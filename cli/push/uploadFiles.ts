import type { WorkspaceFile } from '../../core/ports/specBucket.ts';
import type { UploadBucket } from './uploadBucket.ts';

/** How a folder differs from the bucket. */
export interface FileChanges {
  /** Paths to upload, in this order: the manifest last. */
  readonly changed: readonly string[];
  readonly deleted: readonly string[];
  /** The number of unchanged files. */
  readonly unchanged: number;
}

/** @param content of each path, in the order of upload */
export async function compareFiles(
  content: ReadonlyMap<string, Buffer>,
  there: readonly WorkspaceFile[],
  bucket: UploadBucket,
): Promise<FileChanges> {
  const known = new Map(there.map((file) => [file.path, file]));
  const changed: string[] = [];
  for (const [path, bytes] of content) {
    const file = known.get(path);
    if (!file || !(await bucket.holds(file, bytes))) changed.push(path);
  }
  const deleted = there.map(({ path }) => path).filter((path) => !content.has(path));
  return { changed, deleted, unchanged: content.size - changed.length };
}

/**
 * Makes the bucket equal to the folder. Uploads schemas before the manifest that names them, and deletes files after it:
 * the manifest never names a missing file, and an interrupted upload leaves the earlier manifest in force.
 *
 * @param metadata stored with each file
 */
export async function uploadFiles(
  content: ReadonlyMap<string, Buffer>,
  { changed, deleted }: FileChanges,
  bucket: UploadBucket,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  for (const path of changed) {
    const bytes = content.get(path);
    if (bytes) await bucket.put(path, bytes, metadata);
  }
  for (const path of deleted) await bucket.delete(path);
}

/** The changes for people, on one line. */
export function filesText({ changed, deleted, unchanged }: FileChanges): string {
  const parts = [
    ...changed.map((path) => `upload ${path}`),
    ...deleted.map((path) => `delete ${path}`),
    ...(unchanged > 0 ? [`${unchanged} unchanged`] : []),
  ];
  return parts.join(', ');
}
