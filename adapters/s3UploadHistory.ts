import { HeadObjectCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { FileVersion, UploadHistory } from '../core/ports/fleetReads.ts';
import { uploadPrefix } from '../core/storage/keys.ts';

/** Reads the versions of uploaded files in Amazon S3, with the rights to list and to get versions. */
export class S3UploadHistory implements UploadHistory {
  readonly #client: S3Client;
  readonly #bucket: { readonly Bucket: string; readonly ExpectedBucketOwner?: string };

  constructor(bucket: string, owner: string | undefined, client: S3Client) {
    this.#bucket = { Bucket: bucket, ...(owner !== undefined && { ExpectedBucketOwner: owner }) };
    this.#client = client;
  }

  async listVersions(workspace: string): Promise<FileVersion[]> {
    const prefix = uploadPrefix(workspace);
    const found: FileVersion[] = [];
    let markers: { readonly KeyMarker?: string; readonly VersionIdMarker?: string } | undefined = {};
    while (markers) {
      const page = await this.#page({ ...markers, Prefix: prefix });
      for (const { Key = '', VersionId = '', LastModified, ETag } of page.Versions ?? [])
        found.push({
          ...fileVersion(Key.slice(prefix.length), VersionId, LastModified, false),
          ...(ETag !== undefined && { etag: ETag }),
        });
      for (const { Key = '', VersionId = '', LastModified } of page.DeleteMarkers ?? [])
        found.push(fileVersion(Key.slice(prefix.length), VersionId, LastModified, true));
      const { NextKeyMarker, NextVersionIdMarker } = page;
      markers =
        page.IsTruncated && NextKeyMarker !== undefined
          ? {
              KeyMarker: NextKeyMarker,
              ...(NextVersionIdMarker !== undefined && { VersionIdMarker: NextVersionIdMarker }),
            }
          : undefined;
    }
    return found;
  }

  async readMetadata(
    workspace: string,
    { path, versionId }: FileVersion,
  ): Promise<Readonly<Record<string, string>>> {
    const { Metadata = {} } = await this.#client.send(
      new HeadObjectCommand({ ...this.#bucket, Key: uploadPrefix(workspace) + path, VersionId: versionId }),
    );
    return Metadata;
  }

  #page(query: { readonly Prefix: string; readonly KeyMarker?: string; readonly VersionIdMarker?: string }) {
    return this.#client.send(new ListObjectVersionsCommand({ ...this.#bucket, ...query }));
  }
}

function fileVersion(
  path: string,
  versionId: string,
  lastModified: Date | undefined,
  isDeletion: boolean,
): FileVersion {
  return { path, versionId, time: lastModified?.getTime() ?? 0, isDeletion };
}
