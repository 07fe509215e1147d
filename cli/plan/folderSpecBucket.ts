import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { environmentOfBucket } from '../../core/deployedNames.ts';
import { GateloopError } from '../../core/errors.ts';
import { openGuardrailsFile } from '../../core/guardrails/guardrailsFile.ts';
import type { SpecBucket, WorkspaceFile } from '../../core/ports/specBucket.ts';
import { appliedKey, prefixes } from '../../core/storage/keys.ts';

/** Objects of the real bucket. Each is undefined where there is none, or the user may not read it. */
export interface StoredObjects {
  /** @returns the parsed JSON */
  readonly readDocument: (key: string) => Promise<unknown>;
  readonly readBytes: (key: string) => Promise<Uint8Array | undefined>;
  /**
   * The operators' guardrails: `file` is absent where there are none.
   *
   * @returns undefined where the user may read neither them nor the copy of those of the workspace
   */
  readonly readGuardrails: () => Promise<{ readonly file: Uint8Array | undefined } | undefined>;
  /** Whether a workspace has files. */
  readonly hasFiles: (workspace: string) => Promise<boolean>;
}

export interface Folder {
  readonly workspace: string;
  /** Absolute. */
  readonly path: string;
  /** The paths of the workspace's files in it. */
  readonly files: readonly string[];
}

/**
 * A read-only `SpecBucket` that holds a folder on disk as the upload of its workspace, so that the code of the poll step
 * validates and plans a workspace before the upload. Everything else is as in the real bucket.
 */
export class FolderSpecBucket implements SpecBucket {
  readonly environment: string;
  readonly #folder: Folder;
  readonly #bucket: string;
  readonly #stored: StoredObjects | undefined;
  #knowsGuardrails = false;

  /**
   * @param bucket the name of the real bucket, which is part of the schema URIs of targets
   * @param stored absent before the first request to AWS
   * @param environment absent: the one in the name of the bucket
   */
  constructor(folder: Folder, bucket: string, stored?: StoredObjects, environment?: string) {
    this.#folder = folder;
    this.#bucket = bucket;
    this.environment = environment ?? environmentOfBucket(bucket);
    this.#stored = stored;
  }

  /** @returns the absolute path of a file of the folder */
  pathOf(file: string): string {
    return join(this.#folder.path, file);
  }

  async listWorkspaces(): Promise<string[]> {
    throw new GateloopError('OneWorkspace', 'A folder holds one workspace.');
  }

  async listFiles(workspace: string): Promise<WorkspaceFile[]> {
    const { files, path: folder } = this.#folder;
    if (workspace === this.#folder.workspace)
      return files.map((path) => ({ path, size: statSync(join(folder, path)).size, etag: '' }));
    // Only whether there are any counts: whether another workspace is gone.
    const isGone = this.#stored && !(await this.#stored.hasFiles(workspace));
    return isGone ? [] : [{ path: 'manifest.yaml', size: 0, etag: '' }];
  }

  async readFile(_workspace: string, { path }: WorkspaceFile): Promise<Uint8Array> {
    return readFileSync(join(this.#folder.path, path));
  }

  /** Where the guardrails are not known, the upload is checked against them once it is in the bucket. */
  async readGuardrails(): Promise<Uint8Array | undefined> {
    const known = await this.#stored?.readGuardrails();
    this.#knowsGuardrails = known !== undefined;
    return known ? known.file : new TextEncoder().encode(openGuardrailsFile);
  }

  /** Whether the last `readGuardrails` returned those of the bucket. */
  get knowsGuardrails(): boolean {
    return this.#knowsGuardrails;
  }

  appliedUri(sha256: string): string {
    return `s3://${this.#bucket}/${appliedKey(sha256)}`;
  }

  async writeApplied(): Promise<void> {}

  async readApplied(sha256: string): Promise<Uint8Array | undefined> {
    return this.#stored?.readBytes(appliedKey(sha256));
  }

  async readDocument(key: string): Promise<unknown> {
    // The folder is parsed anew: its revision is not that of an upload.
    return key.startsWith(prefixes.parsed) ? undefined : this.#stored?.readDocument(key);
  }

  async writeDocument(): Promise<void> {}
}
