import type { ShapeCatalog } from '../../core/api/shapes.ts';
import type { WorkspaceFiles } from '../../core/desired/schemaFiles.ts';
import { type SchemaFileUse, schemaFileKey, schemaFileUses } from '../../core/desired/schemaUses.ts';
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
import { sha256 } from '../../core/schemas/canonicalJson.ts';
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
import { readSchemas } from './readSchemas.ts';

const MANIFEST = 'manifest.yaml';

/**
 * Reads the upload, or ends the poll where it is refused: a refused upload changes nothing in AWS. An error in one resource
 * refuses that resource alone.
 */
export async function readDesiredState(
  { event: { workspace } }: PartOfState<'event'>,
  { specBucket, catalog, ledger, clock }: Pick<DecisionPorts, 'specBucket' | 'catalog' | 'ledger' | 'clock'>,
): Promise<PartOfState<'upload'> | EarlyEnd> {
  const files = await specBucket.listFiles(workspace);
  if (files.length === 0 && !(await hasExisted(workspace, ledger))) return new EarlyEnd('absent');
  const document = await readDesired(workspace, specBucket, catalog, files, clock);
  const { desired, isPartial, revision } = document;
  if (desired) return { upload: { ...document, desired } };
  // An upload is refused with the problems of all its schemas.
  return new EarlyEnd(isPartial ? 'wait' : 'refused', revision);
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
 *
 * @param clock bounds the time in which schemas are read; without it, all of them are read
 * @returns `isPartial` where a later poll reads further schemas
 */
export async function readDesired(
  workspace: string,
  bucket: SpecBucket,
  catalog: ShapeCatalog,
  listed?: readonly WorkspaceFile[],
  clock?: () => number,
): Promise<DesiredDocument> {
  const files = listed ?? (await bucket.listFiles(workspace));
  const file = await bucket.readGuardrails();
  const revision = combinedRevision(revisionOf(files), guardrailsDigest(file));
  const parsed = await readDesiredDocument(workspace, revision, bucket);
  // Guardrails with errors are told of in every poll, so that the alarm lasts as long as they do.
  if (parsed && !isStopped(parsed)) return parsed;
  const document = await parseGuarded({ workspace, revision, files, file }, bucket, catalog, clock);
  await writeDesiredDocument(workspace, document, bucket);
  return document;
}

interface ParserPorts {
  readonly bucket: SpecBucket;
  readonly catalog: ShapeCatalog;
  readonly clock: (() => number) | undefined;
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
  clock: (() => number) | undefined,
): Promise<DesiredDocument> {
  const { workspace, revision, files, file } = upload;
  const { guardrails, problems } = await readGuardrails(workspace, file);
  if (!guardrails) return { revision, problems };
  // For the team, which may not read the guardrails of other workspaces, to plan with.
  await bucket.writeDocument(workspaceGuardrailsKey(workspace), JSON.parse(guardrailsFile(guardrails)));
  return parse({ workspace, guardrails }, revision, files, { bucket, catalog, clock });
}

async function parse(
  { workspace, guardrails }: Guarded,
  revision: string,
  listed: readonly WorkspaceFile[],
  { bucket, catalog, clock }: ParserPorts,
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
  const guarded = guardedManifest(readable, { workspace, guardrails });
  const uses = schemaFileUses(guarded.resources);
  const { files, schemas } = await readFiles(workspace, readable, uses, listed, bucket);
  const { readings, unread } = await readSchemas(workspace, schemas, bucket, clock);
  const isPartial = unread.size > 0;
  const readRevision = isPartial ? combinedRevision(revision, unreadDigest(unread)) : revision;
  const appliedUri = (sha256: string) => bucket.appliedUri(sha256);
  const result = desiredState({
    workspace,
    guardrails,
    manifest: readable,
    manifestProblems,
    manifestFaults,
    files,
    readings,
    unread,
    revision: readRevision,
    appliedUri,
  });
  const { desired, problems } = result;
  const refusal = hasErrors(problems) ? refusalOf(guarded, problems) : undefined;
  const document = {
    revision: readRevision,
    problems,
    ...defined({ refusal }),
    ...(isPartial && { isPartial }),
  };
  if (!desired) return document;
  for (const { sha256, bytes: schema, contentType } of result.applied) {
    await bucket.writeApplied(sha256, schema, contentType);
  }
  return { ...document, desired };
}

/** @returns what makes the revision of an upload another one as long as these schemas are unread */
function unreadDigest(unread: ReadonlySet<string>): string {
  return `unread${sha256(new TextEncoder().encode(JSON.stringify([...unread].sort()))).slice(0, 16)}`;
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

/**
 * Reads the files that the manifest names, apart from schemas, which `readSchemas` reads. The others are known by their paths,
 * to suggest one for a misspelled name.
 */
async function readFiles(
  workspace: string,
  manifest: Manifest,
  uses: ReadonlyMap<string, SchemaFileUse>,
  listed: readonly WorkspaceFile[],
  bucket: SpecBucket,
): Promise<{ files: WorkspaceFiles; schemas: (SchemaFileUse & { listed: WorkspaceFile })[] }> {
  const references = referencedFiles(manifest);
  const readable = filesToLoad(listed, new Set(references.map(({ path }) => path)));
  const schemaFiles = new Map(
    listed.filter(({ path }) => readable.has(path)).map((file) => [file.path, file]),
  );
  const schemas = [...uses.values()].flatMap((use) => {
    const file = use.kind && schemaFiles.get(use.file);
    return file ? [{ ...use, listed: file }] : [];
  });
  const isSchema = new Set(schemas.map(({ key }) => key));
  const others = references.filter(
    ({ path, kind }) => !isSchema.has(schemaFileKey(defined({ kind, file: path }))),
  );
  const loaded = new Set(others.map(({ path }) => path).filter((path) => readable.has(path)));
  const files = new Map<string, { size: number; bytes?: Uint8Array }>();
  for (const file of listed) {
    files.set(file.path, {
      size: file.size,
      ...(loaded.has(file.path) && { bytes: await bucket.readFile(workspace, file) }),
    });
  }
  return { files, schemas };
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
