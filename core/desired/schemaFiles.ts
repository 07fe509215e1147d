import { nearest } from '../nearest.ts';
import { defined } from '../objects.ts';
import { messageText, type Problem, type SourceLocation } from '../problem.ts';
import { sha256 } from '../schemas/canonicalJson.ts';
import { readSchema } from '../schemas/readSchema.ts';
import { schemaLimits } from '../schemas/schemaLimits.ts';
import type { ParsedSchema, SchemaKind, SchemaServer, Tool } from '../schemas/schemaTypes.ts';
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

/** What is needed of a schema once it was read: its bytes are in its applied copy. */
export type SchemaReading = Omit<ParsedSchema, 'canonical'>;

export interface SchemaFileResult {
  /** Absent where an error refuses the file. The bytes are absent where an earlier poll has read it. */
  readonly schema?: Omit<AppliedSchema, 'bytes'> & {
    readonly bytes?: Uint8Array;
    readonly tools: readonly Tool[];
    /** Absent for a file that Gateloop passes on unread. */
    readonly servers?: readonly SchemaServer[];
  };
  readonly problems: readonly Problem[];
}

/**
 * Reads a file of the workspace as a schema. Problems inside the file are located in the file.
 *
 * @param reading what is known of the file already
 */
export function readSchemaFile(
  use: FileUse,
  files: WorkspaceFiles,
  reading?: SchemaReading,
): SchemaFileResult {
  if (reading) return resultOf(use, reading);
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
  const { kind, file, targetName, privateEndpoint } = use;
  if (!kind) return passThrough(use, bytes);
  const { canonical, ...parsed } = readSchema(kind, bytes, file, { targetName, privateEndpoint });
  return resultOf(use, parsed, canonical);
}

function resultOf({ file, path }: FileUse, reading: SchemaReading, bytes?: Uint8Array): SchemaFileResult {
  const problems = reading.problems.map(
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
  const { fingerprint, contentType, tools, servers } = reading;
  const schema = { sha256: fingerprint, contentType, tools, servers, ...defined({ bytes }) };
  return { schema, problems };
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
