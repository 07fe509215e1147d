import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** A problem that a case expects. A member that is absent is not compared; `message` is a part of the message. */
export interface ExpectedProblem {
  readonly severity: 'error' | 'warning';
  readonly rule?: string;
  /** A JSON pointer in a schema; the path of a member in a manifest. */
  readonly path?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly expected?: string;
  readonly suggestion?: string;
  readonly message?: string;
}

/** The file `case.yaml` of a case. */
export interface CaseFile {
  /** What Gateloop does with the input, as the second half of a test's title. */
  readonly title: string;
  /** The name of the reader in `caseReaders`. */
  readonly reads: string;
  /** All problems, in the order in which the reader tells them. */
  readonly problems: readonly ExpectedProblem[];
  /** The input schema of every tool, by the tool's name. */
  readonly tools?: Readonly<Record<string, unknown>>;
  /** Options that only some readers know. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** A case: a folder with `case.yaml` and the files that are read. */
export interface Case {
  /** The folder's name. */
  readonly id: string;
  readonly expected: CaseFile;
  /** The input files by their path in the folder, without `case.yaml`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

const casesFolder = fileURLToPath(new URL('.', import.meta.url));
const caseFileName = 'case.yaml';
const memberNames = new Set(['title', 'reads', 'problems', 'tools', 'options']);

/** Reads every case below `test/cases`. Throws if a `case.yaml` has a member that no test would compare. */
export function loadCases(): readonly Case[] {
  return readdirSync(casesFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => loadCase(name));
}

function loadCase(id: string): Case {
  const folder = join(casesFolder, id);
  const expected: CaseFile = parse(readFileSync(join(folder, caseFileName), 'utf8'));
  const unknown = Object.keys(expected).filter((name) => !memberNames.has(name));
  if (unknown.length > 0) throw new Error(`${id}/${caseFileName} has the unknown member ${unknown.join()}.`);
  const paths = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name !== caseFileName)
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  return { id, expected, files: new Map(paths.map((path) => [path, readFileSync(join(folder, path))])) };
}
