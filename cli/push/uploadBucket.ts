import { createHash } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { WorkspaceFile } from '../../core/ports/specBucket.ts';
import { uploadPrefix } from '../../core/storage/keys.ts';

/** A document of Gateloop's in the bucket, with what tells one version of it from another. */
export interface Found {
  readonly etag: string;
  readonly document: unknown;
}

/** `gateloop-<environment>-spec-<account>-<Region>`: the name that the stack gives. */
const STACK_BUCKET = /^gateloop-[a-z0-9-]+-spec-(\d{12})-([a-z]{2}(?:-[a-z]+)+-\d)$/;

/** @returns the account and the Region that the name of a stack's bucket tells */
export function bucketPlace(bucket: string): { account?: string; region?: string } {
  const [, account, region] = STACK_BUCKET.exec(bucket) ?? [];
  return { ...(account !== undefined && { account }), ...(region !== undefined && { region }) };
}

/**
 * One workspace's part of the spec bucket, through no more than its uploader may do: it lists with prefixes of its own
 * only, and asks for no object of which a list has not told that it is there.
 */
export class UploadBucket {
  readonly #client: S3Client;
  readonly #bucket: { readonly Bucket: string; readonly ExpectedBucketOwner?: string };
  readonly #prefix: string;

  constructor(client: S3Client, bucket: string, workspace: string) {
    const { account } = bucketPlace(bucket);
    this.#client = client;
    this.#bucket = { Bucket: bucket, ...(account !== undefined && { ExpectedBucketOwner: account }) };
    this.#prefix = uploadPrefix(workspace);
  }

  /** The workspace's files as they are there. */
  async listFiles(): Promise<WorkspaceFile[]> {
    const files: WorkspaceFile[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await this.#client.send(
        new ListObjectsV2Command({
          ...this.#bucket,
          Prefix: this.#prefix,
          ...(ContinuationToken && { ContinuationToken }),
        }),
      );
      for (const { Key = '', Size = 0, ETag = '' } of page.Contents ?? []) {
        files.push({ path: Key.slice(this.#prefix.length), size: Size, etag: ETag });
      }
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    return files;
  }

  /** Whether a file has this content. The ETag tells it, unless a key of KMS encrypts; then the checksum does. */
  async holds({ path, size, etag }: WorkspaceFile, content: Buffer): Promise<boolean> {
    if (size !== content.length) return false;
    if (etag === `"${createHash('md5').update(content).digest('hex')}"`) return true;
    const { ChecksumSHA256 } = await this.#client.send(
      new HeadObjectCommand({ ...this.#bucket, Key: this.#prefix + path, ChecksumMode: 'ENABLED' }),
    );
    return ChecksumSHA256 === createHash('sha256').update(content).digest('base64');
  }

  async put(path: string, content: Buffer): Promise<void> {
    await this.#client.send(
      new PutObjectCommand({
        ...this.#bucket,
        Key: this.#prefix + path,
        Body: content,
        ChecksumAlgorithm: 'SHA256',
      }),
    );
  }

  async delete(path: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ ...this.#bucket, Key: this.#prefix + path }));
  }

  /** @param unless not read again where it still has this ETag */
  async read(key: string, unless?: string): Promise<Found | undefined> {
    const { Contents: [first] = [] } = await this.#client.send(
      new ListObjectsV2Command({ ...this.#bucket, Prefix: key, MaxKeys: 1 }),
    );
    if (first?.Key !== key || first.ETag === undefined || first.ETag === unless) return undefined;
    const { Body, ETag = '' } = await this.#client.send(new GetObjectCommand({ ...this.#bucket, Key: key }));
    return { etag: ETag, document: JSON.parse((await Body?.transformToString()) ?? 'null') };
  }
}
