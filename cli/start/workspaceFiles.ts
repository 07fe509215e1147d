import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join, sep } from 'node:path';

/** The files of a workspace's folder: those to upload and those to skip. */
export interface WorkspaceFiles {
  /** Paths relative to the folder, with `/` as the separator, in the order of upload. */
  readonly paths: readonly string[];
  /** One sentence for each skipped file, with its name and the reason. */
  readonly skippedFiles: readonly string[];
}

const MANIFEST = 'manifest.yaml';

/** In bytes: above the 10 MB limit of schemas, so that validation reports those; far below the memory of the process. */
const LARGEST_FILE = 64 * 1024 * 1024;
/** S3 allows keys of 1024 bytes; `workspaces/<name>/` takes up to 75. */
const LONGEST_PATH_BYTES = 949;

/** Temporary files of editors: backups, swap files, and vim's probe `4913`. */
const TEMPORARY = /^\.|~$|^#.*#$|\.sw[a-z]$|\.tmp$|\.bak$|^4913$|___jb_(tmp|old)___$/;

/** Whether the name is that of a temporary file of an editor or tool. */
export function isTemporary(name: string): boolean {
  return TEMPORARY.test(name);
}

/**
 * Lists a workspace's folder. Follows symbolic links only to files of the same folder: a manifest must not upload other
 * files of this machine.
 */
export function listWorkspaceFiles(folder: string): WorkspaceFiles {
  const paths: string[] = [];
  const skippedFiles: string[] = [];
  const root = realpathSync(folder);
  const visit = (below: string) => {
    for (const entry of entriesOf(join(folder, below))) {
      if (isTemporary(entry.name)) continue;
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) visit(path);
      else {
        const why = reasonToSkip(join(folder, path), path, entry, root);
        if (why === undefined) paths.push(path);
        else if (why !== VANISHED) skippedFiles.push(`${path} ${why}`);
      }
    }
  };
  visit('');
  return { paths: paths.sort(byUpload), skippedFiles };
}

/** Sorts the manifest last: the upload needs the files that it names first. */
function byUpload(one: string, other: string): number {
  return Number(one === MANIFEST) - Number(other === MANIFEST) || one.localeCompare(other);
}

/** An editor has replaced the file since it was listed; the watch reports that change. */
const VANISHED = '';

function reasonToSkip(file: string, path: string, entry: Dirent, root: string): string | undefined {
  const stats = statOf(file);
  if (entry.isSymbolicLink()) {
    if (!stats) return 'is a broken link.';
    if (!isInside(realpathSync(file), root))
      return 'is a link to a file outside the workspace, which Gateloop does not follow. Copy the file there.';
    if (stats.isDirectory())
      return 'is a link to a folder, which Gateloop does not follow. Copy the folder there.';
  }
  if (!stats) return VANISHED;
  if (!stats.isFile()) return 'is not a regular file.';
  if (stats.size > LARGEST_FILE)
    return `has ${Math.round(stats.size / 1_000_000)} MB; the limit of an upload is ${LARGEST_FILE / 1024 / 1024} MiB, and that of a schema is 10 MB.`;
  if (Buffer.byteLength(path) > LONGEST_PATH_BYTES) return 'has a path that is too long for S3.';
  return undefined;
}

function isInside(file: string, root: string): boolean {
  return file.startsWith(root + sep);
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

function statOf(file: string): Stats | undefined {
  return statSync(file, { throwIfNoEntry: false });
}

/** Whether the error means that a file or folder does not exist, or is not a folder. */
export function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
