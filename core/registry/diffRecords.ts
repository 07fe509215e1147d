import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { RecordContent } from '../ports/registryRecords.ts';
import { formatPath, type Path } from '../problem.ts';
import { canonicalJson, sha256 } from '../schemas/canonicalJson.ts';
import { parseContent } from './descriptorContent.ts';
import { labelFor, truncate } from './recordLabels.ts';

/** One difference between two versions of a record. */
export interface RecordChange {
  readonly kind: 'added' | 'removed' | 'changed';
  /** In a person's words, such as `Server address`, or the path where there are none. */
  readonly label: string;
  /** Such as `server.remotes[0].url`. */
  readonly path: string;
  /** What it was and what it is, cut where it is long. */
  readonly before?: string;
  readonly after?: string;
}

export interface RecordDiff {
  /** The first hundred. */
  readonly changes: readonly RecordChange[];
  readonly total: number;
}

/** An item of the ledger holds 400 KB; a hundred changes of two such texts are a sixth of it. */
const MAX_CHANGES = 100;
const MAX_TEXT_LENGTH = 300;

/**
 * Compares two versions of a record by what they say: the order of members, white space and the wrapping of JSON in
 * text make no difference. Tools are compared by name, everything else by place.
 */
export function diffRecords(before: RecordContent, after: RecordContent): RecordDiff {
  const changes = diffValues([], unwrapRecord(before), unwrapRecord(after));
  return { changes: changes.slice(0, MAX_CHANGES), total: changes.length };
}

/** @returns SHA-256 of one version of a record: a yes holds for it and for no other */
export function recordFingerprint(record: RecordContent & { readonly version: string }): string {
  const { name, description = null, descriptorType, descriptors, version } = record;
  return sha256(canonicalJson({ name, description, descriptorType, descriptors, version }));
}

/**
 * What a record says as one mapping: `name`, `description`, `kind`, and the parts of its descriptor by their own names,
 * such as `server` and `tools`, taken out of the text that the API wraps them in.
 */
export function unwrapRecord({ name, description, descriptorType, descriptors }: RecordContent): JsonObject {
  const own = Object.values(descriptors).filter(isJsonObject);
  const parts = own.flatMap((descriptor) =>
    typeof descriptor.inlineContent === 'string'
      ? [['content', unwrapContent(descriptor)] as const]
      : Object.entries(descriptor).map(([part, value]) => [part, unwrapContent(value)] as const),
  );
  return {
    name,
    ...(description !== undefined && { description }),
    kind: descriptorType,
    ...Object.fromEntries(parts),
  };
}

function unwrapContent(value: JsonValue): JsonValue {
  if (!isJsonObject(value) || value.inlineContent === undefined) return value;
  const content = parseContent(value.inlineContent);
  // MCP's answer to tools/list wraps the list in a member.
  if (isJsonObject(content) && Array.isArray(content.tools)) return content.tools;
  return content ?? value.inlineContent;
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
  /** Whether they go by name; a list of things without names goes by place. */
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
    path: truncate(formatPath(path), MAX_TEXT_LENGTH),
    ...(before !== undefined && { before: truncate(displayText(path, before), MAX_TEXT_LENGTH) }),
    ...(after !== undefined && { after: truncate(displayText(path, after), MAX_TEXT_LENGTH) }),
  };
}

/** Of a whole tool, what it is for says more than its schema. */
function displayText(path: Path, value: JsonValue): string {
  const isTool = path[0] === 'tools' && path.length === 2;
  const description = isTool && isJsonObject(value) ? value.description : undefined;
  return typeof description === 'string' ? description : textOf(value);
}

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : new TextDecoder().decode(canonicalJson(value));
}
