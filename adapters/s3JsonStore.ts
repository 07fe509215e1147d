import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { DocumentStore } from '../core/ports/specBucket.ts';
import { isException } from './awsError.ts';
import { callLimits, clientSettings } from './clientSettings.ts';

/**
 * Stores Gateloop's JSON documents in the spec bucket. Every request names the account that must own the bucket
 * (`ExpectedBucketOwner`): S3 rejects requests to a bucket of the same name in another account.
 */
export class S3JsonStore implements DocumentStore {
  protected readonly client: S3Client;
  protected readonly bucket: { readonly Bucket: string; readonly ExpectedBucketOwner?: string };

  constructor(
    bucket: string,
    owner: string | undefined,
    client = new S3Client(clientSettings(callLimits.s3)),
  ) {
    this.bucket = { Bucket: bucket, ...(owner !== undefined && { ExpectedBucketOwner: owner }) };
    this.client = client;
  }

  async readDocument(key: string): Promise<unknown> {
    const bytes = await this.read(key);
    return bytes && JSON.parse(new TextDecoder().decode(bytes));
  }

  async writeDocument(key: string, document: unknown): Promise<void> {
    await this.write(key, JSON.stringify(document), 'application/json');
  }

  /** @param conditions the conditional headers of PutObject */
  protected async write(
    key: string,
    body: string | Uint8Array,
    contentType: string,
    conditions: { readonly IfNoneMatch?: '*' } = {},
  ): Promise<void> {
    const object = { Key: key, Body: body, ContentType: contentType };
    await this.client.send(new PutObjectCommand({ ...this.bucket, ...object, ...conditions }));
  }

  /** @returns undefined if the object does not exist, or has another ETag */
  protected async read(key: string, etag?: string): Promise<Uint8Array | undefined> {
    return (await this.readWithTime(key, etag))?.bytes;
  }

  /** Reads an object as `read` does, with the time at which it was stored, in ms since the epoch. */
  protected async readWithTime(
    key: string,
    etag?: string,
  ): Promise<{ readonly bytes: Uint8Array; readonly storedAt: number } | undefined> {
    try {
      const { Body, LastModified } = await this.client.send(
        new GetObjectCommand({ ...this.bucket, Key: key, ...(etag && { IfMatch: etag }) }),
      );
      const bytes = await Body?.transformToByteArray();
      return bytes && { bytes, storedAt: LastModified?.getTime() ?? 0 };
    } catch (error) {
      if (isException(error, 'NoSuchKey', 'NotFound', 'PreconditionFailed', '412')) return undefined;
      throw error;
    }
  }
}
