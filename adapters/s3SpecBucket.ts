import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { GateloopError } from '../core/errors.ts';
import type { SpecBucket, WorkspaceFile } from '../core/ports/specBucket.ts';
import { isAppliedCopy } from '../core/storage/appliedCopies.ts';
import { appliedKey, GUARDRAILS_KEY, prefixes, uploadPrefix } from '../core/storage/keys.ts';
import { isIgnoredFile, isWorkspaceName, MAX_WORKSPACE_FILES } from '../core/storage/uploads.ts';
import { isException } from './awsError.ts';
import { S3JsonStore } from './s3JsonStore.ts';

/** The spec bucket in Amazon S3. */
export class S3SpecBucket extends S3JsonStore implements SpecBucket {
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
      const existing = await this.readApplied(sha256);
      if (existing && !isAppliedCopy(sha256, existing))
        await this.write(appliedKey(sha256), bytes, contentType);
    }
  }

  readApplied(sha256: string): Promise<Uint8Array | undefined> {
    return this.read(appliedKey(sha256));
  }

  async *#pages(query: { Prefix: string; Delimiter?: string }) {
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
