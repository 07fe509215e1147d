import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
} from '@aws-sdk/client-s3';
import type { CopyStore, StoredCopy } from '../core/ports/copyStore.ts';
import { appliedKey, prefixes } from '../core/storage/keys.ts';
import { S3JsonStore } from './s3JsonStore.ts';

/** The immutable copies in Amazon S3, with all their versions. */
export class S3CopyStore extends S3JsonStore implements CopyStore {
  async *listCopies(): AsyncGenerator<StoredCopy> {
    let copy: StoredCopy | undefined;
    let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
    while (marker) {
      const page: ListObjectVersionsCommandOutput = await this.client.send(
        new ListObjectVersionsCommand({ ...this.bucket, Prefix: prefixes.applied, ...marker }),
      );
      // The versions of a key follow each other, the newest first, on the next page perhaps.
      for (const { Key = '', VersionId = '', LastModified, Size = 0 } of page.Versions ?? []) {
        const sha256 = Key.slice(prefixes.applied.length);
        if (copy?.sha256 === sha256) {
          copy = { ...copy, versions: [...copy.versions, VersionId] };
          continue;
        }
        if (copy) yield copy;
        // A version without a time counts as new.
        const storedAt = LastModified?.getTime() ?? Number.POSITIVE_INFINITY;
        copy = { sha256, versions: [VersionId], storedAt, bytes: Size };
      }
      marker = page.IsTruncated
        ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
        : undefined;
    }
    if (copy) yield copy;
  }

  readApplied(sha256: string): Promise<Uint8Array | undefined> {
    return this.read(appliedKey(sha256));
  }

  async deleteCopy({ sha256, versions }: StoredCopy): Promise<void> {
    // The oldest first: what is left of a deletion that is cut off is the current version.
    for (const VersionId of versions.toReversed())
      await this.client.send(new DeleteObjectCommand({ ...this.bucket, Key: appliedKey(sha256), VersionId }));
  }

  readOutcomeTexts(): AsyncGenerator<string> {
    return this.#texts({ Prefix: prefixes.outcomes, Delimiter: '/' }, Number.POSITIVE_INFINITY);
  }

  readParsedTexts(storedBefore: number): AsyncGenerator<string> {
    return this.#texts({ Prefix: prefixes.parsed }, storedBefore);
  }

  async *#texts(
    query: { readonly Prefix: string; readonly Delimiter?: string },
    storedBefore: number,
  ): AsyncGenerator<string> {
    let token: string | undefined;
    do {
      const page: ListObjectsV2CommandOutput = await this.client.send(
        new ListObjectsV2Command({
          ...this.bucket,
          ...query,
          ...(token !== undefined && { ContinuationToken: token }),
        }),
      );
      for (const { Key = '', LastModified } of page.Contents ?? []) {
        if ((LastModified?.getTime() ?? 0) >= storedBefore) continue;
        const bytes = await this.read(Key);
        if (bytes) yield new TextDecoder().decode(bytes);
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }
}
