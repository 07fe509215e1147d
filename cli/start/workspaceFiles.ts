import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join, sep } from 'node:path';

/** What of a workspace's folder can be uploaded, and what cannot. */
export interface WorkspaceFiles {
  /** Paths below the folder with `/` between, in the order of upload. */
  readonly paths: readonly string[];
  /** Each a sentence that names the file and says why it stays behind. */
  readonly skippedFiles: readonly string[];
}

const MANIFEST = 'manifest.yaml';

/** Far more than the 10 MB that a schema may have, so that Gateloop's own refusal is heard; far less than memory. */
const LARGEST_FILE = 64 * 1024 * 1024;
/** S3 takes keys of 1024 bytes; `workspaces/<name>/` needs up to 75 of them. */
const LONGEST_PATH_BYTES = 949;

/** Names that editors give to what is no file of the team: backups, swap files, and vim's probe `4913`. */
const TEMPORARY = /^\.|~$|^#.*#$|\.sw[a-z]$|\.tmp$|\.bak$|^4913$|___jb_(tmp|old)___$/;

/** Whether a file or folder of this name is an editor's or a tool's, and none of a workspace. */
export function isTemporary(name: string): boolean {
  return TEMPORARY.test(name);
}

/**
 * Lists a workspace's folder. Links are followed to files of the same folder only: what a manifest names must not
 * carry anything else of this machine into a bucket.
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

/** The manifest last, so that what it names is there before it. */
function byUpload(one: string, other: string): number {
  return Number(one === MANIFEST) - Number(other === MANIFEST) || one.localeCompare(other);
}

/** It was listed, and is gone: an editor has replaced it, and the watch will hear of that. */
const VANISHED = '';

function reasonToSkip(file: string, path: string, entry: Dirent, root: string): string | undefined {
  const stats = statOf(file);
  if (entry.isSymbolicLink()) {
    if (!stats) return 'is a link to nothing.';
    if (!isInside(realpathSync(file), root))
      return 'is a link that leads out of the workspace, and is not followed. Put the file itself there.';
    if (stats.isDirectory())
      return 'is a link to a folder, and is not followed. Put the folder itself there.';
  }
  if (!stats) return VANISHED;
  if (!stats.isFile()) return 'is no ordinary file.';
  if (stats.size > LARGEST_FILE)
    return `has ${Math.round(stats.size / 1_000_000)} MB; nothing larger than ${LARGEST_FILE / 1024 / 1024} MiB is uploaded, and no schema may be larger than 10 MB.`;
  if (Buffer.byteLength(path) > LONGEST_PATH_BYTES) return 'has a name too long for S3.';
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

/** Whether something failed because a file or folder is not there, or not a folder, any more. */
export function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
