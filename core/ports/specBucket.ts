/** One object of a workspace. */
export interface WorkspaceFile {
  /** Relative to the workspace, such as `schemas/ledger.openapi.yaml`. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Changes whenever the content does. */
  readonly etag: string;
}

/** What one step leaves in the spec bucket for the next, under keys of Gateloop's own. */
export interface DocumentStore {
  /** @returns undefined where there is none */
  readDocument(key: string): Promise<unknown>;
  writeDocument(key: string, document: unknown): Promise<void>;
}

/** The bucket that teams upload to, and where Gateloop keeps what is immutable. */
export interface SpecBucket extends DocumentStore {
  /** The names of all workspaces: folders below `workspaces/`. */
  listWorkspaces(): Promise<string[]>;
  listFiles(workspace: string): Promise<WorkspaceFile[]>;
  /** @throws GateloopError `WorkspaceChanged`, retryable, when the file is not the one that was listed any more */
  readFile(workspace: string, file: WorkspaceFile): Promise<Uint8Array>;
  /** @returns the S3 URI of the immutable copy with this hash, there or not */
  appliedUri(sha256: string): string;
  /** Puts an immutable copy in place; harmless when it is there already. */
  writeApplied(sha256: string, bytes: Uint8Array, contentType: string): Promise<void>;
  readApplied(sha256: string): Promise<Uint8Array | undefined>;
}
