import { addressOf } from '../address.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { type Reference, referencesIn } from '../manifest/reference.ts';
import { defined } from '../objects.ts';
import { messageText, type Problem, type SourceLocation } from '../problem.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';
import { canonicalText } from '../schemas/canonicalJson.ts';
import { fileProblem, type WorkspaceFiles } from './schemaFiles.ts';

/** The member of a manifest that takes its text from a file. */
export interface TextFileUse {
  readonly file: string;
  readonly path: string;
  readonly location: SourceLocation;
  /** Finds what the service refuses in the text. */
  readonly check?: ((text: string) => readonly { message: string; expected: string }[]) | undefined;
}

export interface TextFileResult {
  /** Absent where an error refuses the file. */
  readonly text?: string;
  /** The resources that the text names, with the member's path left out. */
  readonly references?: readonly Omit<Reference, 'path'>[];
  readonly problems: readonly Problem[];
}

/** The service's own limit on a part of a descriptor, in characters. A custom metadata schema may have a sixth of it. */
const MAX_LENGTH = 102_400;

/**
 * Reads a file whose text becomes a member, such as the descriptor of a registry record. JSON is written in canonical form,
 * so that reformatting is no change. A text may name the outputs of resources, as a manifest may.
 */
export function readTextFile(
  { file, path, location, check }: TextFileUse,
  { manifest, files }: { readonly manifest: Manifest; readonly files: WorkspaceFiles },
): TextFileResult {
  const problem = (message: string, suggestion?: string): TextFileResult => ({
    problems: [
      {
        severity: 'error',
        ...location,
        path,
        message: messageText(message),
        ...defined({ suggestion: suggestion && messageText(suggestion) }),
      },
    ],
  });
  const found = fileProblem(file, files);
  const bytes = files.get(file)?.bytes;
  if (found) return problem(found.message, found.suggestion);
  if (!bytes) return problem(`The file ${file} is not read, since the files of the workspace are too large.`);
  const written = decode(bytes);
  if (written === undefined) return problem(`The file ${file} is not UTF-8 text. Save it as UTF-8.`);
  const text = canonicalText(written);
  if (text === '' || text.length > MAX_LENGTH)
    return problem(
      `The file ${file} has ${text.length} characters; the service takes 1 to ${MAX_LENGTH} there.`,
    );
  const faults = check?.(text) ?? [];
  if (faults.length > 0) {
    const place = { severity: 'error' as const, ...location, path };
    return {
      problems: faults.map(({ message, expected }) => ({
        ...place,
        message: messageText(`In the file ${file}: ${message}`),
        expected,
      })),
    };
  }
  const references = referencesIn(text).filter(({ complete }) => complete);
  const known = new Set(manifest.resources.map(({ kind, name }) => addressOf(kind, name)));
  const linked = references.flatMap(({ text: written, kind, name, field }) =>
    kind && known.has(addressOf(kind, name)) && resourceKinds[kind].outputs.includes(field)
      ? [{ text: written, kind, name, field }]
      : [],
  );
  const unlinked = references.find(({ text: written }) => !linked.some((each) => each.text === written));
  if (unlinked)
    return problem(
      `The file ${file} refers to ${unlinked.text}, which is no output of a resource of this manifest. Correct the reference, or write the value.`,
    );
  return { text, references: linked, problems: [] };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
