import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { memberAt } from '../manifest/memberAt.ts';
import { defined } from '../objects.ts';
import type { RecordContent } from '../ports/registryRecords.ts';
import { formatPath, type Path } from '../problem.ts';
import { canonicalJson, sha256 } from '../schemas/canonicalJson.ts';
import { visibleStart } from '../text/visible.ts';
import { parseContent } from './descriptorContent.ts';
import { labelFor } from './recordLabels.ts';

/** One difference between two versions of a record. */
export interface RecordChange {
  readonly kind: 'added' | 'removed' | 'changed';
  /** A label for people, such as `Server address`; the path where there is no label. */
  readonly label: string;
  /** Such as `server.remotes[0].url`. */
  readonly path: string;
  /** The whole value before and after: a text as it is, any other value as indented JSON. */
  readonly before?: string;
  readonly after?: string;
}

export interface RecordDiff {
  readonly changes: readonly RecordChange[];
  /** The number of all changes; a summary lists the first of them. */
  readonly total: number;
}

/** An item of the ledger holds 400 KB, and a message lists five. */
const MAX_SUMMARIZED = 10;

/**
 * Compares the content of two versions of a record: the order of members, white space and the wrapping of JSON in text
 * make no difference. Lists of named members, such as tools, are compared by name, other lists by index.
 */
export function diffRecords(before: RecordContent, after: RecordContent): RecordDiff {
  const changes = diffValues([], unwrapRecord(before), unwrapRecord(after));
  return { changes, total: changes.length };
}

/** @returns the first changes without their values, for messages */
export function summarizeDiff({ changes, total }: RecordDiff): RecordDiff {
  const named = changes.map(({ kind, label, path }) => ({
    kind,
    label: visibleStart(label, MAX_LABEL_LENGTH),
    path: visibleStart(path, MAX_LABEL_LENGTH),
  }));
  return { changes: named.slice(0, MAX_SUMMARIZED), total };
}

const MAX_LABEL_LENGTH = 300;

/** @returns the SHA-256 of one version of a record: an approval is for this version only */
export function recordFingerprint(record: RecordContent & { readonly version: string }): string {
  return sha256(canonicalJson({ ...contentOf(record), version: record.version }));
}

/** @returns the content of a record, without what only says which record it is and how far it is */
export function contentOf(record: RecordContent): RecordContent & JsonObject {
  const { name, displayName, description, recordType, descriptors, customMetadata, packageSha256 } = record;
  return defined({ name, displayName, description, recordType, descriptors, customMetadata, packageSha256 });
}

/**
 * Whether two versions of a record give agents the same. The version itself, which the service or the author numbers, makes no
 * difference. A skill package whose checksum is not known may have changed in any of its files.
 */
export function isSameContent(before: RecordContent, after: RecordContent): boolean {
  if (hasPackage(after.descriptors) && after.packageSha256 === undefined) return false;
  return sha256(canonicalJson(contentOf(before))) === sha256(canonicalJson(contentOf(after)));
}

function hasPackage(descriptors: JsonObject): boolean {
  const path = ['agentSkillsDefinition', 'additionalData', 'skillPackage'];
  return memberAt(descriptors, path) !== undefined;
}

/**
 * @returns a record as one mapping: `name`, `description`, `kind`, and the parts of its descriptors by their names, such as
 * `server` and `tools` of an MCP server, parsed from the text that the API wraps them in
 */
export function unwrapRecord({ recordType, descriptors, ...given }: RecordContent): JsonObject {
  const { name, displayName, description, customMetadata, packageSha256 } = given;
  const parts = Object.entries(descriptors).flatMap(([descriptor, value]) =>
    isJsonObject(value) ? partsOf(descriptor, value) : [],
  );
  return {
    name,
    ...defined({ displayName, description }),
    kind: recordType,
    ...Object.fromEntries(parts),
    ...defined({ customMetadata, package: packageSha256 }),
  };
}

function partsOf(descriptor: string, value: JsonObject): [string, JsonValue][] {
  const unwrapped = unwrapTexts(value);
  if (!isJsonObject(unwrapped)) return [];
  const { data, additionalData, ...others } = unwrapped;
  const rest = Object.entries(others);
  if (descriptor === 'custom') return [...named('content', data), ...rest];
  if (descriptor !== 'mcpServer') return [[descriptor, unwrapped]];
  const { tools, ...more } = isJsonObject(additionalData) ? additionalData : {};
  const list = isJsonObject(tools) ? tools.data : undefined;
  return [...named('server', data), ...named('tools', toolList(list)), ...Object.entries(more), ...rest];
}

function named(name: string, value: JsonValue | undefined): [string, JsonValue][] {
  return value === undefined ? [] : [[name, value]];
}

/** MCP's response to tools/list wraps the list in a member. */
function toolList(tools: JsonValue | undefined): JsonValue | undefined {
  return isJsonObject(tools) && Array.isArray(tools.tools) ? tools.tools : tools;
}

/** Each member `data` is a text, with JSON in most of them. */
function unwrapTexts(value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]): [string, JsonValue] => [
      name,
      name === 'data' ? (parseContent(member) ?? member) : unwrapTexts(member),
    ]),
  );
}

function diffValues(path: Path, before: JsonValue | undefined, after: JsonValue | undefined): RecordChange[] {
  if (before === undefined) return after === undefined ? [] : [change('added', path, undefined, after)];
  if (after === undefined) return [change('removed', path, before, undefined)];
  const earlier = members(before);
  const later = members(after);
  if (earlier && later && earlier.isNamed === later.isNamed) {
    const keys = new Set([...earlier.values.keys(), ...later.values.keys()]);
    return [...keys].flatMap((key) =>
      diffValues([...path, key], earlier.values.get(key), later.values.get(key)),
    );
  }
  return textOf(before) === textOf(after) ? [] : [change('changed', path, before, after)];
}

interface Members {
  readonly values: ReadonlyMap<string | number, JsonValue>;
  /** Whether the keys are names; the keys of a list of unnamed members are indices. */
  readonly isNamed: boolean;
}

function members(value: JsonValue): Members | undefined {
  if (isJsonObject(value)) return { values: new Map(Object.entries(value)), isNamed: true };
  if (!Array.isArray(value)) return undefined;
  const list: readonly JsonValue[] = value;
  const names = list.map((item) =>
    isJsonObject(item) && typeof item.name === 'string' ? item.name : undefined,
  );
  const isNamed = list.length > 0 && new Set(names).size === list.length && !names.includes(undefined);
  return { values: new Map(list.map((item, index) => [(isNamed && names[index]) || index, item])), isNamed };
}

function change(
  kind: RecordChange['kind'],
  path: Path,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): RecordChange {
  return {
    kind,
    label: labelFor(path),
    path: formatPath(path),
    ...defined({ before: fullText(before), after: fullText(after) }),
  };
}

function fullText(value: JsonValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : new TextDecoder().decode(canonicalJson(value));
}
