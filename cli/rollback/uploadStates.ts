import { groupUploads, uploadTime } from '../../core/fleet/uploads.ts';
import type { FileVersion } from '../../core/ports/fleetReads.ts';
import { revisionOf } from '../../core/storage/desiredDocument.ts';

/** The files of a workspace after an upload. */
export interface UploadState {
  /** When its last file arrived, in ms since the epoch. */
  readonly time: number;
  readonly revision: string;
  /** The version of each file by its path. */
  readonly files: ReadonlyMap<string, FileVersion>;
}

/** @returns what the workspace was after each upload, the latest first; those that deleted all files are left out */
export function uploadStates(versions: readonly FileVersion[]): UploadState[] {
  const files = new Map<string, FileVersion>();
  const states: UploadState[] = [];
  for (const upload of groupUploads(versions).reverse()) {
    for (const version of upload) {
      if (version.isDeletion) files.delete(version.path);
      else files.set(version.path, version);
    }
    const listed = [...files.values()].map(({ path, etag = '' }) => ({ path, etag, size: 0 }));
    if (listed.length > 0)
      states.push({
        time: uploadTime(upload),
        revision: revisionOf(listed),
        files: new Map(files),
      });
  }
  return states.reverse();
}
