import { nearest } from '../nearest.ts';
import { defined } from '../objects.ts';
import { messageText, type Problem, type SourceLocation } from '../problem.ts';
import { sha256 } from '../schemas/canonicalJson.ts';
import { readSchema } from '../schemas/readSchema.ts';
import { schemaLimits } from '../schemas/schemaLimits.ts';
import type { SchemaKind, SchemaServer, Tool } from '../schemas/schemaTypes.ts';
import type { AppliedSchema } from './desired.ts';

/** A file of a workspace. The bytes are absent where its size, or that of all files, refuses the file. */
export interface LoadedFile {
  /** In bytes. */
  readonly size: number;
  readonly bytes?: Uint8Array;
}

export type WorkspaceFiles = ReadonlyMap<string, LoadedFile>;

/** To find a similar name takes 5 µs for each name and each file that is missing, and a manifest may name 9,000 of them. */
const MAX_SEARCHED_FILES = 300;

/** A use of a file as a schema. */
export interface FileUse {
  readonly file: string;
  readonly kind?: SchemaKind;
  /** The longest name among the targets that use the file: a limit that holds for it holds for all of them. */
  readonly targetName: string;
  /** Whether every target that uses the file has a private endpoint. */
  readonly privateEndpoint: boolean;
  /** The path of the manifest member that names the file. */
  readonly path: string;
  readonly location: SourceLocation;
}

export interface SchemaFileResult {
  /** Absent where an error refuses the file. */
  readonly schema?: AppliedSchema & {
    readonly tools: readonly Tool[];
    /** Absent for a file that Gateloop passes on unread. */
    readonly servers?: readonly SchemaServer[];
  };
  readonly problems: readonly Problem[];
}

/** Reads a file of the workspace as a schema. Problems inside the file are located in the file. */
export function readSchemaFile(use: FileUse, files: WorkspaceFiles): SchemaFileResult {
  const problem = fileProblem(use.file, files);
  const bytes = files.get(use.file)?.bytes;
  if (problem || !bytes) {
    const { message, suggestion } = problem ?? {
      message: `The file ${use.file} is not read, since the schema files of the workspace have more than ${schemaLimits.workspaceBytes} bytes in all. Leave operations out, or split the workspace.`,
    };
    return {
      problems: [
        {
          severity: 'error',
          rule: 'schema-file',
          ...use.location,
          path: use.path,
          message: messageText(message),
          ...defined({ suggestion: suggestion && messageText(suggestion) }),
        },
      ],
    };
  }
  return use.kind ? readKnownKind(use, use.kind, bytes) : passThrough(use, bytes);
}

function readKnownKind(
  { file, targetName, privateEndpoint, path }: FileUse,
  kind: SchemaKind,
  bytes: Uint8Array,
): SchemaFileResult {
  const parsed = readSchema(kind, bytes, file, { targetName, privateEndpoint });
  const problems = parsed.problems.map(
    ({ severity, rule, line = 1, column = 1, message, expected }): Problem => ({
      severity,
      rule,
      file,
      line,
      column,
      path,
      message,
      ...defined({ expected }),
    }),
  );
  if (problems.some(({ severity }) => severity === 'error')) return { problems };
  const { fingerprint, canonical, contentType, tools, servers } = parsed;
  return { schema: { sha256: fingerprint, bytes: canonical, contentType, tools, servers }, problems };
}

/** For a member that a newer SDK added: this version does not know the kind of the file and passes it on unchanged. */
function passThrough({ file, path, location }: FileUse, bytes: Uint8Array): SchemaFileResult {
  const message = `Gateloop does not know what kind of file ${file} must be here, and passes it on unread.`;
  return {
    schema: { sha256: sha256(bytes), bytes, contentType: 'application/octet-stream', tools: [] },
    problems: [{ severity: 'warning', ...location, path, message }],
  };
}

/** @returns why a file of the workspace cannot be read; undefined where it can */
export function fileProblem(
  file: string,
  files: WorkspaceFiles,
): { message: string; suggestion?: string | undefined } | undefined {
  const found = files.get(file);
  if (!found) {
    return {
      message: `The workspace has no file ${file}. Upload it, or correct the path.`,
      suggestion: files.size > MAX_SEARCHED_FILES ? undefined : nearest(file, files.keys()),
    };
  }
  const maxBytes = schemaLimits.uploadedBytes;
  if (found.size <= maxBytes) return undefined;
  return {
    message: `The file ${file} has ${found.size} bytes; Gateloop reads at most ${maxBytes}. Leave operations out, or split the file.`,
  };
}
