import { isJsonObject } from '../json.ts';
import { defined } from '../objects.ts';
import { type OutcomeName, outcomeNames } from '../outcome/outcome.ts';
import type { FileVersion } from '../ports/fleetReads.ts';
import { isIgnoredFile } from '../storage/uploads.ts';
import { isoTime } from './times.ts';
import type { UploadView } from './views.ts';

/** The metadata with which `gateloop push` stores who uploads, and which commit. */
export const uploadMetadata = { by: 'gateloop-by', commit: 'gateloop-commit' } as const;

/**
 * The files of one upload arrive one after the other: between two of them passes the time of one PutObject, and S3 tells it in
 * whole seconds. In ms.
 */
const MAX_PAUSE = 5000;

/** The versions that arrived together. */
export type UploadedVersions = readonly [FileVersion, ...FileVersion[]];

/** @returns the uploads, the latest first, each in the order of its paths */
export function groupUploads(versions: readonly FileVersion[]): UploadedVersions[] {
  const uploads: [FileVersion, ...FileVersion[]][] = [];
  const files = versions.filter(({ path }) => !isIgnoredFile(path));
  for (const version of files.toSorted((one, other) => one.time - other.time)) {
    const last = uploads.at(-1);
    const before = last?.at(-1);
    // A file that comes again belongs to another upload.
    const isRepeated = last?.some(({ path }) => path === version.path);
    if (last && before && !isRepeated && version.time - before.time <= MAX_PAUSE) last.push(version);
    else uploads.push([version]);
  }
  return uploads.reverse();
}

/** @returns the time of its last version, in ms since the epoch */
export function uploadTime(versions: UploadedVersions): number {
  return Math.max(...versions.map(({ time }) => time));
}

/** Reads the name of an outcome in a document of any version of Gateloop. */
export function outcomeNameIn(document: unknown): OutcomeName | undefined {
  const name = isJsonObject(document) ? document.outcome : undefined;
  return outcomeNames.find((each) => each === name);
}

/** @param metadata of the latest version that is no deletion; a deletion has none */
export function uploadView(
  versions: UploadedVersions,
  metadata: Readonly<Record<string, string>>,
): UploadView {
  const pathsOf = (isDeletion: boolean) =>
    versions
      .filter((version) => version.isDeletion === isDeletion)
      .map(({ path }) => path)
      .sort();
  return {
    time: isoTime(uploadTime(versions)),
    ...defined({ by: metadata[uploadMetadata.by], commit: metadata[uploadMetadata.commit] }),
    changed: pathsOf(false),
    deleted: pathsOf(true),
  };
}
