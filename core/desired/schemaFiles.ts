import { nearest } from '../nearest.ts';
import type { Problem, SourceLocation } from '../problem.ts';
import { sha256 } from '../schemas/canonicalJson.ts';
import { readSchema } from '../schemas/readSchema.ts';
import { schemaLimits } from '../schemas/schemaLimits.ts';
import type { SchemaKind, Tool } from '../schemas/schemaTypes.ts';
import type { AppliedSchema } from './desired.ts';

/** A file of a workspace. Bytes may be left out where the size alone refuses it. */
export interface WorkspaceFile {
  /** In bytes. */
  readonly size: number;
  readonly bytes?: Uint8Array;
}

export type WorkspaceFiles = ReadonlyMap<string, WorkspaceFile>;

/** A use of a file as a schema. */
export interface FileUse {
  readonly file: string;
  readonly kind?: SchemaKind;
  /** The longest name among the targets that use the file: what it allows, all of them allow. */
  readonly targetName: string;
  /** The member of the manifest that names the file. */
  readonly path: string;
  readonly place: SourceLocation;
}

export interface SchemaFileResult {
  /** Absent where an error refuses the file. */
  readonly schema?: AppliedSchema & { readonly tools: readonly Tool[] };
  readonly problems: readonly Problem[];
}

/** Reads a file of the workspace as a schema. Problems inside the file have their places there. */
export function readSchemaFile(use: FileUse, files: WorkspaceFiles): SchemaFileResult {
  const problem = fileProblem(use.file, files);
  const bytes = files.get(use.file)?.bytes;
  if (problem || !bytes) {
    const { message, suggestion } = problem ?? {
      message: `The file ${use.file} could not be read. Upload it again.`,
    };
    const hint = suggestion === undefined ? {} : { suggestion };
    return { problems: [{ severity: 'error', ...use.place, path: use.path, message, ...hint }] };
  }
  return use.kind ? readKnownKind(use, use.kind, bytes) : passThrough(use, bytes);
}

function readKnownKind(
  { file, targetName, path }: FileUse,
  kind: SchemaKind,
  bytes: Uint8Array,
): SchemaFileResult {
  const parsed = readSchema(kind, bytes, file, { targetName });
  const problems = parsed.problems.map(
    ({ severity, line = 1, column = 1, message, expected }): Problem => ({
      severity,
      file,
      line,
      column,
      path,
      message,
      ...(expected !== undefined && { expected }),
    }),
  );
  if (problems.some(({ severity }) => severity === 'error')) return { problems };
  const { fingerprint, canonical, contentType, tools } = parsed;
  return { schema: { sha256: fingerprint, bytes: canonical, contentType, tools }, problems };
}

/** A place that a newer SDK brought: what the file must be is not known here, so that it goes on as it is. */
function passThrough({ file, path, place }: FileUse, bytes: Uint8Array): SchemaFileResult {
  const message = `Gateloop does not know what ${file} must be at this place, and passes it on unread.`;
  return {
    schema: { sha256: sha256(bytes), bytes, contentType: 'application/octet-stream', tools: [] },
    problems: [{ severity: 'warning', ...place, path, message }],
  };
}

function fileProblem(
  file: string,
  files: WorkspaceFiles,
): { message: string; suggestion?: string | undefined } | undefined {
  const found = files.get(file);
  if (!found) {
    return {
      message: `The workspace has no file ${file}. Upload it, or correct the path.`,
      suggestion: nearest(file, files.keys()),
    };
  }
  const maxBytes = schemaLimits.uploadedBytes;
  if (found.size <= maxBytes) return undefined;
  return {
    message: `The file ${file} has ${found.size} bytes; at most ${maxBytes} are read. Leave operations out, or split it.`,
  };
}
