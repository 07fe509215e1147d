import type { ShapeCatalog } from '../../core/api/shapes.ts';
import type { WorkspaceFiles } from '../../core/desired/schemaFiles.ts';
import type { Guarded } from '../../core/guardrails/guardManifest.ts';
import { guardedManifest } from '../../core/guardrails/guardManifest.ts';
import { guardrailsFile } from '../../core/guardrails/guardrailsFile.ts';
import { defaultLimits } from '../../core/manifest/limits.ts';
import { type Manifest, referencedFiles } from '../../core/manifest/manifest.ts';
import type { ParameterFile } from '../../core/manifest/parameters.ts';
import { defined } from '../../core/objects.ts';
import { refusalOf } from '../../core/outcome/refusal.ts';
import type { SpecBucket, WorkspaceFile } from '../../core/ports/specBucket.ts';
import { hasErrors, messageText, type Problem } from '../../core/problem.ts';
import { filesToLoad } from '../../core/schemas/schemaLimits.ts';
import {
  combinedRevision,
  type DesiredDocument,
  readDesiredDocument,
  revisionOf,
  writeDesiredDocument,
} from '../../core/storage/desiredDocument.ts';
import { workspaceGuardrailsKey } from '../../core/storage/keys.ts';
import { MAX_WORKSPACE_FILES, parametersPath } from '../../core/storage/uploads.ts';
import { type DecisionPorts, EarlyEnd, type PartOfState } from './pollState.ts';
import { guardrailsDigest, isStopped, readGuardrails } from './readGuardrails.ts';

const MANIFEST = 'manifest.yaml';

/**
 * Reads the upload, or ends the poll where it is refused: a refused upload changes nothing in AWS. An error in one resource
 * refuses that resource alone.
 */
export async function readDesiredState(
  { event: { workspace } }: PartOfState<'event'>,
  { specBucket, catalog, ledger }: Pick<DecisionPorts, 'specBucket' | 'catalog' | 'ledger'>,
): Promise<PartOfState<'upload'> | EarlyEnd> {
  const files = await specBucket.listFiles(workspace);
  if (files.length === 0 && !(await hasExisted(workspace, ledger))) return new EarlyEnd('absent');
  const document = await readDesired(workspace, specBucket, catalog, files);
  const { desired } = document;
  return desired ? { upload: { ...document, desired } } : new EarlyEnd('refused', document.revision);
}

/** A folder without a file is the first step of an upload by hand, unless Gateloop knows the workspace. */
async function hasExisted(workspace: string, ledger: DecisionPorts['ledger']): Promise<boolean> {
  const [resources, record] = await Promise.all([
    ledger.readResources(workspace),
    ledger.readWorkspace(workspace),
  ]);
  return resources.size > 0 || record.outcomeDelivery !== undefined;
}

/**
 * Reads and parses the upload of a workspace. The parsed state is stored under its revision, so that a later poll costs
 * one List and two Gets, however many schemas there are: one of the guardrails, and one of the parsed state.
 */
export async function readDesired(
  workspace: string,
  bucket: SpecBucket,
  catalog: ShapeCatalog,
  listed?: readonly WorkspaceFile[],
): Promise<DesiredDocument> {
  const files = listed ?? (await bucket.listFiles(workspace));
  const file = await bucket.readGuardrails();
  const revision = combinedRevision(revisionOf(files), guardrailsDigest(file));
  const parsed = await readDesiredDocument(workspace, revision, bucket);
  // Guardrails with errors are told of in every poll, so that the alarm lasts as long as they do.
  if (parsed && !isStopped(parsed)) return parsed;
  const document = await parseGuarded({ workspace, revision, files, file }, bucket, catalog);
  await writeDesiredDocument(workspace, document, bucket);
  return document;
}

interface Upload {
  readonly workspace: string;
  readonly revision: string;
  readonly files: readonly WorkspaceFile[];
  /** The operators' guardrails; absent where there are none. */
  readonly file: Uint8Array | undefined;
}

/** Guardrails that cannot be read allow nothing: the upload is refused, and AWS stays as it is. */
async function parseGuarded(
  upload: Upload,
  bucket: SpecBucket,
  catalog: ShapeCatalog,
): Promise<DesiredDocument> {
  const { workspace, revision, files, file } = upload;
  const { guardrails, problems } = await readGuardrails(workspace, file);
  if (!guardrails) return { revision, problems };
  // For the team, which may not read the guardrails of other workspaces, to plan with.
  await bucket.writeDocument(workspaceGuardrailsKey(workspace), JSON.parse(guardrailsFile(guardrails)));
  return parse({ workspace, guardrails }, revision, files, bucket, catalog);
}

async function parse(
  { workspace, guardrails }: Guarded,
  revision: string,
  listed: readonly WorkspaceFile[],
  bucket: SpecBucket,
  catalog: ShapeCatalog,
): Promise<DesiredDocument> {
  if (listed.length > MAX_WORKSPACE_FILES) return { revision, problems: [tooManyFiles()] };
  const manifestFile = listed.find(({ path }) => path === MANIFEST);
  if (!manifestFile) return { revision, problems: [manifestMissing(listed)] };
  if (manifestFile.size > defaultLimits.bytes)
    return { revision, problems: [manifestTooLarge(manifestFile.size)] };
  // Loaded for a new upload only: the parsers of manifests and schemas are half of the bundle.
  const [{ parseManifest }, { desiredState }] = await Promise.all([
    import('../../core/manifest/parseManifest.ts'),
    import('../../core/desired/desiredState.ts'),
  ]);
  const bytes = await bucket.readFile(workspace, manifestFile);
  const parameters = await readParameters(workspace, listed, bucket);
  const {
    readable,
    faults: manifestFaults,
    problems: manifestProblems,
  } = parseManifest(bytes, MANIFEST, catalog, defaultLimits, workspace, parameters);
  if (!readable || !manifestFaults) return { revision, problems: manifestProblems };
  const files = await readFiles(workspace, readable, listed, bucket);
  const appliedUri = (sha256: string) => bucket.appliedUri(sha256);
  const result = desiredState({
    workspace,
    guardrails,
    manifest: readable,
    manifestProblems,
    manifestFaults,
    files,
    revision,
    appliedUri,
  });
  const { desired, problems } = result;
  const refusal = hasErrors(problems)
    ? refusalOf(guardedManifest(readable, { workspace, guardrails }), problems)
    : undefined;
  if (!desired) return { revision, problems, ...defined({ refusal }) };
  for (const { sha256, bytes: schema, contentType } of result.applied) {
    await bucket.writeApplied(sha256, schema, contentType);
  }
  return { revision, problems, desired, ...defined({ refusal }) };
}

/** Reads the values of the environment. A file that is too large is told of by its size alone. */
async function readParameters(
  workspace: string,
  listed: readonly WorkspaceFile[],
  bucket: SpecBucket,
): Promise<ParameterFile> {
  const path = parametersPath(bucket.environment);
  const file = listed.find((each) => each.path === path);
  const isReadable = file !== undefined && file.size <= defaultLimits.bytes;
  return { path, bytes: isReadable ? await bucket.readFile(workspace, file) : undefined };
}

/** Reads the files that the manifest names. The others are known by their paths, to suggest one for a misspelled name. */
async function readFiles(
  workspace: string,
  manifest: Manifest,
  listed: readonly WorkspaceFile[],
  bucket: SpecBucket,
): Promise<WorkspaceFiles> {
  const named = new Set(referencedFiles(manifest).map(({ path }) => path));
  const loaded = filesToLoad(listed, named);
  const files = new Map<string, { size: number; bytes?: Uint8Array }>();
  for (const file of listed) {
    files.set(file.path, {
      size: file.size,
      ...(loaded.has(file.path) && { bytes: await bucket.readFile(workspace, file) }),
    });
  }
  return files;
}

/** A manifest under another name, or in a folder of the workspace. */
const MISNAMED_MANIFEST = /(^|\/)manifest\.(ya?ml|json)$/i;

function manifestMissing(files: readonly WorkspaceFile[]): Problem {
  const misnamed = files.find(({ path }) => MISNAMED_MANIFEST.test(path));
  const message = misnamed
    ? `The workspace has no manifest.yaml. Rename ${misnamed.path} to manifest.yaml.`
    : 'The workspace has no manifest.yaml. If it has resources in AWS, they stay as they are. To manage them, upload a manifest; to delete them, upload a manifest with nothing but "settings: { prune: true }".';
  return { severity: 'error', file: MANIFEST, path: '', message: messageText(message) };
}

function tooManyFiles(): Problem {
  return {
    severity: 'error',
    file: MANIFEST,
    path: '',
    message: `The folder of the workspace has more than ${MAX_WORKSPACE_FILES} files. Remove those that no manifest names, or split the workspace.`,
  };
}

function manifestTooLarge(size: number): Problem {
  return {
    severity: 'error',
    file: MANIFEST,
    path: '',
    message: `The manifest has ${size} bytes; the limit is ${defaultLimits.bytes}. Move inline schemas into separate files.`,
  };
}

/** A workspace is taken over only once its upload is gone: until then it manages its resources itself. */
export async function goneWorkspace(
  workspace: string | undefined,
  { specBucket }: Pick<DecisionPorts, 'specBucket'>,
): Promise<string | undefined> {
  if (workspace === undefined) return undefined;
  return (await specBucket.listFiles(workspace)).length === 0 ? workspace : undefined;
}
