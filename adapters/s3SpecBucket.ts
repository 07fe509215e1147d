import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { environmentOfBucket } from '../core/deployedNames.ts';
import { GateloopError } from '../core/errors.ts';
import type { SpecBucket, Upload, UploadLists, WorkspaceFile } from '../core/ports/specBucket.ts';
import { isAppliedCopy, RENEWAL_AGE } from '../core/storage/appliedCopies.ts';
import { appliedKey, GUARDRAILS_KEY, prefixes, uploadPrefix } from '../core/storage/keys.ts';
import { isIgnoredFile, isWorkspaceName, MAX_WORKSPACE_FILES } from '../core/storage/uploads.ts';
import { isException } from './awsError.ts';
import { S3JsonStore } from './s3JsonStore.ts';

/** The spec bucket in Amazon S3. */
export class S3SpecBucket extends S3JsonStore implements SpecBucket, UploadLists {
  readonly environment = environmentOfBucket(this.bucket.Bucket);

  readonly #clock: () => number;

  constructor(bucket: string, owner: string | undefined, client?: S3Client, clock: () => number = Date.now) {
    super(bucket, owner, client);
    this.#clock = clock;
  }

  async listWorkspaces(): Promise<string[]> {
    const names: string[] = [];
    for await (const page of this.#pages({ Prefix: prefixes.uploads, Delimiter: '/' })) {
      for (const { Prefix = '' } of page.CommonPrefixes ?? []) {
        const name = Prefix.slice(prefixes.uploads.length, -1);
        if (isWorkspaceName(name)) names.push(name);
      }
    }
    return names;
  }

  async listFiles(workspace: string): Promise<WorkspaceFile[]> {
    const prefix = uploadPrefix(workspace);
    const files: WorkspaceFile[] = [];
    for await (const page of this.#pages({ Prefix: prefix })) {
      for (const { Key = '', Size = 0, ETag = '' } of page.Contents ?? []) {
        files.push({ path: Key.slice(prefix.length), size: Size, etag: ETag });
      }
      if (files.length > MAX_WORKSPACE_FILES) return files;
    }
    return files.filter(({ path }) => !isIgnoredFile(path));
  }

  async listUploads(after: string | undefined): Promise<{ uploads: Upload[]; more: boolean }> {
    const byWorkspace = new Map<string, WorkspaceFile[]>();
    // No key of the workspace sorts after this one, since 0 follows the slash.
    const StartAfter = after === undefined ? {} : { StartAfter: `${prefixes.uploads}${after}0` };
    for await (const page of this.#pages({ Prefix: prefixes.uploads, ...StartAfter })) {
      for (const { Key = '', Size = 0, ETag = '' } of page.Contents ?? []) {
        const [name = '', ...path] = Key.slice(prefixes.uploads.length).split('/');
        if (path.length === 0 || !isWorkspaceName(name)) continue;
        const files = byWorkspace.get(name) ?? [];
        byWorkspace.set(name, files);
        files.push({ path: path.join('/'), size: Size, etag: ETag });
      }
      if (page.NextContinuationToken === undefined) return { uploads: uploadsOf(byWorkspace), more: false };
      const [first, ...others] = byWorkspace;
      const last = others.at(-1);
      // The next page may have more files of the last workspace. One that has too many anyway is not read to its end.
      if (last) byWorkspace.delete(last[0]);
      if (last || (first && first[1].length > MAX_WORKSPACE_FILES))
        return { uploads: uploadsOf(byWorkspace), more: true };
    }
    return { uploads: [], more: false };
  }

  async readFile(workspace: string, { path, etag }: WorkspaceFile): Promise<Uint8Array> {
    const bytes = await this.read(uploadPrefix(workspace) + path, etag);
    if (bytes) return bytes;
    const message = `${path} of workspace ${workspace} changed while Gateloop read the workspace. Read the workspace again.`;
    throw new GateloopError('WorkspaceChanged', message, { retryable: true, details: { workspace, path } });
  }

  readGuardrails(): Promise<Uint8Array | undefined> {
    return this.read(GUARDRAILS_KEY);
  }

  appliedUri(sha256: string): string {
    return `s3://${this.bucket.Bucket}/${appliedKey(sha256)}`;
  }

  async writeApplied(sha256: string, bytes: Uint8Array, contentType: string): Promise<void> {
    try {
      await this.write(appliedKey(sha256), bytes, contentType, { IfNoneMatch: '*' });
    } catch (error) {
      if (!isException(error, 'PreconditionFailed')) throw error;
      // The object exists with the same content, because its key is the hash of the content; unless another client changed it.
      const existing = await this.readWithTime(appliedKey(sha256));
      const isFresh = existing && this.#clock() - existing.storedAt < RENEWAL_AGE;
      // An old copy may be about to be collected: only the version that was there is.
      if (!isFresh || !isAppliedCopy(sha256, existing.bytes))
        await this.write(appliedKey(sha256), bytes, contentType);
    }
  }

  readApplied(sha256: string): Promise<Uint8Array | undefined> {
    return this.read(appliedKey(sha256));
  }

  async *#pages(query: { Prefix: string; Delimiter?: string; StartAfter?: string }) {
    let token: string | undefined;
    do {
      const page = await this.client.send(
        new ListObjectsV2Command({ ...this.bucket, ...query, ...(token && { ContinuationToken: token }) }),
      );
      yield page;
      token = page.NextContinuationToken;
    } while (token);
  }
}

function uploadsOf(byWorkspace: ReadonlyMap<string, readonly WorkspaceFile[]>): Upload[] {
  return [...byWorkspace].map(([workspace, files]) => ({
    workspace,
    files: files.filter(({ path }) => !isIgnoredFile(path)),
  }));
}
