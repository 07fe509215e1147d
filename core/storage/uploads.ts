import { prefixes } from './keys.ts';

/**
 * For JSON Schema. The name of a folder in the bucket: keys of the ledger and of the bucket contain it, so it has no `#` and
 * no `/`. A workspace named `shared` would own the secrets `shared/…`, which every workspace may use.
 */
export const workspaceNamePattern = '^(?!shared$)[A-Za-z0-9][A-Za-z0-9._-]{0,62}$';
const WORKSPACE_NAME = new RegExp(workspaceNamePattern);

/** The rule for names of workspaces, in words for error messages. */
export const workspaceNameRule =
  'letters, digits, ".", "_" and "-", a letter or digit first, at most 63, and is not "shared"';

/** @returns whether a folder of this name can be a workspace */
export function isWorkspaceName(name: string): boolean {
  return WORKSPACE_NAME.test(name);
}

/** A page of S3's list has 1,000 files, so that ten calls tell whether a workspace has more. Each poll makes them. */
export const MAX_WORKSPACE_FILES = 10_000;

/** Files that the S3 console, macOS and Windows create by themselves; the first one marks an empty folder. */
const IGNORED_NAMES = /^(|\.DS_Store|\._.*|Thumbs\.db|desktop\.ini)$/i;

/** @returns whether Gateloop ignores a file with this key or path, since no person has made it */
export function isIgnoredFile(path: string): boolean {
  return IGNORED_NAMES.test(path.slice(path.lastIndexOf('/') + 1));
}

/** A key below `workspaces/` that is part of no workspace. */
export interface StrayUpload {
  readonly key: string;
  /** The folder, or the file where it is in none: one message covers all files of a folder. */
  readonly place: string;
  /** What is wrong, and what to do. */
  readonly problem: string;
}

/** @returns undefined for a file of a workspace, and for a key outside `workspaces/` */
export function strayUpload(key: string): StrayUpload | undefined {
  if (!key.startsWith(prefixes.uploads)) return undefined;
  const [name = '', ...path] = key.slice(prefixes.uploads.length).split('/');
  const place = prefixes.uploads + name;
  if (path.length === 0) {
    const problem = `${place} is in no workspace. Move it into the folder of one, ${prefixes.uploads}<name>/, or delete it.`;
    return { key, place, problem };
  }
  if (isWorkspaceName(name)) return undefined;
  const problem = `"${name}" is not a valid name of a workspace: it has ${workspaceNameRule}. Upload the folder under a valid name, and delete ${place}/.`;
  return { key, place, problem };
}

/** @returns the path of the file with the parameters of an environment, within the workspace */
export function parametersPath(environment: string): string {
  return `parameters/${environment}.yaml`;
}
