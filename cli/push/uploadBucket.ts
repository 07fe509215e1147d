import { createHash } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { isException } from '../../adapters/awsError.ts';
import { bucketPlace } from '../../core/deployedNames.ts';
import type { WorkspaceFile } from '../../core/ports/specBucket.ts';
import { GUARDRAILS_KEY, uploadPrefix, workspaceGuardrailsKey } from '../../core/storage/keys.ts';
import type { StoredObjects } from '../plan/folderSpecBucket.ts';

/** A document that Gateloop wrote into the bucket, with its version. */
export interface Found {
  readonly etag: string;
  readonly document: unknown;
}

/**
 * The objects of one workspace in the spec bucket, with the permissions of `uploadPolicy` only: it lists with the
 * prefixes of the workspace, and gets only objects that a list contains, because S3 answers 403 for missing ones.
 */
export class UploadBucket {
  readonly #client: S3Client;
  readonly #bucket: { readonly Bucket: string; readonly ExpectedBucketOwner?: string };
  readonly #workspace: string;
  readonly #prefix: string;

  constructor(client: S3Client, bucket: string, workspace: string) {
    const { account } = bucketPlace(bucket);
    this.#client = client;
    this.#bucket = { Bucket: bucket, ...(account !== undefined && { ExpectedBucketOwner: account }) };
    this.#workspace = workspace;
    this.#prefix = uploadPrefix(workspace);
  }

  /** @returns the workspace's files in the bucket */
  async listFiles(): Promise<WorkspaceFile[]> {
    const files: WorkspaceFile[] = [];
    const pages = paginateListObjectsV2({ client: this.#client }, { ...this.#bucket, Prefix: this.#prefix });
    for await (const { Contents = [] } of pages)
      for (const { Key = '', Size = 0, ETag = '' } of Contents)
        files.push({ path: Key.slice(this.#prefix.length), size: Size, etag: ETag });
    return files;
  }

  /** Whether a file has this content. Compares the ETag; with SSE-KMS, whose ETag is no MD5, the checksum. */
  async holds({ path, size, etag }: WorkspaceFile, content: Buffer): Promise<boolean> {
    if (size !== content.length) return false;
    if (etag === `"${createHash('md5').update(content).digest('hex')}"`) return true;
    const { ChecksumSHA256 } = await this.#client.send(
      new HeadObjectCommand({ ...this.#bucket, Key: this.#prefix + path, ChecksumMode: 'ENABLED' }),
    );
    return ChecksumSHA256 === createHash('sha256').update(content).digest('base64');
  }

  /** @param metadata stored with the object */
  async put(path: string, content: Buffer, metadata: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.#client.send(
      new PutObjectCommand({
        ...this.#bucket,
        Key: this.#prefix + path,
        Body: content,
        ChecksumAlgorithm: 'SHA256',
        Metadata: metadata,
      }),
    );
  }

  async delete(path: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ ...this.#bucket, Key: this.#prefix + path }));
  }

  /** @param unless the ETag of the known version, which is not read again */
  async read(key: string, unless?: string): Promise<Found | undefined> {
    const { Contents: [first] = [] } = await this.#client.send(
      new ListObjectsV2Command({ ...this.#bucket, Prefix: key, MaxKeys: 1 }),
    );
    if (first?.Key !== key || first.ETag === undefined || first.ETag === unless) return undefined;
    const { Body, ETag = '' } = await this.#client.send(new GetObjectCommand({ ...this.#bucket, Key: key }));
    return { etag: ETag, document: JSON.parse((await Body?.transformToString()) ?? 'null') };
  }

  /** What a plan reads beside the workspace's own documents, as far as the user may. */
  stored(): StoredObjects {
    return {
      readDocument: async (key) => (await orDenied(this.read(key)))?.document,
      readBytes: (key) => orDenied(this.#readBytes(key)),
      readGuardrails: async () => (await this.#copiedGuardrails()) ?? orDenied(this.#readGuardrails()),
      hasFiles: async (workspace) => {
        const query = { ...this.#bucket, Prefix: uploadPrefix(workspace), MaxKeys: 1 };
        const page = await orDenied(this.#client.send(new ListObjectsV2Command(query)));
        // Another workspace that the user may not see is taken to be there.
        return page === undefined || (page.KeyCount ?? 0) > 0;
      },
    };
  }

  async #readGuardrails(): Promise<{ file: Uint8Array | undefined }> {
    const query = { ...this.#bucket, Prefix: GUARDRAILS_KEY, MaxKeys: 1 };
    const { Contents: [first] = [] } = await this.#client.send(new ListObjectsV2Command(query));
    return { file: first?.Key === GUARDRAILS_KEY ? await this.#readBytes(GUARDRAILS_KEY) : undefined };
  }

  /** The operators' file names other workspaces, which a team may not see: the last poll left a copy of this one's part. */
  async #copiedGuardrails(): Promise<{ file: Uint8Array } | undefined> {
    const copy = await orDenied(this.read(workspaceGuardrailsKey(this.#workspace)));
    return copy && { file: new TextEncoder().encode(JSON.stringify(copy.document)) };
  }

  async #readBytes(key: string): Promise<Uint8Array | undefined> {
    const { Body } = await this.#client.send(new GetObjectCommand({ ...this.#bucket, Key: key }));
    return Body?.transformToByteArray();
  }
}

/** S3 answers 403 for a missing object to a user who may not list. */
async function orDenied<Result>(call: Promise<Result>): Promise<Result | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isException(error, 'AccessDenied', 'NoSuchKey')) return undefined;
    throw error;
  }
}
