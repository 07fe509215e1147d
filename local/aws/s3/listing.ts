import type { Buckets, ObjectRecord, VersionRecord } from './buckets.ts';

export interface ListingRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly startAfter: string;
  readonly maxKeys: number;
}

export interface Listing {
  readonly objects: readonly ObjectRecord[];
  readonly commonPrefixes: readonly string[];
  /** Where the next page starts; absent when this is the last. */
  readonly next: string | undefined;
}

/** Sorts after every key that starts with the same characters. */
const MAX_CODE_POINT = '\u{10FFFF}';
const BATCH_SIZE = 500;

/** One page of a listing: objects, and common prefixes up to the delimiter in place of the objects below them. */
export function listObjects(buckets: Buckets, bucket: string, request: ListingRequest): Listing {
  const { prefix, delimiter, maxKeys } = request;
  const objects: ObjectRecord[] = [];
  const commonPrefixes: string[] = [];
  let after = request.startAfter;
  for (;;) {
    const batch = buckets.list(bucket, { prefix, after, limit: BATCH_SIZE });
    const skipped = batch.findIndex((record) => {
      const isFull = objects.length + commonPrefixes.length >= maxKeys;
      if (isFull) return true;
      const end = delimiter ? record.key.indexOf(delimiter, prefix.length) : -1;
      if (end < 0) {
        objects.push(record);
        after = record.key;
        return false;
      }
      const common = record.key.slice(0, end + delimiter.length);
      commonPrefixes.push(common);
      after = `${common}${MAX_CODE_POINT}`;
      return true;
    });
    const isFull = objects.length + commonPrefixes.length >= maxKeys;
    if (isFull) {
      const hasMore = maxKeys > 0 && buckets.list(bucket, { prefix, after, limit: 1 }).length > 0;
      return { objects, commonPrefixes, next: hasMore ? after : undefined };
    }
    if (skipped < 0 && batch.length < BATCH_SIZE) return { objects, commonPrefixes, next: undefined };
  }
}

export interface VersionListingRequest {
  readonly prefix: string;
  readonly maxKeys: number;
  /** The last key and version of the page before. */
  readonly keyMarker?: string;
  readonly versionIdMarker?: string;
}

export interface VersionListing {
  readonly versions: readonly VersionRecord[];
  /** The last version of this page, after which the next one starts; absent when this is the last. */
  readonly next: ObjectRecord | undefined;
}

/** One page of the versions of objects. */
export function listObjectVersions(
  buckets: Buckets,
  bucket: string,
  { prefix, maxKeys, keyMarker, versionIdMarker }: VersionListingRequest,
): VersionListing {
  const all = buckets.listVersions(bucket, prefix);
  const start =
    keyMarker === undefined
      ? 0
      : all.findLastIndex(
          ({ record: { key, versionId } }) =>
            key === keyMarker && (versionIdMarker === undefined || versionId === versionIdMarker),
        ) + 1;
  const versions = all.slice(start, start + maxKeys);
  return { versions, next: start + maxKeys < all.length ? versions.at(-1)?.record : undefined };
}
