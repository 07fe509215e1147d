import type { DesiredState } from '../desired/desired.ts';
import type { DocumentStore } from '../ports/specBucket.ts';
import type { Problem } from '../problem.ts';

/** What reading one upload of a workspace gave. */
export interface DesiredDocument {
  readonly revision: string;
  /** Absent where the upload is refused. */
  readonly desired?: DesiredState;
  readonly problems: readonly Problem[];
}

/** @returns the revision of what an upload wants together with what registries hold; `held` tells apart what they hold */
export function combinedRevision(upload: string, registryDigest: string): string {
  return `${upload}-${registryDigest}`;
}

/** @returns the revision of the upload alone, by which those who uploaded it know it */
export function uploadRevision(revision: string): string {
  return revision.replace(/-.*/, '');
}

/** To be raised when manifests or schemas are read differently than before, so that what was read earlier is read again. */
const PARSER_VERSION = 3;

/** The prefix of what is read again where it is gone; the deployment lets it expire. */
export const PARSED_PREFIX = 'desired/readings/';

/** Where the document of a revision stands in the spec bucket: outside of `workspaces/`, where only teams write. */
export function desiredKey(workspace: string, revision: string): string {
  return `${PARSED_PREFIX}${workspace}/${revision}.${PARSER_VERSION}.json`;
}

/** @returns what poll has left of a revision; undefined where it left nothing, or that has expired */
export async function readDesiredDocument(
  workspace: string,
  revision: string,
  bucket: Pick<DocumentStore, 'readDocument'>,
): Promise<DesiredDocument | undefined> {
  // Only poll writes these keys.
  return (await bucket.readDocument(desiredKey(workspace, revision))) as DesiredDocument | undefined;
}
