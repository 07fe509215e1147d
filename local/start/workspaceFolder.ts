import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { GateloopError } from '../../core/errors.ts';

/** What putting a folder into the bucket changed. */
export interface Upload {
  /** Workspaces of the folder. */
  readonly workspaces: readonly string[];
  /** Those of which something was uploaded or deleted. */
  readonly changed: ReadonlySet<string>;
}

/** A folder on disk that stands for what teams upload: each folder in it is a workspace. */
export class WorkspaceFolder {
  readonly directory: string;
  readonly #bucket: string;
  readonly #client: S3Client;

  /** @throws GateloopError `FolderMissing` */
  constructor(directory: string, bucket: string, client: S3Client) {
    if (!existsSync(directory) || !statSync(directory).isDirectory()) {
      throw new GateloopError(
        'FolderMissing',
        `There is no folder ${directory}; name one with --workspaces.`,
        false,
      );
    }
    this.directory = directory;
    this.#bucket = bucket;
    this.#client = client;
  }

  workspaces(): string[] {
    return readdirSync(this.directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort();
  }

  /**
   * Brings the bucket to what the folder holds: uploads what differs, manifests last, and deletes what is gone from
   * workspaces that the folder has. Workspaces that it does not have belong to somebody else.
   */
  async upload(): Promise<Upload> {
    const workspaces = this.workspaces();
    const changed = new Set<string>();
    for (const workspace of workspaces) if (await this.#uploadWorkspace(workspace)) changed.add(workspace);
    return { workspaces, changed };
  }

  async #uploadWorkspace(workspace: string): Promise<boolean> {
    const prefix = `workspaces/${workspace}/`;
    const there = await this.#etags(prefix);
    const here = filesIn(join(this.directory, workspace));
    let changes = 0;
    for (const path of here) {
      const bytes = readFileSync(join(this.directory, workspace, path));
      const key = prefix + path;
      const etag = createHash('md5').update(bytes).digest('hex');
      if (there.get(key) !== etag) {
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

/** Paths below the directory with `/` between, the manifest last, so that what it names is there before it. */
function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && !entry.name.endsWith('~'))
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort((a, b) => Number(a === 'manifest.yaml') - Number(b === 'manifest.yaml') || a.localeCompare(b));
}
