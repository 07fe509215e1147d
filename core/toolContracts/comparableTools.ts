import { isJsonObject, type JsonValue } from '../json.ts';
import { malformedKeywords } from '../schemas/schemaKeywords.ts';
import type { Tool } from '../schemas/schemaTypes.ts';

/** An entry of a list of tools: readable, or broken in a way that a comparison of its members would throw on. */
export type ComparableTool = { readonly name: string } & (
  | { readonly tool: Tool }
  /** `text` is the entry as canonical JSON; absent for an entry that is nested too deeply to be written. */
  | { readonly text?: string }
);

/**
 * The levels of nesting that a comparison reads. It recurses by some four calls a level, and Node's stack holds about
 * 10,000. The deepest tool that the readers build from a schema has fewer than 700 levels.
 */
const MAX_DEPTH = 1000;

/**
 * Reads a list of tools that may break its type: contracts in the bucket and schemas that were applied outside Gateloop
 * hold any JSON value. Never throws.
 *
 * @returns the entries by an identity that two versions of a list share: the name, or else the whole entry
 */
export function comparableTools(list: unknown): ReadonlyMap<string, ComparableTool> {
  const entries: readonly unknown[] = Array.isArray(list) ? list : [list];
  return new Map(entries.map(comparableTool));
}

function comparableTool(entry: unknown): [identity: string, tool: ComparableTool] {
  const name = isJsonObject(entry) && typeof entry.name === 'string' ? entry.name : undefined;
  if (!isWithinDepth(entry)) {
    const shown = name ?? 'an entry that is nested too deeply';
    return [JSON.stringify([shown]), { name: shown }];
  }
  if (isTool(entry)) return [JSON.stringify([entry.name]), { name: entry.name, tool: entry }];
  const text = JSON.stringify(canonicalOrder(entry)) ?? '';
  return name === undefined
    ? [JSON.stringify({ entry: text }), { name: text.slice(0, 80), text }]
    : [JSON.stringify([name]), { name, text }];
}

/** Walks level by level, since a recursion would overflow the stack on the values that this is to find. */
function isWithinDepth(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return false;
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return true;
}

function isTool(value: unknown): value is Tool {
  if (!isJsonObject(value)) return false;
  const { name, description, inputSchema, outputSchema } = value;
  return (
    typeof name === 'string' &&
    typeof description === 'string' &&
    isReadableSchema(inputSchema) &&
    (outputSchema === undefined || isReadableSchema(outputSchema))
  );
}

function isReadableSchema(value: JsonValue | undefined): boolean {
  if (!isJsonObject(value)) return false;
  const [malformed] = malformedKeywords({ value, pointer: '' });
  return malformed === undefined;
}

/** Keywords whose lists are sets: their order has no meaning. */
const setKeywords = new Set(['allOf', 'anyOf', 'enum', 'oneOf', 'required', 'type']);

/** Keywords that hold values, not schemas: a `description` in a value is data, of which every space counts. */
const valueKeywords = new Set(['const', 'default', 'enum']);

/**
 * @param isValue whether the value is data in a schema, and not a part of a schema
 * @returns the value with members and sets in a fixed order, and with normalized space in descriptions
 */
export function canonicalOrder(value: unknown, keyword = '', isValue = false): unknown {
  if (keyword === 'description' && typeof value === 'string' && !isValue) return normalizeSpace(value);
  const holdsValues = isValue || valueKeywords.has(keyword);
  if (Array.isArray(value)) {
    const items = value.map((item) => canonicalOrder(item, '', holdsValues));
    return setKeywords.has(keyword) && !isValue ? items.toSorted(byText) : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [name, canonicalOrder(member, name, holdsValues)] as const)
      .toSorted(([left], [right]) => byText(left, right)),
  );
}

export function normalizeSpace(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ');
}

export function byText(left: unknown, right: unknown): number {
  return JSON.stringify(left) < JSON.stringify(right) ? -1 : 1;
}
