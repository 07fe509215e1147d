import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GateloopError } from '../core/errors.ts';
import type { SpecBucket, WorkspaceFile } from '../core/ports/specBucket.ts';
import { isException } from './awsError.ts';
import { traced } from './xray/traced.ts';

const WORKSPACES = 'workspaces/';
const APPLIED = 'applied/';

/** The spec bucket in S3. Every request names the account that must own the bucket, so that nobody can slip in another. */
export class S3SpecBucket implements SpecBucket {
  readonly #bucket: string;
  readonly #owner: { readonly ExpectedBucketOwner?: string };
  readonly #client: S3Client;

  constructor(bucket: string, owner: string | undefined, client = traced(new S3Client())) {
    this.#bucket = bucket;
    this.#owner = owner === undefined ? {} : { ExpectedBucketOwner: owner };
    this.#client = client;
  }

  async listWorkspaces(): Promise<string[]> {
    const names: string[] = [];
    for await (const page of this.#pages({ Prefix: WORKSPACES, Delimiter: '/' })) {
      for (const { Prefix = '' } of page.CommonPrefixes ?? [])
        names.push(Prefix.slice(WORKSPACES.length, -1));
    }
    return names;
  }

  async listFiles(workspace: string): Promise<WorkspaceFile[]> {
    const prefix = `${WORKSPACES}${workspace}/`;
    const files: WorkspaceFile[] = [];
    for await (const page of this.#pages({ Prefix: prefix })) {
      for (const { Key = '', Size = 0, ETag = '' } of page.Contents ?? []) {
        files.push({ path: Key.slice(prefix.length), size: Size, etag: ETag });
      }
    }
    return files;
  }

  async readFile(workspace: string, { path, etag }: WorkspaceFile): Promise<Uint8Array> {
    const bytes = await this.#read(`${WORKSPACES}${workspace}/${path}`, etag);
    if (bytes) return bytes;
    const message = `${path} of workspace ${workspace} changed while the workspace was read. Look again.`;
    throw new GateloopError('WorkspaceChanged', message, true, { details: { workspace, path } });
  }

  appliedUri(sha256: string): string {
    return `s3://${this.#bucket}/${APPLIED}${sha256}`;
  }

  async writeApplied(sha256: string, bytes: Uint8Array, contentType: string): Promise<void> {
    try {
      await this.#client.send(
        new PutObjectCommand({
          Bucket: this.#bucket,
          ...this.#owner,
          Key: APPLIED + sha256,
          Body: bytes,
          ContentType: contentType,
          IfNoneMatch: '*',
        }),
      );
    } catch (error) {
      // It is there already, with this very content, since the content names it.
      if (!isException(error, 'PreconditionFailed')) throw error;
    }
  }

  readApplied(sha256: string): Promise<Uint8Array | undefined> {
    return this.#read(APPLIED + sha256);
  }

  async readDocument(key: string): Promise<unknown> {
    const bytes = await this.#read(key);
    return bytes && JSON.parse(new TextDecoder().decode(bytes));
  }

  async writeDocument(key: string, document: unknown): Promise<void> {
    await this.#client.send(
      new PutObjectCommand({
        Bucket: this.#bucket,
        ...this.#owner,
        Key: key,
        Body: JSON.stringify(document),
        ContentType: 'application/json',
      }),
    );
  }

  /** @returns undefined where there is no such object, or not with this ETag */
  async #read(key: string, etag?: string): Promise<Uint8Array | undefined> {
    try {
      const { Body } = await this.#client.send(
        new GetObjectCommand({
          Bucket: this.#bucket,
          ...this.#owner,
          Key: key,
          ...(etag && { IfMatch: etag }),
        }),
      );
      return await Body?.transformToByteArray();
    } catch (error) {
      if (isException(error, 'NoSuchKey', 'NotFound', 'PreconditionFailed', '412')) return undefined;
      throw error;
    }
  }

  async *#pages(query: { Prefix: string; Delimiter?: string }) {
    let token: string | undefined;
    do {
      const page = await this.#client.send(
        new ListObjectsV2Command({
          Bucket: this.#bucket,
          ...this.#owner,
          ...query,
          ...(token && { ContinuationToken: token }),
        }),
      );
      yield page;
      token = page.NextContinuationToken;
    } while (token);
  }
}
