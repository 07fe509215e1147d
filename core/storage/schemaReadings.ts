import { createHash } from 'node:crypto';
import type { SchemaReading } from '../desired/schemaFiles.ts';
import type { SchemaFileUse } from '../desired/schemaUses.ts';
import type { DocumentStore, WorkspaceFile } from '../ports/specBucket.ts';
import { schemaFilesKey, schemaReadingKey } from './keys.ts';
import { isCount, isList, isText, mappingOf, oneOf, shape } from './memberChecks.ts';
import { type ReadableStore, StoredDocument } from './storedDocument.ts';
import { storedFormats } from './storedFormats.ts';

const readingDocument = new StoredDocument<SchemaReading>(storedFormats.schemaReading, {
  problems: isList,
  tools: isList,
  servers: isList,
  fingerprint: isText,
  contentType: oneOf('application/json'),
});

/** A file whose content is known. */
interface KnownFile extends Pick<WorkspaceFile, 'size' | 'etag'> {
  /** Of the file as uploaded, in lower-case hex. */
  readonly sha256: string;
}

/** The digests of the schema files of a workspace, by their paths: what has the same ETag need not be read to be known. */
export type KnownFiles = Readonly<Record<string, KnownFile>>;

const filesDocument = new StoredDocument<{ readonly files: KnownFiles }>(storedFormats.schemaFiles, {
  files: mappingOf(shape<KnownFile>({ size: isCount, etag: isText, sha256: isText })),
});

/** Everything that a reading depends on. The name of the file decides only whether it is JSON for sure. */
function readingDigest(sha256: string, { file, kind, targetName, privateEndpoint }: SchemaFileUse): string {
  const isJson = file.toLowerCase().endsWith('.json');
  return createHash('sha256')
    .update(JSON.stringify([sha256, kind, targetName, privateEndpoint, isJson]))
    .digest('hex');
}

/** Keeps what was read of a schema. To be called once its applied copy exists. */
export async function writeSchemaReading(
  workspace: string,
  sha256: string,
  use: SchemaFileUse,
  reading: SchemaReading,
  bucket: Pick<DocumentStore, 'writeDocument'>,
): Promise<void> {
  await readingDocument.write(schemaReadingKey(workspace, readingDigest(sha256, use)), reading, bucket);
}

/** @returns undefined where nothing is kept, or it is broken or has another format: poll reads the schema again */
export function readSchemaReading(
  workspace: string,
  sha256: string,
  use: SchemaFileUse,
  bucket: ReadableStore,
): Promise<SchemaReading | undefined> {
  return readingDocument.readIfSupported(schemaReadingKey(workspace, readingDigest(sha256, use)), bucket);
}

export async function writeKnownFiles(
  workspace: string,
  files: KnownFiles,
  bucket: Pick<DocumentStore, 'writeDocument'>,
): Promise<void> {
  await filesDocument.write(schemaFilesKey(workspace), { files }, bucket);
}

/** @returns none where the document is absent, is broken or has another format: poll reads the bytes of the files again */
export async function readKnownFiles(workspace: string, bucket: ReadableStore): Promise<KnownFiles> {
  return (await filesDocument.readIfSupported(schemaFilesKey(workspace), bucket))?.files ?? {};
}
