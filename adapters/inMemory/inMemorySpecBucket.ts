import { createHash } from 'node:crypto';
import { LOCAL_ENVIRONMENT } from '../../core/deployedNames.ts';
import { GateloopError } from '../../core/errors.ts';
import { openGuardrailsFile } from '../../core/guardrails/guardrailsFile.ts';
import type { ObjectVersions, StoredVersions } from '../../core/ports/collectedStorage.ts';
import type { SpecBucket, Upload, UploadLists, WorkspaceFile } from '../../core/ports/specBucket.ts';
import { isAppliedCopy, RENEWAL_AGE } from '../../core/storage/appliedCopies.ts';
import { appliedKey, GUARDRAILS_KEY, prefixes, uploadPrefix } from '../../core/storage/keys.ts';
import { isIgnoredFile, isWorkspaceName } from '../../core/storage/uploads.ts';
import { CallScript } from './callScript.ts';

interface StoredObject {
  readonly bytes: Uint8Array;
  readonly etag: string;
  readonly contentType: string;
  /** In ms since the epoch. */
  readonly storedAt: number;
  readonly version: string;
}

/** A spec bucket in memory, for tests of steps. It sorts keys as S3 does; an ETag is the hash of the content. */
export class InMemorySpecBucket implements SpecBucket, UploadLists, ObjectVersions {
  readonly environment = LOCAL_ENVIRONMENT;
  readonly script = new CallScript<SpecBucket & UploadLists & ObjectVersions>();
  /** Tells when an object is stored. */
  clock: () => number = () => 0;
  #versions = 0;
  readonly #name: string;
  readonly #objects = new Map<string, StoredObject>();

  /** The operators allow everything until a test says otherwise. */
  constructor(name = 'specs') {
    this.#name = name;
    this.putGuardrails(openGuardrailsFile);
  }

  /** Writes the operators' guardrails. */
  putGuardrails(text: string): void {
    this.putObject(GUARDRAILS_KEY, text);
  }

  /** Deletes the operators' guardrails, so that the safe ones hold. */
  deleteGuardrails(): void {
    this.#objects.delete(GUARDRAILS_KEY);
  }

  /** Uploads or overwrites a file of a workspace, as a team does. */
  upload(workspace: string, path: string, content: string | Uint8Array): void {
    this.putObject(uploadPrefix(workspace) + path, content);
  }

  /** Deletes a file of a workspace, as a team does. @throws RangeError if it does not exist */
  deleteUpload(workspace: string, path: string): void {
    if (!this.#objects.delete(uploadPrefix(workspace) + path))
      throw new RangeError(`Workspace ${workspace} has no file ${path}.`);
  }

  /** Deletes the folder of a workspace, as a team does. */
  deleteUploads(workspace: string): void {
    for (const key of this.keys(uploadPrefix(workspace))) this.#objects.delete(key);
  }

  /** Writes an object with any key and content, for example a document that is not JSON. */
  putObject(key: string, content: string | Uint8Array, contentType = 'application/octet-stream'): void {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content.slice();
    const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
    this.#versions += 1;
    const version = String(this.#versions);
    this.#objects.set(key, { bytes, etag, contentType, storedAt: this.clock(), version });
  }

  /** Writes a document, as an earlier step would. */
  putDocument(key: string, document: unknown): void {
    this.putObject(key, jsonOf(key, document), 'application/json');
  }

  /** @returns the document with this key; undefined if it does not exist */
  document(key: string): unknown {
    const object = this.#objects.get(key);
    return object && JSON.parse(new TextDecoder().decode(object.bytes));
  }

  /** @returns the keys that begin with `prefix`, sorted as S3 does: by their UTF-8 bytes */
  keys(prefix = ''): string[] {
    return [...this.#objects.keys()]
      .filter((key) => key.startsWith(prefix))
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  listWorkspaces(): Promise<string[]> {
    return this.script.run('listWorkspaces', [], () => {
      const names = this.keys(prefixes.uploads).map((key) => key.slice(prefixes.uploads.length).split('/'));
      return [
        ...new Set(
          names.flatMap(([name = '', ...path]) => (path.length > 0 && isWorkspaceName(name) ? [name] : [])),
        ),
      ];
    });
  }

  listFiles(workspace: string): Promise<WorkspaceFile[]> {
    return this.script.run('listFiles', [workspace], () => this.#files(workspace));
  }

  listUploads(after: string | undefined): Promise<{ uploads: Upload[]; more: boolean }> {
    return this.script.run('listUploads', [after], () => {
      const names = this.keys(prefixes.uploads).map((key) => key.slice(prefixes.uploads.length).split('/'));
      const workspaces = names.flatMap(([name = '', ...path]) =>
        path.length > 0 && isWorkspaceName(name) ? [name] : [],
      );
      const found = [...new Set(workspaces)];
      // One workspace with each call, so that every caller goes on.
      const [next, ...others] = found.slice(after === undefined ? 0 : found.indexOf(after) + 1);
      const uploads = next === undefined ? [] : [{ workspace: next, files: this.#files(next) }];
      return { uploads, more: others.length > 0 };
    });
  }

  readFile(workspace: string, file: WorkspaceFile): Promise<Uint8Array> {
    return this.script.run('readFile', [workspace, file], () => {
      const { path, etag } = file;
      const object = this.#objects.get(uploadPrefix(workspace) + path);
      if (object && object.etag === etag) return object.bytes.slice();
      const message = `${path} of workspace ${workspace} changed while Gateloop read the workspace. Read the workspace again.`;
      throw new GateloopError('WorkspaceChanged', message, { retryable: true, details: { workspace, path } });
    });
  }

  readGuardrails(): Promise<Uint8Array | undefined> {
    return this.script.run('readGuardrails', [], () => this.#objects.get(GUARDRAILS_KEY)?.bytes.slice());
  }

  appliedUri(sha256: string): string {
    return `s3://${this.#name}/${appliedKey(sha256)}`;
  }

  writeApplied(sha256: string, bytes: Uint8Array, contentType: string): Promise<void> {
    return this.script.run('writeApplied', [sha256, bytes, contentType], () => {
      const existing = this.#objects.get(appliedKey(sha256));
      const isFresh = existing && this.clock() - existing.storedAt < RENEWAL_AGE;
      if (!isFresh || !isAppliedCopy(sha256, existing.bytes))
        this.putObject(appliedKey(sha256), bytes, contentType);
    });
  }

  readApplied(sha256: string): Promise<Uint8Array | undefined> {
    return this.script.run('readApplied', [sha256], () =>
      this.#objects.get(appliedKey(sha256))?.bytes.slice(),
    );
  }

  async *listVersions(prefix: string): AsyncGenerator<StoredVersions> {
    for (const key of this.keys(prefix)) {
      const { version, storedAt, bytes } = this.#object(key);
      yield { key, versions: [version], storedAt, bytes: bytes.length };
    }
  }

  readText(key: string): Promise<string | undefined> {
    return this.script.run('readText', [key], () => {
      const object = this.#objects.get(key);
      return object && new TextDecoder().decode(object.bytes);
    });
  }

  deleteVersions(object: StoredVersions): Promise<void> {
    return this.script.run('deleteVersions', [object], () => {
      const { version = '' } = this.#objects.get(object.key) ?? {};
      if (object.versions.includes(version)) this.#objects.delete(object.key);
    });
  }

  hasUploads(workspace: string): Promise<boolean> {
    return this.script.run('hasUploads', [workspace], () => this.#files(workspace).length > 0);
  }

  /** Deletes what a lifecycle rule lets expire that was stored before a time. */
  expire(prefix: string, storedBefore: number): void {
    for (const key of this.keys(prefix))
      if (this.#object(key).storedAt < storedBefore) this.#objects.delete(key);
  }

  readDocument(key: string): Promise<unknown> {
    return this.script.run('readDocument', [key], () => this.document(key));
  }

  writeDocument(key: string, document: unknown): Promise<void> {
    return this.script.run('writeDocument', [key, document], () => this.putDocument(key, document));
  }

  #files(workspace: string): WorkspaceFile[] {
    const prefix = uploadPrefix(workspace);
    const keys = this.keys(prefix).filter((key) => !isIgnoredFile(key));
    return keys.map((key) => {
      const { bytes, etag } = this.#object(key);
      return { path: key.slice(prefix.length), size: bytes.length, etag };
    });
  }

  #object(key: string): StoredObject {
    const object = this.#objects.get(key);
    if (!object) throw new RangeError(`The bucket holds no object ${key}.`);
    return object;
  }
}

function jsonOf(key: string, document: unknown): string {
  const text: string | undefined = JSON.stringify(document);
  if (text === undefined) throw new RangeError(`The document ${key} has no JSON representation.`);
  return text;
}
