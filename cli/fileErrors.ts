import { GateloopError } from '../core/errors.ts';
import { CommandError } from './errorReport.ts';

/** What prevents access to a file. */
type FileTrouble = 'full' | 'readOnly' | 'denied' | 'missing' | 'notFolder' | 'isFolder' | 'tooMany';

/** The error codes of Node's file functions. */
const byCode: Readonly<Record<string, FileTrouble>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EROFS: 'readOnly',
  EACCES: 'denied',
  EPERM: 'denied',
  ENOENT: 'missing',
  ENOTDIR: 'notFolder',
  EISDIR: 'isFolder',
  EMFILE: 'tooMany',
  ENFILE: 'tooMany',
};

/** SQLite's result codes (https://sqlite.org/rescode.html), which Node gives as `errcode`. */
const bySqliteCode: Readonly<Record<number, FileTrouble>> = { 8: 'readOnly', 13: 'full', 14: 'denied' };

/** LevelDB, in which the local DynamoDB stores its tables, gives the text of the operating system only. */
const levelTexts: readonly (readonly [text: RegExp, trouble: FileTrouble])[] = [
  [/no space left|quota exceeded/i, 'full'],
  [/read-only file system/i, 'readOnly'],
  [/permission denied|not permitted/i, 'denied'],
];

const NAME_ANOTHER = 'name another file or folder';

const sentences: Readonly<Record<FileTrouble, { what: (place: string) => string; remedy: string }>> = {
  full: {
    what: (place) => `The disk is full: ${place} could not be written.`,
    remedy: `Free some space, or ${NAME_ANOTHER} (--data for the state). Nothing that was stored is lost: the next start goes on.`,
  },
  readOnly: {
    what: (place) => `${place} cannot be written: its file system is read-only.`,
    remedy: `Make it writable, or ${NAME_ANOTHER}.`,
  },
  denied: {
    what: (place) => `Access to ${place} was denied.`,
    remedy: `Give this user the right to read and write it, or ${NAME_ANOTHER}.`,
  },
  missing: {
    what: (place) => `There is no ${place}, or no folder to write it to.`,
    remedy: `Create its folder, or ${NAME_ANOTHER}.`,
  },
  notFolder: {
    what: (place) => `A part of the path ${place} is a file, where a folder is expected.`,
    remedy: `Remove that file, or ${NAME_ANOTHER}.`,
  },
  isFolder: {
    what: (place) => `${place} is a folder, where a file is expected.`,
    remedy: 'Name a file.',
  },
  tooMany: {
    what: () => 'This process, or the system, has too many files open.',
    remedy: 'Close other programs, or raise the limit (ulimit -n).',
  },
};

/** @returns a `CommandError` with a remedy for a known error of the file system; any other error unchanged */
export function explainedFileError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof GateloopError) return error;
  const trouble = troubleOf(error);
  if (trouble === undefined) return error;
  const { what, remedy } = sentences[trouble];
  return new CommandError('FileTrouble', { what: what(placeOf(error)), remedy, cause: error });
}

function troubleOf(error: Error): FileTrouble | undefined {
  const { code, errcode, path } = Object(error);
  if (code === 'ERR_SQLITE_ERROR') return bySqliteCode[Number(errcode) & 0xff];
  if (code === 'LEVEL_IO_ERROR') return levelTexts.find(([text]) => text.test(error.message))?.[1];
  // Sockets and programs have the same codes: of those a remedy for files would mislead.
  const isOfFile = typeof path === 'string' || code === 'ENOSPC' || code === 'EDQUOT';
  return isOfFile ? byCode[String(code)] : undefined;
}

function placeOf({
  message,
  ...error
}: Error & { readonly path?: unknown; readonly dest?: unknown }): string {
  const { path, dest } = error;
  if (typeof dest === 'string') return dest;
  if (typeof path === 'string') return path;
  return /(?:^|\s)(\/[^:]+):/.exec(message)?.[1] ?? 'the state';
}
