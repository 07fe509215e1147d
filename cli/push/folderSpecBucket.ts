import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { GateloopError } from '../../core/errors.ts';
import type { SpecBucket, WorkspaceFile } from '../../core/ports/specBucket.ts';
import { appliedKey } from '../../core/storage/keys.ts';

/**
 * A folder on disk in the place of the spec bucket, so that a workspace is read before it is uploaded by the very code
 * that reads it afterwards. Nothing is written.
 */
export class FolderSpecBucket implements SpecBucket {
  readonly #folder: string;
  readonly #paths: readonly string[];
  readonly #bucket: string;

  /** @param bucket in whose place the folder stands: its name is part of what targets point to */
  constructor(folder: string, paths: readonly string[], bucket: string) {
    this.#folder = folder;
    this.#paths = paths;
    this.#bucket = bucket;
  }

  async listWorkspaces(): Promise<string[]> {
    throw new GateloopError('OneWorkspace', 'A folder stands for one workspace.');
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
