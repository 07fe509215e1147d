import type { WorkspaceFile } from '../../core/ports/specBucket.ts';
import type { UploadBucket } from './uploadBucket.ts';

/** How a folder differs from what is in the bucket. */
export interface FileChanges {
  /** To be uploaded, in this order: the manifest last. */
  readonly changed: readonly string[];
  readonly deleted: readonly string[];
  /** How many are as they are. */
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
 * Brings the bucket to what the folder holds. Schemas go before the manifest that names them, and what is gone goes
 * after it: at no moment does a manifest name what is not there, and an upload that is cut short leaves the manifest
 * of before in force.
 */
export async function uploadFiles(
  content: ReadonlyMap<string, Buffer>,
  { changed, deleted }: FileChanges,
  bucket: UploadBucket,
): Promise<void> {
  for (const path of changed) {
    const bytes = content.get(path);
    if (bytes) await bucket.put(path, bytes);
  }
  for (const path of deleted) await bucket.delete(path);
}
