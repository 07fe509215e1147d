import type { Desired } from '../core/desired/desired.ts';
import type { Problem } from '../core/manifest/problem.ts';
import type { Documents } from '../core/ports/specBucket.ts';

/** What reading one upload of a workspace gave. */
export interface DesiredDocument {
  readonly revision: string;
  /** Absent where the upload is refused. */
  readonly desired?: Desired;
  readonly problems: readonly Problem[];
}

/** @returns the revision of what an upload wants together with what registries hold; `held` tells apart what they hold */
export function drawnRevision(upload: string, held: string): string {
  return `${upload}-${held}`;
}

/** @returns the revision of the upload alone, by which those who uploaded it know it */
export function uploadOf(revision: string): string {
  return revision.replace(/-.*/, '');
}

/** To be raised when manifests or schemas are read differently than before, so that what was read earlier is read again. */
const READING = 3;

/** The prefix of what is read again where it is gone; the deployment lets it expire. */
export const READINGS = 'desired/readings/';

/** Where the document of a revision stands in the spec bucket: outside of `workspaces/`, where only teams write. */
export function desiredKey(workspace: string, revision: string): string {
  return `${READINGS}${workspace}/${revision}.${READING}.json`;
}

/** @returns what poll has left of a revision; undefined where it left nothing, or that has expired */
export async function readDesiredDocument(
  workspace: string,
  revision: string,
  bucket: Pick<Documents, 'readDocument'>,
): Promise<DesiredDocument | undefined> {
  // Only poll writes these keys.
  return (await bucket.readDocument(desiredKey(workspace, revision))) as DesiredDocument | undefined;
}
