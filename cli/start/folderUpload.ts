import { createHash } from 'node:crypto';
import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { uploadPrefix } from '../../core/storage/keys.ts';
import type { WorkspaceFolder } from './workspaceFolder.ts';

/** The result of uploading a folder to the bucket. */
export interface Uploaded {
  readonly workspaces: readonly string[];
  /** Folders that cannot be workspaces, each with the reason as a sentence. */
  readonly refused: ReadonlyMap<string, string>;
  /** Workspaces with at least one uploaded or deleted file. */
  readonly changed: ReadonlySet<string>;
  /** Workspaces that the folder had at the last upload and does not have now. */
  readonly gone: readonly string[];
  /** Files that were not uploaded, each with its name and the reason as a sentence. */
  readonly skippedFiles: readonly string[];
}

/** Makes the bucket equal to a folder of workspaces. */
export class FolderUpload {
  readonly #folder: WorkspaceFolder;
  readonly #bucket: string;
  readonly #client: S3Client;
  #known: readonly string[] = [];
  #running: Promise<unknown> = Promise.resolve();

  constructor(folder: WorkspaceFolder, bucket: string, client: S3Client) {
    this.#folder = folder;
    this.#bucket = bucket;
    this.#client = client;
  }

  /** The workspaces at the last upload. */
  get workspaces(): readonly string[] {
    return this.#known;
  }

  /**
   * Uploads changed files, schemas before the manifest that names them, then deletes files that the folder does not
   * have: the manifest never names a missing file. Other workspaces in the bucket stay unchanged, because `push --local`
   * uploads them. One upload runs at a time; a second call waits for the first.
   *
   * @throws CommandError `FolderMissing`
   */
  upload(): Promise<Uploaded> {
    const upload = this.#running.then(() => this.#upload());
    this.#running = upload.catch(() => {});
    return upload;
  }

  async #upload(): Promise<Uploaded> {
    const { workspaces, refused } = this.#folder.names();
    const gone = this.#known.filter((workspace) => !workspaces.includes(workspace));
    this.#known = workspaces;
    const changed = new Set<string>();
    const skippedFiles: string[] = [];
    for (const workspace of workspaces) {
      const files = this.#folder.files(workspace);
      skippedFiles.push(...files.skippedFiles.map((sentence) => `${workspace}/${sentence}`));
      if (await this.#uploadWorkspace(workspace, files.paths)) changed.add(workspace);
    }
    return { workspaces, refused, changed, gone, skippedFiles };
  }

  /** @returns whether it uploaded or deleted a file */
  async #uploadWorkspace(workspace: string, paths: readonly string[]): Promise<boolean> {
    const prefix = uploadPrefix(workspace);
    const there = await this.#etags(prefix);
    let changes = 0;
    for (const path of paths) {
      const bytes = this.#folder.read(workspace, path);
      if (bytes === undefined) continue;
      const key = prefix + path;
      if (there.get(key) !== createHash('md5').update(bytes).digest('hex')) {
        await this.#client.send(new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: bytes }));
        changes += 1;
      }
      there.delete(key);
    }
    for (const key of there.keys()) {
      await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }));
      changes += 1;
    }
    return changes > 0;
  }

  async #etags(prefix: string): Promise<Map<string, string>> {
    const etags = new Map<string, string>();
    let token: string | undefined;
    do {
      const page = await this.#client.send(
        new ListObjectsV2Command({
          Bucket: this.#bucket,
          Prefix: prefix,
          ...(token && { ContinuationToken: token }),
        }),
      );
      for (const { Key = '', ETag = '' } of page.Contents ?? []) etags.set(Key, ETag.replaceAll('"', ''));
      token = page.NextContinuationToken;
    } while (token);
    return etags;
  }
}
