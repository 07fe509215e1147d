import type { JsonValue } from '../json.ts';
import { LinePositions } from '../linePositions.ts';
import type { YamlLimits } from '../manifest/limits.ts';
import { readYaml } from '../manifest/readYaml.ts';
import { readYamlDocument } from '../manifest/readYamlDocument.ts';
import { positionOf, toJson } from '../manifest/tree.ts';
import { yamlExcess } from '../manifest/yamlExcess.ts';
import { defined } from '../objects.ts';
import type { Position, Problem } from '../problem.ts';
import { jsonExcess, type TextBounds } from '../textBounds.ts';
import { checkValue } from './checkValue.ts';
import { countMembers, scanJson } from './jsonText.ts';
import { parentPointer, pointerSteps } from './pointer.ts';
import { MAX_FINDINGS_PER_RULE } from './rule.ts';
import { schemaLimits } from './schemaLimits.ts';
import type { SchemaProblem, UnlocatedProblem } from './schemaTypes.ts';

/** The parsed value of a document, with the positions of its parts. */
export interface ParsedDocument {
  readonly value: JsonValue;
  /** Warnings that apply to every kind of schema. */
  readonly warnings: readonly UnlocatedProblem[];
  /** @returns the problems with line and column, in the order of the file */
  locate(problems: readonly UnlocatedProblem[]): SchemaProblem[];
}

/** A document, or the problems that prevent parsing. */
export type DocumentResult =
  | { readonly document: ParsedDocument }
  | { readonly problems: readonly SchemaProblem[] };

/**
 * Parses JSON or YAML 1.2. Never throws. A file named `.json` must be JSON. Any other file is first parsed as JSON if
 * it begins like JSON, since JSON.parse is about ten times faster than the YAML reader.
 *
 * @param bytes UTF-8, with or without a byte order mark
 */
export function readDocument(bytes: Uint8Array, fileName: string): DocumentResult {
  if (bytes.byteLength > schemaLimits.uploadedBytes)
    return failed(tooLarge(bytes, 'A schema file', 'uploadedBytes'));
  const text = decode(bytes);
  if (text === undefined) {
    return failed(problem('document-encoding', 'The file is not UTF-8 text. Save it as UTF-8.'));
  }
  if (text.trim() === '')
    return failed(problem('document-empty', 'The file is empty. Write the schema into it.'));
  if (fileName.toLowerCase().endsWith('.json')) return readJson(text);
  return /^\s*[[{]/.test(text) && isJson(text) ? readJson(text) : readYamlText(bytes, text, fileName);
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    // UTF-16 without a byte order mark decodes as UTF-8 with zeros, which neither JSON nor YAML allows.
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

const jsonBounds: TextBounds = { tokens: schemaLimits.jsonTokens, depth: schemaLimits.depth };

function isJson(text: string): boolean {
  if (jsonExcess(text, jsonBounds)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function readJson(text: string): DocumentResult {
  const lines = new LinePositions(text);
  const excess = jsonExcess(text, jsonBounds);
  if (excess)
    return failed({ ...problem(excessRules[excess.bound], excess.message), ...lines.at(excess.offset) });
  let value: JsonValue;
  try {
    // JSON.parse returns nothing but JSON values.
    value = JSON.parse(text) as JsonValue;
  } catch {
    const syntaxError = scanJson(text, schemaLimits.depth, () => {});
    const message = syntaxError?.message ?? 'Invalid JSON.';
    return failed({ ...problem('document-syntax', message), ...lines.at(syntaxError?.offset ?? 0) });
  }
  const locate = (problems: readonly UnlocatedProblem[]) => locateInJson(text, lines, problems);
  const { errors, warnings, members } = checkValue(value);
  if (errors.length > 0) return { problems: locate(errors) };
  // JSON.parse silently keeps the last of several members with the same name; comparing the number of members detects
  // this.
  if (countMembers(text) !== members) return { problems: locate(repeatedMembers(text)) };
  return { document: { value, warnings, locate: locate } };
}

const excessRules = { tokens: 'document-values', depth: 'document-depth' } as const;

function repeatedMembers(text: string): UnlocatedProblem[] {
  const pointers: string[] = [];
  scanJson(text, schemaLimits.depth, ({ pointer, repeated }) => {
    if (repeated && pointers.length < MAX_FINDINGS_PER_RULE) pointers.push(pointer);
  });
  return pointers.map((path) => {
    const name = JSON.stringify(pointerSteps(path).at(-1)?.slice(0, 80));
    return problem(
      'document-duplicate-key',
      `Duplicate key ${name}: an earlier member of the object has it. Keep one.`,
      {
        path,
      },
    );
  });
}

function readYamlText(bytes: Uint8Array, text: string, fileName: string): DocumentResult {
  if (bytes.byteLength > schemaLimits.yamlBytes) {
    return failed(tooLarge(bytes, 'A schema in YAML', 'yamlBytes', ' JSON may be larger.'));
  }
  const document = yamlExcess(text, yamlLimits) ? undefined : readYamlDocument(text, yamlLimits);
  if (document === undefined) return readYamlWithPositions(bytes, fileName);
  const lines = new LinePositions(text);
  const position = (pointer: string) => lines.at(document.offsetOf(pointerSteps(pointer)));
  return checkedDocument(document.value, (found) =>
    sortByPosition(found.map((one) => ({ ...one, ...position(one.path) }))),
  );
}

const yamlLimits: YamlLimits = {
  bytes: schemaLimits.yamlBytes,
  tokens: schemaLimits.yamlTokens,
  lines: schemaLimits.yamlLines,
  depth: schemaLimits.depth,
  values: schemaLimits.values,
};

/** For YAML with mistakes, which it explains, and for the rare YAML that `readYamlDocument` leaves to it. */
function readYamlWithPositions(bytes: Uint8Array, fileName: string): DocumentResult {
  const { tree, problems } = readYaml(bytes, fileName, yamlLimits);
  if (tree === undefined || problems.length > 0)
    return { problems: problems.slice(0, MAX_FINDINGS_PER_RULE).map(fromManifestProblem) };
  return checkedDocument(toJson(tree), (found) =>
    sortByPosition(found.map((one) => ({ ...one, ...positionOf(tree, pointerSteps(one.path)) }))),
  );
}

function checkedDocument(value: JsonValue, locate: ParsedDocument['locate']): DocumentResult {
  const { errors, warnings } = checkValue(value);
  return errors.length > 0 ? { problems: locate(errors) } : { document: { value, warnings, locate } };
}

function fromManifestProblem({ severity, message, line, column }: Problem): SchemaProblem {
  return { severity, rule: 'document-syntax', path: '', message, ...defined({ line, column }) };
}

function locateInJson(
  text: string,
  lines: LinePositions,
  problems: readonly UnlocatedProblem[],
): SchemaProblem[] {
  if (problems.length === 0) return [];
  const pointers = new Set<string>();
  for (const { path } of problems) {
    for (let pointer: string | undefined = path; pointer !== undefined; pointer = parentPointer(pointer))
      pointers.add(pointer);
  }
  const offsets = new Map<string, number>();
  // For duplicate names the last position counts: its value was read, and it is the one to delete.
  scanJson(
    text,
    schemaLimits.depth,
    ({ pointer, offset }) => pointers.has(pointer) && offsets.set(pointer, offset),
  );
  return sortByPosition(problems.map((one) => ({ ...one, ...lines.at(nearestOffset(offsets, one.path)) })));
}

function nearestOffset(offsets: ReadonlyMap<string, number>, path: string): number {
  for (let pointer: string | undefined = path; pointer !== undefined; pointer = parentPointer(pointer)) {
    const offset = offsets.get(pointer);
    if (offset !== undefined) return offset;
  }
  return 0;
}

function sortByPosition<Placed extends Position>(problems: readonly Placed[]): Placed[] {
  return problems.toSorted((one, other) => one.line - other.line || one.column - other.column);
}

function failed(found: SchemaProblem): DocumentResult {
  return { problems: [found] };
}

function problem(rule: string, message: string, more: Partial<UnlocatedProblem> = {}): SchemaProblem {
  return { severity: 'error', rule, path: '', message, ...more };
}

function tooLarge(
  bytes: Uint8Array,
  what: string,
  limit: 'uploadedBytes' | 'yamlBytes',
  hint = '',
): SchemaProblem {
  const maxBytes = schemaLimits[limit];
  const message = `The file has ${bytes.byteLength} bytes. ${what} may have ${maxBytes}.${hint} Remove operations, or split the schema across several targets.`;
  return problem('document-size', message, { expected: `at most ${maxBytes} bytes` });
}
