import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { defined } from '../core/objects.ts';
import type { FileVersion, OutcomeVersion, UploadHistory } from '../core/ports/fleetReads.ts';
import { outcomeKey, uploadPrefix } from '../core/storage/keys.ts';
import { isException } from './awsError.ts';

/** Of 1000 versions each: passes write that many in 52 days. */
const MAX_OUTCOME_PAGES = 5;

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
    for await (const { Versions = [], DeleteMarkers = [] } of this.#pages(prefix)) {
      for (const { Key = '', VersionId = '', LastModified, ETag } of Versions)
        found.push({
          ...fileVersion(Key.slice(prefix.length), VersionId, LastModified, false),
          ...(ETag !== undefined && { etag: ETag }),
        });
      for (const { Key = '', VersionId = '', LastModified } of DeleteMarkers)
        found.push(fileVersion(Key.slice(prefix.length), VersionId, LastModified, true));
    }
    return found;
  }

  async listOutcomes(workspace: string, since: number): Promise<OutcomeVersion[]> {
    const key = outcomeKey(workspace);
    const found: OutcomeVersion[] = [];
    let pages = 0;
    // S3 lists the latest version of a key first.
    for await (const { Versions = [] } of this.#pages(key)) {
      for (const { Key, VersionId = '', LastModified } of Versions) {
        const time = LastModified?.getTime() ?? 0;
        if (Key !== key || time < since) return found;
        found.push({ versionId: VersionId, time });
      }
      pages += 1;
      if (pages === MAX_OUTCOME_PAGES) return found;
    }
    return found;
  }

  async readOutcome(workspace: string, { versionId }: OutcomeVersion): Promise<unknown> {
    try {
      const { Body } = await this.#client.send(
        new GetObjectCommand({ ...this.#bucket, Key: outcomeKey(workspace), VersionId: versionId }),
      );
      return JSON.parse((await Body?.transformToString()) ?? 'null');
    } catch (error) {
      if (error instanceof SyntaxError || isException(error, 'NoSuchVersion')) return undefined;
      throw error;
    }
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

  async *#pages(prefix: string) {
    let markers: { readonly KeyMarker?: string; readonly VersionIdMarker?: string } | undefined = {};
    while (markers) {
      const page: ListObjectVersionsCommandOutput = await this.#client.send(
        new ListObjectVersionsCommand({ ...this.#bucket, Prefix: prefix, ...markers }),
      );
      yield page;
      const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
      markers = page.IsTruncated ? defined({ KeyMarker, VersionIdMarker }) : undefined;
    }
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
