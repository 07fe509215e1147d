import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
} from '@aws-sdk/client-s3';
import type { ObjectVersions, StoredVersions } from '../core/ports/collectedStorage.ts';
import { uploadPrefix } from '../core/storage/keys.ts';
import { isIgnoredFile } from '../core/storage/uploads.ts';
import { S3JsonStore } from './s3JsonStore.ts';

/** The objects of the spec bucket in Amazon S3, with all their versions. */
export class S3ObjectVersions extends S3JsonStore implements ObjectVersions {
  async *listVersions(prefix: string): AsyncGenerator<StoredVersions> {
    let object: StoredVersions | undefined;
    let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
    while (marker) {
      const page: ListObjectVersionsCommandOutput = await this.client.send(
        new ListObjectVersionsCommand({ ...this.bucket, Prefix: prefix, ...marker }),
      );
      // The versions of a key follow each other, the newest first, on the next page perhaps.
      for (const { Key = '', VersionId = '', LastModified, Size = 0 } of page.Versions ?? []) {
        if (object?.key === Key) {
          object = { ...object, versions: [...object.versions, VersionId] };
          continue;
        }
        if (object) yield object;
        // A version without a time counts as new.
        const storedAt = LastModified?.getTime() ?? Number.POSITIVE_INFINITY;
        object = { key: Key, versions: [VersionId], storedAt, bytes: Size };
      }
      marker = page.IsTruncated
        ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
        : undefined;
    }
    if (object) yield object;
  }

  async readText(key: string): Promise<string | undefined> {
    const bytes = await this.read(key);
    return bytes && new TextDecoder().decode(bytes);
  }

  async deleteVersions({ key, versions }: StoredVersions): Promise<void> {
    // The oldest first: what is left of a deletion that is cut off is the current version.
    for (const VersionId of versions.toReversed())
      await this.client.send(new DeleteObjectCommand({ ...this.bucket, Key: key, VersionId }));
  }

  async hasUploads(workspace: string): Promise<boolean> {
    let token: string | undefined;
    do {
      const page: ListObjectsV2CommandOutput = await this.client.send(
        new ListObjectsV2Command({
          ...this.bucket,
          Prefix: uploadPrefix(workspace),
          ...(token !== undefined && { ContinuationToken: token }),
        }),
      );
      if (page.Contents?.some(({ Key = '' }) => !isIgnoredFile(Key))) return true;
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return false;
  }
}
