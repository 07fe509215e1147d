import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { GateloopError } from '../../core/errors.ts';
import type { SpecBucket, WorkspaceFile } from '../../core/ports/specBucket.ts';
import { appliedKey } from '../../core/storage/keys.ts';

/**
 * A read-only `SpecBucket` over a folder on disk, so that the code of the poll step validates a workspace before the
 * upload.
 */
export class FolderSpecBucket implements SpecBucket {
  readonly #folder: string;
  readonly #paths: readonly string[];
  readonly #bucket: string;

  /** @param bucket the name of the real bucket, which is part of the schema URIs of targets */
  constructor(folder: string, paths: readonly string[], bucket: string) {
    this.#folder = folder;
    this.#paths = paths;
    this.#bucket = bucket;
  }

  async listWorkspaces(): Promise<string[]> {
    throw new GateloopError('OneWorkspace', 'A folder holds one workspace.');
  }

  async listFiles(): Promise<WorkspaceFile[]> {
    return this.#paths.map((path) => ({
      path,
      size: statSync(join(this.#folder, path)).size,
      etag: '',
    }));
  }

  async readFile(_workspace: string, { path }: WorkspaceFile): Promise<Uint8Array> {
    return readFileSync(join(this.#folder, path));
  }

  appliedUri(sha256: string): string {
    return `s3://${this.#bucket}/${appliedKey(sha256)}`;
  }

  async writeApplied(): Promise<void> {}

  async readApplied(): Promise<undefined> {
    return undefined;
  }

  async readDocument(): Promise<undefined> {
    return undefined;
  }

  async writeDocument(): Promise<void> {}
}
