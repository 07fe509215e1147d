import type { StorageFault } from '../../core/ports/ledger.ts';
import type { SpecBucket, WorkspaceFile } from '../../core/ports/specBucket.ts';

/** The spec bucket during one poll: it remembers the documents and copies that could not be read. */
export class FaultRecordingBucket implements SpecBucket {
  readonly environment: string;
  readonly #bucket: SpecBucket;
  readonly #faults = new Map<string, StorageFault>();

  constructor(bucket: SpecBucket) {
    this.environment = bucket.environment;
    this.#bucket = bucket;
  }

  get faults(): readonly StorageFault[] {
    return [...this.#faults.values()];
  }

  noteFault(fault: StorageFault): void {
    this.#faults.set(fault.place, fault);
  }

  listWorkspaces(): Promise<string[]> {
    return this.#bucket.listWorkspaces();
  }

  listFiles(workspace: string): Promise<WorkspaceFile[]> {
    return this.#bucket.listFiles(workspace);
  }

  readFile(workspace: string, file: WorkspaceFile): Promise<Uint8Array> {
    return this.#bucket.readFile(workspace, file);
  }

  readGuardrails(): Promise<Uint8Array | undefined> {
    return this.#bucket.readGuardrails();
  }

  appliedUri(sha256: string): string {
    return this.#bucket.appliedUri(sha256);
  }

  writeApplied(sha256: string, bytes: Uint8Array, contentType: string): Promise<void> {
    return this.#bucket.writeApplied(sha256, bytes, contentType);
  }

  readApplied(sha256: string): Promise<Uint8Array | undefined> {
    return this.#bucket.readApplied(sha256);
  }

  readDocument(key: string): Promise<unknown> {
    return this.#bucket.readDocument(key);
  }

  writeDocument(key: string, document: unknown): Promise<void> {
    return this.#bucket.writeDocument(key, document);
  }
}
