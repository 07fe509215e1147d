import { createHash } from 'node:crypto';
import type { ShapeCatalog } from '../../core/api/shapes.ts';
import type { WorkspaceFiles } from '../../core/desired/schemaFiles.ts';
import { defaultLimits } from '../../core/manifest/limits.ts';
import type { Manifest } from '../../core/manifest/manifest.ts';
import { referencedFiles } from '../../core/manifest/referencedFiles.ts';
import type { SpecBucket, WorkspaceFile } from '../../core/ports/specBucket.ts';
import { hasErrors, type Problem } from '../../core/problem.ts';
import { schemaLimits } from '../../core/schemas/schemaLimits.ts';
import {
  type DesiredDocument,
  readDesiredDocument,
  writeDesiredDocument,
} from '../../core/storage/desiredDocument.ts';

const MANIFEST = 'manifest.yaml';

/**
 * Reads what a workspace is to become. The parsed state is kept beside the uploads under a key that follows from
 * them, so that a turn costs one List and one Get however many schemas there are.
 */
export async function readDesired(
  workspace: string,
  bucket: SpecBucket,
  catalog: ShapeCatalog,
): Promise<DesiredDocument> {
  const files = await bucket.listFiles(workspace);
  const revision = revisionOf(files);
  const parsed = await readDesiredDocument(workspace, revision, bucket);
  if (parsed) return parsed;
  const document = await parse(workspace, revision, files, bucket, catalog);
  await writeDesiredDocument(workspace, document, bucket);
  return document;
}

async function parse(
  workspace: string,
  revision: string,
  listed: readonly WorkspaceFile[],
  bucket: SpecBucket,
  catalog: ShapeCatalog,
): Promise<DesiredDocument> {
  const manifestFile = listed.find(({ path }) => path === MANIFEST);
  if (!manifestFile) return { revision, problems: [manifestMissing] };
  if (manifestFile.size > defaultLimits.bytes)
    return { revision, problems: [manifestTooLarge(manifestFile.size)] };
  // Loaded for a new upload only: what reads manifests and schemas is half of the package.
  const [{ parseManifest }, { desiredState }] = await Promise.all([
    import('../../core/manifest/parseManifest.ts'),
    import('../../core/desired/desiredState.ts'),
  ]);
  const bytes = await bucket.readFile(workspace, manifestFile);
  const { manifest, problems } = parseManifest(bytes, MANIFEST, catalog, defaultLimits, workspace);
  if (!manifest) return { revision, problems };
  const files = await readFiles(workspace, manifest, listed, bucket);
  const appliedUri = (sha256: string) => bucket.appliedUri(sha256);
  const result = desiredState({ workspace, manifest, files, revision, appliedUri });
  const allProblems = [...problems, ...result.problems];
  if (!result.desired || hasErrors(allProblems)) return { revision, problems: allProblems };
  for (const { sha256, bytes: schema, contentType } of result.applied) {
    await bucket.writeApplied(sha256, schema, contentType);
  }
  return { revision, problems: allProblems, desired: result.desired };
}

/** Lists every file, so that a misspelt name can be told from a missing one, and loads those that are named. */
async function readFiles(
  workspace: string,
  manifest: Manifest,
  listed: readonly WorkspaceFile[],
  bucket: SpecBucket,
): Promise<WorkspaceFiles> {
  const named = new Set(referencedFiles(manifest).map(({ path }) => path));
  const files = new Map<string, { size: number; bytes?: Uint8Array }>();
  for (const file of listed) {
    const readable = named.has(file.path) && file.size <= schemaLimits.uploadedBytes;
    files.set(file.path, {
      size: file.size,
      ...(readable && { bytes: await bucket.readFile(workspace, file) }),
    });
  }
  return files;
}

/** Names what was uploaded, whatever the order in which it came. */
export function revisionOf(files: readonly WorkspaceFile[]): string {
  const parts = files.map(({ path, size, etag }) => [path, size, etag]).sort();
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

const manifestMissing: Problem = {
  severity: 'error',
  file: MANIFEST,
  path: '',
  message:
    'The workspace has no manifest.yaml. What it made in AWS was left as it is. To go on with it, upload the manifest again; to have it deleted, upload one that says nothing but "settings: { prune: true }".',
};

function manifestTooLarge(size: number): Problem {
  return {
    severity: 'error',
    file: MANIFEST,
    path: '',
    message: `The manifest has ${size} bytes; ${defaultLimits.bytes} are the most. Move inline schemas into files of their own.`,
  };
}
