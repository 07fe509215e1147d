import type { StorageFault } from './ledger.ts';

/** One object of a workspace. */
export interface WorkspaceFile {
  /** The path within the workspace, such as `schemas/ledger.openapi.yaml`. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Changes with the content. */
  readonly etag: string;
}

/** A workspace with its files. */
export interface Upload {
  readonly workspace: string;
  readonly files: readonly WorkspaceFile[];
}

/** JSON documents of Gateloop in the spec bucket; `core/storage` names their keys and formats. */
export interface DocumentStore {
  /** @returns undefined where there is no such object */
  readDocument(key: string): Promise<unknown>;
  writeDocument(key: string, document: unknown): Promise<void>;
  /** Is told of a document or a copy that cannot be read, by its reader. Absent where nobody listens. */
  noteFault?(fault: StorageFault): void;
}

/** The bucket that teams upload to, and that holds Gateloop's documents and immutable copies. */
export interface SpecBucket extends DocumentStore {
  /** The name of the environment, whose parameters a manifest gets. */
  readonly environment: string;
  /** @returns the names of all workspaces, the folders below `workspaces/` with a valid name */
  listWorkspaces(): Promise<string[]>;
  /**
   * @returns the files of a workspace without those that `isIgnoredFile` names; of more than `MAX_WORKSPACE_FILES`, as many
   *   as show that there are more
   */
  listFiles(workspace: string): Promise<WorkspaceFile[]>;
  /** @throws GateloopError `WorkspaceChanged`, retryable, when the file changed since it was listed */
  readFile(workspace: string, file: WorkspaceFile): Promise<Uint8Array>;
  /** @returns the operators' guardrails; undefined where there is no such file. What cannot be read is an error. */
  readGuardrails(): Promise<Uint8Array | undefined>;
  /** @returns the S3 URI of the immutable copy with this hash, whether it exists or not */
  appliedUri(sha256: string): string;
  /** Writes an immutable copy; an existing copy stays as it is. */
  writeApplied(sha256: string, bytes: Uint8Array, contentType: string): Promise<void>;
  readApplied(sha256: string): Promise<Uint8Array | undefined>;
}

/** The uploads of all workspaces, which the scan of the fleet reads. */
export interface UploadLists {
  /**
   * Lists the files of many workspaces, a thousand files or more with each call.
   *
   * @param after the name of the workspace that the call before ended with; undefined to begin
   * @returns some workspaces with the files that `listFiles` returns, in the order of the bucket; `more` where the next call
   *   may find others
   */
  listUploads(
    after: string | undefined,
  ): Promise<{ readonly uploads: readonly Upload[]; readonly more: boolean }>;
}
